import sharp from 'sharp';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { call, type Json, type Reply } from '../../support/client.ts';
import { bomb, damaged, foreign, hugeHeader, nothing, odd, padded, truncated } from '../../support/hostile-images.ts';
import { anyDocument, base64, type DocumentClient, document, passport, requestId } from './document.ts';
import { blurred, menu } from './photos.ts';

const service = inject('service');
const unsupported = 'Unsupported document format. Supported: jpeg, png, pdf';

describe('document, errors', () => {
  let acme: DocumentClient;
  let image: Buffer;

  beforeAll(async () => {
    acme = await document();
    image = Buffer.from(await passport(), 'base64');
  });
  const ask = (body: unknown, headers: Record<string, string> = {}): Promise<Reply> => acme.verify(body, headers);
  const good = () => ({ document_type: 'passport', document_data: anyDocument });
  const send = (bytes: Uint8Array): Promise<Reply> => ask({ document_type: 'passport', document_data: base64(bytes) });

  test('M-40 C-05 an error is {request_id, error: {code, message, details}}; the id is ours, whatever the caller calls it', async () => {
    const reply = await ask({ document_type: 'passport' }, { 'x-request-id': 'mine' });
    expect(reply.status).toBe(400);
    expect(Object.keys(reply.body)).toEqual(['request_id', 'error']);
    expect(Object.keys(reply.body.error)).toEqual(['code', 'message', 'details']);
    expect(reply.body.request_id).toMatch(requestId);
    expect(reply.headers.get('x-request-id')).toBe('mine');
    const bare = await ask({ document_type: 'passport' });
    expect(bare.headers.get('x-request-id')).toBe(bare.body.request_id);
  });

  test.each([
    ['no document_type', { document_type: undefined }, 'document_type'],
    ['a document_type that is none', { document_type: 'dni' }, 'document_type'],
    ['no document', { document_data: undefined }, 'document_data'],
    ['a document as a list', { document_data: [] }, 'document_data'],
    ['a document in both ways', { document_key: 'document/x' }, 'document_data'],
    ['a verification_type that is none', { verification_type: 'age' }, 'verification_type'],
    ['metadata as a text', { metadata: 'x' }, 'metadata'],
    ['too much metadata', { metadata: { x: 'x'.repeat(17_000) } }, 'metadata'],
    ['test_mode as a text', { test_mode: 'true' }, 'test_mode'],
    ['an age_threshold of 0', { age_threshold: 0 }, 'age_threshold'],
    ['half an age_threshold', { age_threshold: 17.5 }, 'age_threshold'],
    ['webhook_url as a number', { webhook_url: 1 }, 'webhook_url'],
    ['an unknown field', { surprise: 1 }, 'surprise'],
  ])('M-05 M-06 M-08 M-48 %s is REQUEST_INVALID, and named', async (_what, change, field) => {
    const reply = await ask({ ...good(), ...change });
    expect(reply).toMatchObject({ status: 400, body: { error: { code: 'REQUEST_INVALID' } } });
    expect(Object.keys(reply.body.error.details.fields)).toEqual([field]);
  });

  test('M-03 another content type, and what is no JSON, is REQUEST_INVALID', async () => {
    const text = await ask(JSON.stringify(good()), { 'content-type': 'text/plain' });
    const mounted = await acme.verify('{"document_type"', {}, acme.tenant.keys.skLive, '/document/v1/verify');
    for (const reply of [text, mounted])
      expect(reply).toMatchObject({ status: 400, body: { error: { code: 'REQUEST_INVALID' } } });
  });

  test('M-06 M-07 M-41 what is no JPEG, PNG or PDF is DOCUMENT_INVALID_FORMAT, in the words of the text', async () => {
    const { pdf: _, ...others } = foreign;
    const pictures = [
      ...Object.values(others),
      await (odd['animated GIF'] as (image: Uint8Array) => Promise<Buffer>)(image),
      await sharp(image).webp().toBuffer(),
      await sharp(image).resize(400).avif().toBuffer(),
      await sharp(image).resize(400).tiff().toBuffer(),
      new Uint8Array(),
    ];
    for (const picture of pictures) {
      const { status, body } = await send(picture);
      expect(status).toBe(400);
      expect(body.error).toMatchObject({ code: 'DOCUMENT_INVALID_FORMAT', message: unsupported });
    }
  });

  test.each([
    ['letters of no alphabet', (text: string) => `${text.slice(0, 400)}!!!!${text.slice(400)}`],
    ['letters of another alphabet', (text: string) => `${text.slice(0, 400)}-_-_${text.slice(400)}`],
    ['spaces where there was a plus', (text: string) => text.replaceAll('+', ' ')],
    ['a data URI of a text', (text: string) => `data:text/plain;base64,${text}`],
    ['a data URI without base64', (text: string) => `data:image/jpeg,${text}`],
    [
      'one letter too few',
      (text: string) => text.replace(/=*$/, '').slice(0, -((text.replace(/=*$/, '').length % 4) + 3)),
    ],
  ])('M-06 base64 with %s', async (_, spoil) => {
    const { status, body } = await ask({ document_type: 'passport', document_data: spoil(base64(image)) });
    expect({ status, code: body.error.code, reason: body.error.details.reason }).toEqual({
      ...{ status: 400, code: 'DOCUMENT_INVALID_FORMAT', reason: 'base64' },
    });
  });

  test.each([
    ['cut short', () => truncated(image), 'truncated'],
    ['damaged', () => damaged(image), 'damaged'],
    ['only its first bytes', () => image.subarray(0, 20), undefined],
  ])('M-06 M-17 a document that is %s is DOCUMENT_INVALID_FORMAT, and free', async (_, spoil, reason) => {
    const { status, body } = await send(spoil());
    expect({ status, code: body.error.code, message: body.error.message }).toEqual({
      ...{ status: 400, code: 'DOCUMENT_INVALID_FORMAT', message: unsupported },
    });
    if (reason !== undefined) expect(body.error.details.reason).toBe(reason);
    expect((await acme.ledger()).filter(({ type }: Json) => type === 'debit')).toEqual([]);
  });

  test('M-13 K-06 10 MB pass, one byte more is DOCUMENT_TOO_LARGE with the way to send it', async () => {
    const most = 10 * 1024 * 1024;
    const exact = (length: number) => {
      const bytes = padded(image, length);
      return Buffer.concat([bytes, Buffer.alloc(Math.max(0, length - bytes.length))]).subarray(0, length);
    };
    const { status, body } = await send(exact(most + 1));
    expect(status).toBe(413);
    expect(body.error).toMatchObject({
      code: 'DOCUMENT_TOO_LARGE',
      details: { max_bytes: most, upload_url: `${service.url}/v1/uploads` },
    });
    // As many as are taken: what is wrong with it then is told of the picture.
    expect((await send(exact(most))).status).not.toBe(413);
  });

  test('M-13 K-06 S-14 a body over 16 MB: in the contract’s shape on its mount, RFC 9457 where nobody knows whose it is', async () => {
    const body = `{"document_type":"passport","document_data":"${'A'.repeat(17 * 1024 * 1024)}"}`;
    const mounted = await acme.verify(body, {}, acme.tenant.keys.skLive, '/document/v1/verify');
    expect(mounted).toMatchObject({ status: 413, body: { error: { code: 'DOCUMENT_TOO_LARGE' } } });
    expect(mounted.body.error.details.upload_url).toBe(`${service.url}/v1/uploads`);
    const bare = await ask(body);
    expect(bare).toMatchObject({ status: 413, body: { code: 'payload_too_large' } });
  });

  test.each([
    ['M-14 299×400 pixels', async () => sharp(image).resize(299, 400, { fit: 'fill' }).jpeg().toBuffer(), 'resolution'],
    ['M-15 a blurred photo', () => blurred(), 'blur'],
  ])('%s is DOCUMENT_QUALITY_LOW, recorded and free', async (_, make, reason) => {
    const metadata = { mine: reason };
    const { status, body } = await ask({ document_type: 'passport', document_data: base64(await make()), metadata });
    expect(status).toBe(422);
    expect(body).toMatchObject({ status: 'error', error: { code: 'DOCUMENT_QUALITY_LOW', details: { reason } } });
    expect(body.error.details.reasons).toContain(reason);
    const read = await acme.get(`/v1/verify/${body.request_id}`);
    expect(read).toMatchObject({ status: 200, body: { status: 'error', error: body.error, metadata } });
    expect(await acme.usage()).toMatchObject({ used: 0 });
  });

  test('M-48 a picture of nothing is DOCUMENT_NOT_FOUND, one of more pixels than are taken DOCUMENT_TOO_LARGE', async () => {
    const { status, body } = await send(await nothing());
    expect({ status, told: body.status, code: body.error.code }).toEqual({
      ...{ status: 422, told: 'error', code: 'DOCUMENT_NOT_FOUND' },
    });
    for (const picture of [bomb(), hugeHeader()]) {
      const large = await send(picture);
      expect(large).toMatchObject({
        status: 413,
        body: { error: { code: 'DOCUMENT_TOO_LARGE', details: { reason: 'pixels' } } },
      });
    }
  });

  test('M-47 M-48 what can be read and is no document that anybody knows is DOCUMENT_UNSUPPORTED', async () => {
    const { status, body } = await send(await menu());
    expect({ status, told: body.status, code: body.error.code }).toEqual({
      ...{ status: 422, told: 'error', code: 'DOCUMENT_UNSUPPORTED' },
    });
  });

  test('M-02 M-41 keys: none, malformed, unknown, expired', async () => {
    const own = await document();
    const refused = async (key?: string) => {
      const reply = await call(service.url, 'POST', '/v1/verify', { body: good(), ...(key !== undefined && { key }) });
      return [reply.status, reply.body.error.code, reply.body.error.message];
    };
    const expected = [401, 'AUTH_INVALID_KEY', 'The provided API key is invalid or expired'];
    expect(await refused()).toEqual(expected);
    expect(await refused('your_api_key')).toEqual(expected);
    expect(await refused(`${own.tenant.keys.skLive.slice(0, -1)}?`)).toEqual(expected);
    const expiresAt = Math.floor(Date.now() / 1000) + 1;
    const { body } = await own.admin('POST', `/v1/admin/tenants/${own.tenant.tenantId}/keys`, {
      ...{ type: 'secret', mode: 'test', expiresAt },
    });
    await expect.poll(() => refused(body.key), { timeout: 5_000 }).toEqual(expected);
  });

  test('K-04 K-14 a publishable key may not', async () => {
    const reply = await acme.verify(good(), {}, acme.tenant.keys.pkLive);
    expect(reply).toMatchObject({ status: 403, body: { error: { code: 'AUTH_FORBIDDEN' } } });
  });

  test('K-01 K-03 whose call it is tells its body; both or neither is RFC 9457 and names the two', async () => {
    for (const body of [{}, { hello: 1 }, { ...good(), user_id: 'u' }, { document_key: 'x', frames: [] }]) {
      const reply = await ask(body);
      expect(reply.status).toBe(400);
      expect(reply.headers.get('content-type')).toBe('application/problem+json');
      expect(reply.body.detail).toMatch(/user_id.*document_type/s);
    }
    expect((await ask({ user_id: 'u', frames: [] })).body.error).toBe('invalid_request');
    expect((await ask({ document_data: 'x' })).body.error.code).toBe('REQUEST_INVALID');
    const mounted = await acme.verify({}, {}, acme.tenant.keys.skLive, '/document/v1/verify');
    expect(mounted.body.error.code).toBe('REQUEST_INVALID');
    const other = await acme.verify(good(), {}, acme.tenant.keys.skLive, '/step-up/v1/verify');
    expect(other.body).toMatchObject({ error: 'invalid_request', code: 'invalid_request' });
  });

  test('C-04 who asks for problem details gets them', async () => {
    const reply = await ask(
      { document_type: 'passport', document_data: base64(await nothing()) },
      { accept: 'application/problem+json', 'x-request-id': 'mine' },
    );
    expect(reply.status).toBe(422);
    expect(reply.headers.get('content-type')).toBe('application/problem+json');
    expect(reply.body).toMatchObject({ status: 422, code: 'document_not_found', request_id: 'mine' });
  });

  test('M-48 S-16 a balance of 0 is QUOTA_EXCEEDED, before anything is looked at', async () => {
    const poor = await document({ credits: 0 });
    for (const more of [{}, { webhook_url: 'https://hooks.example/a' }]) {
      const reply = await poor.verify({ ...good(), ...more });
      expect(reply).toMatchObject({ status: 402, body: { error: { code: 'QUOTA_EXCEEDED' } } });
    }
  });

  test('C-07 K-10 an Idempotency-Key: the first answer again, byte for byte, one credit; another body is refused', async () => {
    const own = await document();
    const body = { document_type: 'passport', document_data: base64(image) };
    const headers = { 'idempotency-key': 'order-7' };
    const first = await own.verify(body, headers);
    expect(first.status).toBe(200);
    const again = await own.verify(body, headers);
    expect(again.text).toBe(first.text);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect((await own.ledger()).filter(({ type }: Json) => type === 'debit')).toHaveLength(1);
    const other = await own.verify({ ...body, metadata: { x: 1 } }, headers);
    expect(other).toMatchObject({ status: 422, body: { error: { code: 'IDEMPOTENCY_KEY_REUSED' } } });
  });
});
