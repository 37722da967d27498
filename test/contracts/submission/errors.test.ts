import { beforeAll, describe, expect, inject, test } from 'vitest';
import { call, integrator, type TestTenant } from '../../support/client.ts';

const service = inject('service');
const { api, tenant, init } = integrator(service);

describe('submission, errors', () => {
  let acme: TestTenant;
  const open = (body: unknown, headers: Record<string, string> = {}) =>
    api('POST', '/v1/verify/init', { key: acme.keys.pkLive, body, headers });

  beforeAll(async () => {
    acme = await tenant();
  });

  test('X-20 C-03 the body is {error, message, requestId, detail} and the header carries the same id', async () => {
    const refused = await open({ country: 'Spain' });
    expect(refused.status).toBe(400);
    expect(Object.keys(refused.body).sort()).toEqual(['detail', 'error', 'message', 'requestId']);
    expect(refused.body.error).toBe('invalid_body');
    expect(refused.headers.get('x-request-id')).toBe(refused.body.requestId);
    expect(Object.keys(refused.body.detail.fieldErrors)).toEqual(['country']);
  });

  test("C-05 the caller's request id is kept where it is well-formed, else replaced", async () => {
    const kept = await open({}, { 'x-request-id': 'order-42.retry_1' });
    expect(kept.headers.get('x-request-id')).toBe('order-42.retry_1');
    for (const bad of ['with space', 'x'.repeat(129), '<script>']) {
      const replaced = await open({}, { 'x-request-id': bad });
      expect(replaced.headers.get('x-request-id')).toMatch(/^req_\w{20}$/);
    }
  });

  test('C-04 with Accept: application/problem+json an error is RFC 9457', async () => {
    const refused = await open({ country: 'Spain' }, { accept: 'application/problem+json' });
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    expect(refused.body).toMatchObject({
      type: 'about:blank',
      status: 400,
      code: 'invalid_request',
      errors: { country: expect.anything() },
    });
    expect(refused.body.request_id).toBe(refused.headers.get('x-request-id'));
  });

  test.each([
    ['malformed JSON', '{"a":'],
    ['nothing', ''],
    ['a list', '[]'],
    ['a number', '42'],
    ['a deep nest', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['a deep object', `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`],
    ['__proto__', '{"__proto__":{"userRef":"x"}}'],
    ['__proto__ inside', '{"userRef":"x","metadata":{"__proto__":1}}'],
    ['an unknown field', '{"surprise":1}'],
    ['a wrong type', '{"userRef":17}'],
    ['control characters', '{"userRef":"a\\u0000b"}'],
    ['too long a reference', JSON.stringify({ userRef: 'x'.repeat(129) })],
    ['too long a name', JSON.stringify({ submittedFullName: 'x'.repeat(256) })],
    ['an unknown document', '{"documentType":"library_card"}'],
  ])('X-30 X-20 %s is invalid_body', async (_what, body) => {
    const refused = await open(body);
    expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_body', requestId: expect.any(String) } });
  });

  test('invalid UTF-8 is invalid_body', async () => {
    const refused = await open(new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]));
    expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_body' } });
  });

  test('another content type is refused', async () => {
    expect(await open('userRef=1', { 'content-type': 'text/plain' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_body' },
    });
  });

  test('a body over the limit is 413 in the shape of the contract', async () => {
    const refused = await open({ userRef: 'x'.repeat(300_000) });
    expect(refused).toMatchObject({ status: 413, body: { error: 'payload_too_large', requestId: expect.any(String) } });
  });

  test('K-02 an id of another contract is not found here', async () => {
    for (const id of ['ver_xK2mP9nL3jH', 'vf_AG07CDWRRFQV4T05ZXG2', 'a%00b', 'tn_x%23live%23vf_y']) {
      const missing = await api('GET', `/v1/verify/${id}`, { key: acme.keys.skLive });
      expect(missing).toMatchObject({ status: 404, body: { error: 'verification_not_found' } });
    }
  });

  test('the contract is served below its own mount too', async () => {
    const opened = await api('POST', '/submission/v1/verify/init', { key: acme.keys.pkLive, body: {} });
    expect(opened.status).toBe(200);
    const read = await api('GET', `/submission/v1/verify/${opened.body.verificationId}`, { key: acme.keys.skLive });
    expect(read.body).toEqual({ verificationId: opened.body.verificationId, status: 'created' });
    expect((await api('GET', '/submission/nothing', {})).body).toMatchObject({ error: 'not_found' });
  });

  test('an unknown address is RFC 9457 with a request id', async () => {
    for (const [method, path] of [
      ['GET', '/nowhere'],
      ['PATCH', '/v1/verify/init'],
      ['DELETE', '/'],
    ] as const) {
      const missing = await call(service.url, method, path);
      expect(missing).toMatchObject({ status: 404, body: { code: 'not_found', request_id: expect.any(String) } });
    }
  });

  test('nothing that a caller sent comes back in an error unescaped or executed', async () => {
    const script = '<script>alert(1)</script>';
    const refused = await open({ [script]: 1 });
    expect(refused.headers.get('content-type')).toBe('application/json');
    expect(refused.headers.get('x-content-type-options')).toBe('nosniff');
  });

  describe('C-07 K-10 Idempotency-Key', () => {
    const openWith = (key: string, body: unknown) => open(body, { 'idempotency-key': key });

    test('the same key and body answer the same, byte for byte, and open one intent', async () => {
      const first = await openWith('order-1', { userRef: 'a' });
      const second = await openWith('order-1', { userRef: 'a' });
      expect(second.text).toBe(first.text);
      expect(second.headers.get('idempotency-replayed')).toBe('true');
    });

    test('the same key with another body is 422', async () => {
      await openWith('order-2', { userRef: 'a' });
      expect(await openWith('order-2', { userRef: 'b' })).toMatchObject({
        status: 422,
        body: { error: 'idempotency_key_reused' },
      });
    });

    test('a race runs once: the others replay or are told to wait', async () => {
      const answers = await Promise.all(Array.from({ length: 12 }, () => openWith('order-3', {})));
      const ids = new Set(answers.filter(({ status }) => status === 200).map(({ body }) => body.verificationId));
      expect(ids.size).toBe(1);
      for (const { status, headers } of answers.filter(({ status }) => status !== 200)) {
        expect([status, headers.get('retry-after')]).toEqual([409, '1']);
      }
    });

    test('a failure frees the key', async () => {
      expect((await openWith('order-4', { country: 'Spain' })).status).toBe(400);
      expect((await openWith('order-4', { country: 'ES' })).status).toBe(200);
    });

    test('keys of different tenants do not meet', async () => {
      const other = await tenant();
      const mine = await openWith('order-5', {});
      const theirs = await api('POST', '/v1/verify/init', {
        key: other.keys.pkLive,
        body: {},
        headers: { 'idempotency-key': 'order-5' },
      });
      expect(theirs.body.verificationId).not.toBe(mine.body.verificationId);
    });

    test('a key that is none is refused', async () => {
      expect((await openWith('x'.repeat(256), {})).status).toBe(400);
    });
  });

  test('X-17 C-06 K-25 the thirty-first submit within a minute is told when to come back', async () => {
    const standard = await tenant({ plan: 'standard' });
    const submit = () =>
      api('POST', '/v1/verify/submit', {
        key: standard.keys.pkLive,
        body: { verificationId: 'vf_AG07CDWRRFQV4T05ZXG2', keys: { docFront: 'a', selfie: 'b' } },
      });
    const answers = await Promise.all(Array.from({ length: 40 }, submit));
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 404).length).toBeGreaterThanOrEqual(30);
    expect(refused.length).toBeGreaterThan(0);
    for (const { body, headers } of refused) {
      expect(body.error).toBe('rate_limited');
      expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(headers.get('x-ratelimit-remaining')).toBe('0');
    }
    const [allowed] = answers.filter(({ status }) => status === 404);
    expect(allowed?.headers.get('x-ratelimit-limit')).toBe('30');
    expect(allowed?.headers.get('ratelimit-policy')).toBe('"submit";q=30;w=60');
    expect(allowed?.headers.get('ratelimit')).toMatch(/^"submit";r=\d+;t=\d+$/);
    expect(Number(allowed?.headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now() / 1000 - 5);
    // Another key, and another route, have buckets of their own.
    expect((await init(standard.keys.skLive)).verificationId).toMatch(/^vf_/);
  });
});
