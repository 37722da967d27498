import { canonicalNumber, compareNumbers, numberSize } from './decimal.ts';
import { invalidParameter, serialization, validation } from './error.ts';

/** A DynamoDB value as the wire has it: an object with exactly one member, named after its type. */
export interface AttributeValue {
  readonly S?: string;
  readonly N?: string;
  /** Base64. */
  readonly B?: string;
  readonly BOOL?: boolean;
  readonly NULL?: true;
  readonly SS?: readonly string[];
  readonly NS?: readonly string[];
  readonly BS?: readonly string[];
  readonly L?: AttributeValue[];
  readonly M?: Item;
}
export type AttributeType = keyof AttributeValue;
export type Item = Record<string, AttributeValue>;

/** Nesting that DynamoDB allows: lists and maps, 32 levels. */
const MAX_DEPTH = 32;

export function typeOf(value: AttributeValue): AttributeType {
  for (const type in value) return type as AttributeType;
  throw validation('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
}

/** Reads an own attribute only: an item may well have one that is called `constructor`. */
export function attributeOf(item: Item, name: string): AttributeValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

export function setAttribute(item: Item, name: string, value: AttributeValue): void {
  if (name === '__proto__') {
    Object.defineProperty(item, name, { value, writable: true, enumerable: true, configurable: true });
  } else item[name] = value;
}

/**
 * Checks a value that came over the wire, rewrites its numbers to their canonical spelling in place, and returns its size in bytes.
 * @throws DynamoError with DynamoDB's words for what is wrong.
 */
export function admitValue(value: unknown, depth = 0): number {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw serialization('Unexpected value type in payload');
  }
  const types = Object.keys(value);
  const type = types[0];
  if (type === undefined) {
    throw validation('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  }
  if (types.length > 1) {
    throw validation(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  const holder = value as Record<string, unknown>;
  const content = holder[type];
  switch (type) {
    case 'S':
      return Buffer.byteLength(textOf(content));
    case 'N': {
      const number = canonicalNumber(textOf(content));
      holder[type] = number;
      return numberSize(number);
    }
    case 'B':
      return bytesOf(content);
    case 'BOOL':
      if (typeof content !== 'boolean') throw serialization('Unexpected token received from parser');
      return 1;
    case 'NULL':
      if (content !== true) throw invalidParameter('Null attribute value types must have the value of true');
      return 1;
    case 'SS':
    case 'BS':
      return admitSet(type, listOf(content), type === 'SS' ? (text) => Buffer.byteLength(textOf(text)) : bytesOf);
    case 'NS':
      holder[type] = listOf(content).map((text) => canonicalNumber(textOf(text)));
      return admitSet(type, listOf(holder[type]), (text) => numberSize(textOf(text)));
    case 'L':
      admitDepth(depth);
      return listOf(content).reduce<number>((size, element) => size + 1 + admitValue(element, depth + 1), 3);
    case 'M': {
      admitDepth(depth);
      return 3 + Object.keys(mapOf(content)).length + admitAttributes(content, depth + 1);
    }
    default:
      throw validation('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  }
}

/** The same for an item, or the inside of a map. @returns bytes of all names and values. */
export function admitAttributes(attributes: unknown, depth = 0): number {
  let size = 0;
  for (const [name, value] of Object.entries(mapOf(attributes)))
    size += Buffer.byteLength(name) + admitValue(value, depth);
  return size;
}

function admitDepth(depth: number): void {
  if (depth >= MAX_DEPTH) throw validation('Nesting Levels have exceeded supported limits');
}

const SET_NAMES = { SS: 'An string set ', NS: 'An number set ', BS: 'Binary sets' } as const;

function admitSet(
  type: keyof typeof SET_NAMES,
  members: readonly unknown[],
  sizeOf: (member: unknown) => number,
): number {
  if (members.length === 0) {
    throw invalidParameter(`${SET_NAMES[type]} ${type === 'BS' ? 'should not be' : 'may not be'} empty`);
  }
  const size = members.reduce<number>((sum, member) => sum + sizeOf(member), 0);
  if (new Set(members).size < members.length) {
    if (type === 'NS') throw validation('Input collection contains duplicates');
    throw invalidParameter(
      `Input collection [${members.join(', ')}]${type === 'BS' ? 'of type BS' : ''} contains duplicates.`,
    );
  }
  return size;
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (typeof content === 'number') throw serialization('NUMBER_VALUE cannot be converted to String');
  if (typeof content === 'boolean') {
    throw serialization(`${content ? 'TRUE' : 'FALSE'}_VALUE cannot be converted to String`);
  }
  throw serialization('Start of structure or map found where not expected');
}

function bytesOf(content: unknown): number {
  const text = textOf(content);
  const bytes = Buffer.from(text, 'base64');
  if (text.length % 4) {
    throw serialization(`Base64 encoded length is expected a multiple of 4 bytes but found: ${text.length}`);
  }
  if (bytes.toString('base64') !== text) throw serialization('Invalid last non-pad Base64 character dectected');
  return bytes.length;
}

function listOf(content: unknown): readonly unknown[] {
  if (!Array.isArray(content)) throw serialization('Unexpected field type');
  return content;
}

function mapOf(content: unknown): Item {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw serialization('Unexpected field type');
  }
  return content as Item;
}

/** Values of one type are equal by content; sets whatever their order. Numbers are canonical, so their texts are compared. */
export function equalValues(left: AttributeValue, right: AttributeValue): boolean {
  const type = typeOf(left);
  if (type !== typeOf(right)) return false;
  switch (type) {
    case 'SS':
    case 'NS':
    case 'BS': {
      const [ours, theirs] = [left[type] ?? [], new Set(right[type])];
      return ours.length === theirs.size && ours.every((member) => theirs.has(member));
    }
    case 'L': {
      const theirs = right.L ?? [];
      const ours = left.L ?? [];
      return ours.length === theirs.length && ours.every((element, index) => equalValues(element, theirs[index] ?? {}));
    }
    case 'M': {
      const [ours, theirs] = [left.M ?? {}, right.M ?? {}];
      const names = Object.keys(ours);
      return (
        names.length === Object.keys(theirs).length &&
        names.every((name) => {
          const [a, b] = [attributeOf(ours, name), attributeOf(theirs, name)];
          return a !== undefined && b !== undefined && equalValues(a, b);
        })
      );
    }
    default:
      return left[type] === right[type];
  }
}

/** Order of two strings, numbers or binaries; `undefined` where DynamoDB knows none. Strings are ordered by their UTF-8 bytes. */
export function compareValues(left: AttributeValue, right: AttributeValue): number | undefined {
  if (left.S !== undefined && right.S !== undefined) return Buffer.compare(Buffer.from(left.S), Buffer.from(right.S));
  if (left.N !== undefined && right.N !== undefined) return compareNumbers(left.N, right.N);
  if (left.B !== undefined && right.B !== undefined) {
    return Buffer.compare(Buffer.from(left.B, 'base64'), Buffer.from(right.B, 'base64'));
  }
  return undefined;
}

/** As DynamoDB's error messages print a value: `{N:5}`. */
export function describeValue(value: AttributeValue): string {
  const type = typeOf(value);
  const content: unknown = value[type];
  return `{${type}:${typeof content === 'object' ? JSON.stringify(content) : String(content)}}`;
}
