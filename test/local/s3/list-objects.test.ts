import {
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ServedS3, serveS3 } from './served-s3.ts';

const Bucket = 'listing';
const KEYS = ['a', 'a/', 'a/1', 'a/2', 'a/b/1', 'a/b/2', 'b', 'c//d', 'c/d', 'd <&>\u0001', 'e/\u{1f98a}', 'é', '漢'];
let s3: ServedS3;

beforeAll(async () => {
  s3 = await serveS3(Bucket);
  for (const Key of KEYS) await s3.client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
});
afterAll(() => s3.stop());

const byBytes = (left: string, right: string) => Buffer.compare(Buffer.from(left), Buffer.from(right));

/** What ListObjectsV2 must say, from its definition. */
function expected(prefix: string, delimiter: string, startAfter: string): string[] {
  const names = KEYS.filter((key) => key.startsWith(prefix) && byBytes(key, startAfter) > 0).map((key) => {
    const cut = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    return cut < 0 ? key : `${key.slice(0, cut + delimiter.length)}*`;
  });
  return [...new Set(names)].sort(byBytes);
}

it('lists any prefix, delimiter and start in any page size as the definition says, each name once', async () => {
  const input = fc.record({
    Prefix: fc.constantFrom('', 'a', 'a/', 'a/b/', 'c/', 'e', 'zzz'),
    Delimiter: fc.constantFrom('', '/', '/b', '//'),
    StartAfter: fc.constantFrom('', 'a', 'a/1', 'b', 'é'),
    MaxKeys: fc.integer({ min: 1, max: 6 }),
  });
  await fc.assert(
    fc.asyncProperty(input, async ({ Prefix, Delimiter, StartAfter, MaxKeys }) => {
      const names: string[] = [];
      const start = StartAfter ? { StartAfter } : {};
      const pages = paginateListObjectsV2({ client: s3.client }, { Bucket, Prefix, Delimiter, MaxKeys, ...start });
      for await (const page of pages) {
        const found = [...(page.Contents ?? []).map((object) => object.Key ?? '')];
        const common = (page.CommonPrefixes ?? []).map((entry) => `${entry.Prefix}*`);
        expect(page.KeyCount).toBe(found.length + common.length);
        expect(page.KeyCount).toBeLessThanOrEqual(MaxKeys);
        names.push(...[...found, ...common].sort(byBytes));
      }
      expect(names.sort(byBytes)).toEqual(expected(Prefix, Delimiter, StartAfter));
    }),
    { numRuns: 60 },
  );
});

it('tells size, ETag and time, and encodes keys on request', async () => {
  const list = (more: Partial<ListObjectsV2CommandInput>) =>
    s3.client.send(new ListObjectsV2Command({ Bucket, ...more }));
  const { Contents: [first] = [] } = await list({ Prefix: '漢' });
  expect(first).toMatchObject({ Key: '漢', Size: 3, StorageClass: 'STANDARD' });
  const { Contents: [encoded] = [] } = await list({ Prefix: '漢', EncodingType: 'url' });
  expect(encoded?.Key).toBe('%E6%BC%A2');
  expect(await list({ MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false });
});

it('refuses a continuation token that it did not give and an unknown encoding', async () => {
  const list = (more: object) => s3.client.send(new ListObjectsV2Command({ Bucket, ...more }));
  await expect(list({ ContinuationToken: '!' })).rejects.toMatchObject({ name: 'InvalidArgument' });
  await expect(list({ EncodingType: 'rot13' })).rejects.toMatchObject({ name: 'InvalidArgument' });
  await expect(list({ MaxKeys: -1 })).rejects.toMatchObject({ name: 'InvalidArgument' });
});
