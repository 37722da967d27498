import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, PutObjectTaggingCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServedS3, s3ErrorOf, serveS3 } from './served-s3.ts';

const Bucket = 'signed';
let s3: ServedS3;

beforeAll(async () => {
  s3 = await serveS3(Bucket);
  await s3.client.send(new PutObjectCommand({ Bucket, Key: 'a/b.txt', Body: 'hello world' }));
});
afterAll(() => s3.stop());

const signPut = (Key: string, more: object = {}, signed: string[] = ['content-type', 'host']) =>
  getSignedUrl(s3.client, new PutObjectCommand({ Bucket, Key, ContentType: 'image/jpeg', ...more }), {
    expiresIn: 60,
    signableHeaders: new Set(signed),
  });
const signGet = (more: object = {}, expiresIn = 60) =>
  getSignedUrl(s3.client, new GetObjectCommand({ Bucket, Key: 'a/b.txt', ...more }), { expiresIn });
const put = (url: string, body: string, headers: Record<string, string> = { 'content-type': 'image/jpeg' }) =>
  fetch(url, { method: 'PUT', body, headers });
const missing = async (Key: string) =>
  expect(s3.client.send(new HeadObjectCommand({ Bucket, Key }))).rejects.toMatchObject({ name: 'NotFound' });

describe('presigned PUT', () => {
  it('stores the body, its type and the metadata that the presigner moved into the address', async () => {
    const url = await signPut('żółć + x.jpg', { Metadata: { intent: 'i1' } });
    const answer = await put(url, 'JPEGDATA');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('etag')).toBe(`"${createHash('md5').update('JPEGDATA').digest('hex')}"`);
    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'żółć + x.jpg' }));
    expect(head).toMatchObject({ ContentLength: 8, ContentType: 'image/jpeg', Metadata: { intent: 'i1' } });
  });

  it.each([
    ['another type than signed', { 'content-type': 'text/html' }],
    ['a header of Amazon that was not signed', { 'content-type': 'image/jpeg', 'x-amz-meta-sneaked': '1' }],
  ])('refuses %s and keeps nothing', async (_, headers) => {
    const answer = await s3ErrorOf(await put(await signPut('refused'), 'x', headers));
    expect(answer.status).toBe(403);
    expect(answer.code).toBe('x-amz-meta-sneaked' in headers ? 'AccessDenied' : 'SignatureDoesNotMatch');
    await missing('refused');
  });

  it('refuses another length than signed', async () => {
    const url = await signPut('length', { ContentLength: 8 }, ['content-length', 'content-type', 'host']);
    expect(await s3ErrorOf(await put(url, 'JPEGDATA-TOO-LONG'))).toMatchObject({ code: 'SignatureDoesNotMatch' });
    await missing('length');
    expect((await put(url, 'JPEGDATA')).status).toBe(200);
  });

  it('refuses another key, another method and another bucket than signed', async () => {
    const url = await signPut('mine');
    for (const other of [url.replace('/mine', '/theirs'), url.replace(`/${Bucket}/`, '/other/')]) {
      expect(await s3ErrorOf(await put(other, 'x'))).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
    }
    const deleted = await fetch(url, { method: 'DELETE', headers: { 'content-type': 'image/jpeg' } });
    expect(await s3ErrorOf(deleted)).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
  });
});

describe('presigned GET', () => {
  it('serves the object with the headers that the address asks for', async () => {
    const url = await signGet({
      ResponseContentDisposition: 'attachment; filename="x.txt"',
      ResponseContentType: 'a/b',
    });
    const answer = await fetch(url);
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="x.txt"');
    expect(answer.headers.get('content-type')).toBe('a/b');
    expect(await answer.text()).toBe('hello world');
  });

  it('refuses a tampered signature, expiry or parameter', async () => {
    const url = await signGet();
    const tampered = [
      url.replace(/X-Amz-Signature=..../, 'X-Amz-Signature=0000'),
      url.replace('X-Amz-Expires=60', 'X-Amz-Expires=600'),
      `${url}&response-content-type=text%2Fhtml`,
    ];
    for (const other of tampered) {
      expect(await s3ErrorOf(await fetch(other))).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
    }
  });

  it('refuses malformed, foreign and too long-lived addresses with the errors of S3', async () => {
    const url = await signGet();
    const code = 'AuthorizationQueryParametersError';
    const wrong = [url.replace(/&X-Amz-Date=[^&]*/, ''), url.replace('X-Amz-Expires=60', 'X-Amz-Expires=604801')];
    for (const other of [...wrong, url.replace('eu-west-1', 'us-east-1')]) {
      expect(await s3ErrorOf(await fetch(other))).toMatchObject({ status: 400, code });
    }
    const foreign = await fetch(url.replace('X-Amz-Credential=AKIA', 'X-Amz-Credential=BKIA'));
    expect(await s3ErrorOf(foreign)).toMatchObject({ status: 403, code: 'InvalidAccessKeyId' });
  });

  it('ends at its expiry to the second, by the clock of the service', async () => {
    const url = await signGet({}, 60);
    s3.advance(55_000);
    expect((await fetch(url)).status).toBe(200);
    s3.advance(10_000);
    const answer = await s3ErrorOf(await fetch(url));
    expect(answer).toMatchObject({ status: 403, code: 'AccessDenied', message: 'Request has expired' });
    s3.advance(-65_000 - 16 * 60_000);
    expect(await s3ErrorOf(await fetch(url))).toMatchObject({ status: 403, message: 'Request is not yet valid' });
    s3.advance(16 * 60_000);
  });
});

describe('header signatures', () => {
  it('refuse an unsigned request, whatever it asks for', async () => {
    for (const path of ['', `/${Bucket}`, `/${Bucket}/a/b.txt`, '//', '/%', `/${Bucket}/../x?acl`]) {
      const answer = await s3ErrorOf(await fetch(`${s3.url}${path}`));
      expect(answer).toMatchObject(path === '/%' ? { code: 'InvalidURI' } : { status: 403, code: 'AccessDenied' });
    }
  });

  it('refuse a wrong secret, a wrong key id and a wrong region', async () => {
    const command = new GetObjectCommand({ Bucket, Key: 'a/b.txt' });
    const { accessKeyId, secretAccessKey } = s3.cloud.place.credentials;
    const send = (config: object) => s3.newClient(config).send(command);
    const code = (name: string) => ({ name });
    await expect(send({ credentials: { accessKeyId, secretAccessKey: 'wrong' } })).rejects.toMatchObject(
      code('SignatureDoesNotMatch'),
    );
    await expect(send({ credentials: { accessKeyId: 'WRONG', secretAccessKey } })).rejects.toMatchObject(
      code('InvalidAccessKeyId'),
    );
    await expect(send({ region: 'us-east-1' })).rejects.toMatchObject(code('AuthorizationHeaderMalformed'));
  });

  it('refuse a body that is not the one that was signed', async () => {
    const client = s3.newClient();
    client.middlewareStack.add(
      (next) => (args) => {
        Object.assign(args.request as object, { body: 'HELLO' });
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low', name: 'tamper' },
    );
    const command = new PutObjectCommand({ Bucket, Key: 'tampered', Body: 'hello', ChecksumCRC32: 'NhCmhg==' });
    await expect(client.send(command)).rejects.toMatchObject({
      name: expect.stringMatching(/SHA256Mismatch|BadDigest/),
    });
    await missing('tampered');
  });

  it('put a client with a wrong clock right by the Date header, as S3 does', async () => {
    s3.advance(3 * 3_600_000);
    const command = new GetObjectCommand({ Bucket, Key: 'a/b.txt' });
    await expect(s3.newClient().send(command)).rejects.toMatchObject({ name: 'RequestTimeTooSkewed' });
    const answer = await s3.newClient({ maxAttempts: 2 }).send(command);
    expect(await answer.Body?.transformToString()).toBe('hello world');
    s3.advance(-3 * 3_600_000);
  });

  it('answer two ways of signing at once, an old way and a malformed one with clear errors', async () => {
    const get = async (authorization: string, url = `${s3.url}/${Bucket}/a/b.txt`) =>
      s3ErrorOf(await fetch(url, { headers: { authorization } }));
    expect(await get('AWS4-HMAC-SHA256 Credential=x', await signGet())).toMatchObject({ code: 'InvalidArgument' });
    expect(await get('AWS AKIA:signature')).toMatchObject({ code: 'InvalidRequest' });
    expect(await get('AWS4-HMAC-SHA256 nonsense')).toMatchObject({ code: 'AuthorizationHeaderMalformed' });
  });

  it('a refusal reaches a client that is still sending, before and in the middle of its body', async () => {
    const tampered = (await signPut('large')).replace(/X-Amz-Signature=..../, 'X-Amz-Signature=0000');
    expect(await s3ErrorOf(await put(tampered, 'x'.repeat(8_000_000)))).toMatchObject({
      code: 'SignatureDoesNotMatch',
    });
    const Tagging = { TagSet: [{ Key: 'k', Value: 'x'.repeat(9_000_000) }] };
    const huge = s3.client.send(new PutObjectTaggingCommand({ Bucket, Key: 'a/b.txt', Tagging }));
    await expect(huge).rejects.toMatchObject({ name: 'MaxMessageLengthExceeded' });
    expect((await fetch(await signGet())).status).toBe(200);
  });

  it('survive a client that vanishes in the middle of its body', async () => {
    const url = new URL(await signPut('vanished'));
    await new Promise<void>((resolve) => {
      const request = httpRequest(url, {
        method: 'PUT',
        headers: { 'content-type': 'image/jpeg', 'content-length': '1000000' },
      });
      request.on('error', () => resolve());
      request.write('some bytes', () => setTimeout(() => request.destroy(new Error('gone')), 50));
    });
    await missing('vanished');
  });
});
