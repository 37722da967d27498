import { admitAttributes, type Item } from './attribute-value.ts';
import { type Capacity, readUnits } from './capacity.ts';
import type { Catalog } from './catalog.ts';
import { type Path, project } from './expression/path.ts';
import { Scope } from './expression/scope.ts';
import { admitKey, refuseNestedKeys, type StoredKey } from './key.ts';
import { type Body, choice, flag, refuseLegacy, requiredRecord, tableName } from './request.ts';
import type { StoredItem, TableRows } from './table-rows.ts';

/** An item's JSON as stored, or the part that a projection keeps. */
export function projected(stored: StoredItem, paths: readonly Path[] | undefined): string {
  return paths ? JSON.stringify(project(JSON.parse(stored.json), paths)) : stored.json;
}

export interface PlannedRead {
  readonly rows: TableRows;
  readonly key: StoredKey;
  readonly paths: readonly Path[] | undefined;
}

export function planRead(body: Body, catalog: Catalog): PlannedRead {
  refuseLegacy(body, ['AttributesToGet']);
  const name = tableName(body);
  const given = requiredRecord(body, 'Key') as Item;
  admitAttributes(given);
  const scope = new Scope(body);
  const paths = scope.projection();
  scope.finish();
  const rows = catalog.get(name);
  refuseNestedKeys(scope.nested, rows.table);
  return { rows, key: admitKey(given, rows.table), paths };
}

/** GetItem. @returns the answer's JSON; an item that is read whole goes from the database to the wire as it is. */
export function getItem(body: Body, catalog: Catalog): string {
  const capacity: Capacity | undefined = choice(body, 'ReturnConsumedCapacity', ['INDEXES', 'TOTAL', 'NONE']);
  const consistent = flag(body, 'ConsistentRead') ?? false;
  const { rows, key, paths } = planRead(body, catalog);
  const stored = rows.get(key);
  const members = stored ? [`"Item":${projected(stored, paths)}`] : [];
  const consumed = readUnits(capacity, rows.table.name, stored?.size ?? 0, consistent ? 1 : 0.5);
  if (consumed) members.push(`"ConsumedCapacity":${JSON.stringify(consumed)}`);
  return `{${members.join(',')}}`;
}
