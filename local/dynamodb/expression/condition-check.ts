import { compareValues, describeValue, typeOf } from '../attribute-value.ts';
import type { Condition, Operand } from './condition.ts';
import { describePath } from './path.ts';
import type { Scope } from './scope.ts';

const TYPES: readonly string[] = ['B', 'NULL', 'SS', 'BOOL', 'L', 'BS', 'N', 'NS', 'S', 'M'];
const ORDERED: readonly string[] = ['S', 'N', 'B'];

/** What DynamoDB refuses about a condition before it looks at any item; marks its names and values as used. */
export function checkCondition(condition: Condition, scope: Scope): void {
  switch (condition.kind) {
    case 'and':
    case 'or':
      checkCondition(condition.left, scope);
      checkCondition(condition.right, scope);
      return;
    case 'not':
      checkCondition(condition.inner, scope);
      return;
    case 'compare':
      checkOperands([condition.left, condition.right], condition.operator, scope);
      if (condition.operator !== '=' && condition.operator !== '<>') {
        requireTypes([condition.left, condition.right], condition.operator, ORDERED, scope);
      }
      return;
    case 'between':
      checkOperands([condition.operand, condition.low, condition.high], 'BETWEEN', scope);
      requireTypes([condition.operand, condition.low, condition.high], 'BETWEEN', ORDERED, scope);
      checkBounds(condition.low, condition.high, scope);
      return;
    case 'in':
      checkOperands([condition.operand, ...condition.list], 'IN', scope);
      return;
    case 'call':
      checkOperands(condition.operands, condition.name, scope);
      if (condition.name === 'begins_with') requireTypes(condition.operands, 'begins_with', ['S', 'B'], scope);
      if (condition.name === 'attribute_type') checkTypeName(condition.operands[1], scope);
  }
}

function describeOperand(operand: Operand, scope: Scope): string {
  return operand.kind === 'value' ? `{${operand.name}}` : describePath(scope.path(operand.path));
}

function checkOperands(operands: readonly Operand[], name: string, scope: Scope): void {
  for (const operand of operands) {
    if (operand.kind === 'value') scope.value(operand.name);
    else scope.path(operand.path);
  }
  const [first, ...rest] = operands;
  if (first?.kind !== 'path') return;
  const described = describeOperand(first, scope);
  if (rest.some((operand) => operand.kind === 'path' && describeOperand(operand, scope) === described)) {
    scope.fail(
      `The first operand must be distinct from the remaining operands for this operator or function; operator: ${name}, first operand: ${described}`,
    );
  }
}

function requireTypes(operands: readonly Operand[], name: string, allowed: readonly string[], scope: Scope): void {
  for (const operand of operands) {
    if (operand.kind === 'path') continue;
    const type = operand.kind === 'size' ? 'N' : typeOf(scope.value(operand.name));
    if (!allowed.includes(type)) {
      scope.fail(
        `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type}`,
      );
    }
  }
}

function checkBounds(low: Operand, high: Operand, scope: Scope): void {
  if (low.kind !== 'value' || high.kind !== 'value') return;
  const [lower, upper] = [scope.value(low.name), scope.value(high.name)];
  const order = compareValues(lower, upper);
  if (order !== undefined && order <= 0) return;
  const complaint =
    order === undefined
      ? 'requires same data type for lower and upper bounds'
      : 'requires upper bound to be greater than or equal to lower bound';
  scope.fail(
    `The BETWEEN operator ${complaint}; lower bound operand: AttributeValue: ${describeValue(lower)}, upper bound operand: AttributeValue: ${describeValue(upper)}`,
  );
}

function checkTypeName(operand: Operand | undefined, scope: Scope): void {
  const value = operand?.kind === 'value' ? scope.value(operand.name) : undefined;
  if (value?.S === undefined) {
    scope.fail(
      `Incorrect operand type for operator or function; operator or function: attribute_type, operand type: ${value ? typeOf(value) : 'path'}`,
    );
  }
  if (!TYPES.includes(value.S)) {
    scope.fail(`Invalid attribute type name found; type: ${value.S}, valid types: {${TYPES.join(',')}}`);
  }
}
