import { type AttributeValue, compareValues, equalValues, type Item, typeOf } from '../attribute-value.ts';
import type { Comparator, Condition, Operand } from './condition.ts';
import { valueAt } from './path.ts';
import type { Scope } from './scope.ts';

/** Whether an item (an empty one where there is none) meets a condition that `Scope` has checked. */
export function matches(condition: Condition, item: Item, scope: Scope): boolean {
  const read = (operand: Operand) => operandValue(operand, item, scope);
  switch (condition.kind) {
    case 'and':
      return matches(condition.left, item, scope) && matches(condition.right, item, scope);
    case 'or':
      return matches(condition.left, item, scope) || matches(condition.right, item, scope);
    case 'not':
      return !matches(condition.inner, item, scope);
    case 'compare':
      return compare(condition.operator, read(condition.left), read(condition.right));
    case 'between': {
      const value = read(condition.operand);
      return compare('>=', value, read(condition.low)) && compare('<=', value, read(condition.high));
    }
    case 'in': {
      const value = read(condition.operand);
      return condition.list.some((operand) => compare('=', value, read(operand)));
    }
    case 'call': {
      const [first, second] = condition.operands.map(read);
      switch (condition.name) {
        case 'attribute_exists':
          return first !== undefined;
        case 'attribute_not_exists':
          return first === undefined;
        case 'attribute_type':
          return first !== undefined && typeOf(first) === second?.S;
        case 'begins_with':
          return first !== undefined && second !== undefined && beginsWith(first, second);
        case 'contains':
          return first !== undefined && second !== undefined && contains(first, second);
      }
    }
  }
}

function operandValue(operand: Operand, item: Item, scope: Scope): AttributeValue | undefined {
  if (operand.kind === 'value') return scope.value(operand.name);
  const value = valueAt(item, scope.path(operand.path));
  if (operand.kind === 'path') return value;
  const size = value && sizeOf(value);
  return size === undefined ? undefined : { N: String(size) };
}

/** The function `size`: bytes of strings and binaries, members of everything that has members. */
function sizeOf(value: AttributeValue): number | undefined {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.B !== undefined) return Buffer.byteLength(value.B, 'base64');
  if (value.M) return Object.keys(value.M).length;
  return (value.SS ?? value.NS ?? value.BS ?? value.L)?.length;
}

function compare(operator: Comparator, left: AttributeValue | undefined, right: AttributeValue | undefined): boolean {
  // A missing attribute compares with nothing, but it is unequal to everything.
  if (!left || !right) return operator === '<>';
  if (operator === '=') return equalValues(left, right);
  if (operator === '<>') return !equalValues(left, right);
  const order = compareValues(left, right);
  if (order === undefined) return false;
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

function beginsWith(value: AttributeValue, prefix: AttributeValue): boolean {
  if (value.S !== undefined && prefix.S !== undefined) return value.S.startsWith(prefix.S);
  if (value.B === undefined || prefix.B === undefined) return false;
  const start = Buffer.from(prefix.B, 'base64');
  return Buffer.from(value.B, 'base64').subarray(0, start.length).equals(start);
}

function contains(value: AttributeValue, part: AttributeValue): boolean {
  if (value.L) return value.L.some((element) => equalValues(element, part));
  if (value.S !== undefined) return part.S !== undefined && value.S.includes(part.S);
  if (value.B !== undefined) {
    return part.B !== undefined && Buffer.from(value.B, 'base64').includes(Buffer.from(part.B, 'base64'));
  }
  if (value.SS) return part.S !== undefined && value.SS.includes(part.S);
  if (value.NS) return part.N !== undefined && value.NS.includes(part.N);
  return value.BS !== undefined && part.B !== undefined && value.BS.includes(part.B);
}
