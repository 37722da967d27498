import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { Realm } from '../domain/caller.ts';
import type { LoginKind } from '../domain/login-records.ts';
import type { Mode, State, Verification } from '../domain/verification.ts';
import type { Page } from '../ports/verifications.ts';

/** The one table of records and the client that reaches it. */
export interface Table {
  readonly client: DynamoDBDocumentClient;
  readonly name: string;
}

export type Item = Record<string, unknown>;
export type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/**
 * Keys. Every partition begins with its tenant, so that no key can be built that reaches into another one's data.
 * `list` orders what belongs together by time; `due` holds only what should move on.
 */
export const keys = {
  tenant: (tenantId: string) => ({ pk: tenantId, sk: 'tenant' }),
  /** Lists a tenant's keys; the key itself is in the registry. */
  key: (tenantId: string, keyId: string) => ({ pk: tenantId, sk: `key#${keyId}` }),
  credits: (tenantId: string) => ({ pk: `${tenantId}#credits`, sk: 'balance' }),
  ledger: (tenantId: string, id: string) => ({ pk: `${tenantId}#credits`, sk: id }),
  verification: (tenantId: string, mode: Mode, id: string) => ({ pk: `${tenantId}#${mode}#${id}`, sk: 'verification' }),
  /** Where all verifications of a realm are listed. */
  verifications: ({ tenantId, mode }: Realm) => `${tenantId}#${mode}#verifications`,
  /** Where those of one contract that came to the same are listed, by the same `listSk`. */
  shelf: ({ tenantId, mode }: Realm, contract: Verification['contract'], state: State) =>
    // Work that is under way has one place from submission on: whoever takes it up does not know its contract.
    `${tenantId}#${mode}#${contract}#${state === 'processing' ? 'submitted' : state}`,
  reading: (tenantId: string, mode: Mode, id: string, slot: string) => ({
    pk: `${tenantId}#${mode}#${id}`,
    sk: `reading#${slot}`,
  }),
  /** What was read on a document, apart from its verification: it lives for a day. */
  extraction: (tenantId: string, mode: Mode, id: string) => ({ pk: `${tenantId}#${mode}#${id}`, sk: 'extraction' }),
  /** Verifications that a caller gave one id of its own. */
  named: (tenantId: string, mode: Mode, hash: string) => `${tenantId}#${mode}#named#${hash}`,
  usage: (tenantId: string, month: string) => ({ pk: `${tenantId}#credits`, sk: `usage#${month}` }),
  delivery: (tenantId: string, mode: Mode, deliveryId: string) => ({
    pk: `${tenantId}#${mode}#${deliveryId}`,
    sk: 'delivery',
  }),
  subject: (tenantId: string, mode: Mode, hash: string) => `${tenantId}#${mode}#subject#${hash}`,
  /** All of one user of the step-up contract: the enrolment, marks of frames, challenges. */
  user: (tenantId: string, mode: Mode, hash: string) => `${tenantId}#${mode}#user#${hash}`,
  login: (tenantId: string, mode: Mode, kind: string, id: string) => ({
    pk: `${tenantId}#${mode}#${id}`,
    sk: `login#${kind}`,
  }),
  /** A visit to the hosted page, under the id of the check that it may come to. */
  hosted: (tenantId: string, mode: Mode, id: string) => ({ pk: `${tenantId}#${mode}#${id}`, sk: 'hosted' }),
  event: (tenantId: string, mode: Mode, eventId: string) => ({ pk: `${tenantId}#${mode}#${eventId}`, sk: 'event' }),
  kept: (tenantId: string, owner: string) => ({ pk: `${tenantId}#kept#${owner}`, sk: 'kept' }),
  rate: (tenantId: string, name: string) => ({ pk: `${tenantId}#rate`, sk: name }),
  idempotency: (scope: string, key: string) => ({ pk: `${scope}#idempotency`, sk: key }),
};

/** Sortable by time, then by id. */
export const listSk = (at: number, id: string): string => `${String(at).padStart(15, '0')}#${id}`;

/** What can be due: verifications, visits to the hosted page, deliveries, events to be published, kept faces to forget, and kinds of a login's records. */
type DueKind = 'verification' | 'hosted' | 'delivery' | 'event' | 'kept' | LoginKind;

/** Spreads the due index over partitions: one would bear every write of the installation. */
const dueShards = 8;
const dueShardsOf = (kind: DueKind): readonly string[] =>
  Array.from({ length: dueShards }, (_, shard) => `${kind}#${shard}`);

export function duePk(kind: DueKind, id: string): string {
  let sum = 0;
  for (let at = 0; at < id.length; at++) sum = (sum * 31 + id.charCodeAt(at)) >>> 0;
  return `${kind}#${sum % dueShards}`;
}

/** What stands in items but not in the domain. */
const internals = ['pk', 'sk', 'listPk', 'listSk', 'shelfPk', 'duePk', 'dueAt', 'ttl'];

/** The record in an item, or undefined where there is none or its time is over: TTL deletes late. */
export function recordOf<T>(item: Item | undefined, now?: number): T | undefined {
  if (!item || (now !== undefined && typeof item.ttl === 'number' && item.ttl * 1000 <= now)) return undefined;
  return Object.fromEntries(Object.entries(item).filter(([name]) => !internals.includes(name))) as T;
}

/** Why each write of a transaction was refused, in order; undefined where it was for another reason than a condition. */
export type Refused = readonly ('condition' | 'conflict' | 'none')[];

/** Writes all or nothing; answers undefined, or why not. Conflicts with other transactions are for the caller to retry. */
export async function transact(table: Table, writes: readonly Write[]): Promise<Refused | undefined> {
  try {
    await table.client.send(new TransactWriteCommand({ TransactItems: [...writes] }));
    return undefined;
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code);
    const known = codes.every((code) => ['None', 'ConditionalCheckFailed', 'TransactionConflict'].includes(code ?? ''));
    if (!known) throw error;
    return codes.map((code) =>
      code === 'ConditionalCheckFailed' ? 'condition' : code === 'TransactionConflict' ? 'conflict' : 'none',
    );
  }
}

const encodeCursor = (key: Item | undefined): string | undefined =>
  key && Buffer.from(JSON.stringify(key)).toString('base64url');

/** A cursor names a place in one range of one partition; one from elsewhere (or made up) starts at the beginning. */
function decodeCursor(cursor: string | undefined, listPk: string, first: string, last: string): Item | undefined {
  if (!cursor) return undefined;
  try {
    const key = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as Item;
    const fields = ['pk', 'sk', 'listPk', 'listSk'] as const;
    const start = Object.fromEntries(fields.map((field) => [field, key[field]]));
    if (!Object.values(start).every((value) => typeof value === 'string' && value !== '')) return undefined;
    const listSk = String(start.listSk);
    return start.listPk === listPk && listSk >= first && listSk <= last ? start : undefined;
  } catch {
    return undefined;
  }
}

/** One page of a list, newest first unless asked otherwise; `from` and `until` bound the time, ms. */
export async function listPage(
  table: Table,
  listPk: string,
  options: {
    readonly cursor?: string;
    readonly from?: number;
    readonly until?: number;
    readonly limit?: number;
    readonly oldestFirst?: boolean;
  } = {},
): Promise<Page<Item>> {
  const { cursor, from = 0, until = 10 ** 15 - 1, limit = 50, oldestFirst = false } = options;
  const [first, last] = [listSk(from, ''), listSk(until, '')];
  const answer = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: 'list',
      KeyConditionExpression: 'listPk = :pk AND listSk BETWEEN :from AND :until',
      ExpressionAttributeValues: { ':pk': listPk, ':from': first, ':until': last },
      ScanIndexForward: oldestFirst,
      Limit: limit,
      ExclusiveStartKey: decodeCursor(cursor, listPk, first, last),
    }),
  );
  const next = encodeCursor(answer.LastEvaluatedKey);
  return { items: answer.Items ?? [], ...(next && { cursor: next }) };
}

/** Keys of what is due, oldest first over all shards. */
export async function dueItems(table: Table, kind: DueKind, at: number, limit: number): Promise<Item[]> {
  const shards = await Promise.all(
    dueShardsOf(kind).map((shard) =>
      table.client.send(
        new QueryCommand({
          TableName: table.name,
          IndexName: 'due',
          KeyConditionExpression: 'duePk = :shard AND dueAt <= :at',
          ExpressionAttributeValues: { ':shard': shard, ':at': at },
          Limit: Math.ceil(limit / dueShards),
        }),
      ),
    ),
  );
  return shards.flatMap(({ Items }) => Items ?? []).sort((a, b) => Number(a.dueAt) - Number(b.dueAt));
}

/** The sort keys of a whole partition. */
export async function sortKeysOf({ client, name }: Table, pk: string): Promise<readonly string[]> {
  const found: string[] = [];
  let from: Item | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: name,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pk },
        ConsistentRead: true,
        ExclusiveStartKey: from,
      }),
    );
    found.push(...(page.Items ?? []).map(({ sk }) => String(sk)));
    from = page.LastEvaluatedKey;
  } while (from);
  return found;
}
