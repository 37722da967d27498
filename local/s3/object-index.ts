import { openDatabase, transaction } from '../sqlite.ts';
import type { Checksum } from './checksums.ts';
import type { CorsRule } from './cors.ts';
import type { LifecycleRule } from './lifecycle.ts';

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** What travels with an object besides its bytes. */
export interface ObjectAttributes {
  /** Content headers by lower-case name: content-type, content-disposition, cache-control … */
  readonly headers: Readonly<Record<string, string>>;
  /** User metadata by name without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
  readonly checksum?: Checksum;
}

export interface StoredObject extends ObjectAttributes {
  readonly bucket: string;
  readonly key: string;
  readonly blob: string;
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  /** Milliseconds since the epoch. */
  readonly modified: number;
}

export interface StoredBucket {
  readonly name: string;
  readonly created: number;
  readonly cors?: readonly CorsRule[];
  readonly lifecycle?: readonly LifecycleRule[];
  /** Documents that are kept and given back as sent, by subresource name. */
  readonly documents: Readonly<Record<string, string>>;
}

export interface StoredUpload {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly started: number;
  /** `checksum.value` is empty: only algorithm and type are chosen when an upload begins. */
  readonly attributes: ObjectAttributes;
}

export interface StoredPart {
  readonly number: number;
  readonly blob: string;
  readonly size: number;
  readonly etag: string;
  readonly modified: number;
  readonly checksum: Checksum;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS bucket (name TEXT PRIMARY KEY, created INTEGER NOT NULL, settings TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS object (
    bucket TEXT NOT NULL, key TEXT NOT NULL, blob TEXT NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
    modified INTEGER NOT NULL, attributes TEXT NOT NULL, PRIMARY KEY (bucket, key)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS object_by_age ON object (bucket, modified);
  CREATE TABLE IF NOT EXISTS upload (
    id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL, started INTEGER NOT NULL, attributes TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS part (
    upload TEXT NOT NULL, number INTEGER NOT NULL, blob TEXT NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
    modified INTEGER NOT NULL, checksum TEXT NOT NULL, PRIMARY KEY (upload, number)) WITHOUT ROWID;`;

type Row = Record<string, unknown>;

/** What exists, as one SQLite file. Every method is one step that a crash leaves done or undone. */
export type ObjectIndex = ReturnType<typeof openObjectIndex>;

export function openObjectIndex(folder: string) {
  const database = openDatabase(folder, 'index.sqlite', SCHEMA);
  const query = (sql: string) => database.prepare(sql);
  const statements = {
    bucket: query('SELECT * FROM bucket WHERE name = ?'),
    buckets: query('SELECT * FROM bucket ORDER BY name'),
    putBucket: query('INSERT INTO bucket VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET settings = excluded.settings'),
    dropBucket: query('DELETE FROM bucket WHERE name = ?'),
    object: query('SELECT * FROM object WHERE bucket = ? AND key = ?'),
    objectsAfter: query('SELECT * FROM object WHERE bucket = ? AND key > ? ORDER BY key LIMIT ?'),
    objectsFrom: query('SELECT * FROM object WHERE bucket = ? AND key >= ? ORDER BY key LIMIT ?'),
    objectsOlder: query('SELECT * FROM object WHERE bucket = ? AND modified < ? ORDER BY modified'),
    putObject: query('INSERT OR REPLACE INTO object VALUES (?, ?, ?, ?, ?, ?, ?)'),
    dropObject: query('DELETE FROM object WHERE bucket = ? AND key = ?'),
    upload: query('SELECT * FROM upload WHERE id = ? AND bucket = ? AND key = ?'),
    uploadsOlder: query('SELECT * FROM upload WHERE bucket = ? AND started < ?'),
    putUpload: query('INSERT INTO upload VALUES (?, ?, ?, ?, ?)'),
    dropUpload: query('DELETE FROM upload WHERE id = ?'),
    parts: query('SELECT * FROM part WHERE upload = ? ORDER BY number'),
    part: query('SELECT * FROM part WHERE upload = ? AND number = ?'),
    putPart: query('INSERT OR REPLACE INTO part VALUES (?, ?, ?, ?, ?, ?, ?)'),
    dropParts: query('DELETE FROM part WHERE upload = ?'),
    blobs: query('SELECT blob FROM object UNION ALL SELECT blob FROM part'),
  };
  const writeObject = ({ bucket, key, blob, size, etag, modified, ...attributes }: StoredObject) => {
    statements.putObject.run(bucket, key, blob, size, etag, modified, JSON.stringify(attributes));
  };
  const object = (bucket: string, key: string) => readObject(statements.object.get(bucket, key));
  const parts = (upload: string) => statements.parts.all(upload).map(readPart);
  const dropUpload = (id: string) => {
    const blobs = parts(id).map((part) => part.blob);
    statements.dropUpload.run(id);
    statements.dropParts.run(id);
    return blobs;
  };

  return {
    bucket: (name: string): StoredBucket | undefined => readBucket(statements.bucket.get(name)),
    buckets: (): StoredBucket[] => statements.buckets.all().flatMap((row) => readBucket(row) ?? []),
    putBucket: ({ name, created, ...settings }: StoredBucket) => {
      statements.putBucket.run(name, created, JSON.stringify(settings));
    },
    /** Only for a bucket without objects. */
    dropBucket: (name: string) => void statements.dropBucket.run(name),
    object,
    /** In the order of UTF-8 bytes, from `bound`, which itself is left out if `exclusive`. */
    objects: (bucket: string, bound: string, exclusive: boolean, limit: number): StoredObject[] =>
      (exclusive ? statements.objectsAfter : statements.objectsFrom)
        .all(bucket, bound, limit)
        .flatMap((row) => readObject(row) ?? []),
    objectsOlderThan: (bucket: string, time: number): StoredObject[] =>
      statements.objectsOlder.all(bucket, time).flatMap((row) => readObject(row) ?? []),
    /** Returns the blobs that nothing names any more. */
    putObject: (next: StoredObject): string[] => {
      const replaced = object(next.bucket, next.key);
      writeObject(next);
      return replaced && replaced.blob !== next.blob ? [replaced.blob] : [];
    },
    dropObject: (bucket: string, key: string): string[] => {
      const dropped = object(bucket, key);
      statements.dropObject.run(bucket, key);
      return dropped ? [dropped.blob] : [];
    },
    upload: (id: string, bucket: string, key: string): StoredUpload | undefined =>
      readUpload(statements.upload.get(id, bucket, key)),
    uploadsOlderThan: (bucket: string, time: number): StoredUpload[] =>
      statements.uploadsOlder.all(bucket, time).flatMap((row) => readUpload(row) ?? []),
    putUpload: (upload: StoredUpload) => {
      const { id, bucket, key, started, attributes } = upload;
      statements.putUpload.run(id, bucket, key, started, JSON.stringify(attributes));
    },
    parts,
    putPart: (upload: string, part: StoredPart): string[] => {
      const replaced = statements.part.get(upload, part.number);
      const { number, blob, size, etag, modified, checksum } = part;
      statements.putPart.run(upload, number, blob, size, etag, modified, JSON.stringify(checksum));
      return replaced ? [readPart(replaced).blob] : [];
    },
    /** The object appears and its parts go in one step. */
    completeUpload: (id: string, next: StoredObject): string[] => {
      const replaced = object(next.bucket, next.key);
      const freed = transaction(database, () => {
        writeObject(next);
        return dropUpload(id);
      });
      return replaced ? [...freed, replaced.blob] : freed;
    },
    abortUpload: (id: string): string[] => transaction(database, () => dropUpload(id)),
    referencedBlobs: (): Set<string> => new Set(statements.blobs.all().map((row) => String(row.blob))),
    close: () => database.close(),
  };
}

// The rows were written by this file from the types above.
function readBucket(row: Row | undefined): StoredBucket | undefined {
  if (!row) return undefined;
  const settings = JSON.parse(String(row.settings)) as Omit<StoredBucket, 'name' | 'created'>;
  return { name: String(row.name), created: Number(row.created), ...settings };
}

function readObject(row: Row | undefined): StoredObject | undefined {
  if (!row) return undefined;
  return {
    bucket: String(row.bucket),
    key: String(row.key),
    blob: String(row.blob),
    size: Number(row.size),
    etag: String(row.etag),
    modified: Number(row.modified),
    ...(JSON.parse(String(row.attributes)) as ObjectAttributes),
  };
}

function readUpload(row: Row | undefined): StoredUpload | undefined {
  if (!row) return undefined;
  return {
    id: String(row.id),
    bucket: String(row.bucket),
    key: String(row.key),
    started: Number(row.started),
    attributes: JSON.parse(String(row.attributes)) as ObjectAttributes,
  };
}

function readPart(row: Row): StoredPart {
  return {
    number: Number(row.number),
    blob: String(row.blob),
    size: Number(row.size),
    etag: String(row.etag),
    modified: Number(row.modified),
    checksum: JSON.parse(String(row.checksum)) as Checksum,
  };
}
