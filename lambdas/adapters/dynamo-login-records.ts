import { setTimeout as wait } from 'node:timers/promises';
import { BatchGetCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Realm } from '../domain/caller.ts';
import type { LoginChange, LoginKind, LoginRecordOf } from '../domain/login-records.ts';
import { fail, ok } from '../domain/result.ts';
import type { LoginRecords } from '../ports/people.ts';
import { creditWrites, readBalance } from './dynamo-credits.ts';
import { eventWrites } from './dynamo-outbox.ts';
import {
  dueItems,
  duePk,
  type Item,
  keys,
  listPage,
  listSk,
  recordOf,
  type Table,
  transact,
  type Write,
} from './dynamo-table.ts';

/** Conflicts with other transactions on a record or a balance are retried so often, with pauses that grow. */
const conflictRetries = 14;
/** Items that a transaction takes, and that one read of many takes, at most. */
const mostItems = 100;

const listPk = ({ tenantId, mode }: Realm, kind: LoginKind) => `${tenantId}#${mode}#login#${kind}`;
const keyOf = ({ tenantId, mode }: Realm, kind: LoginKind, id: string): Item => keys.login(tenantId, mode, kind, id);

export function dynamoLoginRecords(table: Table): LoginRecords {
  const { client, name } = table;

  const asRead = ({ record: { revision } }: LoginChange) => ({
    ConditionExpression: revision === 0 ? 'attribute_not_exists(pk)' : 'revision = :read',
    ...(revision > 0 && { ExpressionAttributeValues: { ':read': revision } }),
  });
  const checkOf = (realm: Realm, one: LoginChange): Write => ({
    ConditionCheck: { TableName: name, Key: keyOf(realm, one.kind, one.record.id), ...asRead(one) },
  });

  const writeOf = (realm: Realm, change: LoginChange): Write => {
    const { kind, record, gone } = change;
    const Key = keyOf(realm, kind, record.id);
    const unchanged = asRead(change);
    if (gone) return { Delete: { TableName: name, Key, ...unchanged } };
    const Item = {
      ...record,
      ...Key,
      revision: record.revision + 1,
      listPk: listPk(realm, kind),
      listSk: listSk(record.createdAt, record.id),
      ...(record.keptUntil !== undefined && { ttl: Math.ceil(record.keptUntil / 1000) }),
      ...(record.wakeAt !== undefined && { duePk: duePk(kind, record.id), dueAt: record.wakeAt }),
    };
    return { Put: { TableName: name, Item, ...unchanged } };
  };

  return {
    async get<Kind extends LoginKind>(realm: Realm, kind: Kind, id: string) {
      const get = new GetCommand({ TableName: name, Key: keyOf(realm, kind, id), ConsistentRead: true });
      return recordOf<LoginRecordOf<Kind>>((await client.send(get)).Item);
    },

    async getAll<Kind extends LoginKind>(realm: Realm, kind: Kind, ids: readonly string[]) {
      const found: LoginRecordOf<Kind>[] = [];
      let open: Item[] = [...new Set(ids)].map((id) => keyOf(realm, kind, id));
      if (open.length > mostItems) throw new RangeError(`${open.length} records at once.`);
      while (open.length > 0) {
        const RequestItems = { [name]: { Keys: open, ConsistentRead: true } };
        const { Responses, UnprocessedKeys } = await client.send(new BatchGetCommand({ RequestItems }));
        found.push(
          ...(Responses?.[name] ?? []).map((item) => recordOf<LoginRecordOf<Kind>>(item) as LoginRecordOf<Kind>),
        );
        open = UnprocessedKeys?.[name]?.Keys ?? [];
      }
      return found;
    },

    async list<Kind extends LoginKind>(realm: Realm, kind: Kind, options: Parameters<LoginRecords['list']>[2]) {
      const { page, perPage, oldestFirst = false } = options;
      const matches = options.matches as ((record: LoginRecordOf<Kind>) => boolean) | undefined;
      const [from, wanted] = [(page - 1) * perPage, page * perPage + 1];
      const found: LoginRecordOf<Kind>[] = [];
      let cursor: string | undefined;
      do {
        const bounds = { limit: mostItems, oldestFirst, ...(cursor && { cursor }) };
        const read = await listPage(table, listPk(realm, kind), bounds);
        const records = read.items.map((item) => recordOf<LoginRecordOf<Kind>>(item) as LoginRecordOf<Kind>);
        found.push(...(matches ? records.filter(matches) : records));
        cursor = read.cursor;
      } while (cursor && found.length < wanted);
      return { items: found.slice(from, wanted - 1), more: found.length >= wanted };
    },

    async commit(realm, changes, { unchanged = [], movement, told } = {}) {
      const { tenantId } = realm;
      const writes = [
        ...changes.map((change) => writeOf(realm, change)),
        ...unchanged.map((one) => checkOf(realm, one)),
        ...(told ? eventWrites(name, told.events, told.dueAt) : []),
      ];
      for (let retry = 0; retry < conflictRetries; retry++) {
        const balance = movement ? await readBalance(table, tenantId) : 0;
        if (movement && balance + movement.amount < 0) return fail('insufficient_credits');
        const credits = movement ? creditWrites(table, tenantId, balance, movement) : [];
        const refused = await transact(table, [...writes, ...credits]);
        if (!refused) return ok(movement && { ...movement, balance: balance + movement.amount });
        // A condition on the balance alone is lost against another movement; any other says that the moment is over.
        if (refused.some((why, at) => why === 'condition' && at !== writes.length)) return fail('changed');
        await wait(Math.min(400, 10 * 2 ** retry));
      }
      throw new Error('Records of a login lost against other transactions.');
    },

    async due(kind, at, limit) {
      return (await dueItems(table, kind, at, limit)).map(({ pk }) => {
        const [tenantId = '', mode, id = ''] = String(pk).split('#');
        return { tenantId, mode: mode === 'live' ? 'live' : 'test', id };
      });
    },
  };
}
