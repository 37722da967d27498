import { describe, expect, test } from 'vitest';
import { examineVerification } from '../../lambdas/usecases/examine-verification.ts';
import { giveUpVerification } from '../../lambdas/usecases/give-up-verification.ts';
import { sweep } from '../../lambdas/usecases/sweep.ts';
import { aWorld } from './world.ts';

describe('give up', () => {
  test('C-03 ends it as failed, gives the credit back once, and makes it known under one id', async () => {
    const world = aWorld();
    const accepted = world.accepted();
    expect(await world.balance()).toBe(9);
    for (let time = 0; time < 3; time++) await giveUpVerification(world, accepted, 'time_out');
    expect(await world.verifications.get(accepted)).toMatchObject({ state: 'failed', failure: 'time_out' });
    expect(await world.balance()).toBe(10);
    expect(new Set(world.events.published.map(({ eventId, type }) => `${eventId} ${type}`)).size).toBe(1);
    expect(world.events.published[0]?.type).toBe('verification.review_required');
    expect(await world.verifications.due(Number.MAX_SAFE_INTEGER, 9)).toEqual([]);
  });

  test('C-03 comes too late for a verdict: that stands, and nothing is refunded', async () => {
    const world = aWorld();
    const accepted = world.accepted();
    await examineVerification(world, accepted);
    await giveUpVerification(world, accepted, 'time_out');
    expect(await world.verifications.get(accepted)).toMatchObject({ state: 'approved' });
    expect(await world.balance()).toBe(9);
  });

  test('X-34 with a test key nothing was taken and nothing comes back', async () => {
    const world = aWorld();
    const accepted = world.accepted({ mode: 'test' });
    await giveUpVerification(world, accepted, 'time_out');
    expect(await world.verifications.get(accepted)).toMatchObject({ state: 'failed' });
    expect(await world.balance()).toBe(10);
  });
});

describe('sweep', () => {
  test('leaves alone what is not due', async () => {
    const world = aWorld();
    world.opened();
    world.accepted({ id: 'vf_0000000000000000AAAB' });
    world.clock.move(59_999);
    expect(await sweep(world)).toMatchObject({ verifications: 0, deliveries: 0 });
    expect(world.jobs.sent).toEqual([]);
  });

  test('X-16 an intent whose hour is over expires, and its uploads go', async () => {
    const world = aWorld();
    const opened = world.opened();
    world.clock.move(3_600_000);
    expect(await sweep(world)).toMatchObject({ verifications: 1, deliveries: 0 });
    expect(await world.verifications.get(opened)).toMatchObject({ state: 'expired', concludedAt: world.clock.now() });
    expect(world.media.objects.size).toBe(0);
    expect(await sweep(world)).toMatchObject({ verifications: 0, deliveries: 0 });
  });

  test.each(['submitted', 'processing'] as const)(
    'a %s one is sent again every minute, and given up after a quarter of an hour',
    async (state) => {
      const world = aWorld();
      const accepted = world.accepted({ state });
      for (let minute = 1; minute <= 15; minute++) {
        world.clock.move(60_000);
        await sweep(world);
        expect(world.jobs.sent).toHaveLength(minute);
      }
      world.clock.move(60_000);
      await sweep(world);
      expect(world.jobs.sent).toHaveLength(15);
      expect(await world.verifications.get(accepted)).toMatchObject({ state: 'failed', failure: 'time_out' });
      expect(await world.balance()).toBe(10);
      expect(world.events.published).toHaveLength(1);
    },
  );

  test.each(['approved', 'review', 'rejected', 'failed'] as const)(
    'a verdict (%s) whose event was lost is made known',
    async (state) => {
      const world = aWorld();
      const accepted = world.accepted({ state, concludedAt: 5 });
      world.clock.move(60_000);
      await sweep(world);
      expect(world.events.published).toMatchObject([{ subject: accepted.id, occurredAt: 5 }]);
      expect(await sweep(world)).toMatchObject({ verifications: 0, deliveries: 0 });
    },
  );

  test.each(['expired', 'canceled', 'redacted'] as const)(
    'what is %s and yet due is taken off the list',
    async (state) => {
      const world = aWorld();
      world.accepted({ state });
      world.clock.move(60_000);
      await sweep(world);
      expect(world.events.published).toEqual([]);
      expect(await sweep(world)).toMatchObject({ verifications: 0, deliveries: 0 });
    },
  );

  test('C-30 deliveries that are due are queued at once', async () => {
    const world = aWorld();
    const event = {
      eventId: 'evt_1',
      contract: 'submission',
      type: 'credits.low',
      tenantId: 'tn_1',
      mode: 'live',
      subject: 'vf_1',
      occurredAt: 1,
    } as const;
    const delivery = {
      deliveryId: 'evt_1',
      event,
      url: 'https://a.example',
      status: 'pending',
      attempts: [],
      createdAt: 1,
    } as const;
    await world.deliveries.open({ ...delivery, dueAt: world.clock.now() + 1000 });
    await sweep(world);
    expect(world.deliveryQueue.sent).toEqual([]);
    world.clock.move(1000);
    expect(await sweep(world)).toMatchObject({ verifications: 0, deliveries: 1 });
    expect(world.deliveryQueue.sent).toEqual([
      { ref: { tenantId: 'tn_1', mode: 'live', deliveryId: 'evt_1' }, delaySeconds: 0 },
    ]);
  });

  test('faces that an engine keeps are forgotten once nobody has used them for as long as templates live', async () => {
    const world = aWorld();
    world.keptFaces.kept.set('emb_1', world.clock.now() + 1000);
    world.keptFaces.kept.set('emb_2', world.clock.now() + 1001);
    expect(await sweep(world)).toMatchObject({ keptFaces: 0 });
    world.clock.move(1000);
    expect(await sweep(world)).toMatchObject({ keptFaces: 1 });
    expect([...world.keptFaces.kept.keys()]).toEqual(['emb_2']);
  });

  test('one that cannot be moved on holds up no other, and is told', async () => {
    const world = aWorld();
    const broken = world.accepted();
    const other = world.accepted({ id: 'vf_0000000000000000AAAB', tenantId: world.tenant.tenantId });
    const jobs = {
      send: async (ref: { id: string }) => {
        if (ref.id === broken.id) throw new Error('no such queue');
        await world.jobs.send(ref as never);
      },
    };
    world.clock.move(60_000);
    await expect(sweep({ ...world, jobs })).rejects.toThrow('1 could not be moved on: Error: no such queue');
    expect(world.jobs.sent.map(({ id }) => id)).toEqual([other.id]);
    expect(await world.verifications.due(world.clock.now(), 9)).toMatchObject([{ id: broken.id }]);
  });
});
