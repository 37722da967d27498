import type { AttributeValue } from './attribute-value.ts';
import { invalidParameter, validation } from './error.ts';
import type { Comparator, Condition, Operand } from './expression/condition.ts';
import type { Scope } from './expression/scope.ts';
import { encodePartition, encodeSort } from './key.ts';
import type { KeySchema } from './table.ts';

/** Which keys a Query reads: one partition and a range of encoded sort keys. */
export interface KeyRange {
  readonly partition: Uint8Array;
  readonly bounds: readonly Bound[];
}
export interface Bound {
  readonly operator: '=' | '<' | '<=' | '>' | '>=';
  readonly sort: Uint8Array;
}

interface Term {
  readonly operator: Comparator | 'between' | 'begins_with';
  readonly values: readonly AttributeValue[];
}

const MIRRORED: Readonly<Record<Comparator, Comparator>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/** Reads a KeyConditionExpression: equality on the hash key, and at most one condition on the range key. */
export function readKeyCondition(condition: Condition, scope: Scope, key: KeySchema): KeyRange {
  const terms = new Map<string, Term>();
  collect(condition, scope, terms);
  const hash = terms.get(key.hash.name);
  if (!hash) throw validation(`Query condition missed key schema element: ${key.hash.name}`);
  if (hash.operator !== '=') throw validation('Query key condition not supported');
  const range = key.range && terms.get(key.range.name);
  if (terms.size > (range ? 2 : 1)) {
    if (!key.range) throw validation('Query key condition not supported');
    throw validation(`Query condition missed key schema element: ${key.range.name}`);
  }
  for (const [part, term] of [
    [key.hash, hash] as const,
    ...(key.range && range ? [[key.range, range] as const] : []),
  ]) {
    if (term.values.some((value) => value[part.type] === undefined)) {
      throw invalidParameter('Condition parameter type does not match schema type');
    }
    if (term.values.some((value) => value.S === '' || value.B === '') && term.operator !== 'begins_with') {
      throw invalidParameter(
        `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${part.type === 'B' ? 'binary' : 'string'} value. Key: ${part.name}`,
      );
    }
  }
  return { partition: encodePartition(hash.values[0] ?? {}), bounds: range ? boundsOf(range) : [] };
}

function collect(condition: Condition, scope: Scope, terms: Map<string, Term>): void {
  if (condition.kind === 'and') {
    collect(condition.left, scope, terms);
    collect(condition.right, scope, terms);
    return;
  }
  const { name, term } = readTerm(condition, scope);
  if (terms.has(name)) throw validation('KeyConditionExpressions must only contain one condition per key');
  terms.set(name, term);
}

function readTerm(condition: Condition, scope: Scope): { readonly name: string; readonly term: Term } {
  switch (condition.kind) {
    case 'compare': {
      if (condition.operator === '<>') return refuseOperator('<>');
      const swapped = condition.left.kind !== 'path';
      const [path, value] = swapped ? [condition.right, condition.left] : [condition.left, condition.right];
      const operator = swapped ? MIRRORED[condition.operator] : condition.operator;
      return { name: keyName(path, scope), term: { operator, values: [operandValue(value, scope)] } };
    }
    case 'between': {
      const values = [operandValue(condition.low, scope), operandValue(condition.high, scope)];
      return { name: keyName(condition.operand, scope), term: { operator: 'between', values } };
    }
    case 'call': {
      if (condition.name !== 'begins_with') return refuseOperator(condition.name);
      const [path, prefix] = condition.operands;
      return { name: keyName(path, scope), term: { operator: 'begins_with', values: [operandValue(prefix, scope)] } };
    }
    default:
      return refuseOperator(condition.kind.toUpperCase());
  }
}

function refuseOperator(operator: string): never {
  throw validation(`Invalid operator used in KeyConditionExpression: ${operator}`);
}

function keyName(operand: Operand | undefined, scope: Scope): string {
  if (operand?.kind === 'size') throw validation('KeyConditionExpressions cannot contain nested operations');
  if (operand?.kind !== 'path') {
    throw validation('Invalid condition in KeyConditionExpression: No key attribute specified');
  }
  const [name, ...deeper] = scope.path(operand.path);
  if (deeper.length > 0) throw validation('KeyConditionExpressions cannot have conditions on nested attributes');
  return String(name);
}

function operandValue(operand: Operand | undefined, scope: Scope): AttributeValue {
  if (operand?.kind === 'value') return scope.value(operand.name);
  if (operand?.kind === 'size') throw validation('KeyConditionExpressions cannot contain nested operations');
  throw validation('Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition');
}

function boundsOf({ operator, values: [first = {}, second = {}] }: Term): readonly Bound[] {
  const sort = encodeSort(first);
  switch (operator) {
    case 'between':
      return [
        { operator: '>=', sort },
        { operator: '<=', sort: encodeSort(second) },
      ];
    case 'begins_with': {
      const after = afterPrefix(sort);
      return [{ operator: '>=', sort }, ...(after ? [{ operator: '<' as const, sort: after }] : [])];
    }
    case '<>':
      return refuseOperator('<>');
    default:
      return [{ operator, sort }];
  }
}

/** The least byte string above all that begin with `prefix`; none above a prefix of 0xFF alone. */
function afterPrefix(prefix: Buffer): Buffer | undefined {
  let length = prefix.length;
  while (length > 0 && prefix[length - 1] === 0xff) length--;
  if (length === 0) return undefined;
  const after = Buffer.from(prefix.subarray(0, length));
  after[length - 1] = (after[length - 1] ?? 0) + 1;
  return after;
}

/** Whether a sort key lies within the range, for the start key of a next page. */
export function withinBounds(sort: Uint8Array, bounds: readonly Bound[]): boolean {
  return bounds.every(({ operator, sort: bound }) => {
    const order = Buffer.compare(sort, bound);
    if (order === 0) return operator.includes('=');
    return operator.startsWith(order < 0 ? '<' : '>');
  });
}
