import {
  CreateIndexCommand,
  type CreateIndexCommandInput,
  CreateVectorBucketCommand,
  DeleteIndexCommand,
  DeleteVectorBucketCommand,
  DeleteVectorsCommand,
  GetIndexCommand,
  GetVectorBucketCommand,
  GetVectorsCommand,
  ListIndexesCommand,
  ListVectorBucketsCommand,
  ListVectorsCommand,
  PutVectorsCommand,
  type PutVectorsCommandInput,
  QueryVectorsCommand,
  type QueryVectorsCommandInput,
  S3VectorsClient,
} from '@aws-sdk/client-s3vectors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVectors, type Vectors } from '../../../local/vectors/vectors.ts';
import { type ServedCloud, serveCloud } from '../serve-cloud.ts';

let cloud: ServedCloud<Vectors>;
let client: S3VectorsClient;
beforeAll(async () => {
  cloud = await serveCloud(createVectors);
  client = new S3VectorsClient(cloud.client);
  await client.send(new CreateVectorBucketCommand({ vectorBucketName: 'faces' }));
});
afterAll(() => cloud.close());

const vectorBucketName = 'faces';
const named = (name: string) => expect.objectContaining({ name });
let count = 0;
async function index(more: Partial<CreateIndexCommandInput> = {}) {
  count += 1;
  const indexName = `index-${count}`;
  const settings = { dataType: 'float32', dimension: 3, distanceMetric: 'euclidean' } as const;
  await client.send(new CreateIndexCommand({ vectorBucketName, indexName, ...settings, ...more }));
  return { vectorBucketName, indexName };
}
type Index = Awaited<ReturnType<typeof index>>;
const put = (of: Index, vectors: PutVectorsCommandInput['vectors']) =>
  client.send(new PutVectorsCommand({ ...of, vectors }));
const vector = (key: string, float32: number[], metadata?: Record<string, string | number | boolean | string[]>) => ({
  key,
  data: { float32 },
  ...(metadata && { metadata }),
});
const query = (of: Index, float32: number[], more: Partial<QueryVectorsCommandInput> = {}) =>
  client.send(new QueryVectorsCommand({ ...of, topK: 10, queryVector: { float32 }, ...more }));
const keys = async (...args: Parameters<typeof query>) => (await query(...args)).vectors?.map(({ key }) => key);

describe('vector buckets and indexes', () => {
  it('are created, described, listed page by page, and deleted once they are empty', async () => {
    for (const name of ['pages-1', 'pages-2', 'pages-3'])
      await client.send(new CreateVectorBucketCommand({ vectorBucketName: name }));
    const first = await client.send(new ListVectorBucketsCommand({ prefix: 'pages-', maxResults: 2 }));
    const { nextToken } = first;
    const second = await client.send(new ListVectorBucketsCommand({ prefix: 'pages-', maxResults: 2, nextToken }));
    const names = [...(first.vectorBuckets ?? []), ...(second.vectorBuckets ?? [])].map(
      (bucket) => bucket.vectorBucketName,
    );
    expect(names).toEqual(['pages-1', 'pages-2', 'pages-3']);
    expect(second.nextToken).toBeUndefined();

    const { vectorBucket } = await client.send(new GetVectorBucketCommand({ vectorBucketName: 'pages-1' }));
    expect(vectorBucket).toMatchObject({
      vectorBucketArn: 'arn:aws:s3vectors:eu-west-1:123456789012:bucket/pages-1',
      creationTime: expect.any(Date),
    });
    const vectorBucketArn = vectorBucket?.vectorBucketArn;
    const settings = { dataType: 'float32', dimension: 4, distanceMetric: 'cosine' } as const;
    const metadataConfiguration = { nonFilterableMetadataKeys: ['note'] };
    const { indexArn } = await client.send(
      new CreateIndexCommand({ vectorBucketArn, indexName: 'one', ...settings, metadataConfiguration }),
    );
    expect((await client.send(new GetIndexCommand({ indexArn }))).index).toMatchObject({
      vectorBucketName: 'pages-1',
      indexName: 'one',
      ...settings,
      metadataConfiguration,
    });
    expect((await client.send(new ListIndexesCommand({ vectorBucketArn }))).indexes).toMatchObject([{ indexArn }]);
    await expect(client.send(new DeleteVectorBucketCommand({ vectorBucketArn }))).rejects.toEqual(
      named('ConflictException'),
    );
    await client.send(new DeleteIndexCommand({ indexArn }));
    await client.send(new DeleteVectorBucketCommand({ vectorBucketArn }));
    await expect(client.send(new GetVectorBucketCommand({ vectorBucketArn }))).rejects.toEqual(
      named('NotFoundException'),
    );
  });

  it('name their errors as S3 Vectors does', async () => {
    const of = await index();
    await expect(client.send(new CreateVectorBucketCommand({ vectorBucketName }))).rejects.toEqual(
      named('ConflictException'),
    );
    await expect(index({ indexName: of.indexName })).rejects.toEqual(named('ConflictException'));
    await expect(client.send(new CreateVectorBucketCommand({ vectorBucketName: 'Upper' }))).rejects.toEqual(
      named('ValidationException'),
    );
    await expect(index({ dimension: 4097 })).rejects.toEqual(named('ValidationException'));
    await expect(client.send(new GetIndexCommand({ vectorBucketName, indexName: 'nope' }))).rejects.toEqual(
      named('NotFoundException'),
    );
    await expect(client.send(new GetIndexCommand({ indexName: 'nope' }))).rejects.toEqual(named('ValidationException'));
  });
});

describe('vectors', () => {
  it('are put, replaced, read, listed by page and by segment, and deleted', async () => {
    const of = await index();
    await put(of, [vector('a', [1, 2, 3], { n: 1, tags: ['x', 'y'] }), vector('b', [0, 0, 0]), vector('c', [4, 5, 6])]);
    await put(of, [vector('a', [7, 8, 0.5], { n: 2 })]);
    const read = await client.send(
      new GetVectorsCommand({ ...of, keys: ['a', 'nope'], returnData: true, returnMetadata: true }),
    );
    expect(read.vectors).toEqual([{ key: 'a', data: { float32: [7, 8, 0.5] }, metadata: { n: 2 } }]);
    expect((await client.send(new GetVectorsCommand({ ...of, keys: ['a'] }))).vectors).toEqual([{ key: 'a' }]);

    const list = (more: object) => client.send(new ListVectorsCommand({ ...of, ...more }));
    const first = await list({ maxResults: 2 });
    const second = await list({ maxResults: 2, nextToken: first.nextToken });
    const names = (...pages: (typeof first)[]) => pages.flatMap(({ vectors }) => vectors?.map(({ key }) => key)).sort();
    expect([first.vectors?.length, names(first, second), second.nextToken]).toEqual([2, ['a', 'b', 'c'], undefined]);
    const segments = [0, 1].map((segmentIndex) => list({ segmentCount: 2, segmentIndex }));
    expect(names(...(await Promise.all(segments)))).toEqual(['a', 'b', 'c']);

    await client.send(new DeleteVectorsCommand({ ...of, keys: ['a', 'nope'] }));
    expect(names(await list({}))).toEqual(['b', 'c']);
    expect(await keys(of, [7, 8, 0.5])).toEqual(['c', 'b']);
  });

  it('are found by euclidean and by cosine distance, nearest first', async () => {
    const vectors = [vector('far', [10, 0, 0]), vector('near', [1, 1, 0]), vector('opposite', [-1, 0, 0])];
    const euclidean = await index();
    await put(euclidean, vectors);
    const straight = await query(euclidean, [1, 0, 0], { returnDistance: true });
    expect(straight).toMatchObject({
      distanceMetric: 'euclidean',
      vectors: [
        { key: 'near', distance: 1 },
        { key: 'opposite', distance: 2 },
        { key: 'far', distance: 9 },
      ],
    });
    const cosine = await index({ distanceMetric: 'cosine' });
    await put(cosine, vectors);
    const angular = await query(cosine, [3, 0, 0], { returnDistance: true, topK: 3 });
    expect(angular.vectors?.map(({ key }) => key)).toEqual(['far', 'near', 'opposite']);
    expect(angular.vectors?.[0]?.distance).toBeCloseTo(0, 6);
    expect(angular.vectors?.[1]?.distance).toBeCloseTo(1 - Math.SQRT1_2, 6);
    expect(angular.vectors?.[2]?.distance).toBeCloseTo(2, 6);
    expect((await query(cosine, [3, 0, 0], { topK: 1 })).vectors).toEqual([{ key: 'far' }]);
  });

  it('are filtered by metadata, and only by what is filterable', async () => {
    const of = await index({ metadataConfiguration: { nonFilterableMetadataKeys: ['note'] } });
    await put(of, [
      vector('a', [1, 0, 0], { tenant: 't1', age: 30, note: 'n' }),
      vector('b', [2, 0, 0], { tenant: 't2', age: 40, tags: ['x', 'y'] }),
      vector('c', [3, 0, 0], { tenant: 't1', age: 50 }),
      vector('d', [4, 0, 0]),
    ]);
    const filtered = (filter: QueryVectorsCommandInput['filter']) => keys(of, [0, 0, 0], { filter });
    expect(await filtered({ tenant: 't1' })).toEqual(['a', 'c']);
    expect(await filtered({ $or: [{ age: { $gt: 45 } }, { tags: { $in: ['y'] } }] })).toEqual(['b', 'c']);
    const { vectors } = await query(of, [0, 0, 0], {
      filter: { tenant: 't1', age: { $lt: 40 } },
      returnMetadata: true,
    });
    expect(vectors).toEqual([{ key: 'a', metadata: { tenant: 't1', age: 30, note: 'n' } }]);
    await expect(filtered({ note: 'n' })).rejects.toEqual(named('ValidationException'));
  });

  it.each([
    ['too few dimensions', [vector('k', [1, 2])]],
    ['too many dimensions', [vector('k', [1, 2, 3, 4])]],
    ['a value beyond float32', [vector('k', [1e39, 0, 0])]],
    ['no number', [vector('k', [Number.NaN, 0, 0])]],
    ['an empty key', [vector('', [1, 2, 3])]],
    ['no vectors', []],
    ['over 500 vectors', Array.from({ length: 501 }, (_, i) => vector(`${i}`, [1, 2, 3]))],
    ['over 2 KB of filterable metadata', [vector('k', [1, 2, 3], { x: 'x'.repeat(2048) })]],
    ['nested filterable metadata', [{ ...vector('k', [1, 2, 3]), metadata: { x: { y: 1 } } }]],
    ['one bad vector among good ones', [vector('good', [1, 2, 3]), vector('bad', [1])]],
  ])('are refused with %s, and none of them is stored', async (_, vectors) => {
    const of = await index();
    await expect(put(of, vectors)).rejects.toEqual(named('ValidationException'));
    expect((await client.send(new ListVectorsCommand(of))).vectors).toEqual([]);
  });

  it('of length zero have no cosine distance', async () => {
    const of = await index({ distanceMetric: 'cosine' });
    await expect(put(of, [vector('k', [0, 0, 0])])).rejects.toEqual(named('ValidationException'));
    await expect(query(of, [0, 0, 0])).rejects.toEqual(named('ValidationException'));
    await expect(query(of, [1, 0])).rejects.toEqual(named('ValidationException'));
    await expect(query(of, [1, 0, 0], { topK: 101 })).rejects.toEqual(named('ValidationException'));
  });

  it('survive a restart, with the index and its metadata', async () => {
    const of = await index({ distanceMetric: 'cosine' });
    await put(of, [vector('a', [1, 0, 0], { tenant: 't1' }), vector('b', [0, 1, 0], { tenant: 't2' })]);
    await cloud.restart();
    expect(await keys(of, [1, 0.1, 0])).toEqual(['a', 'b']);
    expect(await keys(of, [1, 0.1, 0], { filter: { tenant: 't2' } })).toEqual(['b']);
    await client.send(new DeleteIndexCommand(of));
    await expect(query(of, [1, 0, 0])).rejects.toEqual(named('NotFoundException'));
  });
});

describe('the calls of a template runtime', () => {
  it('create a bucket and an index once, and refuse to change its settings', () => {
    const { service } = cloud;
    expect(service.ensureBucket('templated').arn).toBe(service.ensureBucket('templated').arn);
    const properties = {
      VectorBucketName: 'templated',
      IndexName: 'faces',
      DataType: 'float32',
      Dimension: '256',
      DistanceMetric: 'cosine',
    } as const;
    expect(service.ensureIndex(properties).arn).toBe(
      'arn:aws:s3vectors:eu-west-1:123456789012:bucket/templated/index/faces',
    );
    expect(service.ensureIndex(properties)).toEqual(service.ensureIndex({ ...properties, Dimension: 256 }));
    expect(() => service.ensureIndex({ ...properties, Dimension: 128 })).toThrow('other settings');
  });
});
