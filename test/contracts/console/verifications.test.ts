import { beforeAll, describe, expect, inject, test } from 'vitest';
import { integrator, type Json, type TestTenant } from '../../support/client.ts';
import { startReceiver } from '../../support/webhook-receiver.ts';
import { document } from '../document/document.ts';
import { hosted } from '../hosted/hosted.ts';
import { junk, person, raw, until, verified } from './people.ts';

const { admin, tenant, init } = integrator(inject('service'));
const script = '<script>alert(1)</script>';

describe('P-51 console, verifications', () => {
  let acme: TestTenant;
  let ana: Awaited<ReturnType<typeof person>>;
  let opened: Json;
  let judged: Json;
  beforeAll(async () => {
    acme = await tenant();
    ana = await person(acme.keys.skLive);
    judged = await verified(
      acme,
      undefined,
      { userRef: 'user-7', submittedFullName: script },
      { metadata: { note: script } },
    );
    opened = await init(acme.keys.pkLive, { userRef: 'user-8' });
    await until(async () => (await ana.ids('/verifications')).length === 2);
  });

  test('P-51 are listed newest first, with what they came to', async () => {
    const { body } = await ana.get('/verifications');
    expect(body.items.map(({ id }: Json) => id)).toEqual([opened.verificationId, judged.verificationId]);
    expect(body.items[1]).toMatchObject({
      contract: 'submission',
      state: 'rejected',
      userRef: 'user-7',
      confidence: judged.confidence,
      flags: judged.flags,
      completedAt: judged.completedAt,
      claim: null,
      reviewed: false,
    });
    expect(body).not.toHaveProperty('cursor');
  });

  test('P-51 are found by id and by the partner’s own reference, exactly', async () => {
    const find = (q: string) => ana.ids(`/verifications?q=${encodeURIComponent(q)}`);
    expect(await find(judged.verificationId)).toEqual([judged.verificationId]);
    expect(await find(` ${judged.verificationId} `)).toEqual([judged.verificationId]);
    expect(await find('user-8')).toEqual([opened.verificationId]);
    for (const nothing of ['user', 'vf_', `${judged.verificationId}#x`, script, '#verification'])
      expect(await find(nothing)).toEqual([]);
    expect(await ana.ids('/verifications?q=user-8&state=rejected')).toEqual([]);
  });

  test('P-51 are filtered by state and by contract', async () => {
    expect(await ana.ids('/verifications?state=rejected')).toEqual([judged.verificationId]);
    expect(await ana.ids('/verifications?state=created&contract=submission')).toEqual([opened.verificationId]);
    expect(await ana.ids('/verifications?contract=step-up')).toEqual([]);
    for (const query of ['state=nonsense', 'contract=login', 'mode=live', 'limit=1'])
      expect((await ana.get(`/verifications?${query}`)).status).toBe(400);
  });

  test('P-51 S-08 of another partner, or of the other mode, are not there', async () => {
    const other = await tenant();
    for (const key of [other.keys.skLive, acme.keys.skTest]) {
      const eve = await person(key, 'Eve');
      expect(await eve.ids('/verifications')).toEqual([]);
      expect(await eve.ids(`/verifications?q=${judged.verificationId}`)).toEqual([]);
      expect(await eve.ids('/verifications?q=user-7')).toEqual([]);
      expect(await eve.get(`/verifications/${judged.verificationId}`)).toMatchObject({
        status: 404,
        body: { code: 'verification_not_found' },
      });
      expect((await eve.post(`/reviews/${judged.verificationId}/claim`)).status).toBe(404);
    }
  });

  test('P-51 one is shown whole: signals in words, scores, policy, models, times, pictures', async () => {
    const { body } = await ana.get(`/verifications/${judged.verificationId}`);
    expect(body).toMatchObject({
      id: judged.verificationId,
      mode: 'live',
      decision: 'rejected',
      claims: { userRef: 'user-7', submittedFullName: script },
      metadata: { note: script },
      review: null,
      reviewable: false,
      policyHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(body.signals).toEqual(
      judged.signals.map(({ name, score, threshold, passed, reason }: Json) => ({
        name,
        score: score === null ? null : expect.closeTo(score / 100, 3),
        threshold: expect.closeTo(threshold / 100, 3),
        result: score === null ? 'unavailable' : passed ? 'passed' : 'failed',
        reason,
        flags: expect.any(Array),
      })),
    );
    expect(body.timeline.map(({ what }: Json) => what).slice(0, 3)).toEqual(['created', 'submitted', 'concluded']);
    expect(body.media.map(({ slot, kind }: Json) => [slot, kind])).toEqual([
      ['docFront', 'image'],
      ['selfie', 'image'],
    ]);
    const picture = await fetch(body.media[0].url);
    expect(new Uint8Array(await picture.arrayBuffer())).toEqual(junk);
    expect(new URL(body.media[0].url).searchParams.get('X-Amz-Expires')).toBe('60');
  });

  test('P-51 what nobody submitted has no pictures, what is nowhere is 404', async () => {
    expect((await ana.get(`/verifications/${opened.verificationId}`)).body).toMatchObject({ media: [], signals: [] });
    for (const id of ['vf_0000000000000000AAAA', 'x', `${judged.verificationId}%23x`, '..%2Fx'])
      expect((await ana.get(`/verifications/${id}`)).status).toBe(404);
  });

  test('P-51 K-13 pictures that were erased are told to be gone', async () => {
    const beta = await tenant();
    const ben = await person(beta.keys.skLive, 'Ben');
    const { verificationId } = await verified(beta, undefined, { userRef: 'gone' });
    const erased = await raw('DELETE', '/v1/subjects/gone', { key: beta.keys.skLive });
    expect(erased.status).toBe(200);
    const { body } = await ben.get(`/verifications/${verificationId}`);
    expect(body).toMatchObject({ state: 'redacted', media: [], claims: {}, signals: [] });
  });

  test('P-51 documents and step-ups are in the same list', async () => {
    const beta = await document();
    await beta.sandbox();
    const ben = await person(beta.tenant.keys.skTest, 'Ben');
    const [id] = await until(async () => {
      const ids = await ben.ids('/verifications?contract=document');
      return ids.length > 0 && ids;
    });
    expect((await ben.get(`/verifications/${id}`)).body).toMatchObject({
      contract: 'document',
      facts: { documentType: 'passport', ageThreshold: expect.any(String) },
      media: [],
    });
  });
});

describe('P-51 console, hosted checks', () => {
  test('P-51 P-26 a check that could not be judged is found by id, by user and by what it came to', async () => {
    const acme = await hosted();
    const ana = await person(acme.tenant.keys.skLive);
    const fields = { api_key: acme.tenant.keys.skLive, user_identifier: 'user_9', user_email: script };
    const { body } = await acme.submit(fields, { selfie_video: junk, id_photo: junk });
    const { check_id } = body;
    for (const query of [
      `q=${check_id}`,
      'q=user_9',
      'contract=hosted',
      'state=failed',
      'contract=hosted&state=failed',
    ])
      expect(await until(() => ana.ids(`/verifications?${query}`).then((ids) => ids.length > 0 && ids))).toEqual([
        check_id,
      ]);
    expect(await ana.ids('/verifications?contract=submission')).toEqual([]);
    const detail = await ana.get(`/verifications/${check_id}`);
    expect(detail.body).toMatchObject({
      contract: 'hosted',
      state: 'failed',
      userRef: 'user_9',
      facts: { email: script },
    });
    expect(detail.body.timeline.map(({ what }: Json) => what)).toContain('failed');
    await acme.api('DELETE', `/verif/checks/${check_id}`, { key: acme.tenant.keys.skLive });
    expect((await ana.get(`/verifications/${check_id}`)).body).toMatchObject({
      state: 'redacted',
      facts: {},
      media: [],
    });
    expect(await ana.ids('/verifications?state=failed')).toEqual([]);
  });
});

describe('P-51 console, the rest of the account', () => {
  test('P-51 P-46 deliveries are listed with their attempts, and sent again', async () => {
    await using receiver = await startReceiver();
    const acme = await tenant({ settings: { webhookUrl: receiver.url } });
    const ana = await person(acme.keys.skLive);
    const { verificationId } = await verified(acme);
    const delivery = await until(async () => {
      const { body } = await ana.get('/deliveries?status=delivered');
      return body.items[0];
    });
    expect(delivery).toMatchObject({
      verificationId,
      contract: 'submission',
      event: 'verification.rejected',
      url: receiver.url,
      attempts: [{ status: 200 }],
    });
    const shown = (await ana.get(`/verifications/${verificationId}`)).body;
    expect(shown.deliveries).toEqual([delivery]);
    expect(shown.timeline.at(-1)).toMatchObject({ what: 'attempt', ok: true, detail: 'verification.rejected: 200' });

    const again = await ana.post(`/deliveries/${delivery.deliveryId}/replay`);
    expect(again).toMatchObject({ status: 202, body: { deliveryId: delivery.deliveryId, status: 'pending' } });
    expect(await receiver.wait(2)).toHaveLength(2);
    const other = await person((await tenant()).keys.skLive, 'Eve');
    expect((await other.post(`/deliveries/${delivery.deliveryId}/replay`)).status).toBe(404);
    expect((await other.get('/deliveries')).body).toEqual({ items: [] });
  });

  test('P-51 credits: the balance, and every movement', async () => {
    const acme = await tenant({ credits: 7 });
    const ana = await person(acme.keys.skLive);
    const { verificationId } = await verified(acme);
    const { body } = await ana.get('/credits');
    expect(body.balance).toBe(6);
    expect(body.items).toMatchObject([
      { type: 'debit', amount: -1, balance: 6, verificationId },
      { type: 'grant', amount: 7, balance: 7 },
    ]);
  });

  test('P-51 settings as they are in force', async () => {
    const acme = await tenant({ name: 'Acme', settings: { thresholds: { approve: 91 }, requireLiveness: false } });
    const ana = await person(acme.keys.skLive);
    const { body } = await ana.get('/settings');
    expect(body).toMatchObject({
      account: 'Acme',
      webhookUrl: null,
      thresholds: { approve: 91, review: 60, match: 0.8 },
      requireLiveness: false,
      theme: null,
    });
    await admin('PATCH', `/v1/admin/tenants/${acme.tenantId}`, { settings: { webhookUrl: 'https://hooks.example/x' } });
    expect((await ana.get('/settings')).body.webhookUrl).toBe('https://hooks.example/x');
  });

  test('P-51 P-52 settings are changed one by one, by the rules of the partner’s own address for it', async () => {
    const acme = await tenant({
      settings: { webhookUrl: 'https://hooks.example/x', allowedOrigins: ['https://a.example'] },
    });
    const ana = await person(acme.keys.skLive);
    const theme = { name: script, colours: { primary: '#0a5' } };
    const changed = await ana.put('/settings', { return_urls: ['https://a.example/done'], theme });
    expect(changed).toMatchObject({
      status: 200,
      body: { webhookUrl: 'https://hooks.example/x', returnUrls: ['https://a.example/done'], theme },
    });
    const told = await raw('GET', '/verif/partner/settings', { key: acme.keys.skLive });
    expect(told.body).toMatchObject({ return_urls: ['https://a.example/done'], theme });
    expect((await ana.put('/settings', { webhook_url: null })).body).toMatchObject({
      webhookUrl: null,
      allowedOrigins: ['https://a.example'],
    });
    for (const body of [
      { webhook_url: 'ftp://x' },
      { retention_days: 99 },
      { plan: 'enterprise' },
      { theme: { logo: 'https://x.example/l.png' } },
    ])
      expect((await ana.put('/settings', body)).status).toBe(400);
  });
});
