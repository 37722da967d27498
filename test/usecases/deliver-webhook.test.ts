import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { fail, ok } from '../../lambdas/domain/result.ts';
import { conclusionEvent, type DomainEvent } from '../../lambdas/domain/webhook-delivery.ts';
import { deliverEvent, redeliver } from '../../lambdas/usecases/deliver-webhook.ts';
import {
  readDelivery,
  replayDeliveries,
  replayDelivery,
  rotateWebhookSecret,
} from '../../lambdas/usecases/manage-deliveries.ts';
import { scriptedEgress } from '../support/memory-records.ts';
import { anOutcome } from '../support/verification.ts';
import { aWorld } from './world.ts';

const answered = (status: number, retryAfterSeconds?: number) =>
  ok({ status, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) });

/** A world with a verdict whose event is to be delivered, and an outside that answers as prepared. */
function withVerdict(...answers: Parameters<typeof scriptedEgress>) {
  const egress = scriptedEgress(...answers);
  const world = aWorld({ egress });
  const verdict = world.accepted({ state: 'approved', outcome: anOutcome(), concludedAt: world.clock.now() });
  const event = conclusionEvent(verdict) as DomainEvent;
  const ref = { tenantId: event.tenantId, mode: event.mode, deliveryId: event.eventId };
  const delivery = () => world.deliveries.get(ref);
  return { ...world, egress, event, ref, delivery };
}

describe('the first attempt', () => {
  test('X-22 X-36 C-30 posts the signed body, under the event’s id, and logs the attempt', async () => {
    const world = withVerdict(answered(204));
    await deliverEvent(world, world.event);
    const [posted] = world.egress.posted;
    expect(posted?.url).toBe('https://hooks.example/a');
    expect(posted?.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': world.event.eventId,
      'webhook-timestamp': '1800000000',
      'veridia-event': 'verification.approved',
      'user-agent': 'Veridia-Webhooks/1.0',
    });
    expect(JSON.parse(posted?.body ?? '')).toMatchObject({ event: 'verification.approved', verdict: 'approved' });
    expect(await world.delivery()).toMatchObject({
      status: 'delivered',
      attempts: [{ status: 204, at: world.clock.now() }],
    });
    expect(world.deliveryQueue.sent).toEqual([]);
  });

  test.each([
    ['without an address', {}],
    ['without settings of its own', { theme: {} }],
  ])('of a tenant %s is none', async (_, settings) => {
    const world = withVerdict();
    await world.tenants.update(world.ref.tenantId, { settings });
    await deliverEvent(world, world.event);
    expect(await world.delivery()).toBeUndefined();
  });

  test('C-30 of a tenant whose endpoint is gone is none', async () => {
    const world = withVerdict();
    await world.tenants.disableWebhook(world.ref.tenantId, 5);
    await deliverEvent(world, world.event);
    expect(await world.delivery()).toBeUndefined();
  });

  test('of an event that came twice is one', async () => {
    const world = withVerdict(answered(200));
    await Promise.all([deliverEvent(world, world.event), deliverEvent(world, world.event)]);
    await deliverEvent(world, world.event);
    expect(world.egress.posted).toHaveLength(1);
  });

  test('of a verification that is no more is tried again in vain and ends; nothing is sent', async () => {
    const world = withVerdict();
    const gone = { ...world.formats.submission, body: async () => undefined };
    await deliverEvent({ ...world, formats: { ...world.formats, submission: gone } }, world.event);
    expect(await world.delivery()).toMatchObject({ status: 'pending', attempts: [{ error: 'subject_deleted' }] });
  });
});

describe('C-30 S-06 retries', () => {
  test('S-06 the next attempt is queued when it is due, and made then, under the same id with a new timestamp', async () => {
    const world = withVerdict(answered(500), fail('timeout'), answered(200));
    await deliverEvent(world, world.event);
    expect(world.deliveryQueue.sent).toEqual([{ ref: world.ref, delaySeconds: 5 }]);
    await redeliver(world, world.ref);
    expect(world.egress.posted).toHaveLength(1);
    world.clock.move(5000);
    await redeliver(world, world.ref);
    expect(world.deliveryQueue.sent.at(-1)).toEqual({ ref: world.ref, delaySeconds: 300 });
    world.clock.move(300_000);
    await redeliver(world, world.ref);
    expect(await world.delivery()).toMatchObject({
      status: 'delivered',
      attempts: [{ status: 500 }, { error: 'timeout' }, { status: 200 }],
    });
    expect(new Set(world.egress.posted.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(world.egress.posted.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(3);
    expect(new Set(world.egress.posted.map(({ body }) => body)).size).toBe(1);
  });

  test('S-06 what is due in more than a quarter of an hour is left to the sweeper', async () => {
    const world = withVerdict(answered(503, 901));
    await deliverEvent(world, world.event);
    expect(world.deliveryQueue.sent).toEqual([]);
    expect(await world.deliveries.due(world.clock.now() + 901_000, 9)).toEqual([world.ref]);
  });

  test('S-06 after ten attempts it has failed, and the endpoint is not disabled', async () => {
    const world = withVerdict(...Array.from({ length: 10 }, () => answered(500)));
    await deliverEvent(world, world.event);
    for (let more = 0; more < 12; more++) {
      world.clock.move(2 * 86_400_000);
      await redeliver(world, world.ref);
    }
    expect(world.egress.posted).toHaveLength(10);
    expect(await world.delivery()).toMatchObject({ status: 'failed' });
    expect(await world.deliveries.due(Number.MAX_SAFE_INTEGER, 9)).toEqual([]);
    expect(await world.tenants.get(world.ref.tenantId)).not.toHaveProperty('webhookDisabledAt');
  });

  test('C-30 410 ends it and disables the endpoint', async () => {
    const world = withVerdict(answered(410));
    await deliverEvent(world, world.event);
    expect(await world.delivery()).toMatchObject({ status: 'failed', attempts: [{ status: 410 }] });
    expect(await world.tenants.get(world.ref.tenantId)).toMatchObject({ webhookDisabledAt: world.clock.now() });
  });

  test('C-30 410 of an endpoint that the tenant has left does not disable the new one', async () => {
    const world = withVerdict(answered(500), answered(410));
    await deliverEvent(world, world.event);
    await world.tenants.update(world.ref.tenantId, { settings: { webhookUrl: 'https://hooks.example/new' } });
    world.clock.move(5000);
    await redeliver(world, world.ref);
    expect(world.egress.posted[1]?.url).toBe('https://hooks.example/a');
    expect(await world.delivery()).toMatchObject({ status: 'failed' });
    expect(await world.tenants.get(world.ref.tenantId)).not.toHaveProperty('webhookDisabledAt');
  });

  test('a worker that died in its attempt: nobody else takes it for 30 s, then one does', async () => {
    const world = withVerdict(answered(200));
    const post = () => Promise.reject(new Error('killed'));
    await expect(deliverEvent({ ...world, egress: { post } }, world.event)).rejects.toThrow('killed');
    world.clock.move(29_999);
    await redeliver(world, world.ref);
    expect(world.egress.posted).toHaveLength(0);
    world.clock.move(1);
    expect(await world.deliveries.due(world.clock.now(), 9)).toEqual([world.ref]);
    await Promise.all([redeliver(world, world.ref), redeliver(world, world.ref)]);
    expect(world.egress.posted).toHaveLength(1);
    expect(await world.delivery()).toMatchObject({ status: 'delivered', attempts: [{ status: 200 }] });
  });

  test('a delivery that is no more, or of no tenant, is left alone', async () => {
    const world = withVerdict();
    await redeliver(world, { ...world.ref, deliveryId: 'evt_none' });
    await redeliver(world, { ...world.ref, tenantId: 'tn_none' });
    expect(world.egress.posted).toEqual([]);
  });
});

describe('S-07 secrets and replays', () => {
  test('S-07 after a rotation both secrets sign for a day, then the new one alone', async () => {
    const world = withVerdict(answered(500), answered(500), answered(200));
    const { secret, oldUntil } = await rotateWebhookSecret(world, world.ref.tenantId);
    expect(oldUntil).toBe(world.clock.now() + 86_400_000);
    expect(secret).toMatch(/^whsec_[0-9A-Za-z]{32}$/);
    await deliverEvent(world, world.event);
    world.clock.move(86_400_000 - 1);
    await redeliver(world, world.ref);
    world.clock.move(86_400_000);
    await redeliver(world, world.ref);
    const signatures = world.egress.posted.map(({ headers }) => headers['webhook-signature']?.split(' ') ?? []);
    expect(signatures.map(({ length }) => length)).toEqual([2, 2, 1]);
    const hex = world.egress.posted.map(({ headers }) => headers['veridia-signature']?.split(',v1=').length);
    expect(hex).toEqual([3, 3, 2]);
    for (const { headers, body } of world.egress.posted.slice(0, 1)) {
      const timestamp = Number(headers['webhook-timestamp']);
      for (const one of [secret, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']) {
        const expected = new Webhook(one).sign(world.event.eventId, new Date(timestamp * 1000), body);
        expect(headers['webhook-signature']).toContain(expected);
      }
    }
  });

  test('S-07 on the day’s last millisecond the old secret signs no more', async () => {
    const world = withVerdict(answered(200));
    const { oldUntil } = await rotateWebhookSecret(world, world.ref.tenantId);
    world.clock.move(oldUntil - world.clock.now());
    await deliverEvent(world, world.event);
    expect(world.egress.posted[0]?.headers['webhook-signature']).not.toContain(' ');
  });

  test('S-07 a replay sends again under the same id, and keeps the log', async () => {
    const world = withVerdict(answered(200), answered(200));
    await deliverEvent(world, world.event);
    world.clock.move(1000);
    expect(await replayDelivery(world, world.caller(), world.ref.deliveryId)).toMatchObject({
      ok: true,
      value: { status: 'pending', dueAt: world.clock.now(), attempts: [{ status: 200 }] },
    });
    expect(world.deliveryQueue.sent).toEqual([{ ref: world.ref, delaySeconds: 0 }]);
    await redeliver(world, world.ref);
    expect(await world.delivery()).toMatchObject({ status: 'delivered', attempts: [{ status: 200 }, { status: 200 }] });
  });

  test('S-07 C-01 another tenant and the other mode can neither read nor replay it', async () => {
    const world = withVerdict(answered(200));
    await deliverEvent(world, world.event);
    for (const other of [world.caller({ tenantId: 'tn_other' }), world.caller({ mode: 'test' })]) {
      expect(await readDelivery(world, other, world.ref.deliveryId)).toMatchObject({ error: { code: 'not_found' } });
      expect(await replayDelivery(world, other, world.ref.deliveryId)).toMatchObject({ error: { code: 'not_found' } });
      expect(await replayDeliveries(world, other, 0, Number.MAX_SAFE_INTEGER)).toBe(0);
    }
    expect(world.deliveryQueue.sent).toEqual([]);
  });

  test('S-07 a replay of a time range takes what was opened from its start to before its end, over all pages', async () => {
    const world = withVerdict();
    for (let n = 0; n < 120; n++) {
      const event = { ...world.event, eventId: `evt_${n}` };
      await world.deliveries.open({
        deliveryId: event.eventId,
        event,
        url: 'u',
        status: 'delivered',
        attempts: [],
        createdAt: n * 10,
      });
    }
    expect(await replayDeliveries(world, world.caller(), 10, 1190)).toBe(118);
    const sent = world.deliveryQueue.sent.map(({ ref }) => ref.deliveryId);
    expect(new Set(sent).size).toBe(118);
    expect(sent).not.toContain('evt_0');
    expect(sent).not.toContain('evt_119');
  });
});
