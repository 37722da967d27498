import { createHash } from 'node:crypto';
import type { AttributeValue } from './attribute-value.ts';
import { itemId } from './batches.ts';
import { type Capacity, readUnits, writeUnits } from './capacity.ts';
import type { Catalog } from './catalog.ts';
import type { Changes } from './changes.ts';
import type { Database } from './database.ts';
import { DynamoError, validation } from './error.ts';
import { planRead, projected } from './item-reads.ts';
import { applyWrite, checkWrite, type PlannedWrite, planWrite } from './item-writes.ts';
import { type Body, choice, constraint, list, record, text } from './request.ts';

const MAX_ITEMS = 100;
const MAX_BYTES = 4 * 1024 * 1024;
/** Milliseconds for which a ClientRequestToken stands for one transaction. */
const TOKEN_LIFE = 10 * 60_000;
const KINDS = { ConditionCheck: 'check', Put: 'put', Delete: 'delete', Update: 'update' } as const;

interface Reason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: AttributeValue;
}

/** A transaction refused by a condition or a rule; the wire wants its message under both spellings. */
class Cancelled extends DynamoError {
  constructor(reasons: readonly Reason[]) {
    const codes = reasons.map((reason) => reason.Code).join(', ');
    const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
    super('TransactionCanceledException', message, { Message: message, CancellationReasons: reasons });
  }
}

function transactItems(body: Body): readonly Body[] {
  const items = list(body, 'TransactItems', { min: 1, max: MAX_ITEMS });
  if (!items) throw constraint('TransactItems', null, 'Member must not be null');
  return items;
}

/** TransactWriteItems: conditions are judged on the items as they were, all of them, then everything is written or nothing. */
export function transactWrite(
  body: Body,
  catalog: Catalog,
  changes: Changes,
  database: Database,
  now: () => number,
): string {
  const items = transactItems(body);
  const capacity: Capacity | undefined = choice(body, 'ReturnConsumedCapacity', ['INDEXES', 'TOTAL', 'NONE']);
  const token = text(body, 'ClientRequestToken');
  if (token !== undefined && (token.length < 1 || token.length > 36)) {
    throw constraint('clientRequestToken', token, 'Member must have length less than or equal to 36');
  }
  // Before planning, which rewrites numbers in place.
  const digest = token === undefined ? undefined : createHash('sha256').update(JSON.stringify(items)).digest();
  const planned = items.map((item) => planTransacted(item, catalog));
  refuseRepeatedItems(planned);
  if (token !== undefined && digest && isRepeated(token, digest, database, now())) return '{}';
  return database.atomically(() => {
    const consumed = judgeAndApply(planned, changes, capacity);
    if (token !== undefined && digest) {
      database.run('INSERT OR REPLACE INTO tokens (token, request, at) VALUES (?, ?, ?)', token, digest, now());
    }
    return consumed.length > 0 ? JSON.stringify({ ConsumedCapacity: consumed }) : '{}';
  });
}

function planTransacted(item: Body, catalog: Catalog): PlannedWrite {
  const given = Object.entries(KINDS).flatMap(([name, kind]) => {
    const request = record(item, name);
    return request ? [{ kind, request }] : [];
  });
  const [only] = given;
  if (!only || given.length > 1) {
    throw validation('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  return planWrite(only.kind, only.request, catalog);
}

function refuseRepeatedItems(planned: readonly PlannedWrite[]): void {
  const ids = planned.map(({ rows, key }) => itemId(rows.table.name, key));
  if (new Set(ids).size < ids.length) {
    throw validation('Transaction request cannot include multiple operations on one item');
  }
}

/** @throws IdempotentParameterMismatchException when the token stood for another request within its life. */
function isRepeated(token: string, digest: Buffer, database: Database, now: number): boolean {
  const known = database
    .statement('SELECT request FROM tokens WHERE token = ? AND at > ?')
    .get(token, now - TOKEN_LIFE);
  if (!known) return false;
  if (digest.equals(known.request as Uint8Array)) return true;
  throw new DynamoError(
    'IdempotentParameterMismatchException',
    'The request uses the same client token as a previous, but non-identical request',
  );
}

export function forgetTokens(database: Database, now: number): void {
  database.run('DELETE FROM tokens WHERE at <= ?', now - TOKEN_LIFE);
}

function judgeAndApply(
  planned: readonly PlannedWrite[],
  changes: Changes,
  capacity: Capacity | undefined,
): readonly Body[] {
  const olds = planned.map((write) => write.rows.get(write.key));
  const judge = (work: (write: PlannedWrite, position: number) => void) => {
    const reasons = planned.map((write, position) => reasonOf(() => work(write, position)));
    if (reasons.some((reason) => reason.Code !== 'None')) throw new Cancelled(reasons);
  };
  judge((write, position) => {
    const old = olds[position];
    if (write.condition) checkWrite(write, old && JSON.parse(old.json));
  });
  let bytes = 0;
  const units = new Map<string, number>();
  judge((write, position) => {
    const { old, stored } = applyWrite(write, olds[position], changes);
    bytes += stored?.size ?? old?.size ?? 0;
    const consumed = writeUnits(capacity, write.rows.table.name, old, stored, 2);
    if (consumed)
      units.set(write.rows.table.name, (units.get(write.rows.table.name) ?? 0) + Number(consumed.CapacityUnits));
  });
  if (bytes > MAX_BYTES) throw validation('Collection size of items in the transaction exceeds 4 MB');
  return [...units].map(([TableName, CapacityUnits]) => ({ TableName, CapacityUnits }));
}

function reasonOf(work: () => void): Reason {
  try {
    work();
    return { Code: 'None' };
  } catch (error) {
    if (!(error instanceof DynamoError)) throw error;
    const code = error.type === 'ConditionalCheckFailedException' ? 'ConditionalCheckFailed' : 'ValidationError';
    return { Code: code, Message: error.message, ...error.detail };
  }
}

/** TransactGetItems. The store serialises everything, so that a transaction sees one moment. */
export function transactGet(body: Body, catalog: Catalog): string {
  const capacity: Capacity | undefined = choice(body, 'ReturnConsumedCapacity', ['INDEXES', 'TOTAL', 'NONE']);
  const planned = transactItems(body).map((item) => {
    const get = record(item, 'Get');
    if (!get) throw constraint('transactItems.1.member.get', null, 'Member must not be null');
    return planRead(get, catalog);
  });
  if (new Set(planned.map(({ rows, key }) => itemId(rows.table.name, key))).size < planned.length) {
    throw validation('Transaction request cannot include multiple operations on one item');
  }
  const consumed: Body[] = [];
  const responses = planned.map(({ rows, key, paths }) => {
    const stored = rows.get(key);
    const units = readUnits(capacity, rows.table.name, stored?.size ?? 0, 2);
    if (units) consumed.push(units);
    return stored ? `{"Item":${projected(stored, paths)}}` : '{}';
  });
  const tail = consumed.length > 0 ? `,"ConsumedCapacity":${JSON.stringify(consumed)}` : '';
  return `{"Responses":[${responses.join(',')}]${tail}}`;
}
