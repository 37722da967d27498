import { Webhook } from 'standardwebhooks';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import type { Json } from '../../support/client.ts';
import { openLocalCloud } from '../../support/local-cloud.ts';
import { type Received, startReceiver } from '../../support/webhook-receiver.ts';
import { another, base64, faces } from './gallery.ts';
import { client, ledger, open, opened, read, type Stage, send, stage } from './sessions.ts';

const code = (status: number, word: string) => ({ status, body: { code: word } });
const id = expect.stringMatching(/^[0-9a-f]{24}$/);

describe('biometric validations', () => {
  let acme: Stage;

  beforeAll(async () => {
    acme = await stage({ people: ['ana', 'bea'] });
  });

  test('V-40 a validation is opened with its session and the token for it', async () => {
    const options = {
      type: 'oneTimeLink',
      identifier: 'user-1',
      redirectUrl: 'https://shop.example/in',
      webhookUrl: 'https://shop.example/hook',
      ipAddress: '203.0.113.9',
      email: 'ana@example.com',
      language: 'es',
      requires2FA: false,
    };
    const { livenessSession, biometricValidation, token } = await opened(acme, options);
    const { requires2FA: _, ...shown } = options;
    expect(biometricValidation).toMatchObject({
      ...shown,
      _id: id,
      status: 'new',
      project: acme.project,
      projectFlow: acme.flow,
      livenessSession: livenessSession._id,
      appLogin: id,
      person: null,
      attempts: 0,
      warnings: [],
      requires2FA: false,
      expiresAt: livenessSession.expiresAt,
    });
    const reply = await fetch(biometricValidation.url, { headers: { authorization: `Bearer ${acme.key}` } });
    expect(((await reply.json()) as Json).data).toEqual(biometricValidation);
    const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
    expect(claims).toMatchObject({
      sub: livenessSession._id,
      mode: 'live',
      kind: 'liveness_session',
      exp: Math.ceil(Date.parse(livenessSession.expiresAt) / 1000),
    });
  });

  test('V-40 what the installation cannot do is refused, not ignored', async () => {
    for (const option of ['sendViaEmail', 'requires2FA']) {
      const refused = await open(acme, { [option]: true });
      expect(refused).toMatchObject(code(409, 'InvalidParameter'));
      expect(refused.body.message).toMatch(/not supported by this installation/);
    }
  });

  test('V-40 V-34 what is missing or wrong is named', async () => {
    const body = { project: acme.project, projectFlow: acme.flow, identifier: 'a', type: 'login' };
    for (const field of Object.keys(body)) {
      const { [field]: _, ...rest } = body as Json;
      const refused = await client.api('POST', '/v2/biometric-validations', { key: acme.key, body: rest });
      expect(refused).toMatchObject({
        status: 409,
        body: { code: 'MissingParameter', message: `"${field}" is required` },
      });
    }
    for (const wrong of [
      { type: 'other' },
      { identifier: 'a\nb' },
      { identifier: 'x'.repeat(10_000) },
      { project: 'p' },
      { expiresAt: '2020-01-01T00:00:00Z' },
      { expiresAt: '2099-01-01T00:00:00Z' },
      { redirectUrl: 'javascript:alert(1)' },
      { webhookUrl: 'file:///etc/passwd' },
      { ipAddress: '1.2.3' },
      { email: 'nobody' },
      { language: 'fr' },
      { more: 1 },
    ])
      expect(await open(acme, wrong)).toMatchObject(code(409, 'InvalidParameter'));
  });

  test('V-52 V-40 an account that names its return addresses has tokens go nowhere else', async () => {
    const own = await stage({ people: [], settings: { returnUrls: ['https://shop.example/in'] } });
    expect(await open(own, { redirectUrl: 'https://evil.example/in' })).toMatchObject(code(409, 'InvalidParameter'));
    expect((await open(own, { redirectUrl: 'https://shop.example/in?x=1' })).status).toBe(200);
  });

  test('V-40 V-44 only an active flow of that project and type can be used', async () => {
    const { flow: other } = await stage({ people: [] });
    expect(await open(acme, { projectFlow: other })).toMatchObject(code(404, 'not_found'));
    const body = { project: acme.project, type: 'login', name: 'draft', assignedCollection: acme.collection };
    const draft = (await client.api('POST', '/v2/project-flows', { key: acme.key, body })).body.data._id;
    expect(await open(acme, { projectFlow: draft })).toMatchObject(code(409, 'conflict'));
    await client.api('PUT', `/v2/project-flows/${draft}`, { key: acme.key, body: { status: 'active' } });
    expect((await open(acme, { projectFlow: draft })).status).toBe(200);
    const { token } = await opened(acme, { projectFlow: draft });
    await client.api('PUT', `/v2/project-flows/${draft}`, { key: acme.key, body: { status: 'paused' } });
    expect(await send(token, 'ana')).toMatchObject(code(409, 'conflict'));
    expect(await open(acme, { type: 'onboarding' })).toMatchObject(code(409, 'conflict'));
  });

  test('V-34 V-40 by a secret key alone', async () => {
    const body = { project: acme.project, projectFlow: acme.flow, identifier: 'a', type: 'login' };
    const as = (key?: string) =>
      client.api('POST', '/v2/biometric-validations', { body, ...(key !== undefined && { key }) });
    expect(await as()).toMatchObject(code(401, 'UNAUTHORIZED'));
    expect(await as('sk_live_nonsense')).toMatchObject(code(401, 'UNAUTHORIZED'));
    expect(await as(acme.tenant.keys.pkLive)).toMatchObject(code(403, 'FORBIDDEN'));
    expect(await as((await opened(acme)).token)).toMatchObject(code(401, 'UNAUTHORIZED'));
  });

  test('V-41 whoever is logged in opens another session, which nobody else completes', async () => {
    const { token } = (await send((await opened(acme)).token, 'ana')).body.data;
    const path = '/v2/biometric-validations/app-login';
    const again = await client.api('POST', path, { key: token, body: { language: 'en' } });
    expect(again.body.data.biometricValidation).toMatchObject({
      type: 'login',
      identifier: 'ana@example.com',
      project: acme.project,
      projectFlow: acme.flow,
      language: 'en',
    });
    expect(await send(again.body.data.token, 'bea')).toMatchObject(code(404, 'person_not_found'));
    expect((await send(again.body.data.token, 'ana')).body.data.person).toBe(acme.persons.ana);
    const missing = code(403, 'liveness_session_token_missing');
    for (const key of [acme.key, again.body.data.token, 'x'])
      expect(await client.api('POST', path, { key, body: {} })).toMatchObject(missing);
    expect(await client.api('POST', path, { key: token, body: { type: 'onboarding' } })).toMatchObject(
      code(409, 'InvalidParameter'),
    );
  });

  test('V-43 they are listed by page, status, type and age, with their parts in place of ids', async () => {
    const own = await stage({ people: ['ana'] });
    const first = await opened(own);
    await send(first.token, 'ana');
    const second = await opened(own, { type: 'validation' });
    const third = await opened(own, { type: 'validation' });
    const list = async (query: string) => {
      const { body } = await client.api('GET', `/v2/biometric-validations${query}`, { key: own.key });
      return { ids: body.data.map(({ _id }: Json) => _id), body };
    };
    const [a, b, c] = [first, second, third].map(({ biometricValidation }) => biometricValidation._id);
    expect((await list('')).ids).toEqual([c, b, a]);
    expect((await list('?sort=createdAt')).ids).toEqual([a, b, c]);
    expect((await list('?where_status=validated')).ids).toEqual([a]);
    expect((await list('?where_status=new&where_type=validation&perPage=1')).ids).toEqual([c]);
    expect((await list('?page=2&perPage=2')).ids).toEqual([a]);
    const full = await list('?where_type=login&populates[]=livenessSession,appLogin');
    expect(full.body.data[0]).toMatchObject({
      livenessSession: { _id: first.livenessSession._id, status: 'completed' },
      appLogin: { status: 'validated', name: 'ana' },
    });
    expect((await client.api('GET', '/v2/biometric-validations?where_status=odd', { key: own.key })).status).toBe(409);
    expect(await client.api('GET', '/v2/app-logins?where_status=pending', { key: own.key })).toMatchObject({
      body: { data: { length: 2 } },
    });
  });

  test('V-23 C-01 one that is not there, or not one’s own, is not found', async () => {
    const { biometricValidation } = await opened(acme);
    const other = await client.tenant();
    const wanted = {
      status: 404,
      body: { code: 'biometric_validation_not_found', message: '404:biometric_validation_not_found' },
    };
    const get = (key: string, at: string) => client.api('GET', `/v2/biometric-validations/${at}`, { key });
    expect(await get(other.keys.skLive, biometricValidation._id)).toMatchObject(wanted);
    expect(await get(acme.tenant.keys.skTest, biometricValidation._id)).toMatchObject(wanted);
    expect(await get(acme.key, '0'.repeat(24))).toMatchObject(wanted);
    expect(await get(acme.key, biometricValidation.livenessSession)).toMatchObject(wanted);
    expect(await client.api('GET', `/v2/app-logins/${'9'.repeat(24)}`, { key: acme.key })).toMatchObject(
      code(404, 'not_found'),
    );
  });

  test('K-13 V-07 the picture of a login is kept as long as its person, and goes with the person', async () => {
    const own = await stage({ people: ['ana'] });
    const { appLogin, person } = (await send((await opened(own)).token, 'ana')).body.data;
    const { hasObject } = await openLocalCloud(inject('service').data);
    const picture = `login/${own.tenant.tenantId}/live/${appLogin.face}`;
    expect(await hasObject(picture)).toBe(true);
    await client.api('DELETE', `${faces}/persons/${person}`, { key: own.key });
    expect(await hasObject(picture)).toBe(false);
    expect(await read(own, `/v2/app-logins/${appLogin._id}`)).toMatchObject({ status: 'validated', name: null });
    const again = await opened(own);
    expect(await send(again.token, 'ana')).toMatchObject(code(409, 'collection_not_configured'));
  });

  test('V-50 the endpoint of the account is set, read and taken away; it is the one of every contract', async () => {
    const own = await client.tenant();
    const call = (method: string, body?: unknown) =>
      client.api(method, '/v2/webhooks', { key: own.keys.skLive, ...(body !== undefined && { body }) });
    expect((await call('GET')).body.data).toEqual([]);
    const set = await call('POST', { url: 'https://shop.example/hook', name: 'mine' });
    expect(set.body.data).toMatchObject({ _id: id, url: 'https://shop.example/hook', active: true });
    expect((await call('GET')).body.data).toEqual([set.body.data]);
    const { settings } = (await client.admin('GET', `/v1/admin/tenants/${own.tenantId}`)).body;
    expect(settings.webhookUrl).toBe('https://shop.example/hook');
    expect((await call('DELETE')).body.data).toEqual({ deleted: true });
    expect((await call('GET')).body.data).toEqual([]);
    const { _id } = (await call('POST', { url: 'https://shop.example/other' })).body.data;
    const byId = (one: string) => client.api('DELETE', `/v2/webhooks/${one}`, { key: own.keys.skLive });
    expect((await byId('0'.repeat(24))).status).toBe(404);
    expect((await byId(_id)).body.data).toEqual({ _id, deleted: true });
    expect((await byId(_id)).status).toBe(404);
    expect(await call('POST', { url: 'ftp://x.example' })).toMatchObject(code(409, 'InvalidParameter'));
    expect(await call('POST', {})).toMatchObject(code(409, 'MissingParameter'));
  });
});

describe('webhooks of logins', () => {
  const types = (calls: readonly Received[]) => calls.map(({ body }) => body.type).toSorted();

  test('V-31 C-30 K-17 every step of a login is told, signed as Standard Webhooks has it, once', async () => {
    await using receiver = await startReceiver();
    const own = await stage({ people: ['ana'], settings: { webhookUrl: receiver.url, creditsLowAt: 1000 } });
    const { token, biometricValidation } = await opened(own);
    await send(token, 'bea');
    await send(token, 'ana');
    const calls = await receiver.wait(3);
    expect(types(calls)).toEqual(['biometric_validation_new', 'biometric_validation_validated', 'credits.low']);
    const done = calls.find(({ body }) => body.type === 'biometric_validation_validated') as Received;
    const { url: _, ...kept } = await read(own, `/v2/biometric-validations/${biometricValidation._id}`);
    expect(done.body.object).toMatchObject({ ...kept, searchScore: expect.any(Number), status: 'validated' });
    const headers = done.headers as Record<string, string>;
    expect(new Webhook(own.tenant.webhookSecret).verify(done.raw, headers)).toEqual(done.body);
    expect(new Set(calls.map((one) => one.headers['webhook-id'])).size).toBe(3);
    const path = `/v1/webhooks/deliveries?verificationId=${biometricValidation._id}`;
    const delivered = await client.api('GET', path, { key: own.key });
    expect(delivered.body.deliveries.map(({ event }: Json) => event).toSorted()).toEqual(types(calls));
    expect(await ledger(own)).toHaveLength(1);
  });

  test('V-31 a login that three tries end is told as failed, at the address of its own', async () => {
    await using receiver = await startReceiver();
    const own = await stage({ people: ['ana'] });
    const { token } = await opened(own, { webhookUrl: receiver.url });
    for (let tries = 0; tries < 3; tries++) await send(token, 'bea');
    const calls = await receiver.wait(2);
    expect(types(calls)).toEqual(['biometric_validation_failed', 'biometric_validation_new']);
    const failed = calls.find(({ body }) => body.type === 'biometric_validation_failed');
    expect(failed?.body.object).toMatchObject({ status: 'failed', attempts: 3, person: null });
  });

  test('V-31 V-49 a registration is told from its beginning to the person that was made', async () => {
    await using receiver = await startReceiver();
    const own = await stage({ people: [], flow: { type: 'onboarding' }, settings: { webhookUrl: receiver.url } });
    const { token } = await opened(own, { type: 'onboarding' });
    const register = async (key: string) =>
      client.api('POST', '/v2/biometric-validations/app-registration', {
        key,
        body: { image: base64(await another('ana')), os: 'IOS' },
      });
    const { person } = (await register(token)).body.data;
    const calls = await receiver.wait(6);
    expect(types(calls)).toEqual([
      'app_registration_completed_without_kyc',
      'app_registration_created',
      'app_registration_started',
      'biometric_validation_created_person',
      'biometric_validation_new',
      'biometric_validation_validated',
    ]);
    const ended = calls.find(({ body }) => body.type === 'app_registration_completed_without_kyc');
    expect(ended?.body.object).toMatchObject({ status: 'COMPLETED_WITHOUT_KYC', person });
    await register((await opened(own, { type: 'onboarding' })).token);
    const [set] = await receiver.wait(1, ({ body }) => body.type === 'app_registration_person_already_set');
    expect(set?.body.object).toMatchObject({ status: 'STARTED' });
  });
});
