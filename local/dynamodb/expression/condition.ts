import { parsePath, type WrittenPath } from './path.ts';
import type { Cursor } from './token.ts';

export type Operand =
  | { readonly kind: 'path'; readonly path: WrittenPath }
  | { readonly kind: 'value'; readonly name: string }
  | { readonly kind: 'size'; readonly path: WrittenPath };
export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';
type ConditionFunction = 'attribute_exists' | 'attribute_not_exists' | 'attribute_type' | 'begins_with' | 'contains';
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly inner: Condition }
  | { readonly kind: 'compare'; readonly operator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'between'; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly list: readonly Operand[] }
  | { readonly kind: 'call'; readonly name: ConditionFunction; readonly operands: readonly Operand[] };

const COMPARATORS: readonly string[] = ['=', '<>', '<', '<=', '>', '>='];
const ARITY: Readonly<Record<string, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
  size: 1,
};
/** Functions whose first operand has to be a place in the item. */
const WANT_PATH: readonly string[] = ['attribute_exists', 'attribute_not_exists', 'attribute_type', 'size'];
const MAX_IN_OPERANDS = 100;

/** Reads a whole condition, filter or key condition. */
export function parseCondition(cursor: Cursor): Condition {
  const condition = parseOr(cursor);
  cursor.expectEnd();
  return condition;
}

function parseOr(cursor: Cursor): Condition {
  let left = parseAnd(cursor);
  while (cursor.accept('OR')) left = { kind: 'or', left, right: parseAnd(cursor) };
  return left;
}

function parseAnd(cursor: Cursor): Condition {
  let left = parseNot(cursor);
  while (cursor.accept('AND')) left = { kind: 'and', left, right: parseNot(cursor) };
  return left;
}

function parseNot(cursor: Cursor): Condition {
  return cursor.accept('NOT') ? { kind: 'not', inner: parseNot(cursor) } : parseTerm(cursor);
}

function parseTerm(cursor: Cursor): Condition {
  if (cursor.peek().text === '(' && !parenthesisedOperand(cursor)) {
    cursor.next();
    const doubled = cursor.peek().text === '(' && !parenthesisedOperand(cursor);
    const inner = parseOr(cursor);
    if (doubled && closesAtOnce(cursor)) cursor.fail('The expression has redundant parentheses;');
    cursor.expect(')');
    return inner;
  }
  if (cursor.peek().kind === 'word' && cursor.peek(1).text === '(' && cursor.peek().text !== 'size') {
    return parseCall(cursor);
  }
  const operand = parseOperand(cursor);
  if (cursor.accept('BETWEEN')) {
    const low = parseOperand(cursor);
    cursor.expect('AND');
    return { kind: 'between', operand, low, high: parseOperand(cursor) };
  }
  if (cursor.accept('IN')) return { kind: 'in', operand, list: parseList(cursor) };
  const operator = cursor.peek();
  if (!COMPARATORS.includes(operator.text)) cursor.unexpected();
  cursor.next();
  return { kind: 'compare', operator: operator.text as Comparator, left: operand, right: parseOperand(cursor) };
}

/** `(a) = :b`: the parenthesis holds an operand, not a condition. */
function parenthesisedOperand(cursor: Cursor): boolean {
  let opened = 0;
  while (cursor.peek(opened).text === '(') opened++;
  let ahead = opened;
  for (; cursor.peek(ahead).kind !== 'end' && cursor.peek(ahead).text !== ')'; ahead++) {
    const { kind, text } = cursor.peek(ahead);
    if (kind === 'symbol' && !['.', '[', ']'].includes(text)) return false;
    if (kind === 'word' && ['BETWEEN', 'IN', 'NOT', 'AND', 'OR'].includes(text.toUpperCase())) return false;
  }
  return Array.from({ length: opened }).every((_, index) => cursor.peek(ahead + index).text === ')');
}

/** The inner parenthesis was just closed and the outer one follows: `((a = :b))`. */
function closesAtOnce(cursor: Cursor): boolean {
  return cursor.peek(-1).text === ')' && cursor.peek().text === ')' && wrapsWhole(cursor);
}

/** Whether the `)` just passed belongs to the `(` that stood second, walking back over balanced pairs. */
function wrapsWhole(cursor: Cursor): boolean {
  let depth = 0;
  for (let back = -1; ; back--) {
    const { text, kind } = cursor.peek(back);
    if (kind === 'end') return true;
    if (text === ')') depth++;
    if (text === '(' && --depth === 0) return cursor.peek(back - 1).text === '(';
  }
}

function parseCall(cursor: Cursor): Condition {
  const name = cursor.next().text;
  if (ARITY[name] === undefined) {
    cursor.fail(`Invalid function name; function: ${name}`);
  }
  const operands = parseArguments(cursor, name);
  return { kind: 'call', name: name as ConditionFunction, operands };
}

function parseArguments(cursor: Cursor, name: string): readonly Operand[] {
  cursor.expect('(');
  const operands = [parseOperand(cursor)];
  while (cursor.accept(',')) operands.push(parseOperand(cursor));
  cursor.expect(')');
  if (operands.length !== ARITY[name]) {
    cursor.fail(
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
    );
  }
  if (WANT_PATH.includes(name) && operands[0]?.kind !== 'path') {
    cursor.fail(`Operator or function requires a document path; operator or function: ${name}`);
  }
  return operands;
}

function parseOperand(cursor: Cursor): Operand {
  if (cursor.accept('(')) {
    const inner = parseOperand(cursor);
    cursor.expect(')');
    return inner;
  }
  const token = cursor.peek();
  if (token.kind === 'value') return { kind: 'value', name: cursor.next().text };
  if (token.kind === 'word' && cursor.peek(1).text === '(') {
    if (ARITY[token.text] === undefined) cursor.fail(`Invalid function name; function: ${token.text}`);
    if (token.text !== 'size') {
      cursor.fail(`The function is not allowed to be used this way in an expression; function: ${token.text}`);
    }
    cursor.next();
    const [operand] = parseArguments(cursor, 'size');
    return { kind: 'size', path: operand?.kind === 'path' ? operand.path : [] };
  }
  return { kind: 'path', path: parsePath(cursor) };
}

function parseList(cursor: Cursor): readonly Operand[] {
  cursor.expect('(');
  const list = [parseOperand(cursor)];
  while (cursor.accept(',')) list.push(parseOperand(cursor));
  cursor.expect(')');
  if (list.length > MAX_IN_OPERANDS) {
    cursor.fail(`Too many operands for IN; the limit is ${MAX_IN_OPERANDS}, number of operands: ${list.length}`);
  }
  return list;
}
