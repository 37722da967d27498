import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { readState, writeState } from './state-file.ts';

/** Another process runs on the same data. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';
}

const holder = z.object({ pid: z.number() });

/**
 * Makes the folder, and makes it this process's own. The lock is one of the operating system on an SQLite file: it ends
 * with the process, however that ends, so no stale lock can be left behind.
 * @returns a function that gives the folder back
 * @throws FolderInUseError that names the process which has it
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(join(folder, 'lock.sqlite'));
  const holderFile = join(folder, 'lock.json');
  try {
    database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (!/locked/.test(String(error))) throw error;
    const parsed = holder.safeParse(readState(holderFile));
    const who = parsed.success ? `process ${parsed.data.pid}` : 'another process';
    throw new FolderInUseError(`${folder} is in use by ${who}. Stop it first, or choose another folder.`);
  }
  writeState(holderFile, { pid: process.pid });
  return () => database.close();
}
