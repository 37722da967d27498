import { createRemoteJWKSet, jwtVerify } from 'jose';
import { describe, expect, inject, test } from 'vitest';
import { call, integrator, type Json } from '../support/client.ts';

const service = inject('service');
const { admin, api, init, tenant } = integrator(service);

describe('platform', () => {
  test('C-08 X-37 health answers without a key and without dependencies', async () => {
    for (const path of ['/health', '/v1/health']) {
      expect(await call(service.url, 'GET', path)).toMatchObject({ status: 200, body: { status: 'ok' } });
    }
  });

  test('C-08 ready names its dependencies, its models with their hashes, and what is missing', async () => {
    const { status, body } = await call(service.url, 'GET', '/ready');
    expect([status, body.status, body.checks]).toEqual([200, 'ready', { dynamodb: 'ok', s3: 'ok', sqs: 'ok' }]);
    expect(body.models['dlib-resnet']).toMatch(/^[0-9a-f]{64}$/);
    for (const id of ['mobilefacenet', 'minifasnet-v2', 'minifasnet-v1se']) {
      expect(id in body.models !== id in body.missing).toBe(true);
    }
  });

  test('C-09 the description has every route, and a page to read it', async () => {
    const { body } = await call(service.url, 'GET', '/openapi.json');
    expect(body.openapi).toMatch(/^3\.1\./);
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining(['/v1/verify/init', '/v1/verify/submit', '/v1/verify/{id}', '/v1/admin/tenants']),
    );
    expect(body.webhooks.verification.post).toBeDefined();
    const one = await call(service.url, 'GET', '/openapi.json?contract=submission');
    expect(Object.keys(one.body.paths)).not.toContain('/v1/admin/tenants');
    const page = await call(service.url, 'GET', '/docs');
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page.text).toContain('/v1/verify/submit');
    expect(page.text).not.toMatch(/(?:src|href)="https?:/);
  });

  test('S-18 L-39 the public key of receipts is there for anybody, and fits a receipt', async () => {
    const { body, headers } = await call(service.url, 'GET', '/.well-known/jwks.json');
    expect(body.keys).toEqual([
      { kty: 'OKP', crv: 'Ed25519', x: expect.any(String), kid: expect.any(String), alg: 'EdDSA', use: 'sig' },
    ]);
    expect(headers.get('cache-control')).toContain('max-age');
    const { keys } = await tenant();
    await init(keys.skLive, { userRef: 'jwks-1' });
    const deleted = await api('DELETE', '/v1/subjects/jwks-1', { key: keys.skLive });
    const jwks = createRemoteJWKSet(new URL(`${service.url}/.well-known/jwks.json`));
    const { payload } = await jwtVerify(deleted.body.receipt, jwks);
    expect(payload.event).toBe('subject.deleted');
  });

  describe('admin API', () => {
    test('L-67 S-18 signing secrets rotate, are listed without themselves, and are revoked', async () => {
      const { tenantId } = await tenant();
      const path = `/v1/admin/signing-secrets?tenantId=${tenantId}`;
      const [first] = (await admin('GET', path)).body.signingSecrets;
      const rotated = await admin('POST', '/v1/admin/signing-secrets', { tenantId });
      expect(rotated).toMatchObject({
        status: 201,
        body: { kid: expect.any(String), secret: expect.stringMatching(/^sgn_/) },
      });
      const listed = await admin('GET', path);
      expect(listed.body.signingSecrets.map(({ kid }: Json) => kid)).toEqual([rotated.body.kid, first.kid]);
      expect(listed.text).not.toContain(rotated.body.secret);
      const revoke = (kid: string) => admin('DELETE', `/v1/admin/signing-secrets/${kid}?tenantId=${tenantId}`);
      expect(await revoke(first.kid)).toMatchObject({ status: 200, body: { kid: first.kid, revoked: true } });
      expect(await revoke(first.kid)).toMatchObject({ status: 404, body: { code: 'not_found' } });
      expect(await revoke(rotated.body.kid)).toMatchObject({ status: 409, body: { code: 'conflict' } });
      expect(await admin('POST', '/v1/admin/signing-secrets', { tenantId: 'tn_none' })).toMatchObject({ status: 404 });
      expect(await admin('POST', '/v1/admin/signing-secrets', {})).toMatchObject({ status: 400 });
    });

    test('S-01 errors are RFC 9457 with code and request_id', async () => {
      const without = await api('GET', '/v1/admin/tenants');
      expect(without.headers.get('content-type')).toBe('application/problem+json');
      expect(without).toMatchObject({ status: 401, body: { code: 'unauthorized', request_id: expect.any(String) } });
      expect(await api('GET', '/v1/admin/tenants', { key: 'guess' })).toMatchObject({
        status: 401,
        body: { code: 'invalid_key' },
      });
      expect(await admin('GET', '/v1/admin/tenants/tn_unknown')).toMatchObject({
        status: 404,
        body: { code: 'not_found' },
      });
      expect(await admin('POST', '/v1/admin/tenants', { plan: 'gold' })).toMatchObject({
        status: 400,
        body: { code: 'invalid_request', errors: { name: expect.anything(), plan: expect.anything() } },
      });
    });

    test('S-02 X-39 a tenant is created with its keys and secrets, and read without them', async () => {
      const created = await admin('POST', '/v1/admin/tenants', {
        name: 'Acme',
        plan: 'professional',
        credits: 7,
        settings: { retentionDays: 10 },
      });
      expect(created.status).toBe(201);
      expect(created.body).toMatchObject({
        tenantId: expect.stringMatching(/^tn_\w{16}$/),
        plan: 'professional',
        balance: 7,
        settings: { retentionDays: 10 },
        signingSecret: expect.any(String),
        webhookSecret: expect.stringMatching(/^whsec_/),
      });
      for (const [name, prefix] of [
        ['pkLive', 'pk_live_'],
        ['skLive', 'sk_live_'],
        ['pkTest', 'pk_test_'],
        ['skTest', 'sk_test_'],
      ] as const) {
        expect(created.body.keys[name]).toMatch(new RegExp(`^${prefix}[0-9A-Za-z]{38}$`));
      }
      const read = await admin('GET', `/v1/admin/tenants/${created.body.tenantId}`);
      expect(read.body).toMatchObject({ name: 'Acme', balance: 7, status: 'active' });
      for (const secret of [
        ...Object.values<string>(created.body.keys),
        created.body.signingSecret,
        created.body.webhookSecret,
      ]) {
        expect(read.text).not.toContain(secret);
      }
    });

    test('S-04 settings merge one by one, null takes one back, and nonsense is refused', async () => {
      const { tenantId } = await tenant({ settings: { retentionDays: 9, ageThreshold: 21 } });
      const path = `/v1/admin/tenants/${tenantId}`;
      const changed = await admin('PATCH', path, {
        name: 'New',
        settings: { retentionDays: null, requireLiveness: false, thresholds: { match: 0.9 } },
      });
      expect(changed.body).toMatchObject({
        name: 'New',
        settings: { ageThreshold: 21, requireLiveness: false, thresholds: { match: 0.9 } },
      });
      expect(changed.body.settings).not.toHaveProperty('retentionDays');
      for (const settings of [
        { thresholds: { match: 2 } },
        { thresholds: { review: 80, approve: 60 } },
        { webhookUrl: 'ftp://x' },
        { allowedOrigins: ['shop.example'] },
        { unknown: 1 },
      ]) {
        expect((await admin('PATCH', path, { settings })).status).toBe(400);
      }
    });

    test('S-03 credits are granted, taken back down to 0, and accounted for', async () => {
      const { tenantId } = await tenant({ credits: 0 });
      const path = `/v1/admin/tenants/${tenantId}/credits`;
      expect((await admin('POST', path, { amount: 5, reason: 'order 1' })).body).toEqual({ balance: 5 });
      expect((await admin('POST', path, { amount: -2, reason: 'correction' })).body).toEqual({ balance: 3 });
      expect(await admin('POST', path, { amount: -4, reason: 'too much' })).toMatchObject({
        status: 409,
        body: { code: 'conflict' },
      });
      for (const amount of [0, 1.5, '5', null])
        expect((await admin('POST', path, { amount, reason: 'x' })).status).toBe(400);
      const { body } = await admin('GET', path);
      expect(body.balance).toBe(3);
      expect(body.ledger.map(({ type, amount, balance, reason }: Json) => [type, amount, balance, reason])).toEqual([
        ['grant', -2, 3, 'correction'],
        ['grant', 5, 5, 'order 1'],
      ]);
      expect(body.ledger[0]).toMatchObject({ id: expect.any(String), createdAt: expect.stringMatching(/Z$/) });
    });

    test('grants at the same time add up', async () => {
      const { tenantId } = await tenant({ credits: 0 });
      const path = `/v1/admin/tenants/${tenantId}/credits`;
      await Promise.all(Array.from({ length: 10 }, () => admin('POST', path, { amount: 1, reason: 'x' })));
      expect((await admin('GET', path)).body.balance).toBe(10);
    });

    test('verifications are listed in pages, newest first, and show nothing of the applicant', async () => {
      const { tenantId, keys } = await tenant();
      const ids: string[] = [];
      for (let at = 0; at < 55; at++) ids.unshift((await init(keys.pkLive, { userRef: 'hidden-ref' })).verificationId);
      const first = await admin('GET', `/v1/admin/tenants/${tenantId}/verifications`);
      expect(first.body.verifications).toHaveLength(50);
      const second = await admin(
        'GET',
        `/v1/admin/tenants/${tenantId}/verifications?cursor=${encodeURIComponent(first.body.cursor)}`,
      );
      const listed = [...first.body.verifications, ...second.body.verifications].map(
        ({ verificationId }: Json) => verificationId,
      );
      expect(new Set(listed)).toEqual(new Set(ids));
      expect(first.text).not.toContain('hidden-ref');
      // C-01: a cursor of one tenant opens no other one's list.
      const other = await tenant();
      const foreign = await admin(
        'GET',
        `/v1/admin/tenants/${other.tenantId}/verifications?cursor=${encodeURIComponent(first.body.cursor)}`,
      );
      expect(foreign.body.verifications).toEqual([]);
    });
  });

  describe('S-11 subjects', () => {
    const junk = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1]);
    const { uploaded, verdict } = integrator(service);

    test('everything of a subject is erased, with a signed receipt; id and state stay', async () => {
      const acme = await tenant();
      const body = await uploaded(
        acme.keys.pkLive,
        { docFront: junk, selfie: junk },
        { userRef: 'jane/1 2', submittedFullName: 'Jane Roe' },
      );
      await api('POST', '/v1/verify/submit', { key: acme.keys.pkLive, body: { ...body, metadata: { secret: 'x' } } });
      await verdict(acme.keys.skLive, body.verificationId);
      const open = await init(acme.keys.pkLive, { userRef: 'jane/1 2' });
      const path = `/v1/subjects/${encodeURIComponent('jane/1 2')}`;

      expect((await api('DELETE', path, { key: acme.keys.pkLive })).status).toBe(403);
      expect((await api('DELETE', path, { key: acme.keys.skTest })).status).toBe(404);
      const deleted = await api('DELETE', path, { key: acme.keys.skLive });
      expect(deleted).toMatchObject({ status: 200, body: { ref: 'jane/1 2', verifications: 2 } });
      const [header, claims] = deleted.body.receipt
        .split('.')
        .map((part: string) => Buffer.from(part, 'base64url').toString());
      expect(JSON.parse(header)).toMatchObject({ alg: 'EdDSA' });
      expect(JSON.parse(claims)).toMatchObject({
        event: 'subject.deleted',
        verifications: expect.arrayContaining([body.verificationId, open.verificationId]),
      });
      expect(claims).not.toContain('jane');

      const left = await api('GET', `/v1/verify/${body.verificationId}`, { key: acme.keys.skLive });
      expect(left.body).toMatchObject({ verificationId: body.verificationId, status: 'redacted', verdict: 'rejected' });
      expect(left.text).not.toMatch(/secret|Jane|signals/);
      expect((await api('DELETE', path, { key: acme.keys.skLive })).status).toBe(404);
    });
  });
});
