import { hash } from 'node:crypto';
import {
  ConflictException,
  CreateIndexCommand,
  DeleteIndexCommand,
  DeleteVectorsCommand,
  GetVectorsCommand,
  NotFoundException,
  PutVectorsCommand,
  paginateQueryVectors,
  type S3VectorsClient,
} from '@aws-sdk/client-s3vectors';
import type { Template, VectorTemplate } from '../domain/evidence.ts';
import type { Collections, Gallery, GalleryRef } from '../ports/people.ts';
import type { Faces } from '../ports/vision.ts';
import { unless } from './expected-error.ts';

/** What one query answers, and one GetVectors takes, at most: S3 Vectors user guide, "Limitations and restrictions". */
const SHORTLIST = 100;
/** Keys of one DeleteVectors, same source. */
const MOST_DELETED = 500;

export interface Vectors {
  readonly client: S3VectorsClient;
  /** Name of the vector bucket. Its indexes inherit its encryption. */
  readonly bucket: string;
  /** Of every index. Shorter vectors are padded with zeros, which leaves Euclidean distances as they are. */
  readonly dimension: number;
}

/** One index of S3 Vectors for each collection. */
export const vectorCollections = ({ client, bucket, dimension }: Vectors): Collections => ({
  async create(ref) {
    const shape = { dataType: 'float32', dimension, distanceMetric: 'euclidean' } as const;
    await unless(ConflictException, client.send(new CreateIndexCommand({ ...indexOf(bucket, ref), ...shape })));
  },
  async drop(ref) {
    await unless(NotFoundException, client.send(new DeleteIndexCommand(indexOf(bucket, ref))));
  },
  async delete(ref, faces) {
    for (let i = 0; i < faces.length; i += MOST_DELETED) {
      const keys = faces.slice(i, i + MOST_DELETED).map(({ faceId }) => faceId);
      await unless(NotFoundException, client.send(new DeleteVectorsCommand({ ...indexOf(bucket, ref), keys })));
    }
  },
});

/**
 * Faces in Amazon S3 Vectors. Its nearest neighbours are approximate and Euclidean: they are a shortlist, which `compare` judges.
 * Writes are strongly consistent, so that the next search sees them.
 */
export function vectorsGallery(vectors: Vectors, compare: Faces['compare']): Gallery {
  const { client, bucket, dimension } = vectors;
  const padded = ({ vector }: VectorTemplate) => {
    if (vector.length > dimension) throw new RangeError(`A vector of ${vector.length} numbers, above ${dimension}.`);
    return { float32: Array.from({ length: dimension }, (_, i) => vector[i] ?? 0) };
  };

  const searchIn = async (index: ReturnType<typeof indexOf>, probe: VectorTemplate, limit: number) => {
    const { modelSet, vector } = probe;
    const keys: string[] = [];
    const nearest = { topK: SHORTLIST, queryVector: padded(probe), filter: { modelSet } };
    for await (const page of paginateQueryVectors({ client }, { ...index, ...nearest }))
      keys.push(...(page.vectors ?? []).map(({ key }) => key as string));
    if (keys.length === 0) return [];
    const found = await client.send(new GetVectorsCommand({ ...index, keys, returnData: true }));
    const compared = await Promise.all(
      (found.vectors ?? []).map(async ({ key, data }) => {
        // Of one model set, so of one length: what lies beyond is padding.
        const candidate = { modelSet, vector: Float32Array.from(data?.float32 ?? []).slice(0, vector.length) };
        return { faceId: key as string, measure: await compare(probe, candidate) };
      }),
    );
    return compared
      .flatMap(({ faceId, measure }) => ('value' in measure ? [{ faceId, similarity: measure.value }] : []))
      .toSorted((a, b) => b.similarity - a.similarity)
      .slice(0, limit);
  };

  return {
    ...vectorCollections(vectors),
    async put(ref, faceId, template) {
      const face = { key: faceId, data: padded(vectorOf(template)), metadata: { modelSet: template.modelSet } };
      const put = client.send(new PutVectorsCommand({ ...indexOf(bucket, ref), vectors: [face] }));
      return (await unless(NotFoundException, put)) && template;
    },
    search: async (ref, probe, limit) =>
      unless(NotFoundException, searchIn(indexOf(bucket, ref), vectorOf(probe), limit)),
  };
}

/**
 * Ids may hold what index names may not, and are told apart by case, which names are not: so their hash stands for them, and no
 * choice of ids leads into another tenant's index.
 */
const indexOf = (bucket: string, { tenantId, mode, collection }: GalleryRef) => ({
  vectorBucketName: bucket,
  indexName: `${mode}-${hash('sha256', JSON.stringify([tenantId, mode, collection])).slice(0, 48)}`,
});

function vectorOf(template: Template): VectorTemplate {
  if ('vector' in template) return template;
  throw new TypeError(`A template of ${template.modelSet} has no vector to search by.`);
}
