import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { openDatabase, transaction } from '../sqlite.ts';

const SCHEMA = `
  PRAGMA cache_size = -65536;
  PRAGMA wal_autocheckpoint = 4000;
  CREATE TABLE IF NOT EXISTS tables (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE NOT NULL, definition TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS tokens (token TEXT PRIMARY KEY, request BLOB NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS changes (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT NOT NULL, at INTEGER NOT NULL, event TEXT NOT NULL,
    keys TEXT NOT NULL, old TEXT, new TEXT, expired INTEGER NOT NULL);
  CREATE INDEX IF NOT EXISTS changes_by_stream ON changes (stream, sequence);
  CREATE INDEX IF NOT EXISTS changes_by_time ON changes (at);
  CREATE INDEX IF NOT EXISTS tokens_by_time ON tokens (at);
`;

/** The one SQLite file, with its statements prepared once. */
export class Database {
  readonly #sqlite: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(folder: string) {
    this.#sqlite = openDatabase(folder, 'dynamodb.sqlite', SCHEMA);
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
    return transaction(this.#sqlite, work);
  }

  close(): void {
    this.#statements.clear();
    this.#sqlite.close();
  }
}
