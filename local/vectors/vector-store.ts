import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { transaction } from '../sqlite.ts';
import type { IndexInfo } from './catalog.ts';
import type { Metadata, MetadataFilter } from './metadata-filter.ts';
import { type Neighbour, VectorIndex } from './vector-index.ts';
import { filterablePart } from './vector-input.ts';

export const vectorSchema = `
CREATE TABLE IF NOT EXISTS vector (
  id INTEGER PRIMARY KEY,
  index_id INTEGER NOT NULL REFERENCES vector_index (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  data BLOB NOT NULL,
  metadata TEXT,
  UNIQUE (index_id, key)
) STRICT;`;

export interface StoredVector {
  readonly key: string;
  readonly data: Float32Array;
  readonly metadata: Metadata | undefined;
}

const metadataJson = z.record(z.string(), z.unknown());
const vectorRow = z.object({
  id: z.number(),
  key: z.string(),
  data: z.instanceof(Uint8Array),
  metadata: z.string().nullable(),
});

function toStored(row: unknown): StoredVector & { id: number } {
  const { id, key, data, metadata } = vectorRow.parse(row);
  // Copied, because the bytes need not lie where a Float32Array may begin.
  const floats = new Float32Array(data.slice().buffer);
  return { id, key, data: floats, metadata: metadata === null ? undefined : metadataJson.parse(JSON.parse(metadata)) };
}

export type VectorStore = ReturnType<typeof createVectorStore>;

/** Vectors in SQLite, with each index that is used also in memory. A write is in both before it returns. */
export function createVectorStore(database: DatabaseSync) {
  const upsert = database.prepare(`INSERT INTO vector (index_id, key, data, metadata) VALUES (?, ?, ?, ?)
    ON CONFLICT (index_id, key) DO UPDATE SET data = excluded.data, metadata = excluded.metadata`);
  const select = database.prepare('SELECT id, key, data, metadata FROM vector WHERE index_id = ? AND key = ?');
  const selectAll = database.prepare('SELECT id, key, data, metadata FROM vector WHERE index_id = ?');
  const selectPage = database.prepare(`SELECT id, key, data, metadata FROM vector
    WHERE index_id = ? AND id > ? AND id % ? = ? ORDER BY id LIMIT ?`);
  const count = database.prepare('SELECT count(*) AS n FROM vector WHERE index_id = ?');
  const erase = database.prepare('DELETE FROM vector WHERE index_id = ? AND key = ?');
  const loaded = new Map<number, VectorIndex>();

  /** The index in memory; read from the table when it is first used. */
  const memory = (index: IndexInfo): VectorIndex => {
    const known = loaded.get(index.id);
    if (known) return known;
    const fresh = new VectorIndex(index.dimension, index.metric, Number(count.get(index.id)?.n));
    for (const row of selectAll.iterate(index.id)) {
      const { key, data, metadata } = toStored(row);
      fresh.put(key, data, metadata && filterablePart(metadata, index));
    }
    loaded.set(index.id, fresh);
    return fresh;
  };

  return {
    /** Adds or replaces vectors: all of them, or none. */
    put: (index: IndexInfo, vectors: readonly StoredVector[]): void => {
      const inMemory = memory(index);
      transaction(database, () => {
        for (const { key, data, metadata } of vectors) {
          const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
          upsert.run(index.id, key, bytes, metadata === undefined ? null : JSON.stringify(metadata));
        }
      });
      for (const { key, data, metadata } of vectors)
        inMemory.put(key, data, metadata && filterablePart(metadata, index));
    },
    /** Removes vectors; keys that are not there are no error. */
    remove: (index: IndexInfo, keys: readonly string[]): void => {
      const inMemory = memory(index);
      transaction(database, () => {
        for (const key of keys) erase.run(index.id, key);
      });
      for (const key of keys) inMemory.delete(key);
    },
    get: (index: IndexInfo, key: string): StoredVector | undefined => {
      const row = select.get(index.id, key);
      return row && toStored(row);
    },
    /** Up to `limit` vectors after id `after`, of one of `segments` equal parts of the index. */
    page: (index: IndexInfo, after: number, limit: number, segments = 1, segment = 0) =>
      selectPage.all(index.id, after, segments, segment, limit).map(toStored),
    search: (index: IndexInfo, query: Float32Array, k: number, filter?: MetadataFilter): Neighbour[] =>
      memory(index).search(query, k, filter),
    forget: (index: IndexInfo): void => {
      loaded.delete(index.id);
    },
  };
}
