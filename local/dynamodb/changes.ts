import type { Item } from './attribute-value.ts';
import type { Database } from './database.ts';
import { pick, type StoredKey } from './key.ts';
import { keyNames } from './table.ts';
import type { StoredItem, TableRows } from './table-rows.ts';

/** Every write of an item goes through here: the row, and the stream's record where the table has a stream. */
export class Changes {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  put(rows: TableRows, key: StoredKey, item: Item, size: number, old?: StoredItem): StoredItem {
    const stored: StoredItem = { json: JSON.stringify(item), size };
    if (!rows.table.stream) {
      rows.put(key, item, stored);
      return stored;
    }
    const before = old ?? rows.get(key);
    this.#database.atomically(() => {
      rows.put(key, item, stored);
      if (before?.json !== stored.json) this.#record(rows, item, before?.json, stored.json, false);
    });
    return stored;
  }

  /** @param expired whether the time-to-live sweep deletes, which stream records tell. */
  delete(rows: TableRows, key: StoredKey, old: StoredItem | undefined, expired = false): void {
    if (!rows.table.stream) {
      rows.delete(key);
      return;
    }
    const before = old ?? rows.get(key);
    if (!before) return;
    this.#database.atomically(() => {
      rows.delete(key);
      this.#record(rows, JSON.parse(before.json), before.json, undefined, expired);
    });
  }

  #record(
    { table }: TableRows,
    item: Item,
    old: string | undefined,
    fresh: string | undefined,
    expired: boolean,
  ): void {
    const keepsOld = table.stream === 'OLD_IMAGE' || table.stream === 'NEW_AND_OLD_IMAGES';
    const keepsNew = table.stream === 'NEW_IMAGE' || table.stream === 'NEW_AND_OLD_IMAGES';
    const event = fresh === undefined ? 'REMOVE' : old === undefined ? 'INSERT' : 'MODIFY';
    this.#database.run(
      'INSERT INTO changes (stream, at, event, keys, old, new, expired) VALUES (?, ?, ?, ?, ?, ?, ?)',
      streamKey(table.name, table.streamLabel ?? ''),
      this.#now(),
      event,
      JSON.stringify(pick(item, keyNames(table))),
      keepsOld ? (old ?? null) : null,
      keepsNew ? (fresh ?? null) : null,
      expired ? 1 : 0,
    );
  }
}

export function streamKey(table: string, label: string): string {
  return `${table}/${label}`;
}
