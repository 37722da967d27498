import type { SQLInputValue } from 'node:sqlite';
import type { Database } from './database.ts';
import type { StoredKey } from './key.ts';
import type { KeyRange } from './key-condition.ts';
import type { StoredIndex } from './table.ts';
import { indexColumns, type StoredItem, type TableRows } from './table-rows.ts';

/** Rows to read from a table or one of its indexes, in the order of their keys. */
export interface RowSelection {
  readonly rows: TableRows;
  readonly index: StoredIndex | undefined;
  /** One partition (Query), or a range of partition hashes (Scan). */
  readonly range: KeyRange | { readonly from: Uint8Array; readonly to: Uint8Array | undefined };
  /** Where the page before ended: the row's keys in the table and, of an index, there. */
  readonly after: { readonly table: StoredKey; readonly index: StoredKey | undefined } | undefined;
  readonly descending: boolean;
  /** Rows at most; undefined for no limit. */
  readonly limit: number | undefined;
}

/** Reads rows one by one; the caller stops when its page is full. */
export function* selectRows(selection: RowSelection, database: Database): Generator<StoredItem> {
  const { sql, values } = selectionQuery(selection);
  for (const row of database.statement(sql).iterate(...values)) {
    yield { json: row.item as string, size: row.size as number };
  }
}

/** A selection in SQL: always one range of one SQLite index, read in its order. */
export function selectionQuery(selection: RowSelection): { readonly sql: string; readonly values: SQLInputValue[] } {
  const { rows, index, range, after, descending, limit } = selection;
  const columns = index ? indexColumns(index) : ['pk', 'sk'];
  const [partition = 'pk', sort = 'sk'] = columns;
  const where: string[] = [];
  const values: SQLInputValue[] = [];
  const whereIs = (term: string, ...bound: readonly SQLInputValue[]) => {
    where.push(term);
    values.push(...bound);
  };
  let ordered = columns;
  if ('partition' in range) {
    whereIs(`${partition} = ?`, range.partition);
    for (const bound of range.bounds) whereIs(`${sort} ${bound.operator} ?`, bound.sort);
    ordered = columns.slice(1);
  } else {
    whereIs(`${partition} >= ?`, range.from);
    if (range.to) whereIs(`${partition} < ?`, range.to);
  }
  if (after) {
    const keys: Readonly<Record<string, Uint8Array>> = {
      pk: after.table.partition,
      sk: after.table.sort,
      ...(index && after.index
        ? { [`h${index.slot}`]: after.index.partition, [`r${index.slot}`]: after.index.sort }
        : {}),
    };
    whereIs(
      `(${ordered.join(', ')}) ${descending ? '<' : '>'} (${ordered.map(() => '?').join(', ')})`,
      ...ordered.map((column) => keys[column] ?? null),
    );
  }
  const order = ordered.map((column) => (descending ? `${column} DESC` : column)).join(', ');
  values.push(limit ?? -1);
  return { sql: `SELECT item, size FROM ${rows.name} WHERE ${where.join(' AND ')} ORDER BY ${order} LIMIT ?`, values };
}
