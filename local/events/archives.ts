import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { alreadyExists, notFound } from './errors.ts';
import { type EventMatcher, parsePattern } from './pattern.ts';
import type { BusEvent } from './router.ts';

export const archiveSchema = `
CREATE TABLE IF NOT EXISTS archive (
  name TEXT PRIMARY KEY,
  bus TEXT NOT NULL REFERENCES bus (name) ON DELETE CASCADE,
  pattern TEXT NOT NULL,
  retention_days INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS archived_event (
  id INTEGER PRIMARY KEY,
  archive TEXT NOT NULL REFERENCES archive (name) ON DELETE CASCADE,
  kept_at INTEGER NOT NULL,
  event TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS archived_event_time ON archived_event (archive, kept_at);`;

export interface Archive {
  readonly name: string;
  readonly bus: string;
  /** JSON text; empty for every event. */
  readonly pattern: string;
  /** 0 keeps events for ever. */
  readonly retentionDays: number;
  readonly createdAt: number;
}

export interface Archives {
  readonly add: (archive: Omit<Archive, 'createdAt'>) => void;
  /** Adds the archive, or changes it to this; what it holds stays. */
  readonly ensure: (archive: Omit<Archive, 'createdAt'>) => void;
  readonly get: (name: string) => Archive;
  readonly all: () => Archive[];
  readonly remove: (name: string) => void;
  /** Stores an event in each archive whose pattern it matches. */
  readonly keep: (bus: string, event: BusEvent) => void;
  /** Events kept in [from, to), oldest first. */
  readonly between: (name: string, from: number, to: number) => BusEvent[];
  readonly size: (name: string) => { events: number; bytes: number };
  /** Drops what is older than its archive's retention. */
  readonly expire: () => void;
}

const archiveRow = z.object({
  name: z.string(),
  bus: z.string(),
  pattern: z.string(),
  retention_days: z.number(),
  created_at: z.number(),
});
const dayMilliseconds = 86_400_000;

export function createArchives(database: DatabaseSync, now: () => number): Archives {
  const upsert = database.prepare(`INSERT INTO archive VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE
    SET bus = excluded.bus, pattern = excluded.pattern, retention_days = excluded.retention_days`);
  const erase = database.prepare('DELETE FROM archive WHERE name = ?');
  const insertEvent = database.prepare('INSERT INTO archived_event (archive, kept_at, event) VALUES (?, ?, ?)');
  const select = database.prepare(
    'SELECT event FROM archived_event WHERE archive = ? AND kept_at >= ? AND kept_at < ? ORDER BY kept_at, id',
  );
  const measure = database.prepare(
    'SELECT count(*) AS events, coalesce(sum(length(event)), 0) AS bytes FROM archived_event WHERE archive = ?',
  );
  const drop = database.prepare('DELETE FROM archived_event WHERE archive = ? AND kept_at < ?');

  const archives = new Map<string, Archive & { readonly matches: EventMatcher }>();
  const remember = (archive: Archive) => {
    const matches = archive.pattern === '' ? () => true : parsePattern(archive.pattern);
    archives.set(archive.name, { ...archive, matches });
  };
  for (const row of z.array(archiveRow).parse(database.prepare('SELECT * FROM archive').all()))
    remember({
      name: row.name,
      bus: row.bus,
      pattern: row.pattern,
      retentionDays: row.retention_days,
      createdAt: row.created_at,
    });

  const ensure: Archives['ensure'] = (archive) => {
    const createdAt = archives.get(archive.name)?.createdAt ?? now();
    remember({ ...archive, createdAt });
    upsert.run(archive.name, archive.bus, archive.pattern, archive.retentionDays, createdAt);
  };
  return {
    ensure,
    add: (archive) => {
      if (archives.has(archive.name)) throw alreadyExists(`Archive ${archive.name}`);
      ensure(archive);
    },
    get: (name) => {
      const archive = archives.get(name);
      if (!archive) throw notFound(`Archive ${name}`);
      return archive;
    },
    all: () => [...archives.values()],
    remove: (name) => {
      erase.run(name);
      archives.delete(name);
    },
    keep: (bus, event) => {
      for (const archive of archives.values())
        if (archive.bus === bus && archive.matches(event)) insertEvent.run(archive.name, now(), JSON.stringify(event));
    },
    between: (name, from, to) => select.all(name, from, to).map((row) => JSON.parse(String(row.event)) as BusEvent),
    size: (name) => {
      const row = measure.get(name);
      return { events: Number(row?.events), bytes: Number(row?.bytes) };
    },
    expire: () => {
      for (const { name, retentionDays } of archives.values())
        if (retentionDays > 0) drop.run(name, now() - retentionDays * dayMilliseconds);
    },
  };
}
