import { describe, expect, test } from 'vitest';
import { failure } from '../../lambdas/domain/error.ts';
import { fail, ok } from '../../lambdas/domain/result.ts';
import { endpoint } from '../../lambdas/http/endpoint.ts';
import { adminKey, startPipeline } from './fixture.ts';

describe('X-18 K-04 who calls', () => {
  test.each([
    ['no header', undefined, 'unauthorized'],
    ['an empty one', '', 'unauthorized'],
    ['another scheme', 'Basic dXNlcjpwdw==', 'unauthorized'],
    ['no key in it', 'Bearer ', 'unauthorized'],
    ['two keys in it', 'Bearer a b', 'unauthorized'],
    ['something that is no key', 'Bearer nonsense', 'invalid_key'],
  ])('X-18 %s is 401 %s', async (_, authorization, error) => {
    const { call } = await startPipeline();
    const refused = await call('GET', '/v1/credits', { headers: authorization === undefined ? {} : { authorization } });
    expect(refused).toMatchObject({ status: 401, body: { error }, headers: { 'www-authenticate': 'Bearer' } });
  });

  test('X-02 the scheme is read in any case', async () => {
    const { call, sk } = await startPipeline();
    expect((await call('GET', '/v1/credits', { headers: { authorization: `bearer  ${sk}` } })).status).toBe(200);
  });

  test('K-14 a publishable key opens what browsers need and nothing else', async () => {
    const { call, pk } = await startPipeline();
    expect((await call('POST', '/v1/verify/init', { key: pk, body: {} })).status).toBe(200);
    expect(await call('GET', '/v1/credits', { key: pk })).toMatchObject({
      status: 403,
      body: { error: 'secret_key_required' },
    });
  });

  test('X-35 a browser is let in from a listed origin; a server has none', async () => {
    const { call, pk } = await startPipeline();
    const from = (origin: string) => call('POST', '/v1/verify/init', { key: pk, body: {}, headers: { origin } });
    expect((await from('https://shop.example')).status).toBe(200);
    expect(await from('https://evil.example')).toMatchObject({ status: 403, body: { error: 'origin_not_allowed' } });
  });

  test('the admin key opens the admin routes alone, and a tenant’s key none of them', async () => {
    const { call, sk } = await startPipeline();
    expect((await call('GET', '/v1/admin/tenants', { key: adminKey })).status).toBe(200);
    for (const key of [sk, `${adminKey}x`, adminKey.slice(1)]) {
      expect(await call('GET', '/v1/admin/tenants', { key })).toMatchObject({
        status: 401,
        body: { code: 'invalid_key' },
      });
    }
    expect((await call('GET', '/v1/credits', { key: adminKey })).status).toBe(401);
  });

  test('without an admin key in the settings nobody is the operator', async () => {
    const { call } = await startPipeline({}, { adminKeySha256: '' });
    for (const key of ['', adminKey, 'x']) {
      expect((await call('GET', '/v1/admin/tenants', { headers: { authorization: `Bearer ${key}` } })).status).toBe(
        401,
      );
    }
  });
});

describe('C-06 X-17 rate limits', () => {
  test('X-17 the thirty-first submit in a minute is 429, with the time to wait', async () => {
    const { call, pk, clock } = await startPipeline();
    const submit = () => call('POST', '/v1/verify/submit', { key: pk, body: {} });
    for (let count = 0; count < 30; count++) expect((await submit()).status).toBe(400);
    const refused = await submit();
    expect(refused).toMatchObject({ status: 429, body: { error: 'rate_limited' }, headers: { 'retry-after': '2' } });
    clock.move(2000);
    expect((await submit()).status).toBe(400);
    expect((await submit()).status).toBe(429);
  });

  test('C-06 headers of both generations say what is left and when it is back', async () => {
    const { call, sk, clock } = await startPipeline();
    const reset = String(Math.ceil((clock.now() + 600) / 1000));
    expect((await call('GET', '/v1/credits', { key: sk })).headers).toMatchObject({
      'x-ratelimit-limit': '100',
      'x-ratelimit-remaining': '99',
      'x-ratelimit-reset': reset,
      'ratelimit-policy': '"default";q=100;w=60',
      ratelimit: '"default";r=99;t=1',
    });
    expect((await call('GET', '/health')).headers).not.toHaveProperty('ratelimit');
  });

  test('X-17 buckets are of a key and an action', async () => {
    const { call, pk, pkTest } = await startPipeline({}, { rateLimits: { submitPerMinute: 1 } });
    const submit = (key: string) => call('POST', '/v1/verify/submit', { key, body: {} });
    await submit(pk);
    expect((await submit(pk)).status).toBe(429);
    expect((await submit(pkTest)).status).toBe(400);
    expect((await call('POST', '/v1/verify/init', { key: pk, body: {} })).status).toBe(200);
  });

  test.each([
    ['standard', '60'],
    ['professional', '600'],
    ['enterprise', '600000'],
  ] as const)('S-15 the plan %s has a limit of %s', async (plan, limit) => {
    const { call, pk, changeTenant } = await startPipeline();
    await changeTenant({ plan });
    const { headers } = await call('POST', '/v1/verify/init', { key: pk, body: {} });
    expect(headers['x-ratelimit-limit']).toBe(limit);
  });

  test('a factor below 1 leaves one call a minute at least', async () => {
    const { call, pk, changeTenant } = await startPipeline(
      {},
      { rateLimits: { initPerMinute: 1, professionalFactor: 0.1 } },
    );
    await changeTenant({ plan: 'professional' });
    expect((await call('POST', '/v1/verify/init', { key: pk, body: {} })).status).toBe(200);
  });
});

describe('C-07 K-10 idempotency keys', () => {
  const init = (service: Awaited<ReturnType<typeof startPipeline>>, key: string, body: unknown = {}, as = service.pk) =>
    service.call('POST', '/v1/verify/init', { key: as, body, headers: { 'idempotency-key': key } });

  test('C-07 the same key and body run once and are answered alike', async () => {
    const service = await startPipeline();
    const first = await init(service, 'k1', { userRef: 'a' });
    const again = await init(service, 'k1', { userRef: 'a' });
    expect(service.calls).toHaveLength(1);
    expect(again).toMatchObject({
      status: first.status,
      text: first.text,
      headers: { 'idempotency-replayed': 'true' },
    });
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    expect(again.headers['x-request-id']).not.toBe(first.headers['x-request-id']);
  });

  test('C-07 the same key with another body is 422', async () => {
    const service = await startPipeline();
    await init(service, 'k1', { userRef: 'a' });
    expect(await init(service, 'k1', { userRef: 'b' })).toMatchObject({
      status: 422,
      body: { error: 'idempotency_key_reused' },
    });
  });

  test('C-07 the same key for another subject of the path is 422, not the first one’s answer', async () => {
    const { call, sk } = await startPipeline();
    const replay = (id: string) =>
      call('POST', `/v1/webhooks/deliveries/${id}/replay`, { key: sk, headers: { 'idempotency-key': 'k1' } });
    expect((await replay('evt_a')).body.params).toEqual({ deliveryId: 'evt_a' });
    expect((await replay('evt_b')).status).toBe(422);
    expect((await replay('evt_a')).body.params).toEqual({ deliveryId: 'evt_a' });
  });

  test('C-07 while the first call runs a second one is 409 with the time to wait', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const slow = endpoint({ summary: '' }, async () => {
      await promise;
      return ok({ status: 200, body: {} });
    });
    const service = await startPipeline({ initVerification: slow });
    const first = init(service, 'k1');
    await new Promise(setImmediate);
    const second = await init(service, 'k1');
    expect(second).toMatchObject({
      status: 409,
      body: { error: 'idempotency_in_flight' },
      headers: { 'retry-after': '1' },
    });
    resolve();
    expect((await first).status).toBe(200);
    expect((await init(service, 'k1')).headers).toHaveProperty('idempotency-replayed');
  });

  test('C-07 a failure, expected or not, leaves the key free', async () => {
    let times = 0;
    const flaky = endpoint({ summary: '' }, async () => {
      times++;
      if (times === 1) return fail(failure('unavailable', 'Busy.'));
      if (times === 2) throw new Error('broken');
      return ok({ status: 200, body: {} });
    });
    const service = await startPipeline({ initVerification: flaky });
    const statuses = [];
    for (let n = 0; n < 4; n++) statuses.push((await init(service, 'k1')).status);
    expect(statuses).toEqual([503, 500, 200, 200]);
    expect(times).toBe(3);
  });

  test('C-07 keys of the two modes and of two operations do not meet', async () => {
    const service = await startPipeline();
    await init(service, 'k1', { userRef: 'a' });
    await init(service, 'k1', { userRef: 'b' }, service.pkTest);
    expect(service.calls).toHaveLength(2);
    const headers = { 'idempotency-key': 'k1' };
    expect((await service.call('POST', '/v1/verify/submit', { key: service.pk, body: {}, headers })).status).toBe(400);
  });

  test.each(['', ' ', 'a b', 'ü', 'x'.repeat(256), 'a\tb'])('C-07 the key %j is refused', async (key) => {
    const service = await startPipeline();
    expect(await init(service, key)).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('Idempotency-Key') },
    });
    expect(service.calls).toHaveLength(0);
  });

  test('C-07 a day later the key is new', async () => {
    const service = await startPipeline();
    await init(service, 'x'.repeat(255));
    service.clock.move(86_400_001);
    expect((await init(service, 'x'.repeat(255))).headers).not.toHaveProperty('idempotency-replayed');
  });
});
