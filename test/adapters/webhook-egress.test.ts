import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { webhookEgress } from '../../lambdas/adapters/webhook-egress.ts';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

async function receiver(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A peer that speaks no HTTP unless it is told what to say. */
async function peer(onConnection: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onConnection(socket);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  open.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const insecure = webhookEgress({ timeoutMs: 2000, allowInsecure: true });
const strict = webhookEgress({ timeoutMs: 2000, allowInsecure: false });

describe('C-30 posting', () => {
  test('C-30 sends method, headers and body as they are, and answers the status', async () => {
    const seen: unknown[] = [];
    const url = await receiver((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        seen.push({ method: request.method, path: request.url, headers: request.headers, body });
        response.writeHead(202).end();
      });
    });
    const answer = await insecure.post(
      `${url}/hook?x=1`,
      { 'content-type': 'application/json', 'webhook-id': 'evt_1' },
      '{"a":"é"}',
    );
    expect(answer).toEqual({ ok: true, value: { status: 202 } });
    expect(seen).toMatchObject([
      {
        method: 'POST',
        path: '/hook?x=1',
        headers: { 'webhook-id': 'evt_1', 'content-length': '10' },
        body: '{"a":"é"}',
      },
    ]);
  });

  test.each([301, 302, 303, 307, 308])('C-30 C-31 a redirect (%i) is not followed', async (status) => {
    let calls = 0;
    const target = await receiver((_, response) => {
      calls++;
      response.end();
    });
    const url = await receiver((_, response) => response.writeHead(status, { location: target }).end());
    expect(await insecure.post(url, {}, '{}')).toEqual({ ok: true, value: { status } });
    expect(calls).toBe(0);
  });

  test.each([
    ['120', 120],
    ['0', undefined],
    ['-5', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['', undefined],
  ])('C-30 Retry-After %j is %s', async (header, retryAfterSeconds) => {
    const url = await receiver((_, response) => response.writeHead(503, { 'retry-after': header }).end());
    const value = { status: 503, ...(retryAfterSeconds && { retryAfterSeconds }) };
    expect(await insecure.post(url, {}, '{}')).toEqual({ ok: true, value });
  });

  test('C-30 Retry-After may be a date', async () => {
    const date = new Date(Date.now() + 90_000).toUTCString();
    const url = await receiver((_, response) => response.writeHead(503, { 'retry-after': date }).end());
    const answer = await insecure.post(url, {}, '{}');
    const seconds = answer.ok ? answer.value.retryAfterSeconds : undefined;
    expect(seconds).toBeGreaterThan(85);
    expect(seconds).toBeLessThanOrEqual(90);
  });

  test('a receiver that says nothing, or not all of its headers, is given up after the timeout', async () => {
    const quick = webhookEgress({ timeoutMs: 150, allowInsecure: true });
    const silent = await peer(() => {});
    const dripping = await peer((socket) => {
      const timer = setInterval(() => socket.write('H'), 40);
      socket.on('close', () => clearInterval(timer));
    });
    const started = performance.now();
    expect(await quick.post(`http://${silent}`, {}, '{}')).toEqual({ ok: false, error: 'timeout' });
    expect(performance.now() - started).toBeLessThan(1500);
    const fault = await quick.post(`http://${dripping}`, {}, '{}');
    expect(fault).toMatchObject({ ok: false });
  });

  test('a receiver that never ends its body does not hold the call, and loses the connection', async () => {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    const url = await receiver((request, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'.repeat(1000)), 5);
      request.socket.on('close', () => {
        clearInterval(timer);
        resolve();
      });
    });
    const started = performance.now();
    expect(await insecure.post(url, {}, '{}')).toEqual({ ok: true, value: { status: 200 } });
    await closed;
    expect(performance.now() - started).toBeLessThan(1500);
  });

  test('a connection that is refused, broken off, or answered with no HTTP is a fault of its own', async () => {
    const gone = await peer((socket) => socket.destroy());
    const rude = await peer((socket) => socket.end('SSH-2.0-OpenSSH\r\n'));
    for (const url of ['http://127.0.0.1:1', `http://${gone}`, `http://${rude}`]) {
      expect(await insecure.post(url, {}, '{}')).toEqual({ ok: false, error: 'connection_failed' });
    }
  });

  test('a receiver whose TLS is none', async () => {
    const plain = await peer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'));
    const answer = await insecure.post(`https://${plain}`, {}, '{}');
    expect(answer).toMatchObject({ ok: false, error: expect.stringMatching(/tls_failed|connection_failed/) });
  });

  test('a header that HTTP cannot carry is a bug of ours: it throws', async () => {
    await expect(insecure.post('http://127.0.0.1:1', { 'x-a': 'a\nb' }, '{}')).rejects.toThrow();
  });
});

describe('C-31 what may be called', () => {
  test.each([
    'http://example.com/hook',
    'https://127.0.0.1/hook',
    'https://127.1/hook',
    'https://2130706433/hook',
    'https://0x7f000001/hook',
    'https://0177.0.0.1/hook',
    'https://10.0.0.5/hook',
    'https://169.254.169.254/latest/meta-data',
    'https://[::1]/hook',
    'https://[::ffff:127.0.0.1]/hook',
    'https://[::ffff:7f00:1]/hook',
    'https://[64:ff9b::7f00:1]/hook',
    'https://[fe80::1]/hook',
    'https://localhost/hook',
    'https://user@1.1.1.1/hook',
    'https://:secret@1.1.1.1/hook',
    'ftp://example.com/hook',
    'file:///etc/passwd',
    'not an address',
    '',
  ])('C-31 %s is refused without a connection', async (url) => {
    expect(await strict.post(url, {}, '{}')).toEqual({ ok: false, error: 'address_refused' });
  });

  test('C-31 a name is judged by the address that the connection gets: one of this machine is refused', async () => {
    let calls = 0;
    const url = await receiver((_, response) => {
      calls++;
      response.end();
    });
    const { port } = new URL(url);
    expect(await strict.post(`https://localhost:${port}/`, {}, '{}')).toEqual({ ok: false, error: 'address_refused' });
    expect(await insecure.post(`http://localhost:${port}/`, {}, '{}')).toEqual({ ok: true, value: { status: 200 } });
    expect(calls).toBe(1);
  });

  test('C-31 where private addresses are allowed, other schemes and users in the address are not', async () => {
    for (const url of [
      'ftp://127.0.0.1/',
      'http://user@127.0.0.1/',
      'http://:secret@127.0.0.1/',
      'javascript:alert(1)',
    ]) {
      expect(await insecure.post(url, {}, '{}')).toEqual({ ok: false, error: 'address_refused' });
    }
  });
});
