import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { transaction } from '../sqlite.ts';
import type { IndexInfo } from './catalog.ts';
import type { Metadata, MetadataFilter } from './metadata-filter.ts';
import { type Neighbour, type ReadVector, VectorIndex } from './vector-index.ts';
import { filterablePart } from './vector-input.ts';

export const vectorSchema = `
CREATE TABLE IF NOT EXISTS vector (
  id INTEGER PRIMARY KEY,
  index_id INTEGER NOT NULL REFERENCES vector_index (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  data BLOB NOT NULL,
  metadata TEXT,
  UNIQUE (index_id, key)
) STRICT;
CREATE INDEX IF NOT EXISTS vector_in_order ON vector (index_id);`;

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

// Copied, because the bytes need not lie where a Float32Array may begin.
const toFloats = (data: Uint8Array) => new Float32Array(data.slice().buffer);
const toMetadata = (text: string | null) => (text === null ? undefined : metadataJson.parse(JSON.parse(text)));

function toStored(row: unknown): StoredVector & { id: number } {
  const { id, key, data, metadata } = vectorRow.parse(row);
  return { id, key, data: toFloats(data), metadata: toMetadata(metadata) };
}

export type VectorStore = ReturnType<typeof createVectorStore>;

/** Vectors in SQLite, with each index that was searched also in memory. A write is in both before it returns. */
export function createVectorStore(database: DatabaseSync) {
  const upsert = database.prepare(`INSERT INTO vector (index_id, key, data, metadata) VALUES (?, ?, ?, ?)
    ON CONFLICT (index_id, key) DO UPDATE SET data = excluded.data, metadata = excluded.metadata RETURNING id`);
  const select = database.prepare('SELECT id, key, data, metadata FROM vector WHERE index_id = ? AND key = ?');
  const selectById = database.prepare('SELECT key, data FROM vector WHERE id = ?');
  const selectAll = database.prepare('SELECT id, data, metadata FROM vector WHERE index_id = ? ORDER BY id');
  const selectPage = database.prepare(`SELECT id, key, data, metadata FROM vector
    WHERE index_id = ? AND id > ? AND id % ? = ? ORDER BY id LIMIT ?`);
  const erase = database.prepare('DELETE FROM vector WHERE index_id = ? AND key = ? RETURNING id');
  const loaded = new Map<number, VectorIndex>();

  const read: ReadVector = (id) => {
    // Rows of our own strict table, by the hundred in every search: not parsed again.
    const { key, data } = selectById.get(id) as { key: string; data: Uint8Array };
    return { key, data: toFloats(data) };
  };

  /** The index in memory; read from the table when it is first searched. */
  const memory = (index: IndexInfo): VectorIndex => {
    const known = loaded.get(index.id);
    if (known) return known;
    const fresh = new VectorIndex(index.dimension, index.metric, read);
    // As above, by the million.
    type Row = { id: number; data: Uint8Array; metadata: string | null };
    for (const { id, data, metadata } of selectAll.iterate(index.id) as Iterable<Row>)
      fresh.put(id, toFloats(data), filterablePart(toMetadata(metadata), index));
    loaded.set(index.id, fresh);
    return fresh;
  };

  return {
    /** Adds or replaces vectors: all of them, or none. */
    put: (index: IndexInfo, vectors: readonly StoredVector[]): void => {
      const ids = transaction(database, () =>
        vectors.map(({ key, data, metadata }) => {
          const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
          return Number(upsert.get(index.id, key, bytes, metadata === undefined ? null : JSON.stringify(metadata))?.id);
        }),
      );
      const inMemory = loaded.get(index.id);
      vectors.forEach(({ data, metadata }, i) => {
        inMemory?.put(ids[i] as number, data, filterablePart(metadata, index));
      });
    },
    /** Removes vectors; keys that are not there are no error. */
    remove: (index: IndexInfo, keys: readonly string[]): void => {
      const ids = transaction(database, () => keys.flatMap((key) => erase.get(index.id, key)?.id ?? []));
      for (const id of ids) loaded.get(index.id)?.delete(Number(id));
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
