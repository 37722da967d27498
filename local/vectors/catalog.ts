import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import type { CloudPlace } from '../service.ts';
import { conflict, notFound, validation } from './errors.ts';

export const catalogSchema = `
CREATE TABLE IF NOT EXISTS bucket (name TEXT PRIMARY KEY, created_at INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS vector_index (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  bucket TEXT NOT NULL REFERENCES bucket (name),
  name TEXT NOT NULL,
  dimension INTEGER NOT NULL,
  metric TEXT NOT NULL,
  non_filterable TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (bucket, name)
) STRICT;`;

const bucketRow = z.object({ name: z.string(), created_at: z.number() });
const metric = z.enum(['cosine', 'euclidean']);
const indexRow = z.object({
  id: z.number(),
  bucket: z.string(),
  name: z.string(),
  dimension: z.number(),
  metric,
  non_filterable: z.string(),
  created_at: z.number(),
});

export interface BucketInfo {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
}
export interface IndexInfo extends z.output<typeof indexSettings> {
  readonly id: number;
  readonly bucket: string;
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
}

/** S3 Vectors user guide, "Limitations and restrictions". */
export const indexSettings = z.object({
  dimension: z.number().int().min(1).max(4096),
  metric,
  /** Metadata keys that filters must not name. */
  nonFilterable: z.array(z.string().min(1).max(63)).max(10),
});

/** How requests name a bucket or an index: by names, or by ARN. */
export interface BucketName {
  readonly vectorBucketName?: string | null | undefined;
  readonly vectorBucketArn?: string | null | undefined;
}
export interface IndexName {
  readonly vectorBucketName?: string | null | undefined;
  readonly indexName?: string | null | undefined;
  readonly indexArn?: string | null | undefined;
}

export type Catalog = ReturnType<typeof createCatalog>;

const bucketNamePattern = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;
const indexNamePattern = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Buckets and the settings of their indexes. */
export function createCatalog(database: DatabaseSync, place: CloudPlace) {
  const bucketArn = (name: string) => `arn:aws:s3vectors:${place.region}:${place.accountId}:bucket/${name}`;
  const indexArn = (bucket: string, name: string) => `${bucketArn(bucket)}/index/${name}`;
  const insertBucket = database.prepare('INSERT INTO bucket VALUES (?, ?)');
  const selectBucket = database.prepare('SELECT * FROM bucket WHERE name = ?');
  const selectBuckets = database.prepare(
    'SELECT * FROM bucket WHERE name > ? AND substr(name, 1, length(?)) = ? ORDER BY name LIMIT ?',
  );
  const deleteBucket = database.prepare('DELETE FROM bucket WHERE name = ?');
  const insertIndex = database.prepare(
    'INSERT INTO vector_index (bucket, name, dimension, metric, non_filterable, created_at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const selectIndex = database.prepare('SELECT * FROM vector_index WHERE bucket = ? AND name = ?');
  const selectIndexes = database.prepare(
    'SELECT * FROM vector_index WHERE bucket = ? AND name > ? AND substr(name, 1, length(?)) = ? ORDER BY name LIMIT ?',
  );
  const deleteIndex = database.prepare('DELETE FROM vector_index WHERE id = ?');

  const toBucket = (row: unknown): BucketInfo => {
    const { name, created_at } = bucketRow.parse(row);
    return { name, arn: bucketArn(name), createdAt: created_at };
  };
  const toIndex = (row: unknown): IndexInfo => {
    const { id, bucket, name, dimension, metric: distance, non_filterable, created_at } = indexRow.parse(row);
    const nonFilterable = z.array(z.string()).parse(JSON.parse(non_filterable));
    return {
      id,
      bucket,
      name,
      arn: indexArn(bucket, name),
      dimension,
      metric: distance,
      nonFilterable,
      createdAt: created_at,
    };
  };

  const bucket = (named: BucketName): BucketInfo => {
    const { vectorBucketName, vectorBucketArn } = named;
    if (!vectorBucketName === !vectorBucketArn) throw validation('Give either vectorBucketName or vectorBucketArn.');
    const name = vectorBucketName ?? vectorBucketArn?.slice(vectorBucketArn.indexOf('/') + 1) ?? '';
    const row = selectBucket.get(name);
    if (!row || (vectorBucketArn && vectorBucketArn !== bucketArn(name))) throw notFound('vector bucket');
    return toBucket(row);
  };
  const findIndex = (bucketName: string, name: string): IndexInfo | undefined => {
    const row = selectIndex.get(bucketName, name);
    return row && toIndex(row);
  };

  return {
    bucket,
    createBucket: (name: string): BucketInfo => {
      if (!bucketNamePattern.test(name)) throw validation('Invalid vector bucket name.');
      if (selectBucket.get(name)) throw conflict('A vector bucket with the specified name already exists');
      insertBucket.run(name, place.now());
      return bucket({ vectorBucketName: name });
    },
    buckets: (prefix: string, after: string, limit: number): BucketInfo[] =>
      selectBuckets.all(after, prefix, prefix, limit).map(toBucket),
    removeBucket: (named: BucketName): void => {
      const { name } = bucket(named);
      if (selectIndexes.get(name, '', '', '', 1)) throw conflict('The specified vector bucket is not empty');
      deleteBucket.run(name);
    },

    findIndex,
    index: (named: IndexName): IndexInfo => {
      const parts = /:bucket\/([^/]+)\/index\/([^/]+)$/.exec(named.indexArn ?? '');
      const bucketName = named.vectorBucketName ?? parts?.[1];
      const name = named.indexName ?? parts?.[2];
      if (!bucketName || !name || (named.indexArn && (named.vectorBucketName || named.indexName)))
        throw validation('Give either indexArn, or vectorBucketName and indexName.');
      const found = findIndex(bucketName, name);
      if (!found || (named.indexArn && named.indexArn !== found.arn)) throw notFound('index');
      return found;
    },
    createIndex: (inBucket: BucketName, name: string, settings: z.output<typeof indexSettings>): IndexInfo => {
      const { name: bucketName } = bucket(inBucket);
      if (!indexNamePattern.test(name)) throw validation('Invalid index name.');
      if (findIndex(bucketName, name)) throw conflict('An index with the specified name already exists');
      const { dimension, metric: distance, nonFilterable } = settings;
      insertIndex.run(bucketName, name, dimension, distance, JSON.stringify(nonFilterable), place.now());
      return toIndex(selectIndex.get(bucketName, name));
    },
    indexes: (inBucket: BucketName, prefix: string, after: string, limit: number): IndexInfo[] =>
      selectIndexes.all(bucket(inBucket).name, after, prefix, prefix, limit).map(toIndex),
    removeIndex: (index: IndexInfo): void => {
      deleteIndex.run(index.id);
    },
  };
}
