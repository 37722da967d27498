import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventsBetween } from '../../lambdas/domain/login-events.ts';
import { save } from '../../lambdas/domain/login-records.ts';
import { aValidation } from '../support/a-validation.ts';
import { fresh, kinds, type Stores } from './stores.ts';

describe.each(kinds)('V-31 events beside what they tell of, in %s', (_, start) => {
  let stores: Stores;
  beforeAll(async () => {
    stores = await start();
  });
  afterAll(() => stores.stop());

  const write = async (change: Parameters<typeof aValidation>[0] = {}) => {
    const realm = { tenantId: fresh('tn'), mode: 'live' } as const;
    const validation = aValidation(change);
    const events = eventsBetween(realm, undefined, validation);
    const commit = () =>
      stores.logins.records.commit(realm, [save('validation', validation)], { told: { events, dueAt: 1000 } });
    return { realm, validation, events, commit };
  };
  const dueOf = async ({ tenantId }: { readonly tenantId: string }, at: number) =>
    (await stores.logins.outbox.due(at, 4000)).filter((event) => event.tenantId === tenantId);

  test('an event is due from its time on, until it is settled', async () => {
    const { realm, events, commit } = await write();
    await commit();
    expect(await dueOf(realm, 999)).toEqual([]);
    expect(await dueOf(realm, 1000)).toEqual(events);
    for (const event of events) await stores.logins.outbox.settle(event);
    expect(await dueOf(realm, 9000)).toEqual([]);
  });

  test('a commit that is refused tells nothing', async () => {
    const { realm, events, commit } = await write();
    await commit();
    for (const event of events) await stores.logins.outbox.settle(event);
    expect(await commit()).toEqual({ ok: false, error: 'changed' });
    expect(await dueOf(realm, 9000)).toEqual([]);
  });

  test('a record is due from when it wants to be looked at, of its kind alone', async () => {
    const { realm, validation, commit } = await write({ wakeAt: 5000 });
    await commit();
    const due = async (kind: 'validation' | 'person', at: number) =>
      (await stores.logins.records.due(kind, at, 4000)).filter(({ tenantId }) => tenantId === realm.tenantId);
    expect(await due('validation', 4999)).toEqual([]);
    expect(await due('validation', 5000)).toEqual([{ ...realm, id: validation.id }]);
    expect(await due('person', 9000)).toEqual([]);
    const { wakeAt: _, ...asleep } = { ...validation, revision: 1 };
    await stores.logins.records.commit(realm, [save('validation', asleep)]);
    expect(await due('validation', 9000)).toEqual([]);
  });

  test('a commit rests on records that it does not write: changed ones refuse it, and stay as they are', async () => {
    const { realm, validation, commit } = await write();
    await commit();
    const { records } = stores.logins;
    const rest = { ...validation, revision: 1 };
    const identity = { id: fresh('id'), createdAt: 1, updatedAt: 1, revision: 0, person: 'p' };
    const stale = await records.commit(realm, [save('identity', identity)], {
      unchanged: [save('validation', { ...rest, revision: 2 })],
    });
    expect(stale).toEqual({ ok: false, error: 'changed' });
    expect(await records.get(realm, 'identity', identity.id)).toBeUndefined();
    const written = await records.commit(realm, [save('identity', identity)], {
      unchanged: [save('validation', rest)],
    });
    expect(written.ok).toBe(true);
    expect(await records.get(realm, 'validation', validation.id)).toMatchObject({ revision: 1 });
  });

  test('V-30 credits move with the records, once, or not at all', async () => {
    const { realm, validation } = await write();
    const { credits, logins } = stores;
    const movement = { id: 'debit_1', type: 'debit', amount: -1, reason: 'login', createdAt: 1 } as const;
    const commit = (revision: number) =>
      logins.records.commit(realm, [save('validation', { ...validation, revision })], { movement });
    expect(await commit(0)).toEqual({ ok: false, error: 'insufficient_credits' });
    await credits.grant(realm.tenantId, { id: 'g', type: 'grant', amount: 2, reason: 'r', createdAt: 1 });
    expect(await commit(0)).toMatchObject({ ok: true, value: { id: 'debit_1', balance: 1 } });
    expect(await commit(1)).toEqual({ ok: false, error: 'changed' });
    expect(await commit(0)).toEqual({ ok: false, error: 'changed' });
    expect(await credits.balance(realm.tenantId)).toBe(1);
  });
});
