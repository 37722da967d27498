import { beforeAll, describe, expect, test } from 'vitest';
import type { Json, Reply } from '../../support/client.ts';
import type { Person } from '../../support/faces.ts';
import { another, base64, faces } from './gallery.ts';
import { client, opened, read, type Stage, send, stage } from './sessions.ts';

const code = (status: number, word: string) => ({ status, body: { code: word } });

describe('registrations', () => {
  let acme: Stage;

  const create = (on: Stage, more: Json = {}): Promise<Reply> =>
    client.api('POST', '/v2/app-registrations', {
      key: on.key,
      body: { project: on.project, projectFlow: on.flow, email: 'ana@example.com', fullName: 'Ana A', ...more },
    });
  const register = async (token: string, who: Person, more: Json = {}): Promise<Reply> =>
    client.api('POST', '/v2/biometric-validations/app-registration', {
      key: token,
      body: { image: base64(await another(who)), os: 'ANDROID', ...more },
    });
  const onboarding = () => stage({ people: [], flow: { type: 'onboarding' } });

  beforeAll(async () => {
    acme = await onboarding();
  });

  test('V-49 V-42 a registration begins, takes a picture and ends with a person who is found by the next login', async () => {
    const begun = (await create(acme)).body.data;
    expect(begun).toMatchObject({
      appRegistration: { status: 'STARTED', identifier: 'ana@example.com', person: null, fullName: 'Ana A' },
      livenessSession: { status: 'active' },
      biometricValidation: { type: 'onboarding', status: 'new', appRegistration: begun.appRegistration._id },
    });
    const done = await register(begun.token, 'ana');
    expect(done.status).toBe(200);
    const { person, appRegistration, livenessSession } = done.body.data;
    expect(livenessSession.status).toBe('completed');
    expect(appRegistration).toMatchObject({
      _id: begun.appRegistration._id,
      status: 'COMPLETED_WITHOUT_KYC',
      person,
      face: expect.stringMatching(/^[0-9a-f]{24}$/),
    });
    expect(await read(acme, `/v2/app-registrations/${appRegistration._id}`)).toEqual(appRegistration);
    expect(await read(acme, '/v2/app-registrations?where_status=COMPLETED_WITHOUT_KYC')).toContainEqual(
      appRegistration,
    );
    expect(await read(acme, '/v2/app-registrations?where_status=FAILED')).toEqual([]);
    expect(await read(acme, `${faces}/persons/${person}`)).toMatchObject({
      name: 'Ana A',
      collections: [acme.collection],
    });

    const fields = { project: acme.project, type: 'login', status: 'active', name: 'in', livenessMinScore: 0 };
    const body = { ...fields, assignedCollection: acme.collection };
    const flow = (await client.api('POST', '/v2/project-flows', { key: acme.key, body })).body.data._id;
    const { token } = await opened(acme, { projectFlow: flow });
    expect((await send(token, 'ana')).body.data).toMatchObject({ person, appLogin: { name: 'Ana A' } });
  });

  test('V-42 an identifier has one person: a second one is refused, or overrides the first', async () => {
    const own = await onboarding();
    const first = await register((await create(own)).body.data.token, 'ana');
    const { token } = (await create(own)).body.data;
    expect(await register(token, 'bea')).toMatchObject(code(409, 'conflict'));
    const second = await register(token, 'bea', { force: true });
    expect(second.status).toBe(200);
    expect(second.body.data.person).not.toBe(first.body.data.person);
    const path = `${faces}/persons/${first.body.data.person}`;
    expect((await client.api('GET', path, { key: own.key })).status).toBe(404);
  });

  test('V-42 nobody logs in under an identifier that an onboarding gave to somebody else', async () => {
    const own = await onboarding();
    await register((await create(own)).body.data.token, 'ana');
    await register((await create(own, { email: 'bea@example.com' })).body.data.token, 'bea');
    const fields = { project: own.project, type: 'login', status: 'active', name: 'in', livenessMinScore: 0 };
    const body = { ...fields, assignedCollection: own.collection };
    const flow = (await client.api('POST', '/v2/project-flows', { key: own.key, body })).body.data._id;
    const { token } = await opened(own, { projectFlow: flow, identifier: 'ana@example.com' });
    expect(await send(token, 'bea')).toMatchObject(code(404, 'person_not_found'));
    expect((await send(token, 'ana')).status).toBe(200);
  });

  test('V-42 os and image are needed, and a flow that has a collection', async () => {
    const { token } = (await create(acme, { email: 'dora@example.com' })).body.data;
    const path = '/v2/biometric-validations/app-registration';
    const image = base64(await another('dora'));
    for (const [body, word] of [
      [{ image }, 'MissingParameter'],
      [{ os: 'IOS' }, 'MissingParameter'],
      [{ image, os: 'BSD' }, 'InvalidParameter'],
      [{ image, os: 'IOS', force: 'yes' }, 'InvalidParameter'],
    ] as const)
      expect(await client.api('POST', path, { key: token, body })).toMatchObject(code(409, word));
    expect(await client.api('POST', path, { key: acme.key, body: { image, os: 'IOS' } })).toMatchObject(
      code(403, 'liveness_session_token_missing'),
    );
    const fields = { project: acme.project, type: 'onboarding', status: 'active', name: 'bare', livenessMinScore: 0 };
    const bare = (await client.api('POST', '/v2/project-flows', { key: acme.key, body: fields })).body.data._id;
    const without = (await create(acme, { projectFlow: bare, email: 'eve@example.com' })).body.data;
    expect(await register(without.token, 'dora')).toMatchObject(code(409, 'collection_not_configured'));
    expect(await read(acme, `/v2/app-registrations/${without.appRegistration._id}`)).toMatchObject({
      status: 'STARTED',
    });
  });

  test('V-42 V-40 an onboarding opened as a validation is a registration too', async () => {
    const { token, biometricValidation } = await opened(acme, { type: 'onboarding', identifier: 'user-9' });
    expect((await register(token, 'dora')).status).toBe(200);
    const kept = await read(acme, `/v2/app-registrations/${biometricValidation.appRegistration}`);
    expect(kept).toMatchObject({ identifier: 'user-9', status: 'COMPLETED_WITHOUT_KYC', fullName: null });
    expect(await register(token, 'dora')).toMatchObject(code(409, 'liveness_session_completed'));
  });

  test('V-49 a registration whose time is over is EXPIRED, and sync writes it down', async () => {
    const short = await opened(acme, {
      type: 'onboarding',
      identifier: 'late',
      expiresAt: new Date(Date.now() + 700).toISOString(),
    });
    await new Promise((wake) => setTimeout(wake, 800));
    const id = short.biometricValidation.appRegistration;
    const synced = await client.api('POST', `/v2/app-registrations/${id}/sync`, { key: acme.key });
    expect(synced.body.data).toMatchObject({ _id: id, status: 'EXPIRED' });
    expect(await register(short.token, 'bea')).toMatchObject(code(403, 'liveness_session_expired'));
    const again = await client.api('POST', `/v2/app-registrations/${id}/sync`, { key: acme.key });
    expect(again.body.data.status).toBe('EXPIRED');
    expect((await client.api('POST', '/v2/app-registrations/0/sync', { key: acme.key })).status).toBe(404);
  });

  test('V-49 S-05 liveness that is required and cannot be shown makes no person', async () => {
    const own = await stage({ people: [], flow: { type: 'onboarding', livenessMinScore: 1 } });
    const { token, appRegistration } = (await create(own)).body.data;
    expect(await register(token, 'ana')).toMatchObject(code(409, 'liveness_failed'));
    const { status, person } = await read(own, `/v2/app-registrations/${appRegistration._id}`);
    expect(['ONGOING', 'NEEDS_MANUAL_VERIFICATION']).toContain(status);
    expect(person).toBeNull();
    expect(await read(own, `${faces}/persons`)).toEqual([]);
  });

  test('V-49 C-01 a registration is its tenant’s own, and needs a name for the person', async () => {
    const { appRegistration } = (await create(acme, { email: 'x@example.com' })).body.data;
    const other = await client.tenant();
    const path = `/v2/app-registrations/${appRegistration._id}`;
    expect((await client.api('GET', path, { key: other.keys.skLive })).status).toBe(404);
    const body = { project: acme.project, projectFlow: acme.flow };
    expect(await client.api('POST', '/v2/app-registrations', { key: acme.key, body })).toMatchObject({
      status: 409,
      body: { code: 'MissingParameter', message: '"identifier" is required' },
    });
  });
});
