import { beforeAll, describe, expect, inject, test } from 'vitest';
import { call, integrator, type TestTenant } from '../../support/client.ts';

const service = inject('service');
const { api, admin, tenant, init } = integrator(service);

describe('submission, keys', () => {
  let acme: TestTenant;
  const open = (key: string | undefined, headers: Record<string, string> = {}) =>
    api('POST', '/v1/verify/init', { ...(key !== undefined && { key }), body: {}, headers });

  beforeAll(async () => {
    acme = await tenant({
      settings: { allowedOrigins: ['https://shop.example', 'https://*.stores.example', 'http://localhost:5173'] },
    });
  });

  test('X-18 no header, and a header that is no Bearer, are "unauthorized"', async () => {
    for (const headers of [
      {},
      { authorization: 'Basic abc' },
      { authorization: 'Bearer' },
      { authorization: acme.keys.skLive },
    ]) {
      const refused = await open(undefined, headers as Record<string, string>);
      expect(refused).toMatchObject({ status: 401, body: { error: 'unauthorized' } });
      expect(refused.headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  test('X-18 C-02 an unknown key, and one with a typo, are "invalid_key"', async () => {
    const typo = acme.keys.skLive.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a'));
    const unknown = (await tenant()).keys.skLive.slice(0, -6);
    for (const key of [typo, unknown, 'lorica-prod-abc', 'sk_live_short', '💥', 'x'.repeat(5000)].map(encodeURI)) {
      expect(await open(key)).toMatchObject({ status: 401, body: { error: 'invalid_key' } });
    }
  });

  test('X-18 a revoked key is "invalid_key" at once', async () => {
    const created = await admin('POST', `/v1/admin/tenants/${acme.tenantId}/keys`, { type: 'secret', mode: 'live' });
    expect(created.status).toBe(201);
    expect((await open(created.body.key)).status).toBe(200);
    expect((await admin('DELETE', `/v1/admin/keys/${created.body.keyId}`)).body).toEqual({
      keyId: created.body.keyId,
      revoked: true,
    });
    expect(await open(created.body.key)).toMatchObject({ status: 401, body: { error: 'invalid_key' } });
    expect((await admin('DELETE', '/v1/admin/keys/key_unknown')).status).toBe(404);
  });

  test('S-02 a key can expire, by Unix seconds or ISO 8601', async () => {
    const past = Math.floor(Date.now() / 1000) - 5;
    for (const expiresAt of [past, new Date(past * 1000).toISOString()]) {
      const { body } = await admin('POST', `/v1/admin/tenants/${acme.tenantId}/keys`, {
        type: 'publishable',
        mode: 'test',
        expiresAt,
      });
      expect(await open(body.key)).toMatchObject({
        status: 401,
        body: { error: 'invalid_key', message: 'The key has expired.' },
      });
    }
    const later = { type: 'secret', mode: 'live', expiresAt: past + 3600 };
    const { body } = await admin('POST', `/v1/admin/tenants/${acme.tenantId}/keys`, later);
    expect((await open(body.key)).status).toBe(200);
  });

  test('C-02 keys are listed by hint, never shown again', async () => {
    const listed = await admin('GET', `/v1/admin/tenants/${acme.tenantId}/keys`);
    expect(listed.body.keys.length).toBeGreaterThanOrEqual(4);
    for (const secret of Object.values(acme.keys)) expect(listed.text).not.toContain(secret);
    expect(listed.body.keys[0]).toMatchObject({ hint: expect.stringMatching(/^[ps]k_(live|test)_…\w{4}$/) });
  });

  test('X-32 X-14 K-14 a publishable key cannot read a verdict', async () => {
    const { verificationId } = await init(acme.keys.pkLive);
    const refused = await api('GET', `/v1/verify/${verificationId}`, { key: acme.keys.pkLive });
    expect(refused).toMatchObject({ status: 403, body: { error: 'secret_key_required' } });
    expect(await api('GET', '/v1/credits', { key: acme.keys.pkLive })).toMatchObject({
      status: 403,
      body: { error: 'secret_key_required' },
    });
  });

  test.each(['https://shop.example', 'https://eu.stores.example', 'http://localhost:5173'])(
    'X-35 %s may use the key',
    async (origin) => {
      expect((await open(acme.keys.pkLive, { origin })).status).toBe(200);
    },
  );

  test.each([
    'https://evil.example',
    'https://shop.example.evil.example',
    'http://shop.example',
    'https://stores.example',
    'https://evil.example/.stores.example',
    'http://localhost:3000',
    'null',
  ])('X-35 %s may not', async (origin) => {
    expect(await open(acme.keys.pkLive, { origin })).toMatchObject({
      status: 403,
      body: { error: 'origin_not_allowed' },
    });
  });

  test('X-35 a key without listed origins works from servers alone', async () => {
    const { keys } = await tenant();
    expect((await open(keys.pkLive)).status).toBe(200);
    expect((await open(keys.pkLive, { origin: 'https://shop.example' })).status).toBe(403);
  });

  test('X-35 a browser gets its preflight answered', async () => {
    const preflight = await call(service.url, 'OPTIONS', '/v1/verify/init', {
      headers: {
        origin: 'https://shop.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,idempotency-key',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')?.toLowerCase()).toContain('authorization');
    const answer = await open(acme.keys.pkLive, { origin: 'https://shop.example' });
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-expose-headers')?.toLowerCase()).toContain('x-request-id');
  });

  test('K-04 a key of one class is not taken for another', async () => {
    expect((await api('GET', '/v1/admin/tenants', { key: acme.keys.skLive })).status).toBe(401);
    expect((await open(service.adminKey)).status).toBe(401);
  });

  test('a disabled tenant is refused, and works again when it is active', async () => {
    const other = await tenant();
    await admin('PATCH', `/v1/admin/tenants/${other.tenantId}`, { status: 'disabled' });
    expect(await open(other.keys.pkLive)).toMatchObject({ status: 403, body: { error: 'tenant_disabled' } });
    await admin('PATCH', `/v1/admin/tenants/${other.tenantId}`, { status: 'active' });
    expect((await open(other.keys.pkLive)).status).toBe(200);
  });
});
