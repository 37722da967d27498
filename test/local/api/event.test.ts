import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sendRaw, startApi, type TestApi } from './test-api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startApi(
    {},
    { routes: ['$default', 'POST /my/{parameter1}', 'GET /files/{path+}'] },
    { now: () => 1583348638390 },
  );
});
afterAll(() => api.close(0));

const last = () => api.events.at(-1);

test('an event has the shape of AWS’s documented example for payload format 2.0', async () => {
  await fetch(`${api.url}/my/value1?parameter1=value1&parameter1=value2&parameter2=value`, {
    method: 'POST',
    headers: {
      Header1: 'value1',
      Header2: 'value1,value2',
      Cookie: 'cookie1=a; cookie2=b',
      'User-Agent': 'agent',
      'content-type': 'application/json',
    },
    body: '"Hello from client!"',
  });
  const event = last();
  expect(event).toEqual({
    version: '2.0',
    routeKey: 'POST /my/{parameter1}',
    rawPath: '/my/value1',
    rawQueryString: 'parameter1=value1&parameter1=value2&parameter2=value',
    cookies: ['cookie1=a', 'cookie2=b'],
    headers: expect.objectContaining({
      header1: 'value1',
      header2: 'value1,value2',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': String(api.port),
      'x-amzn-trace-id': expect.stringMatching(/^Root=1-5e5ffb9e-[0-9a-f]{24}$/),
    }),
    queryStringParameters: { parameter1: 'value1,value2', parameter2: 'value' },
    requestContext: {
      accountId: '123456789012',
      apiId: 'api-id',
      domainName: `127.0.0.1:${api.port}`,
      domainPrefix: '127',
      http: { method: 'POST', path: '/my/value1', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'agent' },
      requestId: expect.stringMatching(/^[\w+/]{15}=$/),
      routeKey: 'POST /my/{parameter1}',
      stage: '$default',
      time: '04/Mar/2020:19:03:58 +0000',
      timeEpoch: 1583348638390,
    },
    body: '"Hello from client!"',
    pathParameters: { parameter1: 'value1' },
    isBase64Encoded: false,
  });
  expect(event?.headers).not.toHaveProperty('cookie');
});

test('what a request lacks is absent, not null', async () => {
  await fetch(`${api.url}/`);
  expect(last()).not.toHaveProperty('body');
  expect(last()).not.toHaveProperty('cookies');
  expect(last()).not.toHaveProperty('queryStringParameters');
  expect(last()).not.toHaveProperty('pathParameters');
  expect(last()).toMatchObject({ rawQueryString: '', isBase64Encoded: false, routeKey: '$default' });
});

test('repeated headers come joined under a lower-case name', async () => {
  await sendRaw(
    api.port,
    'GET / HTTP/1.1\r\nHost: h\r\nX-One: a\r\nx-one: b\r\nCookie: c=1\r\nCookie: d=2\r\nConnection: close\r\n\r\n',
  );
  expect(last()?.headers).toMatchObject({ 'x-one': 'a,b', host: 'h' });
  expect(last()?.cookies).toEqual(['c=1', 'd=2']);
});

test('query values and the path are decoded, the raw query is not', async () => {
  await fetch(`${api.url}/files/a%20b/%C3%A4?q=a%20b+c&empty=&flag&bad=%zz&__proto__=x`);
  expect(last()).toMatchObject({
    rawPath: '/files/a b/ä',
    rawQueryString: 'q=a%20b+c&empty=&flag&bad=%zz&__proto__=x',
    pathParameters: { path: 'a b/ä' },
  });
  expect(Object.entries(last()?.queryStringParameters ?? {})).toEqual([
    ['q', 'a b c'],
    ['empty', ''],
    ['flag', ''],
    ['bad', '%zz'],
    ['__proto__', 'x'],
  ]);
});

describe('a body', () => {
  const bytes = Buffer.from([0x22, 0xff, 0xfe, 0x22]);
  test.each([
    ['application/json', Buffer.from('{"a":"ä"}'), '{"a":"ä"}', false],
    ['application/json; charset=utf-8', Buffer.from('\ufeff{}'), '\ufeff{}', false],
    ['text/csv', Buffer.from('a,b'), 'a,b', false],
    ['application/json', bytes, bytes.toString('base64'), true],
    ['application/x-www-form-urlencoded', Buffer.from('a=b'), 'YT1i', true],
    ['multipart/form-data; boundary=x', Buffer.from('--x'), 'LS14', true],
    ['image/jpeg', bytes, bytes.toString('base64'), true],
    ['application/problem+json', Buffer.from('{}'), 'e30=', true],
  ])('of type %s arrives whole', async (type, body, expected, base64) => {
    await fetch(api.url, { method: 'POST', headers: { 'content-type': type }, body });
    expect(last()).toMatchObject({ body: expected, isBase64Encoded: base64 });
  });

  test('without a type arrives in base64', async () => {
    await sendRaw(api.port, 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi');
    expect(last()).toMatchObject({ body: 'aGk=', isBase64Encoded: true });
  });

  test('in chunks is put together', async () => {
    const chunked =
      'POST / HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n';
    await sendRaw(api.port, `${chunked}3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n`);
    expect(last()).toMatchObject({ body: 'abcde' });
  });
});

test('a named stage prefixes the path and is taken off for routing', async () => {
  const staged = await startApi({}, { stage: 'beta', stageVariables: { level: '1' }, routes: ['GET /x'] });
  expect((await fetch(`${staged.url}/beta/x`)).status).toBe(200);
  expect(staged.events[0]).toMatchObject({
    rawPath: '/beta/x',
    requestContext: { stage: 'beta', http: { path: '/beta/x' } },
    stageVariables: { level: '1' },
  });
  expect((await fetch(`${staged.url}/x`)).status).toBe(404);
  await staged.close(0);
});
