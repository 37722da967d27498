import { beforeAll, describe, expect, inject, test } from 'vitest';
import { integrator, type Json, type TestTenant } from '../../support/client.ts';

const { api, tenant } = integrator(inject('service'));
const path = '/v2/face-recognition/collections';

describe('collections', () => {
  let acme: TestTenant;
  const call = (method: string, at: string, body?: unknown, key = acme.keys.skLive) =>
    api(method, at, { key, ...(body !== undefined && { body }) });

  beforeAll(async () => {
    acme = await tenant();
  });

  test('V-45 a collection has an id, a code and is not deleted; it is read, renamed and listed', async () => {
    const made = await call('POST', path, { name: 'Staff', description: 'Who works here.' });
    expect(made.body.data).toMatchObject({
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      code: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      name: 'Staff',
      description: 'Who works here.',
      deleted: false,
    });
    const { _id, code } = made.body.data;
    const renamed = await call('PUT', `${path}/${_id}`, { name: 'Everybody' });
    expect(renamed.body.data).toMatchObject({ _id, code, name: 'Everybody', description: 'Who works here.' });
    expect((await call('GET', `${path}/${_id}`)).body).toEqual(renamed.body);
    const listed = await call('GET', path);
    expect(listed.body.data.map((one: Json) => one._id)).toContain(_id);
  });

  test('V-45 V-27 a deleted collection says so, is not listed, and takes no change; deleting again changes nothing', async () => {
    const { _id } = (await call('POST', path, { name: 'Short-lived' })).body.data;
    const gone = await call('DELETE', `${path}/${_id}`);
    expect(gone.body.data).toMatchObject({ _id, deleted: true });
    expect((await call('GET', `${path}/${_id}`)).body.data.deleted).toBe(true);
    expect((await call('DELETE', `${path}/${_id}`)).body.data.deleted).toBe(true);
    const change = await call('PUT', `${path}/${_id}`, { name: 'Back' });
    expect(change).toMatchObject({ status: 409, body: { code: 'collection_not_configured' } });
    const ids = (await call('GET', path)).body.data.map((one: Json) => one._id);
    expect(ids).not.toContain(_id);
    const project = (await call('POST', '/v2/projects', { name: 'p' })).body.data._id;
    const body = { project, type: 'login', name: 'f', assignedCollection: _id };
    const flow = await call('POST', '/v2/project-flows', body);
    expect(flow).toMatchObject({ status: 409, body: { code: 'collection_not_configured' } });
  });

  test('V-28 C-01 a collection belongs to its tenant and mode', async () => {
    const { _id } = (await call('POST', path, { name: 'Private' })).body.data;
    const other = await tenant();
    for (const key of [other.keys.skLive, acme.keys.skTest])
      for (const method of ['GET', 'DELETE'])
        expect((await call(method, `${path}/${_id}`, undefined, key)).status).toBe(404);
    expect((await call('GET', `${path}/${_id}`)).body.data.deleted).toBe(false);
  });

  test('V-34 names are checked', async () => {
    expect(await call('POST', path, {})).toMatchObject({
      status: 409,
      body: { code: 'MissingParameter', message: '"name" is required' },
    });
    for (const name of ['', 'x'.repeat(129), 'a\nb', 7])
      expect(await call('POST', path, { name })).toMatchObject({ status: 409, body: { code: 'InvalidParameter' } });
  });
});
