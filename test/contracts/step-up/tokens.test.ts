import { hash } from 'node:crypto';
import { CompactSign, createRemoteJWKSet, decodeProtectedHeader, jwtVerify, SignJWT, UnsecuredJWT } from 'jose';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { call, integrator, type Json } from '../../support/client.ts';
import { client, type StepUpClient, stepUp } from './step-up.ts';

const service = inject('service');
const { admin } = integrator(service);
const keys = createRemoteJWKSet(new URL(`${service.url}/.well-known/jwks.json`));

describe('step-up, tokens, receipts and audit', () => {
  let acme: StepUpClient;
  let photo: Buffer;
  let user: string;
  let verified: Json;
  const introspect = async (jwt: unknown, on = acme): Promise<Json> => (await on.post('/v1/introspect', { jwt })).body;
  const secretOf = (on: StepUpClient) => new TextEncoder().encode(on.tenant.signingSecret);

  beforeAll(async () => {
    acme = await stepUp();
    photo = await acme.genuine();
    user = await acme.enrolled();
    verified = (await acme.verify(user, [photo], { amt: '12.50', asset: 'EUR' })).body;
  });

  test('L-65 a token of ours is active, with its claims', async () => {
    expect(await introspect(verified.jwt)).toEqual({
      active: true,
      revoked: false,
      claims: expect.objectContaining({ sub: user, verification_id: verified.verification_id, match: true }),
    });
  });

  test('L-37 L-65 a token that is tampered with, signed with none, of another kind or tenant is not active', async () => {
    const [header = '', payload = '', signature = ''] = String(verified.jwt).split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...claims, score: 1 })).toString('base64url');
    const none = new UnsecuredJWT(claims).encode();
    const other = await stepUp();
    const cases = {
      'another payload': `${header}.${forged}.${signature}`,
      'another signature': `${header}.${payload}.${signature.slice(0, -4)}AAAA`,
      'no signature': `${header}.${payload}.`,
      none,
      'none with our kid': `${Buffer.from(JSON.stringify({ ...decodeProtectedHeader(verified.jwt), alg: 'none' })).toString('base64url')}.${payload}.`,
      'another tenant’s secret': await new SignJWT(claims)
        .setProtectedHeader({ ...decodeProtectedHeader(verified.jwt), alg: 'HS256' })
        .sign(secretOf(other)),
      'a key': acme.key,
      text: 'hello',
      dots: '..',
    };
    for (const [what, jwt] of Object.entries(cases))
      expect(await introspect(jwt), what).toEqual({ active: false, revoked: false });
    expect(await introspect(verified.jwt, other)).toEqual({ active: false, revoked: false });
    const sandbox = client(acme.tenant, acme.tenant.keys.skTest);
    expect(await introspect(verified.jwt, sandbox)).toMatchObject({ active: false });
  });

  test('L-37 L-39 a token that the tenant signed itself is not active: it is not the one that was given out', async () => {
    const { claims } = await introspect(verified.jwt);
    const own = await new SignJWT({ ...claims, amt: '1000000' })
      .setProtectedHeader({ ...decodeProtectedHeader(verified.jwt), alg: 'HS256' })
      .sign(secretOf(acme));
    expect(await introspect(own)).toMatchObject({ active: false, revoked: false, claims: { amt: '1000000' } });
  });

  test.each([
    ['an id that none can have', `{"sub":"u","exp":1,"verification_id":"${'x'.repeat(5000)}"}`, true],
    ['a list', '[]', false],
    ['a text', '"hello"', false],
    ['no JSON', 'hello', false],
  ])('L-37 L-65 the tenant’s own work with %s in it is not active', async (_what, payload, named) => {
    const own = await new CompactSign(new TextEncoder().encode(payload))
      .setProtectedHeader({ ...decodeProtectedHeader(verified.jwt), alg: 'HS256' })
      .sign(secretOf(acme));
    const claims = named ? { claims: JSON.parse(payload) } : {};
    expect(await introspect(own)).toEqual({ active: false, revoked: false, ...claims });
  });

  test.each([[undefined], [''], [5], [null], ['x'.repeat(9000)]])(
    'L-65 %j instead of a token is invalid_request',
    async (jwt) => {
      expect(await acme.post('/v1/introspect', { jwt })).toMatchObject({
        status: 400,
        body: { code: 'invalid_request' },
      });
    },
  );

  test('L-32 L-65 after its minute a token is no longer active', async () => {
    const sandbox = client(acme.tenant, acme.tenant.keys.skTest);
    const { body } = await sandbox.verify(await sandbox.enrolled(), [photo]);
    const at = async (second: number) =>
      (await sandbox.post('/v1/introspect', { jwt: body.jwt }, { 'x-test-clock': String(second) })).body.active;
    expect([await at(body.exp - 1), await at(body.exp)]).toEqual([true, false]);
  });

  test('L-38 L-67 after a rotation new tokens are of the new secret, and old ones are still known', async () => {
    const own = await stepUp();
    const first = (await own.verify(await own.enrolled(), [photo])).body.jwt;
    const rotated = await admin('POST', '/v1/admin/signing-secrets', { tenantId: own.tenant.tenantId });
    const second = (await own.verify(await own.enrolled(), [photo])).body.jwt;
    expect(decodeProtectedHeader(second).kid).toBe(rotated.body.kid);
    expect(decodeProtectedHeader(first).kid).not.toBe(rotated.body.kid);
    await jwtVerify(second, new TextEncoder().encode(rotated.body.secret));
    for (const jwt of [first, second]) expect(await introspect(jwt, own)).toMatchObject({ active: true });
  });

  test('L-39 a receipt is asked for with the verdict or later, and checked by the published keys', async () => {
    const asked = await acme.post('/v1/verify?receipt=true', {
      ...{ user_id: await acme.enrolled(), action: 'wire', frames: [photo.toString('base64')] },
    });
    expect(asked.status).toBe(200);
    const later = await acme.api('GET', `/v1/verify/${asked.body.verification_id}/receipt`);
    expect(later.body).toEqual({ verification_id: asked.body.verification_id, receipt: asked.body.receipt });
    const { payload, protectedHeader } = await jwtVerify(asked.body.receipt, keys, { issuer: 'selfsame' });
    expect(protectedHeader.alg).toBe('EdDSA');
    expect(payload).toMatchObject({
      ...{ verification_id: asked.body.verification_id, match: true, score: asked.body.score },
      jwt_sha256: hash('sha256', asked.body.jwt),
    });
    const [head, body, signature] = asked.body.receipt.split('.');
    const other = Buffer.from(JSON.stringify({ ...payload, score: 1 })).toString('base64url');
    expect(other).not.toBe(body);
    await expect(jwtVerify(`${head}.${other}.${signature}`, keys)).rejects.toThrow('signature');
  });

  test('L-66 a verification, a user and the list of their verifications can be read', async () => {
    const { jwt: _, ...told } = verified;
    expect((await acme.api('GET', `/v1/verify/${verified.verification_id}`)).body).toEqual({
      ...told,
      ...{ status: 'completed', user_id: user, action: 'wire', amt: '12.50', asset: 'EUR', live: 'passive' },
      created_at: expect.any(String),
    });
    const other = (await acme.verify(user, [await acme.stranger()])).body;
    const list = await acme.api('GET', `/v1/users/${user}/verifications`);
    expect(list.body.verifications.map((one: Json) => [one.verification_id, one.match])).toEqual([
      [other.verification_id, false],
      [verified.verification_id, true],
    ]);
    expect((await acme.api('GET', `/v1/users/${user}`)).body).toEqual({
      ...{ user_id: user, enrolled: true, frames_used: 1, model_sets: [verified.model_set] },
      ...{ enrolled_at: expect.any(String), embedding_id: expect.stringMatching(/^emb_/) },
    });
  });

  test('L-66 L-58 nobody else reads them', async () => {
    const other = await stepUp();
    for (const path of [`/v1/verify/${verified.verification_id}`, `/v1/verify/${verified.verification_id}/receipt`])
      expect(await other.api('GET', path)).toMatchObject({ status: 404, body: { code: 'verification_not_found' } });
    for (const path of [`/v1/users/${user}`, `/v1/users/${user}/verifications`]) {
      expect(await other.api('GET', path)).toMatchObject({ status: 404, body: { code: 'user_not_enrolled' } });
      expect((await call(service.url, 'GET', path, { key: acme.tenant.keys.pkLive })).status).toBe(403);
    }
  });

  test('L-66 a cursor that is none begins at the beginning', async () => {
    const sandbox = client(acme.tenant, acme.tenant.keys.skTest);
    const someone = await sandbox.enrolled();
    await sandbox.verify(someone, [photo]);
    const none = await sandbox.api('GET', `/v1/users/${someone}/verifications?cursor=made-up`);
    expect(none.body.verifications).toHaveLength(1);
    expect((await sandbox.api('GET', `/v1/users/${someone}/verifications?page=2`)).status).toBe(400);
  });
});
