import { type AttributeValue, admitAttributes, attributeOf, type Item } from './attribute-value.ts';
import { type Capacity, writeUnits } from './capacity.ts';
import type { Catalog } from './catalog.ts';
import type { Changes } from './changes.ts';
import { DynamoError, invalidParameter, validation } from './error.ts';
import type { Condition } from './expression/condition.ts';
import { matches } from './expression/condition-match.ts';
import { type Path, project } from './expression/path.ts';
import { Scope } from './expression/scope.ts';
import type { UpdateClause } from './expression/update.ts';
import { applyUpdate } from './expression/update-apply.ts';
import { admitItemKey, admitKey, checkIndexKeys, refuseNestedKeys, type StoredKey } from './key.ts';
import { type Body, choice, refuseLegacy, requiredRecord, tableName } from './request.ts';
import { keyParts } from './table.ts';
import type { StoredItem, TableRows } from './table-rows.ts';

/** Bytes. */
const MAX_ITEM_BYTES = 400 * 1024;
const RETURN_VALUES = ['NONE', 'ALL_OLD', 'UPDATED_OLD', 'ALL_NEW', 'UPDATED_NEW'] as const;
const LEGACY = ['Expected', 'ConditionalOperator', 'AttributeUpdates'] as const;

/** A write whose request is checked as far as it can be without looking at the item. */
export interface PlannedWrite {
  readonly rows: TableRows;
  readonly key: StoredKey;
  readonly condition: Condition | undefined;
  readonly scope: Scope;
  /** Whether a failed condition shows the item that failed it. */
  readonly showsOld: boolean;
  readonly change:
    | { readonly kind: 'put'; readonly item: Item; readonly size: number }
    | { readonly kind: 'update'; readonly clauses: readonly UpdateClause[]; readonly keyItem: Item }
    | { readonly kind: 'delete' }
    | { readonly kind: 'check' };
}

/** What a write did; `attributes` is JSON. */
export interface Written {
  readonly old: StoredItem | undefined;
  readonly stored: StoredItem | undefined;
  readonly attributes?: string | undefined;
}

/** Reads one Put, Update, Delete or ConditionCheck, as a request of its own or as part of a transaction. */
export function planWrite(kind: PlannedWrite['change']['kind'], body: Body, catalog: Catalog): PlannedWrite {
  refuseLegacy(body, LEGACY);
  const name = tableName(body);
  const given = requiredRecord(body, kind === 'put' ? 'Item' : 'Key') as Item;
  const size = admitAttributes(given);
  const onFailure = choice(body, 'ReturnValuesOnConditionCheckFailure', ['ALL_OLD', 'NONE']);
  const scope = new Scope(body);
  const clauses = kind === 'update' ? scope.update() : undefined;
  const condition = scope.condition('ConditionExpression');
  if (kind === 'check' && !condition) throw validation('The ConditionExpression of a ConditionCheck must not be null');
  scope.finish();
  if (kind === 'put' && size > MAX_ITEM_BYTES) throw validation('Item size has exceeded the maximum allowed size');
  const rows = catalog.get(name);
  const key = kind === 'put' ? admitItemKey(given, rows.table) : admitKey(given, rows.table);
  if (clauses) refuseKeyChange(clauses, rows, scope);
  refuseNestedKeys(scope.nested, rows.table);
  const change: PlannedWrite['change'] =
    kind === 'put'
      ? { kind, item: given, size }
      : kind === 'update'
        ? { kind, clauses: clauses ?? [], keyItem: given }
        : { kind };
  return { rows, key, condition, scope, showsOld: onFailure === 'ALL_OLD', change };
}

function refuseKeyChange(clauses: readonly UpdateClause[], { table }: TableRows, scope: Scope): void {
  const names = keyParts(table.key).map((part) => part.name);
  for (const clause of clauses) {
    const [head] = scope.path(clause.path);
    if (names.includes(String(head))) {
      throw invalidParameter(`Cannot update attribute ${head}. This attribute is part of the key`);
    }
  }
}

/** @throws ConditionalCheckFailedException, with the item where that was asked for. */
export function checkWrite({ condition, scope, showsOld }: PlannedWrite, old: Item | undefined): void {
  if (!condition || matches(condition, old ?? {}, scope)) return;
  throw new DynamoError(
    'ConditionalCheckFailedException',
    'The conditional request failed',
    showsOld && old ? { Item: old } : {},
  );
}

/** Makes the change of a write whose condition holds. `old` has to be the item as stored, if `planned` needs it at all. */
export function applyWrite(
  planned: PlannedWrite,
  old: StoredItem | undefined,
  changes: Changes,
  returns: (typeof RETURN_VALUES)[number] = 'NONE',
): Written {
  const { rows, key, change, scope } = planned;
  const allOld = returns === 'ALL_OLD' ? old?.json : undefined;
  switch (change.kind) {
    case 'check':
      return { old, stored: old };
    case 'delete':
      changes.delete(rows, key, old);
      return { old, stored: undefined, attributes: allOld };
    case 'put':
      return { old, stored: changes.put(rows, key, change.item, change.size, old), attributes: allOld };
    case 'update': {
      const item: Item = old ? JSON.parse(old.json) : { ...change.keyItem };
      const paths = change.clauses.map((clause) => scope.path(clause.path));
      // Before the change: the update works in place.
      const updatedOld = returns === 'UPDATED_OLD' && old ? projection(item, paths) : undefined;
      applyUpdate(change.clauses, item, scope);
      const size = admitAttributes(item);
      if (size > MAX_ITEM_BYTES) throw validation('Item size to update has exceeded the maximum allowed size');
      checkUpdatedIndexKeys(item, rows);
      const stored = changes.put(rows, key, item, size, old);
      if (returns === 'ALL_NEW') return { old, stored, attributes: stored.json };
      if (returns === 'UPDATED_NEW') return { old, stored, attributes: projection(item, paths) };
      return { old, stored, attributes: allOld ?? updatedOld };
    }
  }
}

function checkUpdatedIndexKeys(item: Item, { table }: TableRows): void {
  for (const index of table.indexes) {
    for (const part of keyParts(index.key)) {
      const value: AttributeValue | undefined = attributeOf(item, part.name);
      if (value && value[part.type] === undefined) {
        throw validation('The update expression attempted to update the secondary index key to unsupported type');
      }
    }
  }
  checkIndexKeys(item, table);
}

function projection(item: Item, paths: readonly Path[]): string | undefined {
  const kept = project(item, paths);
  return Object.keys(kept).length > 0 ? JSON.stringify(kept) : undefined;
}

/** PutItem, UpdateItem and DeleteItem. @returns the answer's JSON. */
export function writeItem(kind: 'put' | 'update' | 'delete', body: Body, catalog: Catalog, changes: Changes): string {
  const returns = choice(body, 'ReturnValues', RETURN_VALUES) ?? 'NONE';
  if (kind !== 'update' && returns !== 'NONE' && returns !== 'ALL_OLD') {
    throw validation('ReturnValues can only be ALL_OLD or NONE');
  }
  const capacity: Capacity | undefined = choice(body, 'ReturnConsumedCapacity', ['INDEXES', 'TOTAL', 'NONE']);
  const planned = planWrite(kind, body, catalog);
  const readsOld = kind === 'update' || planned.condition || returns === 'ALL_OLD' || (capacity && capacity !== 'NONE');
  const old = readsOld ? planned.rows.get(planned.key) : undefined;
  if (planned.condition) checkWrite(planned, old && JSON.parse(old.json));
  const { attributes, stored } = applyWrite(planned, old, changes, returns);
  const consumed = writeUnits(capacity, planned.rows.table.name, old, stored);
  if (!consumed) return attributes === undefined ? '{}' : `{"Attributes":${attributes}}`;
  return `{${attributes === undefined ? '' : `"Attributes":${attributes},`}"ConsumedCapacity":${JSON.stringify(consumed)}}`;
}
