import { beforeAll, describe, expect, inject, test } from 'vitest';
import { integrator, type Json, type TestTenant } from '../../support/client.ts';

const { api, admin, tenant } = integrator(inject('service'));

const hex24 = /^[0-9a-f]{24}$/;
const isoMs = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const nobody = '674de8df21c72be3cc42b8a9';

describe('projects and flows', () => {
  let acme: TestTenant;
  let other: TestTenant;
  let project: Json;

  const call = (method: string, path: string, body?: unknown, key = acme.keys.skLive) =>
    api(method, path, { key, ...(body !== undefined && { body }) });
  const flow = (change: Json = {}) =>
    call('POST', '/v2/project-flows', { project: project._id, type: 'login', name: 'Front door', ...change });

  beforeAll(async () => {
    [acme, other] = await Promise.all([tenant(), tenant()]);
    project = (await call('POST', '/v2/projects', { name: 'Shop', description: 'The shop.' })).body.data;
  });

  test('V-13 V-44 ids are 24 hex, times ISO with milliseconds, and the client stands for the tenant', async () => {
    expect(project).toMatchObject({ name: 'Shop', description: 'The shop.' });
    for (const id of [project._id, project.client]) expect(id).toMatch(hex24);
    for (const time of [project.createdAt, project.updatedAt]) expect(time).toMatch(isoMs);
    expect(JSON.stringify(project)).not.toContain(acme.tenantId);
    const second = (await call('POST', '/v2/projects', { name: 'Second' })).body.data;
    expect(second.client).toBe(project.client);
    expect(second._id).not.toBe(project._id);
    const foreign = (await call('POST', '/v2/projects', { name: 'Theirs' }, other.keys.skLive)).body.data;
    expect(foreign.client).not.toBe(project.client);
  });

  test('V-44 a project is read, changed, listed newest first page by page, and deleted', async () => {
    const { _id } = (await call('POST', '/login/v2/projects', { name: 'Passing' })).body.data;
    expect((await call('GET', `/v2/projects/${_id}`)).body.data.name).toBe('Passing');
    const changed = await call('PUT', `/v2/projects/${_id}`, { description: 'Soon gone.' });
    expect(changed.body.data).toMatchObject({ name: 'Passing', description: 'Soon gone.' });
    const page = await call('GET', '/v2/projects?page=1&perPage=1');
    expect(page.body).toMatchObject({ data: [{ _id }], pagination: { page: 1, perPage: 1, more: true } });
    const next = await call('GET', '/v2/projects?page=2&perPage=1');
    expect(next.body.data[0]._id).not.toBe(_id);
    expect((await call('DELETE', `/v2/projects/${_id}`)).body).toEqual({ data: { _id, deleted: true } });
    for (const method of ['GET', 'DELETE'])
      expect(await call(method, `/v2/projects/${_id}`)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  test('V-25 V-14 V-44 a flow has the defaults of the text, and what it is given', async () => {
    const plain = (await flow()).body.data;
    expect(plain).toMatchObject({
      project: project._id,
      type: 'login',
      status: 'draft',
      version: 1,
      livenessMinScore: 0.55,
      searchMinScore: 0.85,
      sessionTtl: 600,
      configuration: {},
      steps: [],
      assignedCollection: null,
      redirectUrl: null,
    });
    const given = {
      status: 'active',
      version: 3,
      livenessMinScore: 0,
      searchMinScore: 1,
      sessionTtl: 240,
      redirectUrl: 'https://shop.example/in',
      configuration: { colour: { of: ['door', 1, null] } },
      steps: [{ form: 'email' }],
    };
    expect((await flow(given)).body.data).toMatchObject(given);
    const changed = await call('PUT', `/v2/project-flows/${plain._id}`, { status: 'paused', searchMinScore: 0.9 });
    expect(changed.body.data).toMatchObject({ status: 'paused', searchMinScore: 0.9, name: 'Front door' });
  });

  test('V-44 what a flow is told is echoed as it came, whatever its names and numbers', async () => {
    const configuration = { constructor: { name: 'x' }, toString: 1, '': [1e308, 1e-200, 2 ** 53 + 2, null] };
    const steps = [{ constructor: null }, 123_456_789_012_345_680_000];
    const made = (await flow({ configuration, steps })).body.data;
    expect(made).toMatchObject({ configuration, steps });
    expect((await call('GET', `/v2/project-flows/${made._id}`)).body.data).toEqual(made);
  });

  test('V-25 S-04 a tenant’s own thresholds are the defaults of its flows', async () => {
    const strict = await tenant({ settings: { thresholds: { liveness: 0.7, search: 0.95 } } });
    const key = strict.keys.skTest;
    const made = (await call('POST', '/v2/projects', { name: 'Strict' }, key)).body.data;
    const strictFlow = await call(
      'POST',
      '/v2/project-flows',
      { project: made._id, type: 'onboarding', name: 'In' },
      key,
    );
    expect(strictFlow.body.data).toMatchObject({ livenessMinScore: 0.7, searchMinScore: 0.95 });
  });

  test('V-44 flows are listed by project, status and type; a project with flows stays', async () => {
    const own = (await call('POST', '/v2/projects', { name: 'With flows' })).body.data;
    const made = (await flow({ project: own._id, type: 'onboarding', status: 'active' })).body.data;
    await flow({ project: own._id });
    const listed = await call('GET', `/v2/project-flows?where_project=${own._id}&where_status=active`);
    expect(listed.body).toMatchObject({ data: [{ _id: made._id }], pagination: { more: false } });
    expect((await call('GET', `/v2/project-flows?where_project=${own._id}`)).body.data).toHaveLength(2);
    const kept = await call('DELETE', `/v2/projects/${own._id}`);
    expect(kept).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect((await call('DELETE', `/v2/project-flows/${made._id}`)).body.data).toEqual({ _id: made._id, deleted: true });
    expect((await call('GET', `/v2/project-flows/${made._id}`)).status).toBe(404);
  });

  test('V-44 a flow points to what is there, and sends people back only where the account says', async () => {
    expect(await flow({ project: nobody })).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await flow({ assignedCollection: nobody })).toMatchObject({ status: 404, body: { code: 'not_found' } });
    await admin('PATCH', `/v1/admin/tenants/${other.tenantId}`, {
      settings: { returnUrls: ['https://app.example', 'https://other.example/back'] },
    });
    const key = other.keys.skLive;
    const { _id } = (await call('POST', '/v2/projects', { name: 'Listed' }, key)).body.data;
    const to = async (redirectUrl: string) => {
      const body = { project: _id, type: 'login', name: 'x', redirectUrl };
      return (await call('POST', '/v2/project-flows', body, key)).status;
    };
    expect(await Promise.all(['https://app.example/any?x=1', 'https://other.example/back?y=2'].map(to))).toEqual([
      200, 200,
    ]);
    const refused = ['https://other.example/else', 'https://app.example.evil.example/', 'https://a@app.example/'];
    expect(await Promise.all(refused.map(to))).toEqual([409, 409, 409]);
  });

  test('V-28 C-01 another tenant and the other mode see none of it', async () => {
    for (const key of [other.keys.skLive, acme.keys.skTest]) {
      expect((await call('GET', `/v2/projects/${project._id}`, undefined, key)).status).toBe(404);
      expect((await call('PUT', `/v2/projects/${project._id}`, { name: 'Mine' }, key)).status).toBe(404);
      expect((await call('DELETE', `/v2/projects/${project._id}`, undefined, key)).status).toBe(404);
      const body = { project: project._id, type: 'login', name: 'x' };
      expect((await call('POST', '/v2/project-flows', body, key)).status).toBe(404);
      const ids = (await call('GET', '/v2/projects?perPage=100', undefined, key)).body.data.map((one: Json) => one._id);
      expect(ids).not.toContain(project._id);
    }
  });

  test('V-34 who may not call is told so in the contract’s shape', async () => {
    const none = await api('GET', '/v2/projects');
    expect(none).toMatchObject({ status: 401, body: { code: 'UNAUTHORIZED' } });
    expect(Object.keys(none.body).sort()).toEqual(['code', 'message']);
    const wrong = await call('GET', '/v2/projects', undefined, 'sk_live_wrong');
    expect(wrong).toMatchObject({ status: 401, body: { code: 'UNAUTHORIZED' } });
    const browser = await call('GET', '/v2/projects', undefined, acme.keys.pkLive);
    expect(browser).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  });

  test('V-34 what is missing or wrong is named as it was sent', async () => {
    const nothing = await call('POST', '/v2/projects', {});
    expect(nothing).toMatchObject({ status: 409, body: { code: 'MissingParameter', message: '"name" is required' } });
    const cases: readonly (readonly [body: Json, message: RegExp])[] = [
      [{ name: 5 }, /^"name" /],
      [{ name: 'n'.repeat(10_000) }, /^"name" must have at most 128 characters$/],
      [{ name: 'a\u0000b' }, /^"name" must not contain control characters$/],
      [{ name: 'x', client: nobody }, /^"client" is not a known field$/],
      [[], /^"body" /],
    ];
    for (const [body, message] of cases) {
      const refused = await call('POST', '/v2/projects', body);
      expect(refused).toMatchObject({ status: 409, body: { code: 'InvalidParameter' } });
      expect(refused.body.message).toMatch(message);
    }
    const flows: readonly (readonly [change: Json, message: RegExp])[] = [
      [{ type: undefined }, /^"type" is required$/],
      [{ type: 'logout' }, /^"type" Invalid option.*"login"/],
      [{ status: 'gone' }, /^"status" Invalid option/],
      [{ project: 'x' }, /^"project" must be an id of 24 hex digits$/],
      [{ livenessMinScore: 1.01 }, /^"livenessMinScore"/],
      [{ searchMinScore: '0.9' }, /^"searchMinScore"/],
      [{ redirectUrl: 'http://shop.example' }, /^"redirectUrl" must be an https address$/],
      [{ redirectUrl: 'javascript:alert(1)' }, /^"redirectUrl"/],
      [{ configuration: { big: 'x'.repeat(20_000) } }, /^"configuration" must be at most 16 KB as JSON$/],
      [{ sessionTtl: 5 }, /^"sessionTtl"/],
    ];
    for (const [change, message] of flows) {
      const refused = await flow(change);
      expect(refused.status).toBe(409);
      expect(refused.body.message).toMatch(message);
    }
    for (const query of ['page=0', 'perPage=101', 'page=x', 'sort=name'])
      expect(await call('GET', `/v2/projects?${query}`)).toMatchObject({
        status: 409,
        body: { code: 'InvalidParameter' },
      });
    const text = await api('POST', '/v2/projects', { key: acme.keys.skLive, body: '{', headers: {} });
    expect(text).toMatchObject({ status: 409, body: { code: 'InvalidParameter' } });
    const plain = await api('POST', '/v2/projects', {
      key: acme.keys.skLive,
      body: '{}',
      headers: { 'content-type': 'text/plain' },
    });
    expect(plain).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } });
  });

  test('V-34 C-04 whoever asks for problem+json gets it', async () => {
    const headers = { accept: 'application/problem+json' };
    const refused = await api('POST', '/v2/projects', { key: acme.keys.skLive, body: {}, headers });
    expect(refused).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: { name: ['is required'] } },
    });
  });
});
