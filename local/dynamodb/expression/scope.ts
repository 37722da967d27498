import { type AttributeValue, admitValue } from '../attribute-value.ts';
import { validation } from '../error.ts';
import { type Body, record } from '../request.ts';
import { type Condition, parseCondition } from './condition.ts';
import { checkCondition } from './condition-check.ts';
import { type Path, parsePaths, pathClash, type WrittenPath } from './path.ts';
import { Cursor } from './token.ts';
import { parseUpdate, type UpdateClause } from './update.ts';
import { checkUpdate } from './update-check.ts';

export type ExpressionLabel =
  | 'ConditionExpression'
  | 'FilterExpression'
  | 'KeyConditionExpression'
  | 'ProjectionExpression'
  | 'UpdateExpression';

/** Trees by label and text: programs send few different expressions, over and over. Trees hold no request's names or values. */
const parsed = new Map<string, unknown>();
const MAX_PARSED = 2_000;

function parseOnce<T>(label: ExpressionLabel, text: string, parse: (cursor: Cursor) => T): T {
  const key = `${label}\n${text}`;
  const known = parsed.get(key);
  if (known !== undefined) return known as T;
  const cursor = new Cursor(text, label);
  const tree = parse(cursor);
  if (parsed.size >= MAX_PARSED) parsed.clear();
  parsed.set(key, tree);
  return tree;
}

/** One request's ExpressionAttributeNames and -Values, and its expressions, which have to use all of them. */
export class Scope {
  readonly #names: ReadonlyMap<string, string>;
  readonly #values: ReadonlyMap<string, AttributeValue>;
  readonly #unused = new Set<string>();
  readonly #nested = new Set<string>();
  readonly #body: Body;
  #expressions = 0;
  label: ExpressionLabel = 'ConditionExpression';

  constructor(body: Body) {
    this.#body = body;
    this.#names = this.#read('ExpressionAttributeNames', '#', (name) => {
      if (typeof name !== 'string') throw validation('ExpressionAttributeNames contains invalid value: null');
      return name;
    });
    this.#values = this.#read('ExpressionAttributeValues', ':', (value, key) => {
      try {
        admitValue(value);
      } catch (error) {
        if ((error as Error).name !== 'ValidationException') throw error;
        const reason = (error as Error).message;
        throw validation(`ExpressionAttributeValues contains invalid value: ${reason} for key ${key}`);
      }
      return value as AttributeValue;
    });
  }

  #read<T>(parameter: string, mark: string, admit: (value: unknown, key: string) => T): ReadonlyMap<string, T> {
    const given = record(this.#body, parameter);
    const entries = Object.entries(given ?? {});
    if (given && entries.length === 0) throw validation(`${parameter} must not be empty`);
    for (const [key] of entries) {
      if (key[0] !== mark || !/^\w+$/.test(key.slice(1))) {
        throw validation(`${parameter} contains invalid key: Syntax error; key: "${key}"`);
      }
      this.#unused.add(key);
    }
    return new Map(entries.map(([key, value]) => [key, admit(value, key)]));
  }

  /** An expression of this request as a tree with every name and value checked, or `undefined` where none is given. */
  condition(label: 'ConditionExpression' | 'FilterExpression' | 'KeyConditionExpression'): Condition | undefined {
    const tree = this.#expression(label, parseCondition);
    if (tree) checkCondition(tree, this);
    return tree;
  }

  update(): readonly UpdateClause[] | undefined {
    const clauses = this.#expression('UpdateExpression', parseUpdate);
    if (clauses) checkUpdate(clauses, this);
    return clauses;
  }

  projection(): readonly Path[] | undefined {
    const written = this.#expression('ProjectionExpression', (cursor) => {
      const paths = parsePaths(cursor);
      cursor.expectEnd();
      return paths;
    });
    const paths = written?.map((path) => this.path(path));
    const clash = paths && pathClash(paths);
    if (clash) this.fail(clash);
    return paths;
  }

  #expression<T>(label: ExpressionLabel, parse: (cursor: Cursor) => T): T | undefined {
    const text = this.#body[label];
    if (text === undefined || text === null) return undefined;
    if (typeof text !== 'string') throw validation(`Invalid ${label}: a string is expected`);
    this.#expressions++;
    this.label = label;
    return parseOnce(label, text, parse);
  }

  path(written: WrittenPath): Path {
    const path = written.map((part) => (typeof part === 'string' && part[0] === '#' ? this.#name(part) : part));
    if (path.length > 1) this.#nested.add(String(path[0]));
    return path;
  }

  /** Attributes that the expressions look into, as into a map or list. */
  get nested(): ReadonlySet<string> {
    return this.#nested;
  }

  #name(placeholder: string): string {
    const name = this.#names.get(placeholder);
    if (name === undefined) {
      this.fail(
        `An expression attribute name used in the document path is not defined; attribute name: ${placeholder}`,
      );
    }
    this.#unused.delete(placeholder);
    return name;
  }

  value(placeholder: string): AttributeValue {
    const value = this.#values.get(placeholder);
    if (value === undefined) {
      this.fail(`An expression attribute value used in expression is not defined; attribute value: ${placeholder}`);
    }
    this.#unused.delete(placeholder);
    return value;
  }

  fail(message: string): never {
    throw validation(`Invalid ${this.label}: ${message}`);
  }

  /** To be called when all expressions are read: names and values that none of them uses are refused. */
  finish(): void {
    if (this.#unused.size === 0) return;
    for (const [mark, parameter] of [
      ['#', 'ExpressionAttributeNames'],
      [':', 'ExpressionAttributeValues'],
    ] as const) {
      const keys = [...this.#unused].filter((key) => key[0] === mark);
      if (keys.length === 0) continue;
      if (this.#expressions === 0) throw validation(`${parameter} can only be specified when using expressions`);
      throw validation(`Value provided in ${parameter} unused in expressions: keys: {${keys.join(', ')}}`);
    }
  }
}
