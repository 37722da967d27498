import { createPublicKey, verify } from 'node:crypto';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Json, Reply } from '../../support/client.ts';
import { another, base64 } from './gallery.ts';
import { client, ledger, opened, read, type Stage, send, stage } from './sessions.ts';

const id = expect.stringMatching(/^[0-9a-f]{24}$/);
const moment = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

describe('validate', () => {
  let acme: Stage;
  let session: Json;
  let reply: Reply;

  beforeAll(async () => {
    acme = await stage();
    session = await opened(acme);
    reply = await send(session.token, 'ana');
  });

  test('V-01 V-04 V-10 K-07 answers who it is, within the call', () => {
    expect(reply.status).toBe(200);
    expect(Object.keys(reply.body)).toEqual(['data', 'signature', 'id']);
    expect(reply.body.data).toEqual({
      appLogin: expect.any(Object),
      livenessSession: expect.any(Object),
      person: acme.persons.ana,
      token: expect.any(String),
      warnings: ['liveness_off'],
    });
  });

  test('V-05 V-06 V-07 V-13 K-21 the app login has the fields of the text', () => {
    expect(reply.body.data.appLogin).toEqual({
      _id: id,
      project: acme.project,
      projectFlow: acme.flow,
      client: id,
      status: 'validated',
      type: 'faceLiveness',
      biometricValidation: session.biometricValidation._id,
      face: id,
      name: 'ana',
      createdAt: moment,
      updatedAt: moment,
    });
  });

  test('V-08 V-09 V-13 the liveness session has the fields of the text, and is completed', () => {
    expect(reply.body.data.livenessSession).toEqual({
      ...session.livenessSession,
      status: 'completed',
      updatedAt: moment,
    });
    expect(session.livenessSession).toEqual({
      _id: id,
      identifier: 'ana@example.com',
      client: id,
      project: acme.project,
      projectFlow: acme.flow,
      status: 'active',
      expiresAt: moment,
      createdAt: moment,
      updatedAt: moment,
    });
  });

  test('V-11 the token is a JWT of the client, with who logged in where', async () => {
    const { token, appLogin, person } = reply.body.data;
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'HS256', typ: 'JWT' });
    const secret = new TextEncoder().encode((acme.tenant as Json).signingSecret);
    const { payload } = await jwtVerify(token, secret);
    expect(payload).toMatchObject({
      sub: person,
      appLogin: appLogin._id,
      project: acme.project,
      projectFlow: acme.flow,
      liveness: 'liveness_off',
    });
    expect(Number(payload.exp) - Number(payload.iat)).toBe(3600);
    await expect(jwtVerify(token, new TextEncoder().encode('another secret of some length'))).rejects.toThrow();
  });

  test('V-12 the signature is Ed25519 over data and id, checked with the published key', async () => {
    const { data, signature, id } = reply.body;
    expect(id).toMatch(/^[a-z2-7]{5,6}$/);
    const { keys } = (await client.api('GET', '/.well-known/jwks.json')).body;
    const key = createPublicKey({ key: keys[0], format: 'jwk' });
    const sorted = (value: Json): Json =>
      value === null || typeof value !== 'object'
        ? value
        : Array.isArray(value)
          ? value.map(sorted)
          : Object.fromEntries(
              Object.keys(value)
                .sort()
                .map((name) => [name, sorted(value[name])]),
            );
    const fits = (body: Json) =>
      verify(null, Buffer.from(JSON.stringify(sorted(body))), key, Buffer.from(signature, 'base64url'));
    expect(fits({ data, id })).toBe(true);
    expect(fits({ data: { ...data, person: acme.persons.bea }, id })).toBe(false);
  });

  test('V-29 V-43 V-50 K-19 the validation and the app login are kept as validated, with the score', async () => {
    const kept = await read(acme, `/v2/biometric-validations/${session.biometricValidation._id}`);
    expect(kept).toMatchObject({
      status: 'validated',
      type: 'login',
      person: acme.persons.ana,
      livenessScore: null,
      searchScore: expect.any(Number),
      warnings: ['liveness_off'],
    });
    expect(kept.searchScore).toBeGreaterThanOrEqual(0.85);
    const { appLogin } = reply.body.data;
    expect(await read(acme, `/v2/app-logins/${appLogin._id}`)).toEqual(appLogin);
    expect(await read(acme, '/v2/app-logins?where_status=validated')).toContainEqual(appLogin);
  });

  test('V-30 S-16 a validated login costs one credit, once', async () => {
    expect(await ledger(acme)).toMatchObject([
      { type: 'debit', amount: -1, verificationId: session.biometricValidation._id, reason: 'login' },
    ]);
    expect((await client.api('GET', '/v2/credits', { key: acme.key })).body.data).toEqual({ client: id, credits: 19 });
  });

  test('V-22 V-09 a session that is completed takes no second picture', async () => {
    expect(await send(session.token, 'ana')).toMatchObject({
      status: 409,
      body: { code: 'liveness_session_completed' },
    });
    expect(await ledger(acme)).toHaveLength(1);
  });

  test('V-30 two pictures at once: one completes the session, one credit goes', async () => {
    const own = await stage({ people: ['ana'] });
    const { token } = await opened(own);
    const both = await Promise.all([send(token, 'ana'), send(token, 'ana'), send(token, 'ana')]);
    expect(both.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const { status, body } of both.filter((one) => one.status !== 200)) {
      expect(status).toBe(409);
      expect(['conflict', 'liveness_session_completed']).toContain(body.code);
    }
    expect(await ledger(own)).toHaveLength(1);
  });

  test('V-30 S-16 other types, and test keys, cost nothing', async () => {
    const own = await stage({ people: ['ana'], credits: 0 });
    const { token } = await opened(own, { type: 'validation' });
    expect((await send(token, 'ana')).status).toBe(200);
    const trial = await stage({ mode: 'test', people: ['ana'], credits: 0 });
    expect((await send((await opened(trial)).token, 'ana')).status).toBe(200);
    expect([...(await ledger(own)), ...(await ledger(trial))]).toEqual([]);
  });

  test('V-30 S-16 K-18 a balance of 0 stops a login before anybody looks, and uses up no try', async () => {
    const own = await stage({ people: ['ana'], credits: 0 });
    const { token, biometricValidation } = await opened(own);
    expect(await send(token, 'ana')).toMatchObject({ status: 402, body: { code: 'insufficient_credits' } });
    expect(await read(own, `/v2/biometric-validations/${biometricValidation._id}`)).toMatchObject({
      status: 'new',
      attempts: 0,
    });
    await client.admin('POST', `/v1/admin/tenants/${own.tenant.tenantId}/credits`, { amount: 1, reason: 'top-up' });
    expect((await send(token, 'ana')).status).toBe(200);
  });

  test('C-07 K-10 a call repeated under its idempotency key is answered as it was, byte for byte', async () => {
    const { token } = await opened(acme);
    const headers = { 'idempotency-key': 'login-1' };
    const [first, second] = [await send(token, 'ana', headers), await send(token, 'ana', headers)];
    expect([first.status, second.text]).toEqual([200, first.text]);
  });

  test('C-07 V-10 the key of one session means nothing in another: who logs in there is looked at', async () => {
    const headers = { 'idempotency-key': 'login-2' };
    const [one, other, third] = [await opened(acme), await opened(acme), await opened(acme)];
    const first = await send(one.token, 'ana', headers);
    const second = await send(other.token, 'ana', headers);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.body.data.livenessSession._id).toBe(other.livenessSession._id);
    expect((await send(third.token, 'bea', headers)).body.data?.person).toBe(acme.persons.bea);
  });

  test('V-52 the token goes along with the address that the person is sent on to', async () => {
    const { token } = await opened(acme, { redirectUrl: 'https://shop.example/in?from=login' });
    const { body } = await send(token, 'ana');
    const address = new URL(body.data.redirectUrl);
    expect(address.origin + address.pathname).toBe('https://shop.example/in');
    expect(Object.fromEntries(address.searchParams)).toEqual({ from: 'login', token: body.data.token });
  });

  test('V-28 a person of another collection, or another tenant, is nobody', async () => {
    const own = await stage({ people: ['bea'] });
    expect(await send((await opened(own)).token, 'ana')).toMatchObject({
      status: 404,
      body: { code: 'person_not_found' },
    });
  });

  test('V-03 the image may be a data URI, a PNG, and wrapped in lines', async () => {
    const { token } = await opened(acme, { type: 'oneTimeLink' });
    const png = await sharp(await another('bea'))
      .png()
      .toBuffer();
    const image = `data:image/png;base64,${base64(png).replace(/.{76}/g, '$&\n')}`;
    const answer = await client.api('POST', '/v2/biometric-validations/validate', { key: token, body: { image } });
    expect(answer.body.data.person).toBe(acme.persons.bea);
  });

  test('V-01 served below its mount as well', async () => {
    const { token } = await opened(acme);
    const body = { image: base64(await another('ana')) };
    const answer = await client.api('POST', '/login/v2/biometric-validations/validate', { key: token, body });
    expect(answer.body.data.person).toBe(acme.persons.ana);
  });
});
