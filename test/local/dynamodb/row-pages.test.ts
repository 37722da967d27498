import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Catalog } from '../../../local/dynamodb/catalog.ts';
import { Database } from '../../../local/dynamodb/database.ts';
import { segmentBounds, storedKey } from '../../../local/dynamodb/key.ts';
import { type RowSelection, selectionQuery } from '../../../local/dynamodb/row-pages.ts';
import type { TableRows } from '../../../local/dynamodb/table-rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'dynamodb-plan-'));
let database: Database;
let rows: TableRows;
beforeAll(() => {
  database = new Database(folder);
  const catalog = new Catalog(database, Date.now);
  const part = (name: string) => ({ name, type: 'S' as const });
  catalog.create({
    name: 'plans',
    key: { hash: part('pk'), range: part('sk') },
    indexes: [
      { name: 'ranged', kind: 'global', key: { hash: part('a'), range: part('b') } },
      { name: 'hashed', kind: 'global', key: { hash: part('c') } },
    ],
    billing: 'PAY_PER_REQUEST',
    deletionProtection: false,
  });
  rows = catalog.get('plans');
});
afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const item = Object.fromEntries(['pk', 'sk', 'a', 'b', 'c'].map((name) => [name, { S: name }]));
const bytes = Buffer.from('x');
const query = { partition: bytes, bounds: [] };
const ranged = { partition: bytes, bounds: [{ operator: '>=' as const, sort: bytes }] };
const scan = segmentBounds(1, 4);

test.each([
  ['Query', undefined, query],
  ['Query of a range', undefined, ranged],
  ['Scan of a segment', undefined, scan],
  ['Query of an index', 'ranged', query],
  ['Query of an index range', 'ranged', ranged],
  ['Query of an index without range key', 'hashed', query],
  ['Scan of an index', 'ranged', scan],
  ['Scan of an index without range key', 'hashed', scan],
] as const)('%s searches one SQLite index and sorts nothing, on the first page and on later ones', (_, name, range) => {
  const index = rows.table.indexes.find((each) => each.name === name);
  const after = { table: storedKey(item, rows.table.key), index: index && storedKey(item, index.key) };
  for (const start of [undefined, after]) {
    for (const descending of [false, true]) {
      const selection: RowSelection = { rows, index, range, after: start, descending, limit: 10 };
      const { sql, values } = selectionQuery(selection);
      const plan = database
        .statement(`EXPLAIN QUERY PLAN ${sql}`)
        .all(...values)
        .map((row) => row.detail);
      expect(plan).toHaveLength(1);
      const used = index
        ? `INDEX items_${rows.table.id}_${index.slot}`
        : `INDEX sqlite_autoindex_items_${rows.table.id}_1`;
      expect(plan[0]).toMatch(new RegExp(`^SEARCH .* ${used} `));
    }
  }
});
