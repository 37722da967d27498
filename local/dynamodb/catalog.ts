import type { Database } from './database.ts';
import { DynamoError, invalidParameter, notFound, validation } from './error.ts';
import type { IndexSpec, StoredIndex, StreamView, Table, TableSpec } from './table.ts';
import { indexColumns, TableRows } from './table-rows.ts';

/** All tables of the database, and every change of their shape. */
export class Catalog {
  readonly #database: Database;
  readonly #now: () => number;
  readonly #tables = new Map<string, TableRows>();

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
    this.#load();
  }

  #load(): void {
    this.#tables.clear();
    for (const { definition } of this.#database.statement('SELECT definition FROM tables').all()) {
      this.#open(JSON.parse(definition as string) as Table);
    }
  }

  /** Several changes as one: all of them happen, or none, in the database and in memory. */
  atomically<T>(work: () => T): T {
    try {
      return this.#database.atomically(work);
    } catch (error) {
      this.#load();
      throw error;
    }
  }

  /** @throws ResourceNotFoundException */
  get(name: string, message?: string): TableRows {
    const rows = this.#tables.get(name);
    if (!rows) throw notFound(message);
    return rows;
  }

  find(name: string): TableRows | undefined {
    return this.#tables.get(name);
  }

  all(): readonly TableRows[] {
    return [...this.#tables.values()];
  }

  /** Names in order, as ListTables gives them. */
  names(): readonly string[] {
    return [...this.#tables.keys()].sort();
  }

  create(spec: TableSpec): Table {
    if (this.#tables.has(spec.name))
      throw new DynamoError('ResourceInUseException', `Table already exists: ${spec.name}`);
    const indexes = spec.indexes.map((index, slot): StoredIndex => ({ ...index, slot }));
    return this.atomically(() => {
      const inserted = this.#database.statement("INSERT INTO tables (name, definition) VALUES (?, '')").run(spec.name);
      const table: Table = {
        ...spec,
        id: Number(inserted.lastInsertRowid),
        indexes,
        nextSlot: indexes.length,
        createdAt: this.#now(),
        pointInTimeRecovery: false,
        ...(spec.stream ? { streamLabel: this.#label() } : {}),
      };
      const columns = indexes.map(({ slot }) => `, h${slot} BLOB, r${slot} BLOB`).join('');
      // With rowids: items of a few KB would bloat a tree of keys, and make writes four times as slow.
      this.#database.exec(`
        CREATE TABLE items_${table.id} (pk BLOB NOT NULL, sk BLOB NOT NULL, item TEXT NOT NULL, size INTEGER NOT NULL,
          ttl INTEGER${columns}, PRIMARY KEY (pk, sk));
        CREATE INDEX items_${table.id}_ttl ON items_${table.id} (ttl) WHERE ttl IS NOT NULL;`);
      for (const index of indexes) this.#createIndex(table, index);
      return this.#save(table);
    });
  }

  drop(name: string): Table {
    const { table } = this.get(name);
    if (table.deletionProtection) {
      throw validation(
        `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.`,
      );
    }
    this.#database.atomically(() => {
      this.#database.exec(`DROP TABLE items_${table.id}`);
      this.#database.run('DELETE FROM tables WHERE id = ?', table.id);
    });
    this.#tables.delete(name);
    return table;
  }

  /** Brings a table's indexes to `wanted`: new ones are built from the items at hand, missing ones are dropped. */
  setIndexes(name: string, wanted: readonly IndexSpec[]): Table {
    const { table } = this.get(name);
    const same = (a: IndexSpec, b: IndexSpec) => describeIndex(a) === describeIndex(b);
    const kept = table.indexes.filter((index) => wanted.some((each) => same(each, index)));
    const fresh = wanted
      .filter((index) => !table.indexes.some((each) => same(each, index)))
      .map((index, offset): StoredIndex => ({ ...index, slot: table.nextSlot + offset }));
    if (fresh.length === 0 && kept.length === table.indexes.length) return table;
    if (fresh.some((index) => index.kind === 'local')) {
      throw invalidParameter('Local secondary indexes can only be made together with their table');
    }
    return this.atomically(() => {
      for (const index of table.indexes) {
        if (!kept.includes(index)) this.#database.exec(`DROP INDEX items_${table.id}_${index.slot}`);
      }
      const changed: Table = { ...table, indexes: [...kept, ...fresh], nextSlot: table.nextSlot + fresh.length };
      for (const index of fresh) {
        this.#database.exec(`ALTER TABLE items_${table.id} ADD COLUMN h${index.slot} BLOB`);
        this.#database.exec(`ALTER TABLE items_${table.id} ADD COLUMN r${index.slot} BLOB`);
      }
      if (fresh.length > 0) new TableRows(this.#database, changed).backfill();
      for (const index of fresh) this.#createIndex(changed, index);
      return this.#save(changed);
    });
  }

  setTimeToLive(name: string, attribute: string | undefined): Table {
    const { timeToLive, ...rest } = this.get(name).table;
    if (timeToLive === attribute) return this.get(name).table;
    const changed: Table = attribute === undefined ? rest : { ...rest, timeToLive: attribute };
    return this.atomically(() => {
      new TableRows(this.#database, changed).backfill();
      return this.#save(changed);
    });
  }

  setStream(name: string, view: StreamView | undefined): Table {
    const { stream, streamLabel, ...rest } = this.get(name).table;
    if (stream === view) return this.get(name).table;
    return this.#save(view ? { ...rest, stream: view, streamLabel: this.#label() } : rest);
  }

  setOptions(
    name: string,
    options: Partial<Pick<Table, 'billing' | 'deletionProtection' | 'pointInTimeRecovery'>>,
  ): Table {
    return this.#save({ ...this.get(name).table, ...options });
  }

  #createIndex(table: Table, index: StoredIndex): void {
    this.#database.exec(
      `CREATE INDEX items_${table.id}_${index.slot} ON items_${table.id} (${indexColumns(index).join(', ')}) WHERE h${index.slot} IS NOT NULL`,
    );
  }

  #label(): string {
    return new Date(this.#now()).toISOString().replace('Z', '');
  }

  #save(table: Table): Table {
    this.#database.run('UPDATE tables SET definition = ? WHERE id = ?', JSON.stringify(table), table.id);
    return this.#open(table);
  }

  #open(table: Table): Table {
    this.#tables.set(table.name, new TableRows(this.#database, table));
    return table;
  }
}

/** Two indexes are one if their keys and projections are; members may stand in any order. */
function describeIndex({ name, kind, key, included }: IndexSpec): string {
  const parts = [key.hash, key.range].map((part) => part && [part.name, part.type]);
  return JSON.stringify([name, kind, parts, included ? [...included].sort() : null]);
}
