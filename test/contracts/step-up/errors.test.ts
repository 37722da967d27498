import { beforeAll, describe, expect, inject, test } from 'vitest';
import { call, integrator } from '../../support/client.ts';
import { base64, newUser, type StepUpClient, stepUp } from './step-up.ts';

const service = inject('service');
const { api, admin } = integrator(service);

describe('step-up, errors and limits', () => {
  let acme: StepUpClient;
  let frame: string;

  beforeAll(async () => {
    acme = await stepUp();
    frame = base64(await acme.genuine());
  });
  const ask = (body: unknown, headers: Record<string, string> = {}) => acme.post('/v1/verify', body, headers);
  const good = () => ({ user_id: 'u', action: 'wire', frames: [frame] });

  test('L-52 L-53 L-11 L-40 an error is {error, code, message, request_id}, both words alike, the id in the header', async () => {
    const reply = await ask(good());
    expect(reply.status).toBe(404);
    expect(Object.keys(reply.body)).toEqual(['error', 'code', 'message', 'request_id']);
    expect(reply.body).toMatchObject({ error: 'user_not_enrolled', code: 'user_not_enrolled' });
    expect(reply.headers.get('x-request-id')).toBe(reply.body.request_id);
  });

  test.each([
    ['no user_id', { user_id: undefined }, 'user_id'],
    ['an empty user_id', { user_id: '' }, 'user_id'],
    ['a user_id of 10,000 characters', { user_id: 'x'.repeat(10_000) }, 'user_id'],
    ['control characters in user_id', { user_id: 'a\u0000b' }, 'user_id'],
    ['a number as user_id', { user_id: 7 }, 'user_id'],
    ['no action', { action: undefined }, 'action'],
    ['a line break in action', { action: 'a\nb' }, 'action'],
    ['too long an action', { action: 'x'.repeat(65) }, 'action'],
    ['amt as a number', { amt: 50_000 }, 'amt'],
    ['amt with an exponent', { amt: '1e5' }, 'amt'],
    ['amt in words', { amt: 'abc' }, 'amt'],
    ['a negative amt', { amt: '-1' }, 'amt'],
    ['an amt that begins with its point', { amt: '.5' }, 'amt'],
    ['amt with spaces', { amt: ' 5' }, 'amt'],
    ['amt null', { amt: null }, 'amt'],
    ['asset as a list', { asset: ['USDT'] }, 'asset'],
    ['live that is none', { live: 'x' }, 'live'],
    ['frames that are no list', { frames: 'x' }, 'frames'],
    ['a challenge without active', { challenge_id: 'chl_1' }, 'challenge_id'],
    ['an unknown field', { surprise: 1 }, 'surprise'],
  ])('L-12 L-13 L-15 L-16 L-45 %s is invalid_request, and named', async (_what, change, field) => {
    const reply = await ask({ ...good(), ...change });
    expect(reply).toMatchObject({ status: 400, body: { error: 'invalid_request', code: 'invalid_request' } });
    expect(Object.keys(reply.body.fields)).toEqual([field]);
  });

  test('L-04 another content type is invalid_request', async () => {
    for (const path of ['/v1/verify', '/step-up/v1/verify', '/v1/enroll']) {
      const reply = await acme.post(path, JSON.stringify(good()), { 'content-type': 'text/plain' });
      expect(reply).toMatchObject({ status: 400, body: { error: 'invalid_request', code: 'invalid_request' } });
    }
  });

  test('L-46 L-47 keys: none, malformed, unknown, expired, of a disabled tenant', async () => {
    const own = await stepUp();
    const path = '/v1/users/u';
    const status = async (key?: string) => {
      const reply = await call(service.url, 'GET', path, key === undefined ? {} : { key });
      return [reply.status, reply.body.code];
    };
    expect(await status()).toEqual([401, 'invalid_credentials']);
    expect(await status('lorica-prod-123')).toEqual([401, 'invalid_credentials']);
    expect(await status(`${own.key.slice(0, -1)}?`)).toEqual([401, 'invalid_credentials']);
    const expiresAt = Math.floor(Date.now() / 1000) + 1;
    const { body } = await admin('POST', `/v1/admin/tenants/${own.tenant.tenantId}/keys`, {
      ...{ type: 'secret', mode: 'live', expiresAt },
    });
    await expect.poll(() => status(body.key), { timeout: 5_000 }).toEqual([403, 'key_expired']);
    await admin('PATCH', `/v1/admin/tenants/${own.tenant.tenantId}`, { status: 'disabled' });
    expect(await status(own.key)).toEqual([403, 'tenant_disabled']);
  });

  test('L-20 S-14 a body over 16 MB is payload_too_large on the mount, and RFC 9457 where nobody knows whose it is', async () => {
    const body = `{"user_id":"u","frames":["${'A'.repeat(17 * 1024 * 1024)}"]}`;
    const mounted = await acme.post('/step-up/v1/verify', body);
    expect(mounted).toMatchObject({ status: 413, body: { error: 'payload_too_large', code: 'payload_too_large' } });
    const bare = await ask(body);
    expect(bare).toMatchObject({ status: 413, body: { status: 413, code: 'payload_too_large' } });
    expect(bare.headers.get('content-type')).toBe('application/problem+json');
  });

  test('L-20 a body of 60 MB is 413 as well', async () => {
    const reply = await acme.post('/step-up/v1/verify', `{"frames":["${'A'.repeat(60 * 1024 * 1024)}"]}`);
    expect(reply.status).toBe(413);
  });

  test('L-20 L-45 millions of values in a body are refused, not looked at, with or without a key', async () => {
    const body = `{"user_id":"u","frames":[${'{},'.repeat(5_000_000)}{}]}`;
    expect(await acme.post('/step-up/v1/verify', body)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', message: expect.stringContaining('values') },
    });
    expect((await call(service.url, 'POST', '/v1/verify', { body })).status).toBe(401);
  });

  test('K-01 K-03 on the shared path the body tells whose call it is', async () => {
    for (const body of [{}, { hello: 1 }, { ...good(), document_type: 'passport' }, []]) {
      const reply = await ask(body);
      expect(reply.status).toBe(400);
      expect(reply.headers.get('content-type')).toBe('application/problem+json');
      expect(reply.body.detail).toMatch(/user_id.*document_type/s);
    }
    expect(await ask({ frames: [frame] })).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    expect(await acme.post('/step-up/v1/verify', {})).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    });
    const other = await ask({ document_type: 'passport' });
    expect(other).toMatchObject({ status: 400, body: { error: { code: 'REQUEST_INVALID' } } });
  });

  test('K-03 without a key the shape is that of the body, the mount or the route', async () => {
    const refused = async (path: string, body?: unknown, method = 'POST') =>
      (await call(service.url, method, path, body === undefined ? {} : { body })).body;
    expect(await refused('/v1/verify', good())).toMatchObject({ error: 'invalid_credentials' });
    expect(await refused('/step-up/v1/verify', {})).toMatchObject({ error: 'invalid_credentials' });
    expect(await refused('/v1/enroll', {})).toMatchObject({ error: 'invalid_credentials' });
    expect(await refused('/v1/verify', {})).toMatchObject({ title: expect.any(String), status: 401 });
    expect(await refused('/step-up/nothing', undefined, 'GET')).toMatchObject({ error: 'not_found' });
  });

  test('K-02 whose id it is decides whose record is read', async () => {
    const missing = await acme.api('GET', '/v1/verify/ver_AAAAAAAAAAA');
    expect(missing).toMatchObject({
      status: 404,
      body: { error: 'verification_not_found', code: 'verification_not_found' },
    });
    const { body } = await acme.verify(await acme.enrolled(), [Buffer.from(frame, 'base64')]);
    const there = await acme.api('GET', `/submission/v1/verify/${body.verification_id}`);
    expect(there).toMatchObject({
      status: 404,
      body: { error: 'verification_not_found', requestId: expect.any(String) },
    });
  });

  test('L-44 L-54 the eleventh verification of one user within a minute is told when to come back', async () => {
    const user = newUser();
    const all = await Promise.all(Array.from({ length: 14 }, () => ask({ ...good(), user_id: user })));
    const refused = all.filter(({ status }) => status === 429);
    expect(all.filter(({ status }) => status === 404).length).toBeGreaterThanOrEqual(10);
    expect(refused.length).toBeGreaterThan(0);
    for (const { body, headers } of refused) {
      expect(body).toMatchObject({ error: 'rate_limited', code: 'rate_limited', scope: 'user' });
      expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(headers.get('x-ratelimit-remaining')).toBe('0');
    }
    // Another user has a bucket of their own.
    expect((await ask({ ...good(), user_id: newUser() })).status).toBe(404);
  });

  test('L-44 L-54 test keys of a tenant have 40 calls at once together', async () => {
    const own = await stepUp({ plan: 'standard' });
    const path = '/v1/users/u';
    const all = await Promise.all(Array.from({ length: 150 }, () => api('GET', path, { key: own.tenant.keys.skTest })));
    const refused = all.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.body).toMatchObject({ code: 'rate_limited', scope: 'tenant' });
    // The live key has a bucket of its own.
    expect((await own.api('GET', path)).status).toBe(404);
  });

  test('L-54 an action class has 100 calls at once', async () => {
    const own = await stepUp({ plan: 'standard' });
    const body = (at: number) => ({ user_id: `u${at}`, action: 'trade', frames: ['/9j/4AAQ'] });
    const all = await Promise.all(Array.from({ length: 130 }, (_, at) => own.post('/v1/verify', body(at))));
    const refused = all.filter(({ status }) => status === 429);
    const allowed = all.find(({ status }) => status === 404);
    expect(allowed?.headers.get('x-ratelimit-limit')).toMatch(/^(10|100)$/);
    for (const one of refused) expect(one.body.scope).toBe('action');
    expect(refused.length).toBeLessThanOrEqual(30);
  });

  test('L-55 every answer to a key says what is left, and only a refusal says when to come back', async () => {
    const { headers } = await acme.api('GET', '/v1/users/u');
    for (const name of ['limit', 'remaining', 'reset']) expect(headers.get(`x-ratelimit-${name}`)).toMatch(/^\d+$/);
    expect(Number(headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now() / 1000 - 5);
    expect(headers.get('retry-after')).toBeNull();
  });

  test('C-04 with Accept: application/problem+json an error is RFC 9457', async () => {
    const reply = await ask(good(), { accept: 'application/problem+json' });
    expect(reply.body).toMatchObject({ status: 404, code: 'user_not_enrolled', title: expect.any(String) });
  });
});
