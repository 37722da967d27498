import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

/**
 * The one SQLite file. Write-ahead log with `synchronous=NORMAL`: a committed write survives the process's death (it is in the
 * kernel's hands); only the machine's own crash may lose the last moments.
 */
export class Database {
  readonly #sqlite: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;

  constructor(folder: string) {
    this.#sqlite = new DatabaseSync(join(folder, 'dynamodb.sqlite'));
    this.#sqlite.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA busy_timeout = 5000;
      PRAGMA cache_size = -65536;
      PRAGMA wal_autocheckpoint = 4000;
      CREATE TABLE IF NOT EXISTS tables (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE NOT NULL, definition TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS tokens (token TEXT PRIMARY KEY, request BLOB NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS changes (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT NOT NULL, at INTEGER NOT NULL, event TEXT NOT NULL,
        keys TEXT NOT NULL, old TEXT, new TEXT, expired INTEGER NOT NULL);
      CREATE INDEX IF NOT EXISTS changes_by_stream ON changes (stream, sequence);
    `);
  }

  exec(sql: string): void {
    this.#sqlite.exec(sql);
  }

  /** A prepared statement, made once per text. */
  statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#sqlite.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  run(sql: string, ...values: readonly SQLInputValue[]): void {
    this.statement(sql).run(...values);
  }

  /** Everything `work` writes is written, or nothing is. May be nested; the outermost call decides. */
  atomically<T>(work: () => T): T {
    if (this.#depth > 0) return work();
    this.#depth = 1;
    this.run('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.run('COMMIT');
      return result;
    } catch (error) {
      this.run('ROLLBACK');
      throw error;
    } finally {
      this.#depth = 0;
    }
  }

  close(): void {
    this.#statements.clear();
    this.#sqlite.close();
  }
}
