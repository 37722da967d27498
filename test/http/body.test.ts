import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startPipeline } from './fixture.ts';

const { call, pk, calls } = await startPipeline({}, { rateLimits: { initPerMinute: 100_000 } });
const init = (body: unknown, headers: Record<string, string> = {}) =>
  call('POST', '/v1/verify/init', { key: pk, body, headers });

describe('bodies', () => {
  test('C-05 JSON of every declared kind is read, plain and in base64', async () => {
    for (const type of [
      'application/json',
      'application/json; charset=utf-8',
      'Application/JSON',
      'application/merge-patch+json',
    ]) {
      const answer = await init({ userRef: 'ü-1' }, { 'content-type': type });
      expect(answer).toMatchObject({ status: 200, body: { body: { userRef: 'ü-1' } } });
    }
    expect(await init(new TextEncoder().encode('{"userRef":"ü-1"}'))).toMatchObject({
      body: { body: { userRef: 'ü-1' } },
    });
  });

  test.each([
    '',
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'application/json-seq',
    'text/json',
  ])('X-20 content type %j is refused before the body is looked at', async (type) => {
    const refused = await init('{', { 'content-type': type });
    expect(refused).toMatchObject({
      status: 400,
      body: { error: 'invalid_body', message: expect.stringContaining('Content-Type') },
    });
    const problem = await init('{', { 'content-type': type, accept: 'application/problem+json' });
    expect(problem.status).toBe(415);
  });

  test.each([
    ['nothing', '', 'no valid JSON'],
    ['half of it', '{"userRef":', 'no valid JSON'],
    ['two values', '{}{}', 'no valid JSON'],
    ['NaN', 'NaN', 'no valid JSON'],
    ['a comment', '{}/**/', 'no valid JSON'],
    ['invalid UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'no valid UTF-8'],
    ['an overlong encoding', new Uint8Array([0x22, 0xc0, 0x80, 0x22]), 'no valid UTF-8'],
    ['half a surrogate pair', '{"userRef":"\\ud83d"}', 'half a surrogate pair'],
    ['half a surrogate pair in a name', '{"\\udc00":1}', 'half a surrogate pair'],
    ['a hundred thousand levels of lists', '['.repeat(100_000) + ']'.repeat(100_000), 'deeper than 32'],
    ['forty thousand levels of objects', `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`, 'deeper than 32'],
    ['thirty-three levels', '['.repeat(33) + ']'.repeat(33), 'deeper than 32'],
    ['more values than any body has', `[${'0,'.repeat(60_000)}0]`, 'more than 50000 values'],
    ['__proto__', '{"__proto__":{"admin":true}}', '__proto__'],
    ['__proto__ deep inside', '{"a":[{"b":{"__proto__":1}}]}', '__proto__'],
  ])('%s is refused in words', async (_, body, words) => {
    const refused = await init(body);
    expect(refused).toMatchObject({
      status: 400,
      body: { error: 'invalid_body', message: expect.stringContaining(words) },
    });
    expect(refused.body.requestId).toBe(refused.headers['x-request-id']);
  });

  test('what stands in a text counts as one value, however it is escaped', async () => {
    const refused = await init(`{"userRef":"ends in \\\\","surprise":"${',[{}]\\"'.repeat(30_000)}"}`);
    expect(refused.body.detail.fieldErrors).toEqual({ surprise: ['is not a known field'] });
  });

  test('a body of 256 KiB is read, one byte more is 413', async () => {
    const body = (bytes: number) => JSON.stringify({ pad: 'x'.repeat(bytes - 10) });
    expect(body(262_144)).toHaveLength(262_144);
    expect((await init(body(262_144))).status).toBe(400);
    const refused = await init(body(262_145));
    expect(refused).toMatchObject({ status: 413, body: { error: 'payload_too_large' } });
    expect((await init('ü'.repeat(131_073))).status).toBe(413);
  });

  test('X-20 every wrong field is named by its path, with a message each', async () => {
    const refused = await init({ userRef: 5, country: 'Spain', surprise: 1, submittedFullName: '' });
    expect(Object.keys(refused.body.detail.fieldErrors).sort()).toEqual([
      'country',
      'submittedFullName',
      'surprise',
      'userRef',
    ]);
    expect(refused.body.detail.fieldErrors.surprise).toEqual(['is not a known field']);
    for (const body of ['[]', '42', 'null', '"text"']) {
      expect(Object.keys((await init(body)).body.detail.fieldErrors)).toEqual(['body']);
    }
  });

  test('X-20 a path inside the body has dots', async () => {
    const body = { verificationId: 'vf_AG07CDWRRFQV4T05ZXG2', keys: { docFront: 'x', selfie: 1, more: 1 } };
    const refused = await call('POST', '/v1/verify/submit', { key: pk, body });
    expect(Object.keys(refused.body.detail.fieldErrors).sort()).toEqual(['keys.more', 'keys.selfie']);
  });

  test.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__', '0', '', 'ключ'])(
    'an unknown field named %j is a wrong field like any other',
    async (name) => {
      const refused = await init(JSON.stringify({ [name]: 1 }));
      expect(refused).toMatchObject({
        status: 400,
        body: { detail: { fieldErrors: { [name]: ['is not a known field'] } } },
      });
    },
  );

  test('whatever JSON comes, the answer is 200 or 400, and what runs has only declared fields', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ depthSize: 'large' }), async (body) => {
        calls.length = 0;
        const { status } = await init(JSON.stringify(body));
        expect([200, 400]).toContain(status);
        expect(calls.length).toBe(status === 200 ? 1 : 0);
      }),
    );
  });

  test('a wrong query is named by its field, and `__proto__` in it is no field either', async () => {
    const { call, sk } = await startPipeline();
    const list = (query: Record<string, string>) => call('GET', '/v1/webhooks/deliveries', { key: sk, query });
    expect((await list({ status: 'failed' })).body).toEqual({ status: 'failed' });
    expect((await list({ status: 'lost', limit: '5' })).body.detail.fieldErrors).toEqual({
      status: [expect.any(String)],
      limit: ['is not a known field'],
    });
    const hostile = JSON.parse('{"__proto__":"x"}') as Record<string, string>;
    expect([200, 400]).toContain((await list(hostile)).status);
  });

  test('a path parameter longer than any id is not found; one of 256 characters is looked up', async () => {
    const { call, sk } = await startPipeline();
    expect((await call('GET', `/v1/verify/${'x'.repeat(256)}`, { key: sk })).status).toBe(200);
    expect(await call('GET', `/v1/verify/${'x'.repeat(257)}`, { key: sk })).toMatchObject({
      status: 404,
      body: { error: 'not_found' },
    });
  });
});
