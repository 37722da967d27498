import { describe, expect, test } from 'vitest';
import { failure, Overload } from '../../lambdas/domain/error.ts';
import { fail, ok } from '../../lambdas/domain/result.ts';
import { endpoint } from '../../lambdas/http/endpoint.ts';
import { pathsOf, type Route, routes } from '../../lambdas/http/routes.ts';
import { adminKey, startPipeline } from './fixture.ts';

const breaking = endpoint({ summary: '' }, async () => {
  throw new Error('secret detail: sk_live_abc at /var/task/index.js');
});

describe('C-05 request ids', () => {
  test.each(['a', 'order-42.retry_1', 'x'.repeat(128), 'A-Z.0_9'])('C-05 %s is kept', async (id) => {
    const { call } = await startPipeline();
    expect((await call('GET', '/health', { headers: { 'x-request-id': id } })).headers['x-request-id']).toBe(id);
  });

  test.each(['', 'x'.repeat(129), 'a b', 'a\n', 'ü', '<script>', 'a;b'])('C-05 %j is replaced by ours', async (id) => {
    const { call } = await startPipeline();
    const { headers } = await call('GET', '/health', { headers: { 'x-request-id': id } });
    expect(headers['x-request-id']).toMatch(/^req_\w{20}$/);
  });

  test('C-05 ours differ from call to call, and stand in the body of errors', async () => {
    const { call } = await startPipeline();
    const [a, b] = [await call('GET', '/v1/credits'), await call('GET', '/v1/credits')];
    expect(a.body.requestId).toBe(a.headers['x-request-id']);
    expect(a.body.requestId).not.toBe(b.body.requestId);
  });
});

describe('C-04 shapes of errors', () => {
  test('C-04 K-03 a contract words its errors itself; asked for, the same failure is RFC 9457', async () => {
    const { call } = await startPipeline();
    const own = await call('GET', '/v1/credits');
    expect(own.headers['content-type']).toBe('application/json');
    expect(own.body).toMatchObject({ error: 'unauthorized', message: expect.any(String) });
    for (const accept of ['application/problem+json', 'application/json, Application/Problem+JSON;q=0.9']) {
      const problem = await call('GET', '/v1/credits', { headers: { accept } });
      expect(problem.headers['content-type']).toBe('application/problem+json');
      expect(problem.body).toEqual({
        type: 'about:blank',
        title: expect.any(String),
        status: 401,
        detail: own.body.message,
        code: 'unauthorized',
        request_id: problem.headers['x-request-id'],
      });
    }
  });

  test('S-01 the platform’s own routes answer RFC 9457', async () => {
    const { call } = await startPipeline();
    const refused = await call('GET', '/v1/admin/tenants');
    expect(refused.headers['content-type']).toBe('application/problem+json');
    expect(refused.body).toMatchObject({ code: 'unauthorized', request_id: refused.headers['x-request-id'] });
  });

  test('K-03 an unknown route is 404, on a mount in its contract’s shape', async () => {
    const { call } = await startPipeline();
    expect(await call('GET', '/nothing')).toMatchObject({ status: 404, body: { code: 'not_found', status: 404 } });
    expect(await call('PUT', '/submission/nothing')).toMatchObject({ status: 404, body: { error: 'not_found' } });
  });

  test('X-19 a bug of ours is 500 internal with its request id, and shows nothing of itself', async () => {
    const { call, sk, lines } = await startPipeline({ readCredits: breaking });
    const broken = await call('GET', '/v1/credits', { key: sk, headers: { 'x-request-id': 'mine' } });
    expect(broken).toMatchObject({ status: 500, body: { error: 'internal', requestId: 'mine' } });
    expect(broken.text).not.toMatch(/secret|sk_live|var\/task/);
    expect(broken.headers['x-request-id']).toBe('mine');
    const logged = lines.find(({ level }) => level === 'error');
    expect(logged).toMatchObject({ message: 'call failed', fields: { requestId: 'mine' } });
    expect(logged?.fields.error).toMatch(/secret detail.*\n +at /s);
    expect(lines.at(-1)).toMatchObject({ level: 'info', fields: { status: 500, code: 'internal' } });
  });

  test('an operation that its function does not have is a bug of ours, not of the caller', async () => {
    const { call, sk } = await startPipeline({ readCredits: undefined } as never);
    expect((await call('GET', '/v1/credits', { key: sk })).status).toBe(500);
  });

  test('a failure says after how many seconds a retry can succeed', async () => {
    const busy = endpoint({ summary: '' }, async () => fail(failure('unavailable', 'Busy.', { retryAfter: 7 })));
    const { call, sk } = await startPipeline({ readCredits: busy });
    expect(await call('GET', '/v1/credits', { key: sk })).toMatchObject({
      status: 503,
      headers: { 'retry-after': '7' },
    });
  });
});

test('a service of ours that takes no more is 503 to its caller, with the cause in the log alone', async () => {
  const overloaded = endpoint({ summary: '' }, async () => {
    throw new Overload('ThrottlingException', { cause: new Error('rate of account 1234') });
  });
  const { call, sk, lines } = await startPipeline({ readCredits: overloaded });
  const answer = await call('GET', '/v1/credits', { key: sk });
  expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' }, body: { error: 'unavailable' } });
  expect(answer.text).not.toMatch(/Throttling|1234/);
  expect(lines.find(({ level }) => level === 'error')?.fields.error).toContain('Overload: ThrottlingException');
});

describe('answers', () => {
  test('every answer is for its caller alone, and says what it is', async () => {
    const { call, sk } = await startPipeline({ readCredits: breaking });
    for (const [method, path] of [
      ['GET', '/health'],
      ['GET', '/nothing'],
      ['GET', '/v1/credits'],
      ['POST', '/v1/verify/init'],
    ] as const) {
      const { headers } = await call(method, path, { key: sk });
      expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
      expect(headers['content-type']).toMatch(/^application\/(problem\+)?json$/);
    }
  });

  test('an endpoint may set its own type and headers; text goes out as it is', async () => {
    const page = endpoint({ summary: '' }, async () =>
      ok({ status: 200, body: '<p>', contentType: 'text/html', headers: { 'cache-control': 'max-age=60' } }),
    );
    const { call } = await startPipeline({ health: page });
    expect(await call('GET', '/health')).toMatchObject({
      text: '<p>',
      headers: { 'content-type': 'text/html', 'cache-control': 'max-age=60' },
    });
  });

  test('X-11 an endpoint learns the address that the call came in under, and decoded parameters', async () => {
    const { call, sk } = await startPipeline();
    const { body } = await call('GET', '/submission/v1/verify/a%2Fb', {
      key: sk,
      headers: { 'x-forwarded-proto': 'http', host: 'localhost:3000' },
    });
    expect(body).toMatchObject({ baseUrl: 'http://localhost:3000', params: { id: 'a/b' } });
  });

  test('health asks nobody for a key', async () => {
    const { call } = await startPipeline();
    expect((await call('GET', '/health')).status).toBe(200);
    expect((await call('GET', '/v1/health', { key: 'nonsense' })).status).toBe(200);
  });
});

describe('logs', () => {
  test('DESIGN-6 a line has ids, codes and durations; no key, no body, no address of a caller', async () => {
    const { call, pk, sk, lines, clock } = await startPipeline({ readCredits: breaking });
    await call('POST', '/v1/verify/init', {
      key: pk,
      body: { userRef: 'ref-of-someone', submittedFullName: 'Anna Eriksson' },
    });
    await call('POST', '/v1/verify/init', { key: pk, body: { userRef: 5, private: 'Anna Eriksson' } });
    await call('GET', '/v1/credits', { key: 'sk_live_wrong' });
    await call('GET', '/v1/verify/vf_1', { key: sk, query: { token: 'query-secret' } });
    clock.move(5);
    expect(lines).toHaveLength(4);
    expect(lines[0]).toEqual({
      level: 'info',
      message: 'request',
      fields: {
        requestId: expect.stringMatching(/^req_/),
        operation: 'initVerification',
        status: 200,
        code: undefined,
        durationMs: 0,
        tenantId: 'tn_AAAAAAAAAAAAAAAA',
        keyId: expect.stringMatching(/^key_/),
        mode: 'live',
      },
    });
    expect(lines.map(({ fields }) => fields.code)).toEqual([undefined, 'invalid_request', 'invalid_key', undefined]);
    const written = JSON.stringify(lines);
    for (const secret of [pk, sk, 'sk_live_wrong', 'ref-of-someone', 'Anna', 'query-secret', '203.0.113.9', adminKey]) {
      expect(written).not.toContain(secret);
    }
  });
});

describe('the route table', () => {
  test('C-09 K-01 K-02 no method and path stands there twice, mounts included, unless ids or bodies tell whose it is in one function', () => {
    const all = (routes as readonly Route[]).flatMap((route) =>
      pathsOf(route).map((path) => ({ ...route, key: `${route.method} ${path.replace(/\{\w+\}/g, '{}')}` })),
    );
    for (const same of Object.values(Object.groupBy(all, ({ key }) => key))) {
      // K-01: on a shared path the body tells, by the marks of its contract.
      const shared = same?.some(({ sharedPath }) => sharedPath) ?? false;
      const told = new Set(same?.map(({ idPrefix, contract }) => (shared ? contract : (idPrefix ?? ''))));
      expect(told.size).toBe(same?.length);
      if (shared) expect(same?.every(({ sharedPath }) => sharedPath)).toBe(true);
      expect(new Set(same?.map((one) => one.function)).size).toBe(1);
      if (told.size > 1) expect(told).not.toContain('');
    }
  });

  test('K-14 C-01 nothing but health, description, readiness, files by their address and the way to the pages is open', () => {
    const open = routes.filter(({ auth }) => auth === 'none').map(({ operation }) => operation);
    expect([...new Set(open)].sort()).toEqual([
      ...['closeConsoleSession', 'docs', 'health', 'jwks', 'openConsole', 'openConsoleSession', 'openapi', 'readAsset'],
      ...['readHostedFile', 'ready', 'showConsole'],
    ]);
    for (const { path, auth } of routes) expect(path.startsWith('/v1/admin/')).toBe(auth === 'admin');
  });

  test('X-17 C-06 every route with a tenant’s key has a limit', () => {
    for (const route of routes) {
      expect('limit' in route).toBe(route.auth !== 'none' && route.auth !== 'admin');
    }
  });
});
