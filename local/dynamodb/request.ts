import { serialization, validation } from './error.ts';

/** A request's JSON, nothing of it checked yet. */
export type Body = Readonly<Record<string, unknown>>;

interface Range {
  readonly min?: number;
  readonly max?: number;
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** DynamoDB's words for a parameter that breaks its model. */
export function constraint(name: string, value: unknown, rule: string): Error {
  const shown = value === undefined || value === null ? 'null' : `'${Array.isArray(value) ? '[...]' : String(value)}'`;
  return validation(
    `1 validation error detected: Value ${shown} at '${lowerFirst(name)}' failed to satisfy constraint: ${rule}`,
  );
}

export function text(body: Body, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') throw serialization('NUMBER_VALUE cannot be converted to String');
  if (typeof value === 'boolean')
    throw serialization(`${value ? 'TRUE' : 'FALSE'}_VALUE cannot be converted to String`);
  throw serialization('Start of structure or map found where not expected');
}

export function requiredText(body: Body, name: string): string {
  const value = text(body, name);
  if (value === undefined) throw constraint(name, value, 'Member must not be null');
  return value;
}

export function flag(body: Body, name: string): boolean | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw serialization('Unexpected token received from parser');
  return value;
}

export function integer(body: Body, name: string, { min, max }: Range = {}): number | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number') throw serialization('STRING_VALUE cannot be converted to Integer');
  const whole = Math.floor(value);
  if (min !== undefined && whole < min) {
    throw constraint(name, whole, `Member must have value greater than or equal to ${min}`);
  }
  if (max !== undefined && whole > max) {
    throw constraint(name, whole, `Member must have value less than or equal to ${max}`);
  }
  return whole;
}

export function choice<T extends string>(body: Body, name: string, allowed: readonly T[]): T | undefined {
  const value = text(body, name);
  if (value !== undefined && !(allowed as readonly string[]).includes(value)) {
    throw constraint(name, value, `Member must satisfy enum value set: [${allowed.join(', ')}]`);
  }
  return value as T | undefined;
}

export function record(body: Body, name: string): Body | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw serialization('Unexpected field type');
  return value as Body;
}

export function requiredRecord(body: Body, name: string): Body {
  const value = record(body, name);
  if (!value) throw constraint(name, value, 'Member must not be null');
  return value;
}

export function list(
  body: Body,
  name: string,
  { min = 0, max = Number.POSITIVE_INFINITY }: Range = {},
): readonly Body[] | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw serialization('Unexpected field type');
  if (value.length < min) throw constraint(name, value, `Member must have length greater than or equal to ${min}`);
  if (value.length > max) throw constraint(name, value, `Member must have length less than or equal to ${max}`);
  for (const member of value) {
    if (typeof member !== 'object' || member === null) throw serialization('Unexpected value type in payload');
  }
  return value as readonly Body[];
}

/** The parameter `TableName`, or `name`: a name, or the name inside an ARN. */
export function tableName(body: Body, name = 'TableName'): string {
  const given = requiredText(body, name);
  return admitName(name, /^arn:[^:]+:dynamodb:[^:]*:[^:]*:table\/([^/]+)$/.exec(given)?.[1] ?? given);
}

/** The name of a table or an index. */
export function admitName(parameter: string, name: string): string {
  if (!/^[a-zA-Z0-9_.-]*$/.test(name)) {
    throw constraint(parameter, name, 'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+');
  }
  if (name.length < 3 || name.length > 255) {
    throw validation(`${parameter} must be at least 3 characters long and at most 255 characters long`);
  }
  return name;
}

/** Parameters from before expressions (2014). No current client sends them; they are refused rather than ignored. */
export function refuseLegacy(body: Body, names: readonly string[]): void {
  const used = names.find((name) => body[name] !== undefined && body[name] !== null);
  if (used) throw validation(`The legacy parameter ${used} is not supported here; use expressions`);
}
