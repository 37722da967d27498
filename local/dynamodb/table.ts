import type { Body } from './request.ts';

export type KeyType = 'S' | 'N' | 'B';
export interface KeyPart {
  readonly name: string;
  readonly type: KeyType;
}
export interface KeySchema {
  readonly hash: KeyPart;
  readonly range?: KeyPart;
}

export interface IndexSpec {
  readonly name: string;
  readonly kind: 'global' | 'local';
  readonly key: KeySchema;
  /** Attributes that the index holds beside all keys; `undefined` when it holds everything. */
  readonly included?: readonly string[];
}

/** An index's columns in SQLite are `h<slot>` and `r<slot>`; a slot is never used twice. */
export interface StoredIndex extends IndexSpec {
  readonly slot: number;
}

export type StreamView = 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES' | 'KEYS_ONLY';

export interface TableSpec {
  readonly name: string;
  readonly key: KeySchema;
  readonly indexes: readonly IndexSpec[];
  readonly billing: 'PAY_PER_REQUEST' | 'PROVISIONED';
  readonly deletionProtection: boolean;
  readonly stream?: StreamView;
}

/** What is kept of a table: its row in the table `tables`. */
export interface Table extends TableSpec {
  /** The table's number in SQLite: items are in `items_<id>`. */
  readonly id: number;
  readonly indexes: readonly StoredIndex[];
  readonly nextSlot: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Name of the attribute with the expiry in epoch seconds. */
  readonly timeToLive?: string;
  readonly pointInTimeRecovery: boolean;
  /** ISO time at which the stream was switched on; part of its ARN. */
  readonly streamLabel?: string;
}

export function keyParts(key: KeySchema): readonly KeyPart[] {
  return key.range ? [key.hash, key.range] : [key.hash];
}

/** Names of all attributes that are part of the table's key or of an index's. */
export function keyNames(table: Pick<Table, 'key'>, index?: IndexSpec): readonly string[] {
  const parts = [...(index ? keyParts(index.key) : []), ...keyParts(table.key)];
  return [...new Set(parts.map((part) => part.name))];
}

function describeKey(key: KeySchema): readonly Body[] {
  return keyParts(key).map((part, position) => ({
    AttributeName: part.name,
    KeyType: position === 0 ? 'HASH' : 'RANGE',
  }));
}

export function tableArn(place: { readonly region: string; readonly accountId: string }, name: string): string {
  return `arn:aws:dynamodb:${place.region}:${place.accountId}:table/${name}`;
}

export function streamArn(place: { readonly region: string; readonly accountId: string }, table: Table): string {
  return `${tableArn(place, table.name)}/stream/${table.streamLabel}`;
}

/** The TableDescription of DescribeTable. */
export function describeTable(
  table: Table,
  place: { readonly region: string; readonly accountId: string },
  count: { readonly items: number; readonly bytes: number },
): Body {
  const arn = tableArn(place, table.name);
  const throughput = { NumberOfDecreasesToday: 0, ReadCapacityUnits: 0, WriteCapacityUnits: 0 };
  const describeIndexes = (kind: IndexSpec['kind']) =>
    table.indexes
      .filter((index) => index.kind === kind)
      .map((index) => ({
        IndexName: index.name,
        IndexArn: `${arn}/index/${index.name}`,
        KeySchema: describeKey(index.key),
        Projection: describeProjection(index),
        ItemCount: count.items,
        IndexSizeBytes: count.bytes,
        ...(kind === 'global' ? { IndexStatus: 'ACTIVE', ProvisionedThroughput: throughput } : {}),
      }));
  const globals = describeIndexes('global');
  const locals = describeIndexes('local');
  const attributes = new Map(
    [table.key, ...table.indexes.map((index) => index.key)].flatMap(keyParts).map((part) => [part.name, part.type]),
  );
  return {
    TableName: table.name,
    TableId: `00000000-0000-4000-8000-${String(table.id).padStart(12, '0')}`,
    TableArn: arn,
    TableStatus: 'ACTIVE',
    CreationDateTime: table.createdAt / 1000,
    AttributeDefinitions: [...attributes].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    KeySchema: describeKey(table.key),
    ItemCount: count.items,
    TableSizeBytes: count.bytes,
    ProvisionedThroughput: throughput,
    BillingModeSummary: { BillingMode: table.billing },
    DeletionProtectionEnabled: table.deletionProtection,
    ...(globals.length > 0 ? { GlobalSecondaryIndexes: globals } : {}),
    ...(locals.length > 0 ? { LocalSecondaryIndexes: locals } : {}),
    ...(table.stream
      ? {
          StreamSpecification: { StreamEnabled: true, StreamViewType: table.stream },
          LatestStreamLabel: table.streamLabel,
          LatestStreamArn: streamArn(place, table),
        }
      : {}),
  };
}

function describeProjection(index: IndexSpec): Body {
  if (!index.included) return { ProjectionType: 'ALL' };
  return index.included.length === 0
    ? { ProjectionType: 'KEYS_ONLY' }
    : { ProjectionType: 'INCLUDE', NonKeyAttributes: index.included };
}
