import { parsePath, type WrittenPath } from './path.ts';
import type { Cursor } from './token.ts';

export type SetValue =
  | { readonly kind: 'path'; readonly path: WrittenPath }
  | { readonly kind: 'value'; readonly name: string }
  | { readonly kind: '+' | '-'; readonly left: SetValue; readonly right: SetValue }
  | { readonly kind: 'if_not_exists'; readonly path: WrittenPath; readonly otherwise: SetValue }
  | { readonly kind: 'list_append'; readonly left: SetValue; readonly right: SetValue };
export type UpdateClause =
  | { readonly kind: 'SET'; readonly path: WrittenPath; readonly value: SetValue }
  | { readonly kind: 'REMOVE'; readonly path: WrittenPath }
  | { readonly kind: 'ADD' | 'DELETE'; readonly path: WrittenPath; readonly name: string };

const SECTIONS: readonly string[] = ['SET', 'REMOVE', 'ADD', 'DELETE'];

/** Reads a whole UpdateExpression, flattened to its clauses. */
export function parseUpdate(cursor: Cursor): readonly UpdateClause[] {
  const clauses: UpdateClause[] = [];
  const seen = new Set<string>();
  do {
    const section = cursor.peek().text.toUpperCase();
    if (!SECTIONS.includes(section)) cursor.unexpected();
    if (seen.has(section)) {
      cursor.fail(`The "${section}" section can only be used once in an update expression;`);
    }
    seen.add(section);
    cursor.next();
    do clauses.push(parseClause(cursor, section as UpdateClause['kind']));
    while (cursor.accept(','));
  } while (cursor.peek().kind !== 'end');
  return clauses;
}

function parseClause(cursor: Cursor, kind: UpdateClause['kind']): UpdateClause {
  const path = parsePath(cursor);
  if (kind === 'REMOVE') return { kind, path };
  if (kind === 'SET') {
    cursor.expect('=');
    return { kind, path, value: parseSum(cursor) };
  }
  if (cursor.peek().kind !== 'value') cursor.unexpected();
  return { kind, path, name: cursor.next().text };
}

/** One operand, or two joined by one `+` or `-`: DynamoDB knows no longer sums. */
function parseSum(cursor: Cursor): SetValue {
  const left = parseSetOperand(cursor);
  for (const kind of ['+', '-'] as const) {
    if (cursor.accept(kind)) return { kind, left, right: parseSetOperand(cursor) };
  }
  return left;
}

/** @param inside a function's parentheses, where lists cannot be appended. */
function parseSetOperand(cursor: Cursor, inside = false): SetValue {
  if (cursor.accept('(')) {
    const inner = parseSum(cursor);
    cursor.expect(')');
    return inner;
  }
  const { kind, text } = cursor.peek();
  if (kind === 'value') return { kind: 'value', name: cursor.next().text };
  if (kind === 'word' && cursor.peek(1).text === '(') return parseFunction(cursor, text, inside);
  return { kind: 'path', path: parsePath(cursor) };
}

function parseFunction(cursor: Cursor, name: string, inside: boolean): SetValue {
  if (name !== 'if_not_exists' && name !== 'list_append') {
    const known = ['attribute_exists', 'attribute_not_exists', 'attribute_type', 'begins_with', 'contains', 'size'];
    if (!known.includes(name)) cursor.fail(`Invalid function name; function: ${name}`);
    cursor.fail(`The function is not allowed in an update expression; function: ${name}`);
  }
  if (inside && name === 'list_append') {
    cursor.fail(`The function is not allowed to be used this way in an expression; function: ${name}`);
  }
  cursor.next();
  cursor.expect('(');
  const operands = [parseSetOperand(cursor, true)];
  while (cursor.accept(',')) operands.push(parseSetOperand(cursor, true));
  cursor.expect(')');
  const [left, right] = operands;
  if (!left || !right || operands.length !== 2) {
    cursor.fail(
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
    );
  }
  if (name === 'list_append') return { kind: 'list_append', left, right };
  if (left.kind !== 'path') {
    cursor.fail(`Operator or function requires a document path; operator or function: ${name}`);
  }
  return { kind: 'if_not_exists', path: left.path, otherwise: right };
}
