import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  ChecksumAlgorithm,
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServedS3, serveS3 } from './served-s3.ts';

const Bucket = 'objects';
let s3: ServedS3;

beforeAll(async () => {
  s3 = await serveS3(Bucket);
});
afterAll(() => s3.stop());

const put = (Key: string, Body: string | Uint8Array, more: object = {}) =>
  s3.client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = async (Key: string, more: object = {}) => {
  const answer = await s3.client.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return { ...answer, text: (await answer.Body?.transformToString()) ?? '' };
};
const blobCount = () => readdirSync(join(s3.cloud.place.folder, 'blobs')).length;

describe('buckets', () => {
  it('are created, found, listed and deleted, but not while they hold an object', async () => {
    const name = { Bucket: 'short-lived' };
    await s3.client.send(new CreateBucketCommand(name));
    await s3.client.send(new HeadBucketCommand(name));
    const { Buckets = [] } = await s3.client.send(new ListBucketsCommand({}));
    expect(Buckets.map((bucket) => bucket.Name)).toEqual(['objects', 'short-lived']);
    await s3.client.send(new PutObjectCommand({ ...name, Key: 'k', Body: 'v' }));
    await expect(s3.client.send(new DeleteBucketCommand(name))).rejects.toMatchObject({ name: 'BucketNotEmpty' });
    await s3.client.send(new DeleteObjectCommand({ ...name, Key: 'k' }));
    await s3.client.send(new DeleteBucketCommand(name));
    await expect(s3.client.send(new HeadBucketCommand(name))).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('are refused with a wrong name, twice, or when missing', async () => {
    const create = (name: string) => s3.client.send(new CreateBucketCommand({ Bucket: name }));
    await expect(create('Upper_Case')).rejects.toMatchObject({ name: 'InvalidBucketName' });
    await expect(create(Bucket)).rejects.toMatchObject({ name: 'BucketAlreadyOwnedByYou' });
    const missing = new PutObjectCommand({ Bucket: 'missing', Key: 'k', Body: 'v' });
    await expect(s3.client.send(missing)).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });
});

describe('put and get', () => {
  it('give back bytes, type, metadata and content headers', async () => {
    const headers = { ContentType: 'text/plain', CacheControl: 'no-store', ContentDisposition: 'attachment' };
    const stored = await put('a/b.txt', 'hello world', {
      ...headers,
      ContentEncoding: 'x',
      Metadata: { intent: 'i1' },
    });
    expect(stored).toMatchObject({ ETag: '"5eb63bbbe01eeed093cb22bb8f5acdc3"', ChecksumCRC32: 'DUoRhQ==' });
    const read = await get('a/b.txt');
    expect(read).toMatchObject({ ...headers, text: 'hello world', ContentEncoding: 'x', Metadata: { intent: 'i1' } });
    expect(Math.abs(Date.now() - Number(read.LastModified))).toBeLessThan(5000);
  });

  it('keep keys with dots, slashes, spaces, plus signs, percent signs and any script apart', async () => {
    const keys = [
      'x/../y',
      'x//y',
      ' lead',
      'a+b',
      'a b',
      'a%20b',
      'q?x=1&y#z',
      'żółć/漢字/🦊',
      "quote'(*)!",
      'é',
      'e\u0301',
    ];
    for (const key of keys) await put(key, `content of ${key}`);
    for (const key of keys) expect((await get(key)).text).toBe(`content of ${key}`);
  });

  it('keep any key that S3 allows', async () => {
    const key = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).filter((text) => text.isWellFormed());
    await fc.assert(
      fc.asyncProperty(key, async (Key) => {
        await put(`any/${Key}`, Key);
        expect((await get(`any/${Key}`)).text).toBe(Key);
      }),
      { numRuns: 40 },
    );
  });

  it('take a stream as aws-chunked with trailer, exactly, and do not keep the framing', async () => {
    const bytes = Buffer.alloc(300_000, 'stream of bytes ');
    const Body = Readable.from([bytes.subarray(0, 100_000), bytes.subarray(100_000)]);
    await put('stream.bin', Body as unknown as Uint8Array, { ContentLength: bytes.length });
    const read = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'stream.bin' }));
    expect(read.ContentEncoding).toBeUndefined();
    expect(Buffer.from((await read.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
  });

  it('replace an object whole and leave no file behind', async () => {
    await put('twice', 'first');
    const before = blobCount();
    await put('twice', 'second');
    expect((await get('twice')).text).toBe('second');
    expect(blobCount()).toBe(before);
  });

  it('accept an empty object', async () => {
    await put('empty', '');
    expect(await get('empty')).toMatchObject({ text: '', ContentLength: 0 });
  });

  it('answer a missing object with NoSuchKey, or NotFound to HEAD', async () => {
    await expect(get('nope')).rejects.toMatchObject({ name: 'NoSuchKey' });
    const head = s3.client.send(new HeadObjectCommand({ Bucket, Key: 'nope' }));
    await expect(head).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('refuse a key over 1024 bytes, metadata over 2 KB and a public ACL', async () => {
    await expect(put('k'.repeat(1025), '')).rejects.toMatchObject({ name: 'KeyTooLongError' });
    await expect(put('m', '', { Metadata: { a: 'x'.repeat(2050) } })).rejects.toMatchObject({
      name: 'MetadataTooLarge',
    });
    const name = 'AccessControlListNotSupported';
    await expect(put('acl', '', { ACL: 'public-read' })).rejects.toMatchObject({ name });
  });
});

describe('checksums', () => {
  it.each([
    [ChecksumAlgorithm.CRC32, 'y/Q5Jg=='],
    [ChecksumAlgorithm.CRC32C, '4waSgw=='],
    [ChecksumAlgorithm.CRC64NVME, 'rosUhgp5mIg='],
    [ChecksumAlgorithm.SHA1, '98O8HYCOBHMq32eZZczDTKeuNEE='],
    [ChecksumAlgorithm.SHA256, 'FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU='],
  ])('%s of "123456789" is computed by the SDK, verified, kept and returned', async (algorithm, value) => {
    const name = `Checksum${algorithm}`;
    const stored = await put(`sum-${algorithm}`, '123456789', { ChecksumAlgorithm: algorithm });
    expect(stored).toMatchObject({ [name]: value, ChecksumType: 'FULL_OBJECT' });
    const head = new HeadObjectCommand({ Bucket, Key: `sum-${algorithm}`, ChecksumMode: 'ENABLED' });
    expect(await s3.client.send(head)).toMatchObject({ [name]: value, ContentLength: 9 });
    await expect(put('bad-sum', 'else', { [name]: value })).rejects.toMatchObject({ name: 'BadDigest' });
    await expect(get('bad-sum')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('give CRC64NVME to an object that came without one', async () => {
    const client = s3.newClient({ requestChecksumCalculation: 'WHEN_REQUIRED' });
    const stored = await client.send(new PutObjectCommand({ Bucket, Key: 'plain', Body: '123456789' }));
    expect(stored.ChecksumCRC64NVME).toBe('rosUhgp5mIg=');
  });

  it('refuse a wrong, a malformed and an unknown digest, and keep nothing', async () => {
    const ContentMD5 = createHash('md5').update('other').digest('base64');
    const before = blobCount();
    await expect(put('md5', 'this', { ContentMD5 })).rejects.toMatchObject({ name: 'BadDigest' });
    await expect(put('md5', 'this', { ContentMD5: 'short' })).rejects.toMatchObject({ name: 'InvalidDigest' });
    await expect(put('md5', 'this', { ChecksumCRC32: 'x' })).rejects.toMatchObject({ name: 'InvalidRequest' });
    await expect(put('md5', 'this', { ChecksumXXHASH64: 'AAAAAAAAAAA=' })).rejects.toMatchObject({
      name: 'NotImplemented',
    });
    await expect(get('md5')).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(blobCount()).toBe(before);
  });
});

describe('conditions and ranges', () => {
  it('PutObject If-None-Match:* creates once, also among concurrent writers', async () => {
    const tries = Array.from({ length: 8 }, (_, n) => put('once', `writer ${n}`, { IfNoneMatch: '*' }));
    const results = await Promise.allSettled(tries);
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ name: 'PreconditionFailed' });
    }
  });

  it('PutObject If-Match replaces only the version that was read', async () => {
    const { ETag } = await put('cas', 'one');
    await put('cas', 'two', { IfMatch: ETag });
    await expect(put('cas', 'three', { IfMatch: ETag })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(put('cas-missing', 'x', { IfMatch: ETag })).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect((await get('cas')).text).toBe('two');
  });

  it('GetObject answers 304 and 412 by ETag and by date', async () => {
    const { ETag } = await put('cond', 'x');
    const status = (code: number) => ({ $metadata: { httpStatusCode: code } });
    await expect(get('cond', { IfNoneMatch: ETag })).rejects.toMatchObject(status(304));
    await expect(get('cond', { IfModifiedSince: new Date(Date.now() + 1e6) })).rejects.toMatchObject(status(304));
    await expect(get('cond', { IfMatch: '"other"' })).rejects.toMatchObject(status(412));
    await expect(get('cond', { IfUnmodifiedSince: new Date(0) })).rejects.toMatchObject(status(412));
    expect((await get('cond', { IfMatch: ETag, IfUnmodifiedSince: new Date(0) })).text).toBe('x');
  });

  it.each([
    ['bytes=6-10', 'world', 'bytes 6-10/11'],
    ['bytes=6-', 'world', 'bytes 6-10/11'],
    ['bytes=-5', 'world', 'bytes 6-10/11'],
    ['bytes=0-0', 'h', 'bytes 0-0/11'],
    ['bytes=6-999', 'world', 'bytes 6-10/11'],
    ['bytes=-999', 'hello world', 'bytes 0-10/11'],
    ['bytes=5-2', 'hello world', undefined],
    ['lines=1-2', 'hello world', undefined],
  ])('Range %s reads "%s"', async (Range, text, ContentRange) => {
    await put('ranged', 'hello world');
    const read = await get('ranged', { Range });
    expect(read.text).toBe(text);
    expect(read.ContentRange).toBe(ContentRange);
  });

  it('refuses a range behind the end', async () => {
    await put('ranged', 'hello world');
    await expect(get('ranged', { Range: 'bytes=11-' })).rejects.toMatchObject({ name: 'InvalidRange' });
  });
});

describe('copy, delete and tags', () => {
  it('CopyObject keeps or replaces metadata and honours conditions on its source', async () => {
    await put('from ü', 'copied', { ContentType: 'text/plain', Metadata: { a: '1' } });
    const CopySource = `${Bucket}/${encodeURIComponent('from ü')}`;
    const copy = (more: object) => s3.client.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource, ...more }));
    await copy({});
    expect(await get('to')).toMatchObject({ text: 'copied', ContentType: 'text/plain', Metadata: { a: '1' } });
    await copy({ MetadataDirective: 'REPLACE', ContentType: 'text/html' });
    expect(await get('to')).toMatchObject({ text: 'copied', ContentType: 'text/html', Metadata: {} });
    await expect(copy({ CopySourceIfMatch: '"other"' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(copy({ Key: 'from ü' })).rejects.toMatchObject({ name: 'InvalidRequest' });
    await expect(copy({ CopySource: `${Bucket}/nope` })).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('DeleteObject and DeleteObjects remove objects and their files, and missing keys are no error', async () => {
    const before = blobCount();
    for (const key of ['d1', 'd2', 'd3 <&>']) await put(key, key);
    await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'd1' }));
    const Objects = [{ Key: 'd2' }, { Key: 'd3 <&>' }, { Key: 'never was' }];
    const { Deleted } = await s3.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted).toEqual(Objects);
    expect(blobCount()).toBe(before);
    await expect(get('d3 <&>')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('object tags are written with the object or alone, read, counted and deleted', async () => {
    await put('tagged', 'x', { Tagging: 'a=1&b=%C3%BC' });
    const tags = async () => (await s3.client.send(new GetObjectTaggingCommand({ Bucket, Key: 'tagged' }))).TagSet;
    expect(await tags()).toEqual([
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: 'ü' },
    ]);
    const TagSet = [{ Key: 'k', Value: 'v' }];
    await s3.client.send(new PutObjectTaggingCommand({ Bucket, Key: 'tagged', Tagging: { TagSet } }));
    expect(await tags()).toEqual(TagSet);
    expect(await get('tagged')).toMatchObject({ text: 'x', TagCount: 1 });
    await s3.client.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'tagged' }));
    expect(await tags()).toEqual([]);
    const twice = { Bucket, Key: 'tagged', Tagging: { TagSet: [...TagSet, ...TagSet] } };
    await expect(s3.client.send(new PutObjectTaggingCommand(twice))).rejects.toMatchObject({ name: 'InvalidTag' });
  });
});
