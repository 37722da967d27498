import * as z from 'zod';
import { type Operation, operation } from '../aws-json.ts';
import type { BucketInfo, Catalog, IndexInfo } from './catalog.ts';
import { validation } from './errors.ts';
import type { VectorStore } from './vector-store.ts';

const bucketName = z.object({ vectorBucketName: z.string().nullish(), vectorBucketArn: z.string().nullish() });
export const indexName = z.object({
  vectorBucketName: z.string().nullish(),
  indexName: z.string().nullish(),
  indexArn: z.string().nullish(),
});
const page = z.object({
  maxResults: z.number().int().min(1).max(500).nullish(),
  nextToken: z.string().nullish(),
  prefix: z.string().nullish(),
});

const token = (last: string) => Buffer.from(last).toString('base64url');

/** The name that a token stands for: the last one of the page before. */
function readToken(text: string | null | undefined): string {
  if (!text) return '';
  const name = Buffer.from(text, 'base64url').toString();
  if (token(name) !== text) throw validation('Invalid nextToken.');
  return name;
}

/** A page of named things, with a token if there are more. */
function paged<T extends { name: string }>(
  input: z.output<typeof page>,
  list: (prefix: string, after: string, limit: number) => T[],
) {
  const limit = input.maxResults ?? 500;
  const found = list(input.prefix ?? '', readToken(input.nextToken), limit + 1);
  const items = found.slice(0, limit);
  const last = items.at(-1)?.name;
  return { items, ...(found.length > limit && last !== undefined ? { nextToken: token(last) } : {}) };
}

const bucketSummary = ({ name, arn, createdAt }: BucketInfo) => ({
  vectorBucketName: name,
  vectorBucketArn: arn,
  creationTime: createdAt / 1000,
});
const indexSummary = ({ bucket, name, arn, createdAt }: IndexInfo) => ({
  vectorBucketName: bucket,
  indexName: name,
  indexArn: arn,
  creationTime: createdAt / 1000,
});
const encryption = { encryptionConfiguration: { sseType: 'AES256' } };

/** The operations on vector buckets and indexes. */
export function indexOperations(catalog: Catalog, store: VectorStore): Record<string, Operation> {
  return {
    CreateVectorBucket: operation(z.object({ vectorBucketName: z.string() }), (input) => ({
      vectorBucketArn: catalog.createBucket(input.vectorBucketName).arn,
    })),
    GetVectorBucket: operation(bucketName, (input) => ({
      vectorBucket: { ...bucketSummary(catalog.bucket(input)), ...encryption },
    })),
    ListVectorBuckets: operation(page, (input) => {
      const { items, ...more } = paged(input, catalog.buckets);
      return { vectorBuckets: items.map(bucketSummary), ...more };
    }),
    DeleteVectorBucket: operation(bucketName, (input) => catalog.removeBucket(input)),

    CreateIndex: operation(
      bucketName.extend({
        indexName: z.string(),
        dataType: z.literal('float32'),
        dimension: z.number().int().min(1).max(4096),
        distanceMetric: z.enum(['cosine', 'euclidean']),
        metadataConfiguration: z
          .object({ nonFilterableMetadataKeys: z.array(z.string().min(1).max(63)).min(1).max(10) })
          .nullish(),
      }),
      (input) => {
        const index = catalog.createIndex(input, input.indexName, {
          dimension: input.dimension,
          metric: input.distanceMetric,
          nonFilterable: input.metadataConfiguration?.nonFilterableMetadataKeys ?? [],
        });
        return { indexArn: index.arn };
      },
    ),
    GetIndex: operation(indexName, (input) => {
      const index = catalog.index(input);
      return {
        index: {
          ...indexSummary(index),
          ...encryption,
          dataType: 'float32',
          dimension: index.dimension,
          distanceMetric: index.metric,
          ...(index.nonFilterable.length > 0
            ? { metadataConfiguration: { nonFilterableMetadataKeys: index.nonFilterable } }
            : {}),
        },
      };
    }),
    ListIndexes: operation(bucketName.extend(page.shape), (input) => {
      const { items, ...more } = paged(input, (prefix, after, limit) => catalog.indexes(input, prefix, after, limit));
      return { indexes: items.map(indexSummary), ...more };
    }),
    DeleteIndex: operation(indexName, (input) => {
      const index = catalog.index(input);
      catalog.removeIndex(index);
      store.forget(index);
    }),
  };
}
