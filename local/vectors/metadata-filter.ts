import { validation } from './errors.ts';

/** Metadata of one vector: text, numbers, booleans, and lists of them. */
export type Metadata = Readonly<Record<string, unknown>>;
export type MetadataFilter = (metadata: Metadata) => boolean;

type Primitive = string | number | boolean;
type ValueTest = (value: unknown) => boolean;

const isPrimitive = (value: unknown): value is Primitive => ['string', 'number', 'boolean'].includes(typeof value);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A list in the metadata satisfies a comparison if one of its elements does. */
const anyOf =
  (test: (value: unknown) => boolean): ValueTest =>
  (value) =>
    Array.isArray(value) ? value.some(test) : test(value);

function primitive(operator: string, operand: unknown): Primitive {
  if (isPrimitive(operand)) return operand;
  throw validation(`Invalid filter: ${operator} takes a string, number or boolean.`);
}

function primitives(operator: string, operand: unknown): ReadonlySet<unknown> {
  if (Array.isArray(operand) && operand.length > 0 && operand.every(isPrimitive)) return new Set(operand);
  throw validation(`Invalid filter: ${operator} takes a list of strings, numbers or booleans that is not empty.`);
}

function number(operator: string, operand: unknown): number {
  if (typeof operand === 'number') return operand;
  throw validation(`Invalid filter: ${operator} takes a number.`);
}

function compileOperator(operator: string, operand: unknown): ValueTest {
  switch (operator) {
    case '$eq': {
      const expected = primitive(operator, operand);
      return anyOf((value) => value === expected);
    }
    case '$ne': {
      const equals = compileOperator('$eq', operand);
      return (value) => !equals(value);
    }
    case '$in': {
      const expected = primitives(operator, operand);
      return anyOf((value) => expected.has(value));
    }
    case '$nin': {
      const contains = compileOperator('$in', operand);
      return (value) => !contains(value);
    }
    case '$gt': {
      const bound = number(operator, operand);
      return anyOf((value) => typeof value === 'number' && value > bound);
    }
    case '$gte': {
      const bound = number(operator, operand);
      return anyOf((value) => typeof value === 'number' && value >= bound);
    }
    case '$lt': {
      const bound = number(operator, operand);
      return anyOf((value) => typeof value === 'number' && value < bound);
    }
    case '$lte': {
      const bound = number(operator, operand);
      return anyOf((value) => typeof value === 'number' && value <= bound);
    }
    case '$exists':
      if (typeof operand !== 'boolean') throw validation('Invalid filter: $exists takes a boolean.');
      return (value) => (value !== undefined) === operand;
    default:
      throw validation(`Invalid filter: unknown operator ${operator}.`);
  }
}

function compileField(key: string, condition: unknown, nonFilterable: ReadonlySet<string>): MetadataFilter {
  if (key.startsWith('$')) throw validation(`Invalid filter: unknown operator ${key}.`);
  if (nonFilterable.has(key)) throw validation(`Invalid filter: the metadata key "${key}" is not filterable.`);
  const operators = isObject(condition) ? Object.entries(condition) : [['$eq', condition] as const];
  if (operators.length === 0) throw validation(`Invalid filter: no condition for "${key}".`);
  const tests = operators.map(([operator, operand]) => compileOperator(operator, operand));
  return (metadata) => {
    const value = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
    return tests.every((test) => test(value));
  };
}

/**
 * Compiles a filter of QueryVectors: fields with a value or operators, `$and`, `$or`; several at one level all hold.
 * Throws ValidationException for anything else, and for keys that the index does not make filterable.
 */
export function compileFilter(filter: unknown, nonFilterable: ReadonlySet<string>, depth = 0): MetadataFilter {
  if (!isObject(filter) || Object.keys(filter).length === 0)
    throw validation('Invalid filter: it must be an object that is not empty.');
  if (depth > 16) throw validation('Invalid filter: it is nested too deeply.');
  const tests = Object.entries(filter).map(([key, value]): MetadataFilter => {
    if (key !== '$and' && key !== '$or') return compileField(key, value, nonFilterable);
    if (!Array.isArray(value) || value.length === 0)
      throw validation(`Invalid filter: ${key} takes a list of filters that is not empty.`);
    const parts = value.map((part) => compileFilter(part, nonFilterable, depth + 1));
    return key === '$and'
      ? (metadata) => parts.every((part) => part(metadata))
      : (metadata) => parts.some((part) => part(metadata));
  });
  return (metadata) => tests.every((test) => test(metadata));
}
