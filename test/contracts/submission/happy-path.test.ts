import { beforeAll, describe, expect, inject, test } from 'vitest';
import { specimen } from '../../../bin/specimen/specimen.ts';
import { integrator, type Json, type TestTenant } from '../../support/client.ts';
import { portrait, selfie } from '../../support/faces.ts';

const { api, tenant, init, uploaded, verdict } = integrator(inject('service'));

describe('submission, from init to verdict', () => {
  let acme: TestTenant;
  let genuine: Json;
  let result: Json;

  beforeAll(async () => {
    acme = await tenant();
    const docFront = await specimen({ portrait: await portrait('ana') });
    const claims = { userRef: 'user-1', documentType: 'passport', submittedFullName: 'Anna Maria Eriksson' };
    genuine = await uploaded(acme.keys.pkLive, { docFront, selfie: await selfie('ana') }, claims);
    const submitted = await api('POST', '/v1/verify/submit', {
      key: acme.keys.pkLive,
      body: { ...genuine, metadata: { campaign: 'spring', nested: { deep: [1, null, 'x'] } } },
    });
    expect(submitted.status).toBe(202);
    result = await verdict(acme.keys.skLive, genuine.verificationId);
  });

  test('X-30 X-31 init answers with ids, keys and signed uploads of the shape of the text', async () => {
    const before = Math.floor(Date.now() / 1000);
    const opened = await api('POST', '/v1/verify/init', { key: acme.keys.pkLive, body: {} });
    expect(opened.status).toBe(200);
    const { verificationId, uploads, expiresAt } = opened.body;
    expect(verificationId).toMatch(/^vf_[A-Za-z0-9]{16,24}$/);
    expect(expiresAt).toBeGreaterThanOrEqual(before + 3600);
    expect(expiresAt).toBeLessThanOrEqual(before + 3605);
    for (const [slot, file] of [
      ['docFront', 'doc-front.jpg'],
      ['docBack', 'doc-back.jpg'],
      ['selfie', 'selfie.jpg'],
    ] as const) {
      expect(uploads[slot]).toMatchObject({
        key: `verif/${acme.tenantId}/${verificationId}/${file}`,
        method: 'PUT',
        headers: { 'content-type': 'image/jpeg' },
        post: { fields: { key: uploads[slot].key } },
      });
    }
  });

  test('X-11 submit answers 202 with id, status and an absolute status address', async () => {
    const again = await api('POST', '/v1/verify/submit', { key: acme.keys.pkLive, body: genuine });
    expect(again.status).toBe(202);
    expect(Object.keys(again.body).sort()).toEqual(['status', 'statusUrl', 'verificationId']);
    expect(again.body.statusUrl).toBe(`${inject('service').url}/v1/verify/${genuine.verificationId}`);
  });

  test('X-32 K-05 C-11 a genuine applicant with a valid document is approved, with every signal in words', () => {
    expect(result).toMatchObject({ status: 'completed', verdict: expect.stringMatching(/approved|review/) });
    expect(result.scores.faceMatch).toBeGreaterThan(80);
    const names = result.signals.map((one: Json) => one.name);
    expect(names).toEqual(
      expect.arrayContaining([
        'face_match',
        'liveness',
        'document_readable',
        'document_quality',
        'mrz_check_digits',
        'document_expiry',
        'name_match',
        'document_type',
      ]),
    );
    for (const one of result.signals) {
      expect(one.reason).toMatch(/\.$/);
      if (one.score === null) expect(one.passed).toBe(false);
    }
    expect(result.metadata).toEqual({ campaign: 'spring', nested: { deep: [1, null, 'x'] } });
    expect(Date.parse(result.completedAt)).toBeGreaterThanOrEqual(Date.parse(result.submittedAt));
  });

  test('S-05 liveness that cannot be judged holds a verification at review, and says so', () => {
    const liveness = result.signals.find((one: Json) => one.name === 'liveness');
    if (liveness.score === null) {
      expect(result).toMatchObject({ verdict: 'review', flags: expect.arrayContaining(['liveness_unavailable']) });
    } else {
      expect(result.verdict).toBe('approved');
    }
  });

  test('X-33 two different people are rejected', async () => {
    const docFront = await specimen({ portrait: await portrait('bea') });
    const impostor = await uploaded(acme.keys.pkLive, { docFront, selfie: await selfie('ana') });
    await api('POST', '/v1/verify/submit', { key: acme.keys.pkLive, body: impostor });
    const judged = await verdict(acme.keys.skLive, impostor.verificationId);
    expect(judged).toMatchObject({ verdict: 'rejected', flags: expect.arrayContaining(['face_mismatch']) });
    expect(judged.confidence).toBeLessThan(60);
  });

  test('X-32 before its verdict a verification shows its state alone', async () => {
    const { verificationId } = await init(acme.keys.pkLive);
    const created = await api('GET', `/v1/verify/${verificationId}`, { key: acme.keys.skLive });
    expect(created.body).toEqual({ verificationId, status: 'created' });
  });

  test('X-34 a test key goes through the real pipeline and is not charged', async () => {
    const balance = async () => (await api('GET', '/v1/credits', { key: acme.keys.skTest })).body.balance;
    const before = await balance();
    const docFront = await specimen({ portrait: await portrait('ana') });
    const trial = await uploaded(acme.keys.pkTest, { docFront, selfie: await selfie('ana') });
    await api('POST', '/v1/verify/submit', { key: acme.keys.pkTest, body: trial });
    const judged = await verdict(acme.keys.skTest, trial.verificationId);
    expect(judged.scores.faceMatch).toBeGreaterThan(80);
    expect(await balance()).toBe(before);
  });

  test('X-10 without metadata the verdict echoes an empty object', async () => {
    const docFront = await specimen({ portrait: await portrait('ana'), brokenCheckDigit: true });
    const plain = await uploaded(acme.keys.pkTest, { docFront, selfie: await selfie('ana') });
    await api('POST', '/v1/verify/submit', { key: acme.keys.pkTest, body: plain });
    const judged = await verdict(acme.keys.skTest, plain.verificationId);
    expect(judged.metadata).toEqual({});
    // C-50: a wrong check digit is told, never repaired away.
    expect(judged.flags).toContain('mrz_check_failed');
    expect(judged.verdict).not.toBe('approved');
  });
});
