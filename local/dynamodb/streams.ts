import type { Catalog } from './catalog.ts';
import { streamKey } from './changes.ts';
import type { Database } from './database.ts';
import { DynamoError, notFound, validation } from './error.ts';
import { type Body, choice, integer, requiredText, text } from './request.ts';
import { keyParts, streamArn, type Table } from './table.ts';

/** Milliseconds that records are kept. */
const RECORD_LIFE = 24 * 60 * 60_000;
const MAX_RECORDS = 1000;
/** Every stream has one shard, for ever. */
const SHARD = 'shardId-00000000000000000001-00000001';
const ITERATORS = ['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER', 'TRIM_HORIZON', 'LATEST'] as const;

export interface StreamContext {
  readonly catalog: Catalog;
  readonly database: Database;
  readonly place: { readonly region: string; readonly accountId: string };
}

function sequenceNumber(sequence: number): string {
  return String(sequence).padStart(21, '0');
}

function streamed({ catalog }: StreamContext): readonly Table[] {
  return catalog.all().flatMap(({ table }) => (table.stream ? [table] : []));
}

function findStream(arn: string, context: StreamContext): Table {
  const table = streamed(context).find((each) => streamArn(context.place, each) === arn);
  if (!table) throw notFound(`Requested resource not found: Stream: ${arn} not found`);
  return table;
}

export function listStreams(body: Body, context: StreamContext): Body {
  const name = text(body, 'TableName');
  const tables = streamed(context).filter((table) => name === undefined || table.name === name);
  return {
    Streams: tables.map((table) => ({
      StreamArn: streamArn(context.place, table),
      TableName: table.name,
      StreamLabel: table.streamLabel,
    })),
  };
}

export function describeStream(body: Body, context: StreamContext): Body {
  const arn = requiredText(body, 'StreamArn');
  const table = findStream(arn, context);
  return {
    StreamDescription: {
      StreamArn: arn,
      StreamLabel: table.streamLabel,
      StreamStatus: 'ENABLED',
      StreamViewType: table.stream,
      TableName: table.name,
      CreationRequestDateTime: new Date(`${table.streamLabel}Z`).getTime() / 1000,
      KeySchema: keyParts(table.key).map((part, position) => ({
        AttributeName: part.name,
        KeyType: position === 0 ? 'HASH' : 'RANGE',
      })),
      Shards: [{ ShardId: SHARD, SequenceNumberRange: { StartingSequenceNumber: sequenceNumber(0) } }],
    },
  };
}

/** An iterator is the stream and the last sequence number already seen. */
export function getShardIterator(body: Body, context: StreamContext): Body {
  const table = findStream(requiredText(body, 'StreamArn'), context);
  if (requiredText(body, 'ShardId') !== SHARD) throw notFound('Requested resource not found: Shard does not exist');
  requiredText(body, 'ShardIteratorType');
  const type = choice(body, 'ShardIteratorType', ITERATORS);
  return { ShardIterator: iterator(table, startAfter(type, body, table, context)) };
}

function startAfter(
  type: (typeof ITERATORS)[number] | undefined,
  body: Body,
  table: Table,
  { database }: StreamContext,
): number {
  if (type === 'TRIM_HORIZON') return 0;
  if (type === 'LATEST') {
    const last = database
      .statement('SELECT coalesce(max(sequence), 0) AS last FROM changes WHERE stream = ?')
      .get(streamKey(table.name, table.streamLabel ?? ''));
    return Number(last?.last);
  }
  const given = requiredText(body, 'SequenceNumber');
  if (!/^\d{21,40}$/.test(given)) throw validation(`Invalid SequenceNumber: ${given}`);
  return Number(given) - (type === 'AT_SEQUENCE_NUMBER' ? 1 : 0);
}

function iterator(table: Table, after: number): string {
  return Buffer.from(JSON.stringify([table.name, table.streamLabel, after])).toString('base64url');
}

function readIterator(given: string): readonly [string, string, number] {
  try {
    const [name, label, after] = JSON.parse(Buffer.from(given, 'base64url').toString()) as unknown[];
    if (typeof name === 'string' && typeof label === 'string' && typeof after === 'number') return [name, label, after];
  } catch {
    // Falls through to the refusal: not an iterator of ours.
  }
  throw validation('Invalid ShardIterator');
}

/** @returns the answer's JSON; images go from the database to the wire as they are. */
export function getRecords(body: Body, context: StreamContext): string {
  const [name, label, after] = readIterator(requiredText(body, 'ShardIterator'));
  const table = context.catalog.find(name)?.table;
  if (table?.streamLabel !== label) throw new DynamoError('ResourceNotFoundException', 'Stream not found');
  const limit = integer(body, 'Limit', { min: 1, max: MAX_RECORDS }) ?? MAX_RECORDS;
  const rows = context.database
    .statement('SELECT * FROM changes WHERE stream = ? AND sequence > ? ORDER BY sequence LIMIT ?')
    .all(streamKey(name, label), after, limit);
  const records = rows.map((row) => {
    const images = [
      `"Keys":${row.keys}`,
      ...(row.old === null ? [] : [`"OldImage":${row.old}`]),
      ...(row.new === null ? [] : [`"NewImage":${row.new}`]),
    ];
    const sizes = [row.keys, row.old, row.new].map((json) => Buffer.byteLength(String(json ?? '')));
    const head = {
      eventID: String(row.sequence).padStart(32, '0'),
      eventName: row.event,
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: context.place.region,
      ...(row.expired ? { userIdentity: { PrincipalId: 'dynamodb.amazonaws.com', Type: 'Service' } } : {}),
    };
    const tail = {
      ApproximateCreationDateTime: Math.floor(Number(row.at) / 1000),
      SequenceNumber: sequenceNumber(Number(row.sequence)),
      SizeBytes: sizes.reduce((sum, size) => sum + size, 0),
      StreamViewType: table.stream,
    };
    return `${JSON.stringify(head).slice(0, -1)},"dynamodb":{${images.join(',')},${JSON.stringify(tail).slice(1)}}`;
  });
  const next = iterator(table, Number(rows.at(-1)?.sequence ?? after));
  return `{"Records":[${records.join(',')}],"NextShardIterator":"${next}"}`;
}

export function trimStreams(database: Database, now: number): void {
  database.run('DELETE FROM changes WHERE at < ?', now - RECORD_LIFE);
}
