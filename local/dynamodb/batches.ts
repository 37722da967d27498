import { admitAttributes, type Item } from './attribute-value.ts';
import type { Catalog } from './catalog.ts';
import type { Changes } from './changes.ts';
import type { Database } from './database.ts';
import { validation } from './error.ts';
import { Scope } from './expression/scope.ts';
import { projected } from './item-reads.ts';
import { applyWrite, type PlannedWrite, planWrite } from './item-writes.ts';
import { admitKey, type StoredKey } from './key.ts';
import { type Body, constraint, list, record, refuseLegacy, requiredRecord, tableName } from './request.ts';

const MAX_KEYS = 100;
const MAX_WRITES = 25;
/** An answer of BatchGetItem stops growing here; keys that are left come back as UnprocessedKeys. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

function requestItems(body: Body): readonly (readonly [string, unknown])[] {
  const tables = Object.entries(requiredRecord(body, 'RequestItems'));
  if (tables.length === 0) {
    throw constraint('requestItems', '{}', 'Member must have length greater than or equal to 1');
  }
  return tables;
}

/** Names an item across tables. */
export function itemId(table: string, key: StoredKey): string {
  return `${table}/${Buffer.from(key.partition).toString('base64')}/${Buffer.from(key.sort).toString('base64')}`;
}

/** BatchGetItem. */
export function batchGet(body: Body, catalog: Catalog): string {
  const seen = new Set<string>();
  const plans = requestItems(body).map(([given]) => {
    const request = requiredRecord(requiredRecord(body, 'RequestItems'), given);
    refuseLegacy(request, ['AttributesToGet']);
    const keys = list(request, 'Keys', { min: 1, max: MAX_KEYS });
    if (!keys) throw constraint(`requestItems.${given}.member.keys`, null, 'Member must not be null');
    const scope = new Scope(request);
    const paths = scope.projection();
    scope.finish();
    const rows = catalog.get(tableName({ TableName: given }));
    const stored = keys.map((key) => {
      admitAttributes(key);
      const admitted = admitKey(key as Item, rows.table);
      const id = itemId(rows.table.name, admitted);
      if (seen.has(id)) throw validation('Provided list of item keys contains duplicates');
      seen.add(id);
      return admitted;
    });
    return { given, request, keys, stored, rows, paths };
  });
  if (seen.size > MAX_KEYS) throw validation('Too many items requested for the BatchGetItem call');
  let bytes = 0;
  const unprocessed: Record<string, unknown> = {};
  const responses = plans.map(({ given, request, keys, stored, rows, paths }) => {
    const items: string[] = [];
    for (const [position, key] of stored.entries()) {
      const item = rows.get(key);
      if (!item) continue;
      bytes += item.size;
      if (bytes > MAX_ANSWER_BYTES) {
        unprocessed[given] = { ...request, Keys: keys.slice(position) };
        break;
      }
      items.push(projected(item, paths));
    }
    return `${JSON.stringify(given)}:[${items.join(',')}]`;
  });
  return `{"Responses":{${responses.join(',')}},"UnprocessedKeys":${JSON.stringify(unprocessed)}}`;
}

/** BatchWriteItem: all of it is refused or all of it is done; nothing is ever left unprocessed. */
export function batchWrite(body: Body, catalog: Catalog, changes: Changes, database: Database): string {
  const planned: PlannedWrite[] = [];
  const seen = new Set<string>();
  for (const [given] of requestItems(body)) {
    const requests = list(requiredRecord(body, 'RequestItems'), given, { min: 1 }) ?? [];
    for (const request of requests) {
      const write = planBatched(given, request, catalog);
      const id = itemId(write.rows.table.name, write.key);
      if (seen.has(id)) throw validation('Provided list of item keys contains duplicates');
      seen.add(id);
      planned.push(write);
    }
  }
  if (planned.length > MAX_WRITES) {
    throw validation('Too many items requested for the BatchWriteItem call');
  }
  database.atomically(() => {
    for (const write of planned) applyWrite(write, undefined, changes);
  });
  return '{"UnprocessedItems":{}}';
}

function planBatched(table: string, request: Body, catalog: Catalog): PlannedWrite {
  const put = record(request, 'PutRequest');
  const deletion = record(request, 'DeleteRequest');
  if (put && deletion) {
    throw validation(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  if (put) return planWrite('put', { TableName: table, Item: put.Item }, catalog);
  if (deletion) return planWrite('delete', { TableName: table, Key: deletion.Key }, catalog);
  throw validation('Supplied WriteRequest is empty, must contain exactly one of PutRequest or DeleteRequest');
}
