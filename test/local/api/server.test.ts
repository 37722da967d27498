import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { createApi } from '../../../local/api/server.ts';
import { sendRaw, startApi, type TestApi } from './test-api.ts';

const running: TestApi[] = [];
const start: typeof startApi = async (...parameters) => {
  const api = await startApi(...parameters);
  running.push(api);
  return api;
};
afterEach(async () => {
  await Promise.all(running.splice(0).map((api) => api.close(0)));
});

const failing = (name: string) => () => {
  throw Object.assign(new Error('secret detail'), { name });
};

describe('API Gateway’s own answers', () => {
  test.each([
    ['a function that throws', failing('TypeError'), 500, 'Internal Server Error'],
    ['a function that times out', failing('Sandbox.Timedout'), 500, 'Internal Server Error'],
    ['a function without a free process', failing('TooManyRequestsException'), 503, 'Service Unavailable'],
    ['an event over Lambda’s limit', failing('RequestEntityTooLargeException'), 413, 'Request Entity Too Large'],
    ['an answer that is no response', { statusCode: 'x' }, 500, 'Internal Server Error'],
  ])('%s', async (_, answer, status, message) => {
    const response = await fetch((await start(answer)).url);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('apigw-requestid')).toMatch(/=$/);
    expect(await response.json()).toEqual({ message });
  });

  test('404 without a route', async () => {
    const api = await start({}, { routes: ['GET /a'] });
    const response = await fetch(`${api.url}/b`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ message: 'Not Found' });
    expect((await fetch(`${api.url}/a`, { method: 'HEAD' })).status).toBe(404);
  });

  test('503 when the integration’s time is over, and the waiting event is taken back', async () => {
    let aborted = false;
    const api = await start(
      (_: unknown, signal: AbortSignal) => {
        signal.addEventListener('abort', () => {
          aborted = true;
        });
        return wait(5000, undefined, { ref: false });
      },
      { timeoutMs: 100 },
    );
    const response = await fetch(api.url);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ message: 'Service Unavailable' });
    expect(aborted).toBe(true);
  });

  test('413 for more than 10 MB under the limits of AWS, announced or not, while the upload runs', async () => {
    const api = await start({}, {}, { limits: 'aws' });
    const announced = await fetch(api.url, { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) });
    expect(announced.status).toBe(413);
    expect(await announced.json()).toEqual({ message: 'Request Entity Too Large' });
    async function* chunks() {
      for (let index = 0; index < 12; index++) yield Buffer.alloc(1024 * 1024);
    }
    const streamed = await fetch(api.url, { method: 'POST', body: chunks(), duplex: 'half' } as unknown as RequestInit);
    expect(streamed.status).toBe(413);
    expect(api.events).toHaveLength(0);
    expect((await fetch(api.url, { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024) })).status).toBe(200);
  });

  test('60 MB reach the function in a local run', async () => {
    const api = await start({});
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(api.url, { method: 'POST', headers, body: Buffer.alloc(60 * 1024 * 1024) });
    expect(response.status).toBe(200);
    expect(api.events[0]?.body).toHaveLength(80 * 1024 * 1024);
  });

  test('503 before the functions are there', async () => {
    const api = createApi({ limits: 'local', invoke: () => Promise.reject(new Error('too early')) });
    const response = await fetch(await api.listen(0, '127.0.0.1'));
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    await api.close(0);
  });

  test('400, 431 for what is no HTTP, without a word to a function', async () => {
    const api = await start({});
    expect(await sendRaw(api.port, 'nonsense\r\n\r\n')).toMatch(
      /^HTTP\/1.1 400 Bad Request.*{"message":"Bad Request"}$/s,
    );
    const huge = `GET / HTTP/1.1\r\nHost: h\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`;
    expect(await sendRaw(api.port, huge)).toMatch(/^HTTP\/1.1 431 /);
    const smuggled = 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
    expect(await sendRaw(api.port, smuggled)).toMatch(/^HTTP\/1.1 400 /);
    expect(api.events).toHaveLength(0);
  });
});

test('an upload that breaks off reaches no function and harms nobody', async () => {
  const api = await start('fine');
  const socket = connect(api.port, '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\nonly this');
  await wait(50);
  socket.destroy();
  await wait(50);
  expect(api.events).toHaveLength(0);
  expect(await (await fetch(api.url)).text()).toBe('fine');
});

test('cookies, binary bodies and empty answers go out as they should', async () => {
  const answers = [
    {
      statusCode: 200,
      cookies: ['a=1', 'b=2'],
      body: Buffer.from([1, 2, 255]).toString('base64'),
      isBase64Encoded: true,
    },
    { statusCode: 204, body: 'ignored' },
    { statusCode: 302, headers: { Location: '/elsewhere' } },
  ];
  const api = await start(() => answers.shift());
  const first = await fetch(api.url);
  expect(first.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect([...new Uint8Array(await first.arrayBuffer())]).toEqual([1, 2, 255]);
  const second = await fetch(api.url);
  expect([second.status, await second.text()]).toEqual([204, '']);
  const third = await fetch(api.url, { redirect: 'manual' });
  expect([third.status, third.headers.get('location')]).toEqual([302, '/elsewhere']);
});

describe('CORS, where the API configures it', () => {
  const cors = {
    AllowOrigins: ['https://shop.example', 'https://*.partner.example'],
    AllowMethods: ['GET', 'POST'],
    AllowHeaders: ['authorization'],
    ExposeHeaders: ['x-request-id'],
    MaxAge: 60,
  };
  const preflight = (origin: string) => ({
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST' },
  });

  test('a preflight is answered without the function', async () => {
    const api = await start({}, { cors });
    const response = await fetch(api.url, preflight('https://shop.example'));
    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': 'https://shop.example',
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'authorization',
      'access-control-max-age': '60',
    });
    expect(api.events).toHaveLength(0);
  });

  test('a foreign origin gets no CORS header', async () => {
    const api = await start({}, { cors });
    for (const origin of ['https://evil.example', 'https://partner.example', 'http://shop.example']) {
      const response = await fetch(api.url, preflight(origin));
      expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([204, null]);
    }
    const partner = await fetch(api.url, preflight('https://a.partner.example'));
    expect(partner.headers.get('access-control-allow-origin')).toBe('https://a.partner.example');
  });

  test('its headers replace the function’s, on errors too', async () => {
    const answer = { statusCode: 200, headers: { 'Access-Control-Allow-Origin': '*', Vary: 'accept' }, body: 'x' };
    const api = await start(answer, { cors, routes: ['GET /'] });
    const response = await fetch(api.url, { headers: { origin: 'https://shop.example' } });
    expect(response.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(response.headers.get('access-control-expose-headers')).toBe('x-request-id');
    expect(response.headers.get('vary')).toBe('accept, origin');
    const missing = await fetch(`${api.url}/missing`, { headers: { origin: 'https://shop.example' } });
    expect([missing.status, missing.headers.get('access-control-allow-origin')]).toEqual([404, 'https://shop.example']);
    const without = await fetch(api.url);
    expect(without.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('any origin is a star', async () => {
    const api = await start({}, { cors: { AllowOrigins: ['*'] } });
    const response = await fetch(api.url, { headers: { origin: 'https://anyone.example' } });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  });

  test('without configuration the function’s own headers pass and OPTIONS is a request like others', async () => {
    const api = await start({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': 'mine' }, body: '' });
    const response = await fetch(api.url, preflight('https://shop.example'));
    expect(response.headers.get('access-control-allow-origin')).toBe('mine');
    expect(api.events).toHaveLength(1);
  });
});

describe('closing', () => {
  test('answers what runs, takes nothing new and ends kept-alive connections', async () => {
    const api = await startApi(async () => {
      await wait(200);
      return 'done';
    });
    await fetch(api.url);
    const request = fetch(api.url);
    await expect.poll(() => api.events.length).toBe(2);
    const closed = api.close(5000);
    await expect(fetch(api.url)).rejects.toThrow();
    expect(await (await request).text()).toBe('done');
    await closed;
  });

  test('cuts what outlasts the grace', async () => {
    const api = await startApi(() => wait(60_000, undefined, { ref: false }));
    const request = fetch(api.url).catch(() => 'cut');
    await expect.poll(() => api.events.length).toBe(1);
    await api.close(100);
    expect(await request).toBe('cut');
  });
});

test('a port in use is an error that says so', async () => {
  const api = await start({});
  const second = createApi({ limits: 'local', invoke: () => Promise.reject(new Error('unused')) });
  await expect(second.listen(api.port, '127.0.0.1')).rejects.toThrow('EADDRINUSE');
  await second.close(0);
});
