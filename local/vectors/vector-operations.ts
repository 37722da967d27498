import * as z from 'zod';
import { type Operation, operation } from '../aws-json.ts';
import type { Catalog } from './catalog.ts';
import { validation } from './errors.ts';
import { indexName } from './index-operations.ts';
import { compileFilter } from './metadata-filter.ts';
import { checkMetadata, putVector, toVector, vectorData, vectorKey } from './vector-input.ts';
import type { StoredVector, VectorStore } from './vector-store.ts';

const wanted = z.object({ returnData: z.boolean().nullish(), returnMetadata: z.boolean().nullish() });

function wireVector({ key, data, metadata }: StoredVector, { returnData, returnMetadata }: z.output<typeof wanted>) {
  return {
    key,
    ...(returnData ? { data: { float32: Array.from(data) } } : {}),
    ...(returnMetadata && metadata !== undefined ? { metadata } : {}),
  };
}

function readPosition(nextToken: string | null | undefined): number {
  if (!nextToken) return 0;
  const position = Number(Buffer.from(nextToken, 'base64url').toString());
  if (!Number.isSafeInteger(position) || position < 0) throw validation('Invalid nextToken.');
  return position;
}

/** The operations on vectors. */
export function vectorOperations(catalog: Catalog, store: VectorStore): Record<string, Operation> {
  return {
    PutVectors: operation(indexName.extend({ vectors: z.array(putVector).min(1).max(500) }), (input) => {
      const index = catalog.index(input);
      const vectors = input.vectors.map(({ key, data, metadata }) => {
        if (metadata) checkMetadata(metadata, index, key);
        return { key, data: toVector(data.float32, index, `Vector "${key}"`), metadata: metadata ?? undefined };
      });
      store.put(index, vectors);
    }),

    GetVectors: operation(indexName.extend({ ...wanted.shape, keys: z.array(vectorKey).min(1).max(100) }), (input) => {
      const index = catalog.index(input);
      const found = input.keys.flatMap((key) => store.get(index, key) ?? []);
      return { vectors: found.map((vector) => wireVector(vector, input)) };
    }),

    ListVectors: operation(
      indexName.extend({
        ...wanted.shape,
        maxResults: z.number().int().min(1).max(1000).nullish(),
        nextToken: z.string().nullish(),
        segmentCount: z.number().int().min(1).max(16).nullish(),
        segmentIndex: z.number().int().min(0).max(15).nullish(),
      }),
      (input) => {
        const { segmentCount, segmentIndex } = input;
        if (
          (segmentCount ?? null) === null
            ? (segmentIndex ?? null) !== null
            : (segmentIndex ?? 16) >= (segmentCount ?? 0)
        )
          throw validation('segmentIndex must be given with segmentCount, and be less than it.');
        const limit = input.maxResults ?? 500;
        const after = readPosition(input.nextToken);
        const found = store.page(catalog.index(input), after, limit + 1, segmentCount ?? 1, segmentIndex ?? 0);
        const vectors = found.slice(0, limit);
        const last = vectors.at(-1)?.id;
        return {
          vectors: vectors.map((vector) => wireVector(vector, input)),
          ...(found.length > limit ? { nextToken: Buffer.from(String(last)).toString('base64url') } : {}),
        };
      },
    ),

    DeleteVectors: operation(indexName.extend({ keys: z.array(vectorKey).min(1).max(500) }), (input) => {
      store.remove(catalog.index(input), input.keys);
    }),

    QueryVectors: operation(
      indexName.extend({
        topK: z.number().int().min(1).max(100),
        queryVector: vectorData,
        filter: z.unknown().optional(),
        returnMetadata: z.boolean().nullish(),
        returnDistance: z.boolean().nullish(),
      }),
      ({ topK, queryVector, filter, returnMetadata, returnDistance, ...named }) => {
        const index = catalog.index(named);
        const query = toVector(queryVector.float32, index, 'The query vector');
        const accept =
          filter === undefined || filter === null ? undefined : compileFilter(filter, new Set(index.nonFilterable));
        const vectors = store.search(index, query, topK, accept).map(({ key, distance }) => {
          const metadata = returnMetadata ? store.get(index, key)?.metadata : undefined;
          return { key, ...(returnDistance ? { distance } : {}), ...(metadata === undefined ? {} : { metadata }) };
        });
        return { vectors, distanceMetric: index.metric };
      },
    ),
  };
}
