import type { Catalog } from './catalog.ts';
import type { Changes } from './changes.ts';
import type { Database } from './database.ts';
import { trimStreams } from './streams.ts';
import { forgetTokens } from './transactions.ts';

/** DynamoDB leaves items alone that expired longer ago than this: five years, in seconds. */
const TOO_OLD = 5 * 365 * 24 * 60 * 60;
/** Items deleted in one go, so that requests wait for a few milliseconds at most. */
const BATCH = 200;

/** Deletes what has expired: items by their time to live, transaction tokens, stream records. */
export function sweep(catalog: Catalog, changes: Changes, database: Database, now: number): void {
  const seconds = Math.floor(now / 1000);
  for (const rows of catalog.all()) {
    if (rows.table.timeToLive === undefined) continue;
    const keys = rows.expired(seconds - TOO_OLD, seconds - 1, BATCH);
    if (keys.length === 0) continue;
    database.atomically(() => {
      for (const key of keys) changes.delete(rows, key, undefined, true);
    });
  }
  forgetTokens(database, now);
  trimStreams(database, now);
}
