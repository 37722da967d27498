import { beforeAll, describe, expect, inject, test } from 'vitest';
import { integrator, type TestTenant } from '../../support/client.ts';
import { cookieOf, login, ownPage, person, raw } from './people.ts';

const { admin, tenant } = integrator(inject('service'));
const { url } = inject('service');

describe('P-51 console, its page', () => {
  test('P-51 /console leads to /console/, which may be framed by nobody and runs nothing of others', async () => {
    const hop = await fetch(`${url}/console`, { redirect: 'manual' });
    expect([hop.status, hop.headers.get('location')]).toEqual([303, '/console/']);
    const page = await raw('GET', '/console/');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(page.headers.get('x-frame-options')).toBe('DENY');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*/);
    const other = await raw('GET', '/console/');
    expect(other.headers.get('content-security-policy')).not.toBe(policy);
  });
});

describe('P-51 console, its session', () => {
  let acme: TestTenant;
  beforeAll(async () => {
    acme = await tenant({ name: 'Acme' });
  });

  test('P-51 a secret key opens it: the cookie is out of reach of scripts and other sites, and holds no key', async () => {
    const opened = await login(acme.keys.skLive, 'Ana');
    expect(opened.body).toMatchObject({ account: 'Acme', tenantId: acme.tenantId, mode: 'live', name: 'Ana' });
    expect(opened.body.keyHint).toBe(`${acme.keys.skLive.slice(0, 8)}…${acme.keys.skLive.slice(-4)}`);
    const cookie = opened.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^console=.*; Path=\/console; Max-Age=(28800|28799); HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(acme.keys.skLive);
    expect(opened.text).not.toContain(acme.keys.skLive);
  });

  test('P-51 K-14 a publishable key opens nothing, a wrong one neither', async () => {
    expect(await login(acme.keys.pkLive)).toMatchObject({ status: 403, body: { code: 'secret_key_required' } });
    for (const key of ['nonsense', `${acme.keys.skLive.slice(0, -1)}x`, acme.keys.skLive.replace('sk_', 'pk_')]) {
      expect(await login(key)).toMatchObject({ status: 401, body: { code: 'invalid_key' } });
    }
    expect(
      (await raw('POST', '/console/api/session', { body: { key: acme.keys.skLive }, headers: ownPage })).status,
    ).toBe(400);
  });

  test('P-51 who sits there is known after a reload, and forgotten after logging out', async () => {
    const ana = await person(acme.keys.skTest, 'Ana');
    expect((await ana.get('/session')).body).toMatchObject({ account: 'Acme', mode: 'test', name: 'Ana' });
    const gone = await raw('DELETE', '/console/api/session', { headers: { ...ownPage, cookie: ana.cookie } });
    expect(gone.status).toBe(204);
    expect(gone.headers.get('set-cookie')).toMatch(/^console=; Path=\/console; Max-Age=0;/);
  });

  test('P-51 without a cookie, or with somebody else’s idea of one, nothing is shown', async () => {
    const forged = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(
      JSON.stringify({
        kind: 'console',
        tenant: acme.tenantId,
        exp: 9e9,
        sub: 'key_x',
        key_sha256: 'a'.repeat(64),
        name: 'x',
      }),
    ).toString('base64url')}.`;
    for (const cookie of ['', 'console=', 'console=x', `console=${forged}`, `other=${forged}`]) {
      const refused = await raw('GET', '/console/api/verifications', { headers: { cookie } });
      expect(refused).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
      expect(refused.headers.get('content-type')).toBe('application/problem+json');
    }
    const keyed = await raw('GET', '/console/api/verifications', { key: acme.keys.skLive });
    expect(keyed.status).toBe(401);
  });

  test('P-51 a session ends with its key, and with the account', async () => {
    const made = await admin('POST', `/v1/admin/tenants/${acme.tenantId}/keys`, { type: 'secret', mode: 'live' });
    const ana = await person(made.body.key);
    expect((await ana.get('/session')).status).toBe(200);
    await admin('DELETE', `/v1/admin/keys/${made.body.keyId}`);
    expect((await ana.get('/session')).status).toBe(401);

    const closed = await tenant();
    const eve = await person(closed.keys.skLive);
    await admin('PATCH', `/v1/admin/tenants/${closed.tenantId}`, { status: 'disabled' });
    expect(await eve.get('/session')).toMatchObject({ status: 403, body: { code: 'tenant_disabled' } });
    expect((await login(closed.keys.skLive)).status).toBe(403);
  });

  test('P-51 what changes something is taken from its own page alone, and as JSON', async () => {
    const cookie = cookieOf(await login(acme.keys.skLive));
    const post = (headers: Record<string, string>, path = '/reviews/x/claim') =>
      raw('POST', `/console/api${path}`, { body: {}, headers: { cookie, ...headers } });
    for (const headers of [
      {},
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'null' },
    ]) {
      expect(await post(headers)).toMatchObject({ status: 403, body: { code: 'origin_not_allowed' } });
    }
    expect((await post({ 'sec-fetch-site': 'same-origin' })).status).toBe(404);
    expect((await post(ownPage)).status).toBe(404);
    expect((await post({ ...ownPage, 'content-type': 'text/plain' })).status).toBe(415);
    expect((await login(acme.keys.skLive, 'Ana', { origin: 'https://evil.example' })).status).toBe(403);
    expect((await raw('DELETE', '/console/api/session', { headers: { cookie } })).status).toBe(403);
  });
});
