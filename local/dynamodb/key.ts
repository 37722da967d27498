import { crc32 } from 'node:zlib';
import { type AttributeValue, attributeOf, type Item, typeOf } from './attribute-value.ts';
import { encodeNumber } from './decimal.ts';
import { invalidParameter, validation } from './error.ts';
import { type KeyPart, type KeySchema, keyParts, type Table } from './table.ts';

/** A key as two byte strings that sort as DynamoDB sorts. `sort` is empty for a table without a range key. */
export interface StoredKey {
  readonly partition: Uint8Array;
  readonly sort: Uint8Array;
}

export const NO_SORT_KEY = new Uint8Array(0);
const MAX_HASH_BYTES = 2048;
const MAX_RANGE_BYTES = 1024;

export function encodeSort(value: AttributeValue): Buffer {
  if (value.S !== undefined) return Buffer.from(value.S);
  if (value.N !== undefined) return encodeNumber(value.N);
  return Buffer.from(value.B ?? '', 'base64');
}

/** Partition keys carry their hash in front: scans go in no order that a caller could lean on, and segments are ranges. */
export function encodePartition(value: AttributeValue): Buffer {
  const bytes = encodeSort(value);
  const prefixed = Buffer.allocUnsafe(4 + bytes.length);
  prefixed.writeUInt32BE(crc32(bytes), 0);
  bytes.copy(prefixed, 4);
  return prefixed;
}

/** The half-open range of hashes that segment `segment` of `total` scans. */
export function segmentBounds(
  segment: number,
  total: number,
): { readonly from: Buffer; readonly to: Buffer | undefined } {
  const bound = (index: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(Math.floor((index * 2 ** 32) / total));
    return bytes;
  };
  return { from: bound(segment), to: segment + 1 < total ? bound(segment + 1) : undefined };
}

export function storedKey(item: Item, key: KeySchema): StoredKey {
  return {
    partition: encodePartition(attributeOf(item, key.hash.name) ?? {}),
    sort: key.range ? encodeSort(attributeOf(item, key.range.name) ?? {}) : NO_SORT_KEY,
  };
}

/** Checks the `Key` of a request: exactly the table's key attributes, in their types. */
export function admitKey(given: Item, table: Pick<Table, 'key'>): StoredKey {
  const parts = keyParts(table.key);
  if (
    Object.keys(given).length !== parts.length ||
    parts.some((part) => attributeOf(given, part.name)?.[part.type] === undefined)
  ) {
    throw validation('The provided key element does not match the schema');
  }
  return checkedKey(given, table.key);
}

/** Checks that an item to be put has the table's key, and that its index keys are of their types. */
export function admitItemKey(item: Item, table: Pick<Table, 'key' | 'indexes'>): StoredKey {
  for (const part of keyParts(table.key)) {
    const value = attributeOf(item, part.name);
    if (!value) throw invalidParameter(`Missing the key ${part.name} in the item`);
    if (value[part.type] === undefined) {
      throw invalidParameter(`Type mismatch for key ${part.name} expected: ${part.type} actual: ${typeOf(value)}`);
    }
  }
  checkIndexKeys(item, table);
  return checkedKey(item, table.key);
}

function checkedKey(item: Item, key: KeySchema): StoredKey {
  for (const part of keyParts(key)) {
    if (isEmpty(attributeOf(item, part.name))) {
      throw validation(
        `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${kindOf(part)} value. Key: ${part.name}`,
      );
    }
  }
  const stored = storedKey(item, key);
  if (stored.partition.length - 4 > MAX_HASH_BYTES) {
    throw invalidParameter(`Size of hashkey has exceeded the maximum size limit of${MAX_HASH_BYTES} bytes`);
  }
  if (stored.sort.length > MAX_RANGE_BYTES) {
    throw invalidParameter(`Aggregated size of all range keys has exceeded the size limit of ${MAX_RANGE_BYTES} bytes`);
  }
  return stored;
}

export function checkIndexKeys(item: Item, table: Pick<Table, 'indexes'>): void {
  for (const index of table.indexes) {
    for (const part of keyParts(index.key)) {
      const value = attributeOf(item, part.name);
      if (!value) continue;
      if (value[part.type] === undefined) {
        throw invalidParameter(
          `Type mismatch for Index Key ${part.name} Expected: ${part.type} Actual: ${typeOf(value)} IndexName: ${index.name}`,
        );
      }
      if (isEmpty(value)) {
        throw validation(
          `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty ${kindOf(part)} value. IndexName: ${index.name}, IndexKey: ${part.name}`,
        );
      }
    }
  }
}

/** Refuses expressions that look into a key attribute: keys are strings, numbers or binaries. */
export function refuseNestedKeys(nested: ReadonlySet<string>, table: Pick<Table, 'key' | 'indexes'>): void {
  if (nested.size === 0) return;
  const refuse = (schemas: readonly KeySchema[], kind: string) => {
    const part = schemas.flatMap(keyParts).find(({ name }) => nested.has(name));
    if (!part) return;
    throw validation(
      `Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: ${kind}: ${part.name}`,
    );
  };
  refuse([table.key], 'Key');
  refuse(
    table.indexes.map((index) => index.key),
    'IndexKey',
  );
}

function isEmpty(value: AttributeValue | undefined): boolean {
  return value?.S === '' || value?.B === '';
}

function kindOf(part: KeyPart): string {
  return part.type === 'B' ? 'binary' : 'string';
}

/** The key attributes of an item, for LastEvaluatedKey and stream records. */
export function pick(item: Item, names: readonly string[]): Item {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = attributeOf(item, name);
      return value ? [[name, value]] : [];
    }),
  );
}
