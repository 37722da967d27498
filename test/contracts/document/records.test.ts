import { createHmac } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import sharp from 'sharp';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { specimen } from '../../../bin/specimen/specimen.ts';
import { call, integrator, type Json } from '../../support/client.ts';
import { type Received, startReceiver } from '../../support/webhook-receiver.ts';
import { anyDocument, type DocumentClient, document } from './document.ts';

const service = inject('service');
const { put } = integrator(service);

describe('document, reads', () => {
  let acme: DocumentClient;
  let other: DocumentClient;
  beforeAll(async () => {
    [acme, other] = await Promise.all([document(), document()]);
  });
  const testKey = () => acme.tenant.keys.skTest;

  test('M-62 C-01 of another tenant, of the other mode, or of nobody: there is no such request', async () => {
    const { request_id } = (await acme.sandbox()).body;
    expect((await acme.get(`/v1/status/${request_id}`, testKey())).status).toBe(200);
    for (const [path, key] of [
      [request_id, acme.tenant.keys.skLive],
      [request_id, other.tenant.keys.skTest],
      ['req_0000000000000000', testKey()],
      ['req_x', testKey()],
    ]) {
      const reply = await acme.get(`/v1/verify/${path}`, key);
      expect(reply).toMatchObject({ status: 404, body: { error: { code: 'REQUEST_NOT_FOUND' } } });
    }
    expect((await acme.get(`/v1/status/vf_AG07CDWRRFQV4T05ZXG2`, testKey())).body.error.code).toBe('REQUEST_NOT_FOUND');
  });

  test('K-02 whose id it is decides whose shape the answer has', async () => {
    expect((await acme.get('/v1/verify/req_1234')).body.error.code).toBe('REQUEST_NOT_FOUND');
    expect((await acme.get('/v1/verify/ver_AAAAAAAAAAA')).body.error).toBe('verification_not_found');
    expect((await acme.get('/v1/verify/vf_AG07CDWRRFQV4T05ZXG2')).body.error).toBe('verification_not_found');
  });

  test('M-62 M-33 one that could not be judged is read as an error', async () => {
    const failed = await acme.sandbox({ metadata: { test_scenario: 'poor_quality' } });
    const read = await acme.get(`/v1/verify/${failed.body.request_id}`, testKey());
    expect(read).toMatchObject({ status: 200, body: { status: 'error', test_mode: true, error: failed.body.error } });
  });

  test('M-04 requests are found by the id that the caller gave them, newest first, its own alone', async () => {
    const named = { 'x-request-id': 'verify_user_1690000000.1' };
    const ids: string[] = [];
    for (const document_type of ['passport', 'national_id'])
      ids.unshift((await acme.sandbox({ document_type }, named)).body.request_id);
    await other.sandbox({}, named);
    const found = await acme.get(`/v1/status?x_request_id=${named['x-request-id']}`, testKey());
    expect(found.status).toBe(200);
    expect(found.body.requests.map(({ request_id }: Json) => request_id)).toEqual(ids);
    expect(found.body.requests[1]).toEqual((await acme.get(`/v1/status/${ids[1]}`, testKey())).body);
    expect((await acme.get('/v1/status?x_request_id=unknown', testKey())).body).toEqual({ requests: [] });
    expect((await acme.get('/v1/status', testKey())).body.error.code).toBe('REQUEST_INVALID');
  });

  test('M-04 C-05 an id that is none is neither echoed nor kept', async () => {
    const odd = await acme.sandbox({}, { 'x-request-id': 'no spaces, please' });
    expect(odd.headers.get('x-request-id')).toBe(odd.body.request_id);
  });
});

describe('document, uploads', () => {
  let acme: DocumentClient;
  beforeAll(async () => {
    acme = await document();
  });
  const verify = (document_key: string, key?: string) =>
    acme.verify({ document_type: 'passport', document_key }, {}, key);

  test('M-65 K-06 a document is uploaded, verified by its key, and then forgotten', async () => {
    const { status, body: upload } = await acme.post('/v1/uploads', { content_type: 'image/png' });
    expect(status).toBe(200);
    expect(upload).toMatchObject({
      method: 'PUT',
      headers: { 'content-type': 'image/png' },
      max_bytes: 10 * 1024 * 1024,
    });
    expect(Date.parse(upload.expires_at)).toBeGreaterThan(Date.now());
    const early = await verify(upload.document_key);
    expect(early).toMatchObject({
      status: 400,
      body: { error: { details: { fields: { document_key: [expect.any(String)] } } } },
    });
    await put(
      upload,
      await sharp(await specimen({ pixelsPerMillimetre: 7 }))
        .png()
        .toBuffer(),
    );
    expect(await verify(upload.document_key)).toMatchObject({
      status: 200,
      body: { status: 'verified', verified_age: 52 },
    });
    expect((await verify(upload.document_key)).body.error.details.fields.document_key[0]).toMatch(/used up/);
  });

  test('M-65 C-01 of another tenant or mode, and what is no key of an upload, is refused', async () => {
    const other = await document();
    const theirs = (await other.post('/v1/uploads', {})).body;
    await put(theirs, Buffer.from(anyDocument, 'base64'));
    const own = (await acme.post('/v1/uploads', {}, acme.tenant.keys.skTest)).body;
    await put(own, Buffer.from(anyDocument, 'base64'));
    const waiting = `document/${acme.tenant.tenantId}/live/req_0000000000000000`;
    for (const key of [theirs.document_key, own.document_key, waiting, '../x', 'document/'])
      expect((await verify(key)).body.error).toMatchObject({ code: 'REQUEST_INVALID' });
    expect((await verify(own.document_key, acme.tenant.keys.skTest)).body.status).toBe('verified');
  });

  test('M-65 the form takes 10 MB and no more, and of the declared type', async () => {
    const { post } = (await acme.post('/v1/uploads', { content_type: 'application/pdf' })).body;
    const send = (bytes: number, type = 'application/pdf') => {
      const form = new FormData();
      for (const [name, value] of Object.entries<string>(post.fields))
        form.set(name, name === 'Content-Type' ? type : value);
      form.set('file', new Blob([new Uint8Array(bytes)]));
      return fetch(post.url, { method: 'POST', body: form });
    };
    expect((await send(10 * 1024 * 1024 + 1)).status).toBe(400);
    expect((await send(10, 'text/html')).status).toBe(403);
    expect((await send(10)).status).toBe(204);
  });

  test('M-65 a content_type that is none is refused', async () => {
    expect((await acme.post('/v1/uploads', { content_type: 'image/gif' })).body.error.code).toBe('REQUEST_INVALID');
  });
});

describe('document, account', () => {
  test('M-63 the default endpoint is set, read and removed; its secret is rotated, and both sign for a day', async () => {
    const acme = await document();
    await using receiver = await startReceiver();
    const none = { url: null, active: false, events: ['verification.completed'] };
    expect((await acme.get('/v1/webhooks')).body).toEqual(none);
    expect((await acme.post('/v1/webhooks', { url: receiver.url })).body).toEqual({
      ...none,
      url: receiver.url,
      active: true,
    });
    const rotated = (await acme.post('/v1/webhooks', { url: receiver.url, rotate_secret: true })).body;
    expect(rotated.secret).toMatch(/^whsec_/);
    expect(Math.abs(Date.parse(rotated.previous_secret_valid_until) - Date.now() - 86_400_000)).toBeLessThan(60_000);
    expect((await acme.get('/v1/webhooks')).body).toEqual({ ...none, url: receiver.url, active: true });

    await acme.sandbox({ webhook_url: receiver.url });
    const [{ headers, raw }] = (await receiver.wait(1)) as readonly [Received];
    const signed = [rotated.secret, acme.tenant.webhookSecret].map((secret) =>
      createHmac('sha256', secret).update(raw).digest('hex'),
    );
    expect(headers['x-webhook-signature']).toBe(signed.join(','));

    expect((await acme.api('DELETE', '/v1/webhooks', { key: acme.tenant.keys.skLive })).body).toEqual(none);
    expect((await acme.get('/v1/webhooks')).body).toEqual(none);
    expect((await acme.post('/v1/webhooks', {})).body.error.code).toBe('REQUEST_INVALID');
  });

  test('M-64 M-12 what was used this month, and what is left', async () => {
    const acme = await document({ credits: 7 });
    const { body } = await acme.get('/v1/usage');
    const [year, month] = [new Date().getUTCFullYear(), new Date().getUTCMonth()];
    const [from, until] = [new Date(Date.UTC(year, month)), new Date(Date.UTC(year, month + 1))].map((day) =>
      day.toISOString(),
    );
    expect(body).toEqual({ period: { from, until }, quota: { used: 0, limit: 7, remaining: 7, reset_at: until } });
    await acme.sandbox();
    expect((await acme.get('/v1/usage')).body.quota.used).toBe(0);
  });

  test('M-02 C-09 below the mount too, and with a key alone', async () => {
    for (const path of ['/document/v1/usage', '/document/v1/webhooks', '/v1/status/req_0000000000000000']) {
      const reply = await call(service.url, 'GET', path);
      expect(reply).toMatchObject({ status: 401, body: { error: { code: 'AUTH_INVALID_KEY' } } });
    }
  });

  test('K-13 C-14 a picture that waited for its verdict is gone with it', async () => {
    const acme = await document();
    await using receiver = await startReceiver();
    const upload = (await acme.post('/v1/uploads', {})).body;
    await put(upload, await specimen({ pixelsPerMillimetre: 7 }));
    const body = { document_type: 'passport', document_key: upload.document_key, webhook_url: receiver.url };
    const accepted = await acme.verify(body);
    await receiver.wait(1, ({ body }) => body.request_id === accepted.body.request_id);
    // It is deleted when its end was made known: asked for too early, it would still be there and be read.
    await wait(2_000);
    const again = await acme.verify({ ...body, webhook_url: undefined });
    expect(again.body.error.details.fields.document_key[0]).toMatch(/used up/);
  });
});

describe('document, age tokens', () => {
  test('M-66 a verified request has a token that says how old at least; another one has none', async () => {
    const acme = await document();
    const key = acme.tenant.keys.skTest;
    const { request_id } = (await acme.sandbox({ age_threshold: 21 })).body;
    const issued = await acme.post('/v1/tokens', { request_id }, key);
    expect(issued).toMatchObject({ status: 200, body: { age_over: 21 } });
    const { token, expires_at } = issued.body;
    const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
    expect(Object.keys(claims).toSorted()).toEqual([
      'age_over',
      'exp',
      'iat',
      'iss',
      'kind',
      'mode',
      'request_id',
      'tenant',
    ]);
    const worth = (text: string, by = key, headers = {}) =>
      acme.api('POST', '/v1/tokens/validate', { key: by, body: { token: text }, headers });
    expect((await worth(token)).body).toEqual({ valid: true, request_id, age_over: 21, over18: true, expires_at });

    const later = new Date(Date.parse(expires_at)).toISOString();
    expect((await worth(token, key, { 'x-test-clock': later })).body).toEqual({ valid: false });
    const other = await document();
    for (const by of [acme.tenant.keys.skLive, other.tenant.keys.skTest])
      expect((await worth(token, by)).body).toEqual({ valid: false });
    expect((await worth(`${token.slice(0, -4)}AAAA`)).body).toEqual({ valid: false });

    const minor = (await acme.sandbox({ document_type: 'drivers_license' })).body;
    expect(await acme.post('/v1/tokens', { request_id: minor.request_id }, key)).toMatchObject({
      status: 409,
      body: { error: { code: 'CONFLICT' } },
    });
    expect((await acme.post('/v1/tokens', { request_id }, acme.tenant.keys.skLive)).body.error.code).toBe(
      'REQUEST_NOT_FOUND',
    );
  });

  test('M-66 a tenant cannot make a token of its own that says more than its verification', async () => {
    const acme = await document();
    const { request_id } = (await acme.sandbox()).body;
    const { token } = (await acme.post('/v1/tokens', { request_id }, acme.tenant.keys.skTest)).body;
    const [head, body] = token.split('.');
    const claims = { ...JSON.parse(Buffer.from(body, 'base64url').toString()), age_over: 65 };
    const forged = `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
    const signature = createHmac('sha256', acme.tenant.signingSecret).update(forged).digest('base64url');
    const reply = await acme.post('/v1/tokens/validate', { token: `${forged}.${signature}` }, acme.tenant.keys.skTest);
    expect(reply.body).toEqual({ valid: false });
  });
});
