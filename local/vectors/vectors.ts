import * as z from 'zod';
import { serveJson } from '../aws-json.ts';
import type { CloudPlace, Service } from '../service.ts';
import { openDatabase } from '../sqlite.ts';
import { catalogSchema, createCatalog, indexSettings } from './catalog.ts';
import { conflict, validation } from './errors.ts';
import { indexOperations } from './index-operations.ts';
import { vectorOperations } from './vector-operations.ts';
import { createVectorStore, vectorSchema } from './vector-store.ts';

/** S3 Vectors on this machine: exact, strongly consistent, durable. */
export interface Vectors extends Service {
  /** AWS::S3Vectors::VectorBucket */
  readonly ensureBucket: (name: string) => { arn: string };
  /** AWS::S3Vectors::Index. Throws ConflictException if it exists with other settings: they cannot change. */
  readonly ensureIndex: (properties: IndexProperties) => { arn: string };
}

const indexProperties = z.looseObject({
  VectorBucketName: z.string().optional(),
  VectorBucketArn: z.string().optional(),
  IndexName: z.string(),
  DataType: z.literal('float32'),
  Dimension: z.coerce.number(),
  DistanceMetric: z.string(),
  MetadataConfiguration: z.object({ NonFilterableMetadataKeys: z.array(z.string()).optional() }).optional(),
});
export type IndexProperties = z.input<typeof indexProperties>;

/** S3 Vectors user guide: 20 MiB in one request. */
const requestLimit = 20 * 1024 * 1024;

export function createVectors(place: CloudPlace): Vectors {
  const database = openDatabase(place.folder, 'vectors.sqlite', catalogSchema + vectorSchema);
  const catalog = createCatalog(database, place);
  const store = createVectorStore(database);
  return {
    signingName: 's3vectors',
    handle: serveJson({
      contentType: 'application/json',
      accessKeyId: place.credentials.accessKeyId,
      bodyLimit: requestLimit,
      // REST-JSON, with every operation a POST to its own name.
      operationOf: (request) => (request.url ?? '').split('?')[0]?.slice(1) ?? '',
      operations: { ...indexOperations(catalog, store), ...vectorOperations(catalog, store) },
      mismatch: (error) => validation(error.message),
      tooLarge: () => validation(`The request exceeds ${requestLimit} bytes.`),
    }),
    ensureBucket: (name) => {
      const [existing] = catalog.buckets(name, '', 1);
      return { arn: (existing?.name === name ? existing : catalog.createBucket(name)).arn };
    },
    ensureIndex: (properties) => {
      const { VectorBucketName, VectorBucketArn, IndexName, ...more } = indexProperties.parse(properties);
      const inBucket = { vectorBucketName: VectorBucketName, vectorBucketArn: VectorBucketArn };
      const settings = indexSettings.parse({
        dimension: more.Dimension,
        metric: more.DistanceMetric,
        nonFilterable: more.MetadataConfiguration?.NonFilterableMetadataKeys ?? [],
      });
      const existing = catalog.findIndex(catalog.bucket(inBucket).name, IndexName);
      if (!existing) return { arn: catalog.createIndex(inBucket, IndexName, settings).arn };
      const same =
        existing.dimension === settings.dimension &&
        existing.metric === settings.metric &&
        [...existing.nonFilterable].sort().join('\n') === [...settings.nonFilterable].sort().join('\n');
      if (!same)
        throw conflict(
          `The index "${IndexName}" exists with other settings, which cannot change: give it another name.`,
        );
      return { arn: existing.arn };
    },
    close: () => database.close(),
  };
}
