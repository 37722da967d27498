import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ServedS3, serveS3 } from './served-s3.ts';

const Bucket = 'killed';
let s3: ServedS3;

beforeAll(async () => {
  s3 = await serveS3(Bucket);
});
afterAll(() => s3.stop());

/** Starts a request that never ends: it announces more than it sends. */
function sendHalf(url: string, method: string, type: string, head: string): void {
  const headers = { 'content-type': type, 'content-length': '9000000' };
  const half = request(url, { method, headers });
  half.on('error', () => {});
  half.write(head + 'x'.repeat(3_000_000));
}

it('kill -9 in the middle of uploads: what was acknowledged is whole, nothing else is visible, no file is left over', async () => {
  const { folder, region } = s3.cloud.place;
  const blobs = () => readdirSync(join(folder, 'blobs'));
  let UploadId: string | undefined;
  let ETag: string | undefined;
  await s3.cloud.restart(async () => {
    const script = join(import.meta.dirname, 'killed-process.ts');
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, folder, region]);
    child.stderr.on('data', (chunk) => console.error(String(chunk)));
    const [line] = await once(child.stdout, 'data');
    const client = new S3Client({ ...s3.cloud.client, endpoint: String(line).trim() });
    for (let n = 0; n < 20; n++) {
      await client.send(new PutObjectCommand({ Bucket, Key: `acknowledged/${n}`, Body: `content ${n}` }));
    }
    ({ UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' })));
    const part = { Bucket, Key: 'parts', UploadId };
    ({ ETag } = await client.send(new UploadPartCommand({ ...part, PartNumber: 1, Body: 'whole part' })));
    const whole = blobs().length;
    for (const command of [
      new PutObjectCommand({ Bucket, Key: 'acknowledged/0' }),
      new PutObjectCommand({ Bucket, Key: 'never/put' }),
    ]) {
      sendHalf(await getSignedUrl(client, command), 'PUT', 'a/b', '');
    }
    sendHalf(await getSignedUrl(client, new UploadPartCommand({ ...part, PartNumber: 1 })), 'PUT', 'a/b', '');
    const { url, fields } = await createPresignedPost(client, { Bucket, Key: 'never/posted' });
    const form = Object.entries(fields).map(
      ([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    const file = '--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n';
    sendHalf(url, 'POST', 'multipart/form-data; boundary=b', form.join('') + file);
    // All four are being written: their files exist and have grown.
    await expect.poll(() => blobs().filter((name) => statSync(join(folder, 'blobs', name)).size > 1e6)).toHaveLength(4);
    expect(blobs()).toHaveLength(whole + 4);
    child.kill('SIGKILL');
    await once(child, 'exit');
    client.destroy();
  });
  expect(blobs()).toHaveLength(21);
  const { Contents = [] } = await s3.client.send(new ListObjectsV2Command({ Bucket }));
  expect(Contents.map((object) => object.Key).sort()).toEqual(
    Array.from({ length: 20 }, (_, n) => `acknowledged/${n}`).sort(),
  );
  const read = async (Key: string) =>
    (await s3.client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
  for (let n = 0; n < 20; n++) expect(await read(`acknowledged/${n}`)).toBe(`content ${n}`);
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  await s3.client.send(new CompleteMultipartUploadCommand({ Bucket, Key: 'parts', UploadId, MultipartUpload }));
  expect(await read('parts')).toBe('whole part');
});
