import { admitAttributes, attributeOf, type Item } from './attribute-value.ts';
import { type Capacity, readUnits } from './capacity.ts';
import type { Catalog } from './catalog.ts';
import type { Database } from './database.ts';
import { invalidParameter, validation } from './error.ts';
import type { Condition } from './expression/condition.ts';
import { conditionHeads } from './expression/condition-heads.ts';
import { matches } from './expression/condition-match.ts';
import { type Path, project } from './expression/path.ts';
import { Scope } from './expression/scope.ts';
import { pick, refuseNestedKeys, segmentBounds, storedKey } from './key.ts';
import { type KeyRange, readKeyCondition, withinBounds } from './key-condition.ts';
import { type Body, choice, flag, integer, record, refuseLegacy, tableName, text } from './request.ts';
import { type RowSelection, selectRows } from './row-pages.ts';
import { keyNames, keyParts, type StoredIndex } from './table.ts';
import type { TableRows } from './table-rows.ts';

/** Bytes of items after which a page ends. */
const PAGE_BYTES = 1024 * 1024;
const MAX_SEGMENTS = 1_000_000;
const LEGACY = ['AttributesToGet', 'QueryFilter', 'ScanFilter', 'KeyConditions', 'ConditionalOperator'] as const;
const SELECTS = ['ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES', 'COUNT', 'SPECIFIC_ATTRIBUTES'] as const;

interface Page {
  readonly selection: RowSelection;
  readonly filter: Condition | undefined;
  readonly scope: Scope;
  readonly paths: readonly Path[] | undefined;
  readonly countOnly: boolean;
  /** Whether whole items are wanted of an index that holds only part of them (local indexes fetch the rest). */
  readonly whole: boolean;
  readonly capacity: Capacity | undefined;
  readonly consistent: boolean;
}

/** Query. @returns the answer's JSON. */
export function query(body: Body, catalog: Catalog, database: Database): string {
  const { rows, index, scope, ...page } = readPage(body, catalog);
  const condition = scope.condition('KeyConditionExpression');
  if (!condition) {
    throw validation('Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.');
  }
  const rest = readExpressions(scope, rows);
  const key = index?.key ?? rows.table.key;
  const range = readKeyCondition(condition, scope, key);
  const forbidden = keyParts(key).map((part) => part.name);
  const filtered = rest.filter && conditionHeads(rest.filter, scope).find((name) => forbidden.includes(name));
  if (filtered !== undefined) {
    throw validation(
      `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${filtered}`,
    );
  }
  checkProjection(rest.paths, rows, index);
  const after = readStart(body, rows, index, range);
  const descending = flag(body, 'ScanIndexForward') === false;
  const selection: RowSelection = { rows, index, range, after, descending, limit: page.limit };
  return readRows({ selection, scope, ...rest, ...page }, database);
}

/** Scan. @returns the answer's JSON. */
export function scan(body: Body, catalog: Catalog, database: Database): string {
  const { rows, index, scope, ...page } = readPage(body, catalog);
  const rest = readExpressions(scope, rows);
  const total = integer(body, 'TotalSegments', { min: 1, max: MAX_SEGMENTS });
  const segment = integer(body, 'Segment', { min: 0, max: MAX_SEGMENTS - 1 });
  if ((segment === undefined) !== (total === undefined)) {
    const [missing, present] = total === undefined ? ['TotalSegments', 'Segment'] : ['Segment', 'TotalSegments'];
    throw validation(
      `The ${missing} parameter is required but was not present in the request when ${present === 'Segment' ? 'Segment parameter' : 'parameter TotalSegments'} is present`,
    );
  }
  if (segment !== undefined && total !== undefined && segment >= total) {
    throw validation(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${segment} is not less than TotalSegments: ${total}`,
    );
  }
  checkProjection(rest.paths, rows, index);
  const range = segmentBounds(segment ?? 0, total ?? 1);
  const after = readStart(body, rows, index, undefined);
  const selection: RowSelection = { rows, index, range, after, descending: false, limit: page.limit };
  return readRows({ selection, scope, ...rest, ...page }, database);
}

function readPage(body: Body, catalog: Catalog) {
  refuseLegacy(body, LEGACY);
  const name = tableName(body);
  const indexName = text(body, 'IndexName');
  const limit = integer(body, 'Limit', { min: 1 });
  const select = choice(body, 'Select', SELECTS);
  const capacity: Capacity | undefined = choice(body, 'ReturnConsumedCapacity', ['INDEXES', 'TOTAL', 'NONE']);
  checkSelect(select, text(body, 'ProjectionExpression') !== undefined, indexName);
  const rows = catalog.get(name);
  const index = indexName === undefined ? undefined : findIndex(rows, indexName);
  const consistent = flag(body, 'ConsistentRead') ?? false;
  if (index?.kind === 'global' && consistent) {
    throw validation('Consistent reads are not supported on global secondary indexes');
  }
  const whole = select === 'ALL_ATTRIBUTES';
  if (whole && index?.kind === 'global' && index.included) {
    throw invalidParameter(
      `Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} because its projection type is not ALL`,
    );
  }
  return { rows, index, scope: new Scope(body), limit, whole, countOnly: select === 'COUNT', capacity, consistent };
}

function readExpressions(scope: Scope, { table }: TableRows) {
  const filter = scope.condition('FilterExpression');
  const paths = scope.projection();
  scope.finish();
  refuseNestedKeys(scope.nested, table);
  return { filter, paths };
}

function findIndex({ table }: TableRows, name: string): StoredIndex {
  const index = table.indexes.find((each) => each.name === name);
  if (!index) throw validation(`The table does not have the specified index: ${name}`);
  return index;
}

function checkSelect(select: (typeof SELECTS)[number] | undefined, projects: boolean, index: string | undefined): void {
  if (select === 'SPECIFIC_ATTRIBUTES' && !projects) {
    throw validation(
      'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
    );
  }
  if (select === 'ALL_PROJECTED_ATTRIBUTES' && index === undefined) {
    throw validation('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName');
  }
  if (projects && select !== undefined && select !== 'SPECIFIC_ATTRIBUTES') {
    const wanted = select === 'COUNT' ? 'only the Count' : select;
    throw validation(`Cannot specify the ProjectionExpression when choosing to get ${wanted}`);
  }
}

/** A global index cannot give what it does not hold. */
function checkProjection(
  paths: readonly Path[] | undefined,
  { table }: TableRows,
  index: StoredIndex | undefined,
): void {
  if (!paths || index?.kind !== 'global' || !index.included) return;
  const held: readonly string[] = [...index.included, ...keyNames(table, index)];
  const missing = paths.map(([head]) => String(head)).filter((name) => !held.includes(name));
  if (missing.length > 0) {
    throw invalidParameter(`Global secondary index ${index.name} does not project [${missing.join(', ')}]`);
  }
}

function readStart(body: Body, { table }: TableRows, index: StoredIndex | undefined, range: KeyRange | undefined) {
  const given = record(body, 'ExclusiveStartKey');
  if (!given) return undefined;
  admitAttributes(given);
  const start = given as Item;
  const parts = [...keyParts(table.key), ...(index ? keyParts(index.key) : [])];
  const complete = parts.every((part) => attributeOf(start, part.name)?.[part.type] !== undefined);
  if (!complete || Object.keys(start).length !== keyNames(table, index).length) {
    throw validation('The provided starting key is invalid');
  }
  const after = { table: storedKey(start, table.key), index: index && storedKey(start, index.key) };
  const own = after.index ?? after.table;
  if (range && Buffer.compare(own.partition, range.partition) !== 0) {
    throw validation('The provided starting key is outside query boundaries based on provided conditions');
  }
  if (range && !withinBounds(own.sort, range.bounds)) {
    throw validation('The provided starting key does not match the range key predicate');
  }
  return after;
}

function readRows(page: Page, database: Database): string {
  const { selection, filter, scope, paths, countOnly, whole } = page;
  const { rows, index, limit } = selection;
  const names = keyNames(rows.table, index);
  const held = index?.included && !whole ? [...new Set([...names, ...index.included])] : undefined;
  const items: string[] = [];
  let [scanned, count, bytes] = [0, 0, 0];
  let last: string | undefined;
  for (const { json, size } of selectRows(selection, database)) {
    const item: Item | undefined = filter || paths || held ? JSON.parse(json) : undefined;
    const shown = item && held && !(paths && index?.kind === 'local') ? pick(item, held) : item;
    scanned++;
    bytes += shown && held ? admitAttributes(shown) : size;
    if (!filter || matches(filter, shown ?? {}, scope)) {
      count++;
      if (!countOnly)
        items.push(shown ? (paths || held ? JSON.stringify(paths ? project(shown, paths) : shown) : json) : json);
    }
    if (scanned === limit || bytes >= PAGE_BYTES) {
      last = json;
      break;
    }
  }
  const members = [`"Count":${count}`, `"ScannedCount":${scanned}`];
  if (!countOnly) members.unshift(`"Items":[${items.join(',')}]`);
  if (last !== undefined) members.push(`"LastEvaluatedKey":${JSON.stringify(pick(JSON.parse(last), names))}`);
  const consumed = readUnits(page.capacity, rows.table.name, bytes, page.consistent ? 1 : 0.5);
  if (consumed) members.push(`"ConsumedCapacity":${JSON.stringify(consumed)}`);
  return `{${members.join(',')}}`;
}
