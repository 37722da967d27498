import type { SQLInputValue, StatementSync } from 'node:sqlite';
import { attributeOf, type Item } from './attribute-value.ts';
import type { Database } from './database.ts';
import { encodePartition, encodeSort, NO_SORT_KEY, type StoredKey } from './key.ts';
import type { StoredIndex, Table } from './table.ts';

/** An item as it is kept: its wire JSON and its size in bytes by DynamoDB's rules. */
export interface StoredItem {
  readonly json: string;
  readonly size: number;
}

const BACKFILL_ROWS = 500;

/** Columns of an index in its order; a primary key's columns make the order total. */
export function indexColumns(index: StoredIndex): readonly string[] {
  return [`h${index.slot}`, ...(index.key.range ? [`r${index.slot}`] : []), 'pk', 'sk'];
}

/**
 * The items of one table: a SQLite table ordered by key, with the keys of each index as columns beside the item and a SQLite index
 * over them. Index columns are NULL, and the SQLite index has no entry, where the item lacks an index key.
 */
export class TableRows {
  readonly table: Table;
  readonly name: string;
  readonly #database: Database;
  readonly #get: StatementSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;

  constructor(database: Database, table: Table) {
    this.table = table;
    this.name = `items_${table.id}`;
    this.#database = database;
    const columns = [
      'pk',
      'sk',
      'item',
      'size',
      'ttl',
      ...table.indexes.flatMap((index) => [`h${index.slot}`, `r${index.slot}`]),
    ];
    const updates = columns.slice(2).map((column) => `${column} = excluded.${column}`);
    this.#get = database.statement(`SELECT item, size FROM ${this.name} WHERE pk = ? AND sk = ?`);
    this.#put = database.statement(
      `INSERT INTO ${this.name} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')}) ON CONFLICT (pk, sk) DO UPDATE SET ${updates.join(', ')}`,
    );
    this.#delete = database.statement(`DELETE FROM ${this.name} WHERE pk = ? AND sk = ?`);
  }

  get(key: StoredKey): StoredItem | undefined {
    const row = this.#get.get(key.partition, key.sort);
    return row && { json: row.item as string, size: row.size as number };
  }

  put(key: StoredKey, item: Item, stored: StoredItem): void {
    this.#put.run(key.partition, key.sort, stored.json, stored.size, ...this.#derived(item));
  }

  delete(key: StoredKey): void {
    this.#delete.run(key.partition, key.sort);
  }

  #derived(item: Item): SQLInputValue[] {
    const values: SQLInputValue[] = [expiryOf(item, this.table)];
    for (const index of this.table.indexes) {
      const { hash, range } = index.key;
      const first = attributeOf(item, hash.name);
      const second = range && attributeOf(item, range.name);
      if (!first || (range && !second)) values.push(null, null);
      else values.push(encodePartition(first), second ? encodeSort(second) : NO_SORT_KEY);
    }
    return values;
  }

  /** Keys of items whose expiry lies in `[from, to]` epoch seconds, at most `limit`. */
  expired(from: number, to: number, limit: number): readonly StoredKey[] {
    const rows = this.#database
      .statement(`SELECT pk, sk FROM ${this.name} WHERE ttl BETWEEN ? AND ? LIMIT ?`)
      .all(from, to, limit);
    return rows.map((row) => ({ partition: row.pk as Uint8Array, sort: row.sk as Uint8Array }));
  }

  count(): { readonly items: number; readonly bytes: number } {
    const row = this.#database.statement(`SELECT count(*) AS items, total(size) AS bytes FROM ${this.name}`).get();
    return { items: Number(row?.items), bytes: Number(row?.bytes) };
  }

  /** Writes every row again, for a table whose indexes or time-to-live attribute have changed. */
  backfill(): void {
    const page = this.#database.statement(
      `SELECT pk, sk, item, size FROM ${this.name} WHERE (pk, sk) > (?, ?) ORDER BY pk, sk LIMIT ${BACKFILL_ROWS}`,
    );
    let after: StoredKey = { partition: NO_SORT_KEY, sort: NO_SORT_KEY };
    for (;;) {
      const rows = page.all(after.partition, after.sort);
      for (const row of rows) {
        after = { partition: row.pk as Uint8Array, sort: row.sk as Uint8Array };
        const json = row.item as string;
        this.put(after, withoutMistypedKeys(JSON.parse(json), this.table), { json, size: row.size as number });
      }
      if (rows.length < BACKFILL_ROWS) return;
    }
  }
}

/** Items written before an index was made may hold anything at its keys; DynamoDB leaves those out of the index. */
function withoutMistypedKeys(item: Item, table: Table): Item {
  const parts = table.indexes.flatMap(({ key }) => (key.range ? [key.hash, key.range] : [key.hash]));
  const mistyped = parts.filter((part) => !attributeOf(item, part.name)?.[part.type]).map((part) => part.name);
  return Object.fromEntries(Object.entries(item).filter(([name]) => !mistyped.includes(name)));
}

function expiryOf(item: Item, table: Table): number | null {
  const value = table.timeToLive === undefined ? undefined : attributeOf(item, table.timeToLive);
  const seconds = Number(value?.N);
  return Number.isSafeInteger(Math.floor(seconds)) ? Math.floor(seconds) : null;
}
