import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Opens `folder/file`, with `schema` applied. In WAL mode with NORMAL synchronisation a commit survives the death of
 * the process (kill -9) without an fsync each; a power cut may lose the last commits, but never the file's consistency.
 */
export function openDatabase(folder: string, file: string, schema: string): DatabaseSync {
  const database = new DatabaseSync(join(folder, file));
  // The timeout is for a predecessor on the same data that is still draining.
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000',
  );
  database.exec(schema);
  return database;
}

/** Runs `work` in one write transaction: all of it is durable afterwards, or none. `work` must not be asynchronous. */
export function transaction<T>(database: DatabaseSync, work: () => T): T {
  // A caller's own transaction already gives the guarantee; SQLite does not nest them.
  if (database.isTransaction) return work();
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
