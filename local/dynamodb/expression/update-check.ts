import { typeOf } from '../attribute-value.ts';
import { pathClash } from './path.ts';
import type { Scope } from './scope.ts';
import type { SetValue, UpdateClause } from './update.ts';

const ADDABLE: readonly string[] = ['N', 'SS', 'NS', 'BS'];
const DELETABLE: readonly string[] = ['SS', 'NS', 'BS'];

/** What DynamoDB refuses about an update before it looks at the item; marks its names and values as used. */
export function checkUpdate(clauses: readonly UpdateClause[], scope: Scope): void {
  const clash = pathClash(clauses.map((clause) => scope.path(clause.path)));
  if (clash) scope.fail(clash);
  for (const clause of clauses) {
    if (clause.kind === 'SET') checkValue(clause.value, scope);
    if (clause.kind === 'ADD') requireType(clause.name, 'ADD', ADDABLE, scope);
    if (clause.kind === 'DELETE') requireType(clause.name, 'DELETE', DELETABLE, scope);
  }
}

function checkValue(value: SetValue, scope: Scope): void {
  switch (value.kind) {
    case 'value':
      scope.value(value.name);
      return;
    case 'path':
      scope.path(value.path);
      return;
    case 'if_not_exists':
      scope.path(value.path);
      checkValue(value.otherwise, scope);
      return;
    default:
      for (const operand of [value.left, value.right]) {
        checkValue(operand, scope);
        if (operand.kind === 'value') {
          requireType(operand.name, value.kind, value.kind === 'list_append' ? ['L'] : ['N'], scope);
        }
      }
  }
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  SS: 'STRING_SET',
  NS: 'NUMBER_SET',
  BS: 'BINARY_SET',
  L: 'LIST',
  M: 'MAP',
  BOOL: 'BOOLEAN',
  NULL: 'NULL',
};

function requireType(placeholder: string, operator: string, allowed: readonly string[], scope: Scope): void {
  const type = typeOf(scope.value(placeholder));
  if (allowed.includes(type)) return;
  const detail =
    operator === 'ADD' || operator === 'DELETE'
      ? `operator: ${operator}, operand type: ${TYPE_WORDS[type]}, typeSet: ALLOWED_FOR_${operator}_OPERAND`
      : `operator or function: ${operator}, operand type: ${type}`;
  scope.fail(`Incorrect operand type for operator or function; ${detail}`);
}
