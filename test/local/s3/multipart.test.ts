import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServedS3, serveS3 } from './served-s3.ts';

const Bucket = 'multipart';
const MIB = 1024 * 1024;
let s3: ServedS3;

beforeAll(async () => {
  s3 = await serveS3(Bucket);
});
afterAll(() => s3.stop());

const bytes = Buffer.alloc(11 * MIB);
for (let at = 0; at < bytes.length; at += 4096) bytes.writeUInt32LE(at, at);
const pieces = [bytes.subarray(0, 5 * MIB), bytes.subarray(5 * MIB, 10 * MIB), bytes.subarray(10 * MIB)];
const blobCount = () => readdirSync(join(s3.cloud.place.folder, 'blobs')).length;

async function begin(Key: string, more: object = {}) {
  const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  return { Bucket, Key, UploadId };
}
type Upload = Awaited<ReturnType<typeof begin>>;

async function uploadAll(upload: Upload, bodies: readonly Uint8Array[] = pieces) {
  return Promise.all(
    bodies.map(async (Body, at) => {
      const part = await s3.client.send(new UploadPartCommand({ ...upload, PartNumber: at + 1, Body }));
      return { PartNumber: at + 1, ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32 };
    }),
  );
}
const complete = (upload: Upload, Parts: object[], more: object = {}) =>
  s3.client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ...more }));

describe('multipart upload', () => {
  it('joins 11 MiB exactly, with the ETag and composite checksum of S3, and keeps type and metadata', async () => {
    const before = blobCount();
    const upload = await begin('joined', {
      ContentType: 'video/mp4',
      Metadata: { a: '1' },
      ChecksumAlgorithm: 'CRC32',
    });
    const Parts = await uploadAll(upload);
    const missing = s3.client.send(new HeadObjectCommand({ Bucket, Key: 'joined' }));
    await expect(missing).rejects.toMatchObject({ name: 'NotFound' });
    const done = await complete(upload, Parts);
    const md5s = pieces.map((piece) => createHash('md5').update(piece).digest());
    const ETag = `"${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-3"`;
    expect(done).toMatchObject({ ETag, Key: 'joined', ChecksumType: 'COMPOSITE' });
    expect(done.ChecksumCRC32).toMatch(/^.{6}==-3$/);
    const read = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'joined' }));
    expect(read).toMatchObject({ ETag, ContentType: 'video/mp4', Metadata: { a: '1' }, ContentLength: bytes.length });
    expect(bytes.equals((await read.Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
    expect(blobCount()).toBe(before + 1);
  });

  it('gives the whole object one checksum where asked, and a copy an ordinary ETag', async () => {
    const upload = await begin('full', { ChecksumAlgorithm: 'CRC64NVME' });
    const done = await complete(upload, await uploadAll(upload));
    expect(done.ChecksumType).toBe('FULL_OBJECT');
    const CopySource = `${Bucket}/full`;
    const copy = await s3.client.send(new CopyObjectCommand({ Bucket, Key: 'full-copy', CopySource }));
    expect(copy.CopyObjectResult).toMatchObject({
      ETag: `"${createHash('md5').update(bytes).digest('hex')}"`,
      ChecksumCRC64NVME: done.ChecksumCRC64NVME,
    });
  });

  it('refuses small parts, wrong order, unknown parts and wrong sizes, and can then be completed', async () => {
    const upload = await begin('strict');
    const Parts = await uploadAll(upload, [Buffer.from('small'), Buffer.from('last')]);
    const failure = (name: string) => ({ name });
    await expect(complete(upload, Parts)).rejects.toMatchObject(failure('EntityTooSmall'));
    await expect(complete(upload, [...Parts].reverse())).rejects.toMatchObject(failure('InvalidPartOrder'));
    await expect(complete(upload, [{ PartNumber: 3, ETag: '"x"' }])).rejects.toMatchObject(failure('InvalidPart'));
    await expect(complete(upload, [])).rejects.toMatchObject(failure('MalformedXML'));
    const last = Parts.slice(1);
    await expect(complete(upload, last, { MpuObjectSize: 99 })).rejects.toMatchObject(failure('InvalidRequest'));
    await complete(upload, last, { MpuObjectSize: 4, IfNoneMatch: '*' });
    await expect(complete(upload, last)).rejects.toMatchObject(failure('NoSuchUpload'));
    const again = await begin('strict');
    const more = await uploadAll(again, [Buffer.from('x')]);
    await expect(complete(again, more, { IfNoneMatch: '*' })).rejects.toMatchObject(failure('PreconditionFailed'));
  });

  it('lists parts by pages, replaces a part that is sent again, and forgets all of them when aborted', async () => {
    const before = blobCount();
    const upload = await begin('listed');
    await uploadAll(upload, [Buffer.from('one'), Buffer.from('two'), Buffer.from('three')]);
    await s3.client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'replaced' }));
    const first = await s3.client.send(new ListPartsCommand({ ...upload, MaxParts: 2 }));
    expect(first.Parts?.map((part) => [part.PartNumber, part.Size])).toEqual([
      [1, 8],
      [2, 3],
    ]);
    expect(first).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '2' });
    const rest = await s3.client.send(new ListPartsCommand({ ...upload, PartNumberMarker: '2' }));
    expect(rest.Parts).toHaveLength(1);
    await s3.client.send(new AbortMultipartUploadCommand(upload));
    await expect(s3.client.send(new ListPartsCommand(upload))).rejects.toMatchObject({ name: 'NoSuchUpload' });
    expect(blobCount()).toBe(before);
  });

  it('takes parts through presigned addresses, and refuses part numbers outside 1 to 10000', async () => {
    const upload = await begin('presigned');
    const send = async (PartNumber: number) => {
      const url = await getSignedUrl(s3.client, new UploadPartCommand({ ...upload, PartNumber }), { expiresIn: 60 });
      return fetch(url, { method: 'PUT', body: 'part' });
    };
    const answer = await send(7);
    expect(answer.status).toBe(200);
    expect((await send(10_001)).status).toBe(400);
    await complete(upload, [{ PartNumber: 7, ETag: answer.headers.get('etag') }]);
    const read = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'presigned' }));
    expect(await read.Body?.transformToString()).toBe('part');
  });
});
