import { beforeAll, describe, expect, inject, test } from 'vitest';
import { specimen } from '../../../bin/specimen/specimen.ts';
import { integrator, type Json, type TestTenant } from '../../support/client.ts';
import { portrait, selfie } from '../../support/faces.ts';

const { api, admin, tenant, init, uploaded, verdict } = integrator(inject('service'));

const junk = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);

describe('submission, test mode', () => {
  let acme: TestTenant;
  const submit = (body: unknown, clock: string | undefined, key = acme.keys.pkTest) =>
    api('POST', '/v1/verify/submit', { key, body, headers: clock === undefined ? {} : { 'x-test-clock': clock } });

  beforeAll(async () => {
    acme = await tenant();
  });

  test('S-08 a record belongs to the mode of the key that made it', async () => {
    const trial = await init(acme.keys.pkTest, { userRef: 'r' });
    expect((await api('GET', `/v1/verify/${trial.verificationId}`, { key: acme.keys.skTest })).status).toBe(200);
    expect((await api('GET', `/v1/verify/${trial.verificationId}`, { key: acme.keys.skLive })).status).toBe(404);
    const listed = async (mode: string) =>
      (await admin('GET', `/v1/admin/tenants/${acme.tenantId}/verifications?mode=${mode}`)).body.verifications.map(
        (one: Json) => one.verificationId,
      );
    expect(await listed('test')).toContain(trial.verificationId);
    expect(await listed('live')).not.toContain(trial.verificationId);
  });

  test('C-10 with a test key the clock can be moved: an intent lapses', async () => {
    const body = await uploaded(acme.keys.pkTest, { docFront: junk, selfie: junk });
    const later = new Date(Date.now() + 3_700_000).toISOString();
    expect(await submit(body, later)).toMatchObject({ status: 404, body: { error: 'verification_not_found' } });
    const unix = String(Math.floor(Date.now() / 1000) + 3_500);
    expect((await submit(body, unix)).status).toBe(202);
  });

  test('C-10 a document is judged by the moved clock', async () => {
    // The specimen is valid until 15 April 2032.
    const images = { docFront: await specimen({ portrait: await portrait('ana') }), selfie: await selfie('ana') };
    const judgedOn = async (clock: string) => {
      const body = await uploaded(acme.keys.pkTest, images, {}, { 'x-test-clock': clock });
      expect((await submit(body, clock)).status).toBe(202);
      return verdict(acme.keys.skTest, body.verificationId);
    };
    expect((await judgedOn('2032-04-15T23:59:59Z')).flags).not.toContain('document_expired');
    expect(await judgedOn('2032-04-16T00:00:00Z')).toMatchObject({
      verdict: 'rejected',
      flags: expect.arrayContaining(['document_expired']),
    });
  });

  test('C-10 a live key cannot move the clock, and nonsense is refused', async () => {
    const live = await uploaded(acme.keys.pkLive, { docFront: junk, selfie: junk });
    expect(await submit(live, '2030-01-01', acme.keys.pkLive)).toMatchObject({
      status: 400,
      body: { error: 'invalid_body' },
    });
    const trial = await uploaded(acme.keys.pkTest, { docFront: junk, selfie: junk });
    for (const clock of ['tomorrow', '', '-5']) expect((await submit(trial, clock)).status).toBe(400);
  });
});

describe('submission, time', () => {
  test('K-15 X-21 the 202 does not wait for anyone to look: the verdict comes after it', async () => {
    const acme = await tenant();
    const images = { docFront: await specimen({ portrait: await portrait('ana') }), selfie: await selfie('ana') };
    const body = await uploaded(acme.keys.pkLive, images);
    const accepted = await api('POST', '/v1/verify/submit', { key: acme.keys.pkLive, body });
    expect(accepted.body.status).toBe('queued');
    const at = await api('GET', `/v1/verify/${body.verificationId}`, { key: acme.keys.skLive });
    expect(at.body).not.toHaveProperty('verdict');
    await verdict(acme.keys.skLive, body.verificationId);
  });

  test('X-38 every address carries its version', async () => {
    const { body } = await api('GET', '/openapi.json?contract=submission');
    expect(Object.keys(body.paths).every((path) => path.startsWith('/v1/'))).toBe(true);
    expect(body.info.description).toContain('12 months');
  });
});
