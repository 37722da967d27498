import { decodeProtectedHeader, SignJWT } from 'jose';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { portrait } from '../../support/faces.ts';
import { another, base64, faces } from './gallery.ts';
import { client, ledger, open, opened, read, type Stage, send, stage } from './sessions.ts';

const validate = '/v2/biometric-validations/validate';
const missing = {
  status: 403,
  body: { code: 'liveness_session_token_missing', message: 'liveness_session_token_missing' },
};
const code = (status: number, word: string) => ({ status, body: { code: word } });

describe('a picture is refused', () => {
  let acme: Stage;
  let image: string;

  beforeAll(async () => {
    acme = await stage();
    image = base64(await another('ana'));
  });

  const attempts = async (validation: string, of = acme) =>
    (await read(of, `/v2/biometric-validations/${validation}`)).attempts;

  test('V-02 V-21 K-04 of whoever has no token of a session: nobody, accounts, garbage, other tokens', async () => {
    const { token } = await opened(acme);
    const [head, payload, signature] = token.split('.');
    const unsigned = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const other = await client.tenant();
    const moved = Buffer.from(JSON.stringify({ ...claims, tenant: other.tenantId })).toString('base64url');
    const later = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 3600 })).toString('base64url');
    const long = Buffer.from(JSON.stringify({ ...claims, tenant: 'x'.repeat(5000) })).toString('base64url');
    const login = await send((await opened(acme)).token, 'ana');
    // The account has the secret that signs, and can name a session that cannot be.
    const ownWork = await new SignJWT({ ...claims, sub: 'a'.repeat(5000) })
      .setProtectedHeader({ ...decodeProtectedHeader(token), alg: 'HS256' })
      .sign(new TextEncoder().encode(acme.tenant.signingSecret));
    const keys = [
      undefined,
      ...Object.values(acme.tenant.keys),
      'garbage',
      'a.b.c',
      `${unsigned}.${payload}.`,
      `${unsigned}.${payload}.${signature}`,
      `${head}.${moved}.${signature}`,
      `${head}.${long}.${signature}`,
      `${head}.${later}.${signature}`,
      ownWork,
      login.body.data.token,
    ];
    for (const key of keys) {
      const options = { body: { image }, ...(key !== undefined && { key }) };
      expect(await client.api('POST', validate, options)).toMatchObject(missing);
    }
    expect((await client.api('POST', validate, { key: token, body: { image } })).status).toBe(200);
  });

  test('V-03 V-34 without an image, or with none that can be looked at; no try is used up', async () => {
    const { token, biometricValidation } = await opened(acme);
    const reply = (body: unknown) => client.api('POST', validate, { key: token, body });
    for (const body of [{}, { image: '' }]) {
      expect(await reply(body)).toMatchObject({
        status: 409,
        body: { code: 'MissingParameter', message: '"image" is required' },
      });
    }
    const plain = (color: string) => sharp({ create: { width: 400, height: 400, channels: 3, background: color } });
    const truncated = (await another('ana')).subarray(0, 4000);
    const wrong = ['not base64!', base64(await plain('red').webp().toBuffer()), base64(truncated), 7, null];
    for (const one of wrong)
      expect(await reply({ image: one })).toMatchObject({ status: 409, body: { code: 'InvalidParameter' } });
    for (const color of ['black', 'white'])
      expect(await send(token, await plain(color).png().toBuffer())).toMatchObject(code(409, 'no_face_detected'));
    const heads = await Promise.all(
      (['ana', 'bea', 'dora'] as const).map(async (one) =>
        sharp(await portrait(one))
          .resize(300, 380)
          .toBuffer(),
      ),
    );
    const group = await sharp({ create: { width: 900, height: 380, channels: 3, background: 'gray' } })
      .composite(heads.map((input, at) => ({ input, left: at * 300, top: 0 })))
      .jpeg()
      .toBuffer();
    expect(await send(token, group)).toMatchObject(code(409, 'multiple_faces_detected'));
    const text = await client.api('POST', validate, {
      key: token,
      body: 'x',
      headers: { 'content-type': 'text/plain' },
    });
    expect(text.status).toBe(415);
    expect(await attempts(biometricValidation._id)).toBe(0);
    expect((await send(token, 'ana')).status).toBe(200);
  });

  test('V-22 V-14 after its time: as the flow has it, or as the call asked for', async () => {
    const trial = await stage({ mode: 'test', people: ['ana'] });
    const { token, livenessSession, biometricValidation } = await opened(trial);
    const lifetime = Date.parse(livenessSession.expiresAt) - Date.parse(livenessSession.createdAt);
    expect(lifetime).toBe(600_000);
    const late = { 'x-test-clock': String(Math.ceil(Date.parse(livenessSession.expiresAt) / 1000)) };
    expect(await send(token, 'ana', late)).toMatchObject(code(403, 'liveness_session_expired'));
    expect(await attempts(biometricValidation._id, trial)).toBe(0);
    const early = { 'x-test-clock': new Date(Date.parse(livenessSession.expiresAt) - 1).toISOString() };
    expect((await send(token, 'ana', early)).status).toBe(200);

    const short = await opened(acme, { expiresAt: new Date(Date.now() + 1200).toISOString() });
    await new Promise((wake) => setTimeout(wake, 1300));
    expect(await send(short.token, 'ana')).toMatchObject(code(403, 'liveness_session_expired'));
    await expect
      .poll(async () => (await read(acme, `/v2/biometric-validations/${short.biometricValidation._id}`)).status)
      .toBe('failed');
    const quick = await stage({ people: [], flow: { sessionTtl: 240 } });
    const own = (await opened(quick)).livenessSession;
    expect(Date.parse(own.expiresAt) - Date.parse(own.createdAt)).toBe(240_000);
  });

  test('V-51 V-22 once the session is cancelled', async () => {
    const { token, livenessSession, biometricValidation } = await opened(acme);
    const path = `/v2/liveness-sessions/${livenessSession._id}/cancel`;
    const cancelled = await client.api('POST', path, { key: acme.key });
    expect(cancelled.body.data).toMatchObject({ _id: livenessSession._id, status: 'cancelled' });
    expect(await send(token, 'ana')).toMatchObject(code(403, 'liveness_session_cancelled'));
    expect((await client.api('POST', path, { key: acme.key })).body.data.status).toBe('cancelled');
    const kept = await read(acme, `/v2/biometric-validations/${biometricValidation._id}?`);
    expect(kept.status).toBe('failed');
    const other = await client.tenant();
    expect((await client.api('POST', path, { key: other.keys.skLive })).status).toBe(404);
    expect((await client.api('POST', path, { key: acme.tenant.keys.skTest })).status).toBe(404);
    const done = await opened(acme);
    await send(done.token, 'ana');
    const doneCancel = `/v2/liveness-sessions/${done.livenessSession._id}/cancel`;
    expect(await client.api('POST', doneCancel, { key: acme.key })).toMatchObject(
      code(409, 'liveness_session_completed'),
    );
  });

  test('V-26 V-32 S-17 of somebody nobody knows: three times, then the session is over; nothing is charged', async () => {
    const own = await stage({ people: ['bea'] });
    const { token, biometricValidation, livenessSession } = await opened(own);
    const now = () => read(own, `/v2/biometric-validations/${biometricValidation._id}`);
    const login = () => read(own, `/v2/app-logins/${biometricValidation.appLogin}`);
    expect((await login()).status).toBe('pending');
    for (const attempts of [1, 2]) {
      expect(await send(token, 'ana')).toMatchObject(code(404, 'person_not_found'));
      expect(await now()).toMatchObject({ status: 'new', attempts, searchScore: expect.any(Number) });
      expect((await login()).status).toBe('failed');
    }
    expect(await send(token, 'ana')).toMatchObject(code(404, 'person_not_found'));
    expect(await now()).toMatchObject({ status: 'failed', attempts: 3, person: null });
    expect(await send(token, 'bea')).toMatchObject(code(403, 'liveness_session_cancelled'));
    const listed = await client.api('GET', '/v2/biometric-validations?populates[]=livenessSession', { key: own.key });
    expect(listed.body.data[0].livenessSession).toMatchObject({ _id: livenessSession._id, status: 'cancelled' });
    expect(await ledger(own)).toEqual([]);
  });

  test('V-26 V-09 a try that found nobody leaves the next one open', async () => {
    const own = await stage({ people: ['bea'] });
    const { token } = await opened(own);
    expect(await send(token, 'ana')).toMatchObject(code(404, 'person_not_found'));
    expect((await send(token, 'bea')).body.data).toMatchObject({
      person: own.persons.bea,
      appLogin: { status: 'validated' },
    });
  });

  test('V-33 of somebody whom two persons of the collection are', async () => {
    const own = await stage({ people: ['ana'] });
    const twin = { name: 'twin', images: [base64(await another('ana'))], collections: [own.collection] };
    expect((await client.api('POST', `${faces}/persons`, { key: own.key, body: twin })).status).toBe(200);
    const { token } = await opened(own);
    expect(await send(token, 'ana')).toMatchObject(code(409, 'multiple_candidates'));
    expect(await ledger(own)).toEqual([]);
  });

  test('V-27 where the flow has no collection, an empty one, or one that went between two steps; no try is used up', async () => {
    const empty = await stage({ people: [] });
    const first = await opened(empty);
    expect(await send(first.token, 'ana')).toMatchObject(code(409, 'collection_not_configured'));
    const flow = { project: empty.project, type: 'login', status: 'active', name: 'bare', livenessMinScore: 0 };
    const bare = (await client.api('POST', '/v2/project-flows', { key: empty.key, body: flow })).body.data._id;
    const second = await opened(empty, { projectFlow: bare });
    expect(await send(second.token, 'ana')).toMatchObject(code(409, 'collection_not_configured'));
    const own = await stage({ people: ['ana'] });
    const third = await opened(own);
    await client.api('DELETE', `${faces}/collections/${own.collection}`, { key: own.key });
    expect(await send(third.token, 'ana')).toMatchObject(code(409, 'collection_not_configured'));
    for (const [of, one] of [
      [empty, first],
      [empty, second],
      [own, third],
    ] as const)
      expect(await attempts(one.biometricValidation._id, of)).toBe(0);
  });

  test('V-20 V-24 V-25 S-05 K-05 K-18 where liveness falls short or cannot be judged, and says which', async () => {
    const own = await stage({ people: ['ana'], flow: { livenessMinScore: 1 } });
    const { token, biometricValidation } = await opened(own);
    const refused = await send(token, 'ana');
    expect(refused).toMatchObject(code(409, 'liveness_failed'));
    const kept = await read(own, `/v2/biometric-validations/${biometricValidation._id}`);
    const judged = kept.livenessScore !== null;
    expect(refused.body.message).toMatch(judged ? /^409:liveness_failed@0(\.\d+)?$/ : /^No model for passive liveness/);
    // Nobody was searched for, and what the installation cannot judge is no try of the person's.
    expect(kept).toMatchObject({ status: 'new', searchScore: null, attempts: judged ? 1 : 0 });
    expect(await ledger(own)).toEqual([]);
    const flow = await read(own, `/v2/project-flows/${own.flow}`);
    expect(flow).toMatchObject({ livenessMinScore: 1, searchMinScore: 0.85 });
  });

  test('V-25 S-05 a tenant that does not require liveness is let through where it cannot be judged, and the answer says so', async () => {
    const own = await stage({
      people: ['ana'],
      settings: { requireLiveness: false },
      flow: { livenessMinScore: 0.0001 },
    });
    const { token } = await opened(own);
    const { status, body } = await send(token, 'ana');
    const missingModels = Object.keys((await client.api('GET', '/ready')).body.missing);
    const judged = !missingModels.some((model) => model.startsWith('minifasnet'));
    if (status === 200) expect(body.data.warnings).toEqual(judged ? undefined : ['liveness_not_required']);
    else expect({ judged, body }).toMatchObject({ judged: true, body: { code: 'liveness_failed' } });
  });

  test('V-34 C-01 of a tenant that was disabled', async () => {
    const own = await stage({ people: ['ana'] });
    const { token } = await opened(own);
    await client.admin('PATCH', `/v1/admin/tenants/${own.tenant.tenantId}`, { status: 'disabled' });
    expect(await send(token, 'ana')).toMatchObject(code(403, 'FORBIDDEN'));
    expect(await open(own)).toMatchObject(code(403, 'FORBIDDEN'));
  });

  test('V-42 V-01 of a session that is for the other kind of flow', async () => {
    const own = await stage({ people: [], flow: { type: 'onboarding' } });
    const { token } = await opened(own, { type: 'onboarding' });
    expect(await send(token, 'ana')).toMatchObject(code(409, 'conflict'));
    const login = await opened(acme);
    const body = { image, os: 'IOS' };
    expect(
      await client.api('POST', '/v2/biometric-validations/app-registration', { key: login.token, body }),
    ).toMatchObject(code(409, 'conflict'));
  });
});
