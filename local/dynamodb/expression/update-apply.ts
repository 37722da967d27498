import { type AttributeValue, attributeOf, type Item, setAttribute, typeOf } from '../attribute-value.ts';
import { addNumbers } from '../decimal.ts';
import { validation } from '../error.ts';
import { type Path, valueAt } from './path.ts';
import type { Scope } from './scope.ts';
import type { SetValue, UpdateClause } from './update.ts';

const BAD_TYPE = 'An operand in the update expression has an incorrect data type';
const BAD_PATH = 'The document path provided in the update expression is invalid for update';
const NO_ATTRIBUTE = 'The provided expression refers to an attribute that does not exist in the item';

/**
 * Changes `item` in place. Right-hand sides and list positions mean the item as it was: values are computed before the first change,
 * and lists keep holes until the last one.
 */
export function applyUpdate(clauses: readonly UpdateClause[], item: Item, scope: Scope): void {
  const values = clauses.map((clause) => clauseValue(clause, item, scope));
  const touched = new Set<AttributeValue[]>();
  for (const [index, clause] of clauses.entries()) {
    const path = scope.path(clause.path);
    const value = values[index];
    if (value) put(item, path, value, touched);
    else remove(item, path, touched);
  }
  for (const list of touched) {
    // filter() passes over holes: those of removed elements, and those before an index beyond the end.
    const dense = list.filter(() => true);
    list.splice(0, list.length, ...dense);
  }
}

/** What a clause puts at its path; `undefined` where it removes. */
function clauseValue(clause: UpdateClause, item: Item, scope: Scope): AttributeValue | undefined {
  switch (clause.kind) {
    case 'SET':
      return setValue(clause.value, item, scope);
    case 'REMOVE':
      return undefined;
    case 'ADD':
      return added(valueAt(item, scope.path(clause.path)), scope.value(clause.name));
    case 'DELETE':
      return deleted(valueAt(item, scope.path(clause.path)), scope.value(clause.name));
  }
}

function setValue(value: SetValue, item: Item, scope: Scope): AttributeValue {
  switch (value.kind) {
    case 'value':
      return scope.value(value.name);
    case 'path':
      return copied(valueAt(item, scope.path(value.path)) ?? refuse(NO_ATTRIBUTE));
    case 'if_not_exists': {
      const existing = valueAt(item, scope.path(value.path));
      return existing ? copied(existing) : setValue(value.otherwise, item, scope);
    }
    case 'list_append': {
      const [left, right] = [setValue(value.left, item, scope), setValue(value.right, item, scope)];
      return left.L && right.L ? { L: [...left.L, ...right.L] } : refuse(BAD_TYPE);
    }
    default: {
      const [left, right] = [setValue(value.left, item, scope), setValue(value.right, item, scope)];
      if (left.N === undefined || right.N === undefined) return refuse(BAD_TYPE);
      return { N: addNumbers(left.N, right.N, value.kind === '-') };
    }
  }
}

/** Another clause may change the place that the value is read from. */
function copied(value: AttributeValue): AttributeValue {
  return value.L || value.M ? structuredClone(value) : value;
}

function added(existing: AttributeValue | undefined, operand: AttributeValue): AttributeValue {
  if (!existing) return operand;
  const type = typeOf(operand);
  if (typeOf(existing) !== type) return refuse(BAD_TYPE);
  if (type === 'N') return { N: addNumbers(existing.N ?? '0', operand.N ?? '0') };
  if (type !== 'SS' && type !== 'NS' && type !== 'BS') return refuse(BAD_TYPE);
  return { [type]: [...new Set([...(existing[type] ?? []), ...(operand[type] ?? [])])] };
}

function deleted(existing: AttributeValue | undefined, operand: AttributeValue): AttributeValue | undefined {
  if (!existing) return undefined;
  const type = typeOf(operand);
  if (typeOf(existing) !== type || (type !== 'SS' && type !== 'NS' && type !== 'BS')) return refuse(BAD_TYPE);
  const gone = new Set(operand[type]);
  const rest = (existing[type] ?? []).filter((member) => !gone.has(member));
  // DynamoDB has no empty sets.
  return rest.length > 0 ? { [type]: rest } : undefined;
}

function put(item: Item, path: Path, value: AttributeValue, touched: Set<AttributeValue[]>): void {
  const [parent, last] = parentOf(item, path);
  if (typeof last === 'string') {
    setAttribute(parent.M ?? refuse(BAD_PATH), last, value);
    return;
  }
  const list = parent.L ?? refuse(BAD_PATH);
  touched.add(list);
  list[last] = value;
}

function remove(item: Item, path: Path, touched: Set<AttributeValue[]>): void {
  const [parent, last] = parentOf(item, path);
  if (typeof last === 'string') {
    const map = parent.M ?? refuse(BAD_PATH);
    if (attributeOf(map, last)) delete map[last];
    return;
  }
  const list = parent.L ?? refuse(BAD_PATH);
  if (last >= list.length) return;
  touched.add(list);
  delete list[last];
}

function parentOf(item: Item, path: Path): readonly [AttributeValue, string | number] {
  const parent = valueAt(item, path.slice(0, -1)) ?? refuse(BAD_PATH);
  return [parent, path.at(-1) ?? refuse(BAD_PATH)];
}

function refuse(message: string): never {
  throw validation(message);
}
