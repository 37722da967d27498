import type { Condition, Operand } from './condition.ts';
import type { Scope } from './scope.ts';

/** Names of the attributes at the head of every path that a condition reads. */
export function conditionHeads(condition: Condition, scope: Scope): readonly string[] {
  const heads = (operands: readonly Operand[]) =>
    operands.flatMap((operand) => (operand.kind === 'value' ? [] : [String(scope.path(operand.path)[0])]));
  switch (condition.kind) {
    case 'and':
    case 'or':
      return [...conditionHeads(condition.left, scope), ...conditionHeads(condition.right, scope)];
    case 'not':
      return conditionHeads(condition.inner, scope);
    case 'compare':
      return heads([condition.left, condition.right]);
    case 'between':
      return heads([condition.operand, condition.low, condition.high]);
    case 'in':
      return heads([condition.operand, ...condition.list]);
    case 'call':
      return heads(condition.operands);
  }
}
