import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Delivery } from '../../lambdas/domain/webhook-delivery.ts';
import { fresh, kinds, type Stores } from './stores.ts';

describe.each(kinds)('C-30 deliveries in %s', (_, start) => {
  let stores: Stores;
  beforeAll(async () => {
    stores = await start();
  });
  afterAll(() => stores.stop());

  const aDelivery = (
    change: Partial<Delivery> = {},
    tenantId = fresh('tn'),
    mode: 'live' | 'test' = 'live',
  ): Delivery => {
    const eventId = fresh('evt');
    const event = {
      eventId,
      contract: 'submission',
      type: 'verification.approved',
      tenantId,
      mode,
      subject: fresh('vf'),
      occurredAt: 1,
    } as const;
    return {
      deliveryId: eventId,
      event,
      url: 'https://a.example',
      status: 'pending',
      attempts: [],
      dueAt: 1000,
      createdAt: 500,
      ...change,
    };
  };
  const refOf = ({ deliveryId, event: { tenantId, mode } }: Delivery) => ({ tenantId, mode, deliveryId });
  const opened = async (...given: Parameters<typeof aDelivery>) => stores.deliveries.open(aDelivery(...given));
  const attempt = { at: 1000, durationMs: 5, status: 500 };
  const isDue = async (one: Delivery, at: number) =>
    (await stores.deliveries.due(at, 4000)).some(({ deliveryId }) => deliveryId === one.deliveryId);

  test('opened twice, the first one stands', async () => {
    const one = await opened();
    expect(await stores.deliveries.get(refOf(one))).toEqual(one);
    expect(await stores.deliveries.open({ ...one, url: 'https://b.example', dueAt: 9 })).toEqual(one);
    expect(await stores.deliveries.get({ ...refOf(one), tenantId: fresh('tn') })).toBeUndefined();
    expect(await stores.deliveries.get({ ...refOf(one), mode: 'test' })).toBeUndefined();
  });

  test('an attempt is taken once it is due, by one of ten, until its lease is over', async () => {
    const one = await opened();
    expect(await stores.deliveries.claim(one, 999, 5000)).toBe(false);
    const claims = await Promise.all(Array.from({ length: 10 }, () => stores.deliveries.claim(one, 1000, 5000)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await stores.deliveries.claim(one, 4999, 9000)).toBe(false);
    expect([await isDue(one, 4999), await isDue(one, 5000)]).toEqual([false, true]);
    expect(await stores.deliveries.claim(one, 5000, 9000)).toBe(true);
  });

  test('what was seen before another attempt cannot be taken, nor written over', async () => {
    const one = await opened();
    await stores.deliveries.record(one, attempt, { status: 'pending', dueAt: 2000 });
    expect(await stores.deliveries.claim(one, 3000, 9000)).toBe(false);
    await stores.deliveries.record(one, attempt, { status: 'delivered' });
    expect(await stores.deliveries.get(refOf(one))).toEqual({ ...one, attempts: [attempt], dueAt: 2000 });
    expect([await isDue(one, 1999), await isDue(one, 2000)]).toEqual([false, true]);
  });

  test.each([{ status: 'delivered' }, { status: 'failed', disableEndpoint: false }] as const)(
    '%o is the end, and nothing is due',
    async (step) => {
      const one = await opened();
      await stores.deliveries.record(one, attempt, step);
      const { dueAt: _, ...rest } = one;
      expect(await stores.deliveries.get(refOf(one))).toEqual({ ...rest, status: step.status, attempts: [attempt] });
      expect(await isDue(one, Number.MAX_SAFE_INTEGER)).toBe(false);
      expect(await stores.deliveries.claim({ ...one, attempts: [attempt] }, 9000, 9999)).toBe(false);
    },
  );

  test('S-07 reopened it is due again, with its attempts', async () => {
    const one = await opened();
    await stores.deliveries.record(one, attempt, { status: 'delivered' });
    await stores.deliveries.reopen(refOf(one), 7000);
    expect(await stores.deliveries.get(refOf(one))).toEqual({ ...one, attempts: [attempt], dueAt: 7000 });
    expect(await isDue(one, 7000)).toBe(true);
    const missing = { ...refOf(one), deliveryId: 'evt_none' };
    await stores.deliveries.reopen(missing, 7000);
    expect(await stores.deliveries.get(missing)).toBeUndefined();
  });

  test('S-07 the list is newest first, of a tenant and mode, filtered, over pages', async () => {
    const tenantId = fresh('tn');
    const all: Delivery[] = [];
    for (let n = 0; n < 70; n++) all.push(await opened({ createdAt: 1000 + n }, tenantId));
    await opened({}, tenantId, 'test');
    await stores.deliveries.record(all[3] as Delivery, attempt, { status: 'delivered' });
    const list = async (filter: Parameters<Stores['deliveries']['list']>[2]) => {
      const ids: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await stores.deliveries.list(tenantId, 'live', filter, cursor);
        ids.push(...page.items.map(({ deliveryId }) => deliveryId));
        cursor = page.cursor;
      } while (cursor);
      return ids;
    };
    const ids = all.map(({ deliveryId }) => deliveryId).reverse();
    expect(await list({})).toEqual(ids);
    expect(await list({ status: 'delivered' })).toEqual([all[3]?.deliveryId]);
    expect(await list({ verificationId: all[7]?.event.subject ?? '' })).toEqual([all[7]?.deliveryId]);
    expect(await list({ since: 1010, until: 1020 })).toEqual(ids.slice(50, 60));
    expect(await list({ since: 1069 })).toEqual(ids.slice(0, 1));
    expect(await list({ until: 1000 })).toEqual([]);
  });
});
