import { beforeAll, describe, expect, inject, test } from 'vitest';
import { specimen } from '../../../bin/specimen/specimen.ts';
import { integrator, type TestTenant } from '../../support/client.ts';
import { portrait, selfie } from '../../support/faces.ts';
import { type Received, startReceiver } from '../../support/webhook-receiver.ts';
import { person, until, verified } from './people.ts';

const { api, tenant } = integrator(inject('service'));

describe('C-18 console, reviews', () => {
  let acme: TestTenant;
  let ana: Awaited<ReturnType<typeof person>>;
  let ben: Awaited<ReturnType<typeof person>>;
  let receiver: Awaited<ReturnType<typeof startReceiver>>;
  let ids: readonly string[];

  beforeAll(async () => {
    receiver = await startReceiver();
    acme = await tenant({ settings: { webhookUrl: receiver.url } });
    [ana, ben] = await Promise.all([person(acme.keys.skLive, 'Ana'), person(acme.keys.skLive, 'Ben')]);
    const images = { docFront: await specimen({ portrait: await portrait('ana') }), selfie: await selfie('ana') };
    // Another name than the document's: a person has to look.
    const submittedFullName = 'Somebody Else';
    const first = await verified(acme, images, { userRef: 'one', submittedFullName });
    const second = await verified(acme, images, { userRef: 'two', submittedFullName });
    expect([first.verdict, second.verdict]).toEqual(['review', 'review']);
    ids = [first.verificationId, second.verificationId];
    await until(async () => (await ana.ids('/reviews')).length === 2);
    return () => receiver[Symbol.asyncDispose]();
  });

  test('C-18 P-33 what the machine leaves to a person waits in a queue, oldest first', async () => {
    expect(await ana.ids('/reviews')).toEqual(ids);
    const { body } = await ana.get('/reviews');
    expect(body.items[0]).toMatchObject({ state: 'review', claim: null, userRef: 'one' });
    const eve = await person((await tenant()).keys.skLive, 'Eve');
    expect(await eve.ids('/reviews')).toEqual([]);
    expect((await eve.post(`/reviews/${ids[0]}/claim`)).status).toBe(404);
  });

  test('C-18 a claim keeps others away for a quarter of an hour, or until it is given up', async () => {
    const [id] = ids;
    expect(await ben.post(`/reviews/${id}/decide`, { decision: 'approved', reason: 'x' })).toMatchObject({
      status: 409,
      body: { code: 'conflict', reason: 'not_claimed' },
    });
    const claimed = await ana.post(`/reviews/${id}/claim`);
    expect(claimed).toMatchObject({ status: 200, body: { claim: { name: 'Ana', mine: true } } });
    const left = Date.parse(claimed.body.claim.until) - Date.now();
    expect(left).toBeGreaterThan(14 * 60_000);
    expect(left).toBeLessThanOrEqual(15 * 60_000);
    for (const step of ['claim', 'release', 'decide']) {
      const body = step === 'decide' ? { decision: 'approved', reason: 'x' } : {};
      expect(await ben.post(`/reviews/${id}/${step}`, body)).toMatchObject({
        status: 409,
        body: { reason: 'claimed_by_other' },
      });
    }
    expect((await ben.get('/reviews')).body.items[0].claim).toMatchObject({ name: 'Ana', mine: false });
    expect((await ana.post(`/reviews/${id}/release`)).body.claim).toBeNull();
    expect((await ben.post(`/reviews/${id}/claim`)).status).toBe(200);
  });

  test('C-18 a decision needs a reason', async () => {
    const [id] = ids;
    for (const body of [
      { decision: 'approved' },
      { decision: 'approved', reason: ' ' },
      { decision: 'maybe', reason: 'x' },
      {},
    ])
      expect((await ben.post(`/reviews/${id}/decide`, body)).status).toBe(400);
  });

  test('C-18 decided once, by whoever claimed it: kept with who, when and why, and told to the partner', async () => {
    const [id] = ids;
    const reason = 'The same person:\nears, brow, chin. <b>';
    const both = await Promise.all([
      ben.post(`/reviews/${id}/decide`, { decision: 'approved', reason }),
      ben.post(`/reviews/${id}/decide`, { decision: 'rejected', reason }),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const decided = both.find(({ status }) => status === 200)?.body.state;
    expect(['approved', 'rejected']).toContain(decided);
    expect(await ben.post(`/reviews/${id}/decide`, { decision: 'approved', reason })).toMatchObject({
      status: 409,
      body: { reason: 'not_in_review' },
    });

    const { body } = await ana.get(`/verifications/${id}`);
    expect(body).toMatchObject({
      state: decided,
      decision: 'review',
      reviewed: true,
      claim: null,
      review: { decision: decided, reason, name: 'Ben', at: expect.any(String) },
      completedAt: body.review.at,
    });
    expect(body.timeline).toContainEqual({ at: body.review.at, what: 'reviewed', detail: decided });
    const polled = await api('GET', `/v1/verify/${id}`, { key: acme.keys.skLive });
    expect(polled.body).toMatchObject({ status: 'completed', verdict: decided, confidence: body.confidence });

    const calls = await receiver.wait(2, ({ body }) => body.verificationId === id);
    const told = calls.map(({ body }) => [body.event, body.verdict]);
    expect(told).toEqual([
      ['verification.review_required', 'review'],
      [`verification.${decided}`, decided],
    ]);
    expect(new Set(calls.map(({ headers }: Received) => headers['webhook-id'])).size).toBe(2);
    await until(async () => (await ana.ids('/reviews')).length === 1);
    expect(await ana.ids('/reviews')).toEqual([ids[1]]);
  });

  test('C-18 X-22 what asked for a person says the same when it is sent again', async () => {
    const [id] = ids;
    const { body } = await ana.get(`/verifications/${id}`);
    const asked = body.deliveries.find(({ event }: { event: string }) => event === 'verification.review_required');
    const before = receiver.received.length;
    await ana.post(`/deliveries/${asked.deliveryId}/replay`);
    const calls = await receiver.wait(before + 1);
    const [first] = calls.filter(({ headers }) => headers['webhook-id'] === asked.deliveryId);
    expect(calls.at(-1)?.raw).toBe(first?.raw);
  });
});
