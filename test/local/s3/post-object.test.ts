import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { GetObjectCommand, GetObjectTaggingCommand, HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { createPresignedPost, type PresignedPostOptions } from '@aws-sdk/s3-presigned-post';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scopeText, signature, signingKey } from '../../../local/sigv4.ts';
import { type ServedS3, s3ErrorOf, serveS3 } from './served-s3.ts';

const Bucket = 'forms';
/** S3 puts the file's own name in. */
const KEY = 'post/$'.concat('{filename}');
let s3: ServedS3;

beforeAll(async () => {
  s3 = await serveS3(Bucket);
});
afterAll(() => s3.stop());

const presign = (options: Partial<PresignedPostOptions> = {}) =>
  createPresignedPost(s3.client, {
    Bucket,
    Key: KEY,
    Conditions: [
      ['content-length-range', 2, 1000],
      ['starts-with', '$Content-Type', 'image/'],
    ],
    Fields: { success_action_status: '201' },
    Expires: 60,
    ...options,
  });

type Fields = Record<string, string>;

function formOf(fields: Fields, file: string | Uint8Array<ArrayBuffer> | undefined, filename = 'photo.jpg'): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  if (file !== undefined) form.set('file', new Blob([file]), filename);
  return form;
}

const send = async (fields: Fields, file: string | undefined, options: Partial<PresignedPostOptions> = {}) => {
  const { url, fields: signed } = await presign(options);
  const image = { 'Content-Type': 'image/jpeg' };
  return fetch(url, { method: 'POST', body: formOf({ ...image, ...signed, ...fields }, file) });
};
const keys = async () => {
  const { Contents = [] } = await s3.client.send(new ListObjectsV2Command({ Bucket }));
  return Contents.map((object) => object.Key);
};
const blobCount = () => readdirSync(join(s3.cloud.place.folder, 'blobs')).length;

describe('presigned POST', () => {
  it('stores the file under its own name with type, metadata and tags, and answers 201 with a document', async () => {
    const tagging = '<Tagging><TagSet><Tag><Key>kind</Key><Value>selfie</Value></Tag></TagSet></Tagging>';
    const Fields = { success_action_status: '201', 'x-amz-meta-intent': 'żółw', tagging };
    const answer = await send({}, 'x'.repeat(500), { Fields });
    expect(answer.status).toBe(201);
    const document = await answer.text();
    expect(document).toContain('<Key>post/photo.jpg</Key>');
    expect(document).toContain(`<Location>${s3.url}/${Bucket}/post/photo.jpg</Location>`);
    const Key = 'post/photo.jpg';
    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key }));
    expect(head).toMatchObject({ ContentLength: 500, ContentType: 'image/jpeg', ETag: answer.headers.get('etag') });
    expect(head.Metadata?.intent).toBe(`=?UTF-8?B?${Buffer.from('żółw').toString('base64')}?=`);
    const { TagSet } = await s3.client.send(new GetObjectTaggingCommand({ Bucket, Key }));
    expect(TagSet).toEqual([{ Key: 'kind', Value: 'selfie' }]);
  });

  it.each([
    [{}, 204],
    [{ success_action_status: '200' }, 200],
    [{ success_action_status: '999' }, 204],
  ])('answers as success_action_status asks: %j gives %i without a body', async (Fields, status) => {
    const answer = await send({}, 'some file', { Fields, Key: 'status' });
    expect([answer.status, await answer.text()]).toEqual([status, '']);
  });

  it('redirects with bucket, key and ETag where the form asks for it', async () => {
    const Fields = { success_action_redirect: 'https://app.example/done?x=1' };
    const { url, fields } = await presign({ Fields, Key: 'redirected', Conditions: [['eq', '$Content-Type', 'a/b']] });
    const body = formOf({ 'Content-Type': 'a/b', ...fields }, 'file');
    const answer = await fetch(url, { method: 'POST', redirect: 'manual', body });
    expect(answer.status).toBe(303);
    const target = new URL(answer.headers.get('location') ?? '');
    expect(Object.fromEntries(target.searchParams)).toMatchObject({ x: '1', bucket: Bucket, key: 'redirected' });
  });

  it('keeps a binary file exactly, also one that looks like a form', async () => {
    const bytes = new Uint8Array(700).map((_, n) => (n * 7919) % 256);
    bytes.set(Buffer.from('\r\n--boundary\r\nContent-Disposition: form-data; name="key"\r\n\r\nevil'), 100);
    const { url, fields } = await presign({ Key: 'binary' });
    await fetch(url, { method: 'POST', body: formOf({ 'Content-Type': 'image/png', ...fields }, bytes) });
    const read = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'binary' }));
    expect(await read.Body?.transformToByteArray()).toEqual(bytes);
  });
});

describe('a presigned POST that breaks its policy leaves nothing behind:', () => {
  const denied = (message: string | RegExp) => ({ status: 403, code: 'AccessDenied', message });
  const invalid = 'Invalid according to Policy: ';
  const cases: [string, Fields, string | undefined, Partial<PresignedPostOptions>, object][] = [
    ['larger than content-length-range', {}, 'x'.repeat(1001), {}, { status: 400, code: 'EntityTooLarge' }],
    ['much larger, longer than one chunk', {}, 'x'.repeat(3_000_000), {}, { status: 400, code: 'EntityTooLarge' }],
    ['smaller than content-length-range', {}, 'x', {}, { status: 400, code: 'EntityTooSmall' }],
    ['without a file', {}, undefined, {}, { status: 400, code: 'InvalidArgument' }],
    [
      'of another type',
      { 'Content-Type': 'text/html' },
      'file',
      {},
      denied(`${invalid}Policy Condition failed: ["starts-with", "$Content-Type", "image/"]`),
    ],
    [
      'outside its prefix',
      { key: 'evil/x' },
      'file',
      {},
      denied(`${invalid}Policy Condition failed: ["starts-with", "$key", "post/"]`),
    ],
    [
      'under another key than the one',
      { key: 'other' },
      'file',
      { Key: 'exact' },
      denied(`${invalid}Policy Condition failed: ["eq", "$key", "exact"]`),
    ],
    [
      'with a field it does not name',
      { 'x-amz-meta-extra': '1' },
      'file',
      {},
      denied(`${invalid}Extra input fields: x-amz-meta-extra`),
    ],
    ['for another bucket', { bucket: 'other' }, 'file', {}, denied('Access Denied')],
    ['expired', {}, 'file', { Expires: -10 }, denied(`${invalid}Policy expired.`)],
    [
      'with a forged signature',
      { 'X-Amz-Signature': '0'.repeat(64) },
      'file',
      {},
      { status: 403, code: 'SignatureDoesNotMatch' },
    ],
    [
      'with a forged policy',
      { Policy: Buffer.from('{"expiration":"2999-01-01T00:00:00Z","conditions":[]}').toString('base64') },
      'file',
      {},
      { status: 403, code: 'SignatureDoesNotMatch' },
    ],
    [
      'with a wrong checksum',
      {},
      'file',
      { Fields: { 'x-amz-checksum-crc32': 'AAAAAA==' } },
      { status: 400, code: 'BadDigest' },
    ],
    [
      'with fields over 20 KB',
      { 'x-ignore-a': 'x'.repeat(21_000) },
      'file',
      {},
      { status: 400, code: 'MaxPostPreDataLengthExceeded' },
    ],
  ];

  it.each(cases)('%s', async (_, fields, file, options, expected) => {
    const before = await keys();
    const files = blobCount();
    expect(await s3ErrorOf(await send(fields, file, options))).toMatchObject(expected);
    expect(await keys()).toEqual(before);
    expect(blobCount()).toBe(files);
  });

  it.each([
    ['no JSON', 'no JSON', 'Invalid JSON.'],
    ['null', 'null', 'Invalid JSON.'],
    ['no expiration', { conditions: [] }, 'Policy missing expiration.'],
    ['no date as expiration', { expiration: 'soon', conditions: [] }, "Invalid 'expiration' value: 'soon'"],
    ['no conditions', { expiration: '2999-01-01T00:00:00Z' }, 'Policy missing conditions.'],
    ['an unknown operation', [['ends-with', '$key', 'x']], 'Unknown condition operation "ends-with".'],
    ['a field without $', [['eq', 'key', 'x']], /Invalid condition/],
    ['a condition that is a number', [1], 'Invalid condition.'],
    ['a value that is no string', [{ key: 1 }], /Invalid Simple-Condition/],
    ['a range upside down', [['content-length-range', 2, 1]], 'Invalid content-length-range.'],
  ])('with a policy that is signed but holds %s', async (_, policy, message) => {
    const document = Array.isArray(policy) ? { expiration: '2999-01-01T00:00:00Z', conditions: policy } : policy;
    const text = typeof document === 'string' ? document : JSON.stringify(document);
    const { accessKeyId, secretAccessKey } = s3.cloud.place.credentials;
    const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    const scope = { accessKeyId, date: date.slice(0, 8), region: s3.cloud.place.region, service: 's3' };
    const Policy = Buffer.from(text).toString('base64');
    const fields = {
      key: 'x',
      Policy,
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': `${accessKeyId}/${scopeText(scope)}`,
      'X-Amz-Date': date,
      'X-Amz-Signature': signature(signingKey(secretAccessKey, scope), Policy),
    };
    const answer = await s3ErrorOf(
      await fetch(`${s3.url}/${Bucket}`, { method: 'POST', body: formOf(fields, 'file') }),
    );
    expect(answer).toMatchObject({ status: 400, code: 'InvalidPolicyDocument' });
    expect(answer.message.replace('Invalid Policy: ', '')).toMatch(message);
  });

  it('without policy, with a second file, or cut off', async () => {
    const before = await keys();
    const anonymous = await fetch(`${s3.url}/${Bucket}`, {
      method: 'POST',
      body: formOf({ key: 'anonymous' }, 'file'),
    });
    expect(await s3ErrorOf(anonymous)).toMatchObject({ status: 403, code: 'AccessDenied' });
    const { url, fields } = await presign();
    const twice = formOf({ 'Content-Type': 'image/png', ...fields }, 'file');
    twice.append('file', new Blob(['more']), 'second.jpg');
    expect(await s3ErrorOf(await fetch(url, { method: 'POST', body: twice }))).toMatchObject({
      code: 'InvalidArgument',
    });
    const whole = new Request(url, {
      method: 'POST',
      body: formOf({ 'Content-Type': 'image/png', ...fields }, 'file'),
    });
    const bytes = Buffer.from(await whole.arrayBuffer());
    const headers = { 'content-type': whole.headers.get('content-type') ?? '' };
    const cut = await fetch(url, { method: 'POST', headers, body: bytes.subarray(0, -20) });
    expect(await s3ErrorOf(cut)).toMatchObject({ status: 400, code: 'MalformedPOSTRequest' });
    expect(await keys()).toEqual(before);
  });

  it('when the client vanishes in the middle of the file', async () => {
    const { url, fields } = await presign({ Key: 'vanished' });
    const whole = new Request(url, {
      method: 'POST',
      body: formOf({ 'Content-Type': 'image/png', ...fields }, 'x'.repeat(900)),
    });
    const bytes = Buffer.from(await whole.arrayBuffer());
    const files = blobCount();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(
      `POST /${Bucket} HTTP/1.1\r\nhost: x\r\ncontent-type: ${whole.headers.get('content-type')}\r\ncontent-length: ${bytes.length}\r\n\r\n`,
    );
    socket.write(bytes.subarray(0, -60));
    await expect.poll(blobCount).toBe(files + 1);
    socket.destroy();
    await expect.poll(blobCount).toBe(files);
    const head = s3.client.send(new HeadObjectCommand({ Bucket, Key: 'vanished' }));
    await expect(head).rejects.toMatchObject({ name: 'NotFound' });
  });
});
