import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkIdOf } from '../../lambdas/domain/hosted-session.ts';
import { conclusionEvent } from '../../lambdas/domain/webhook-delivery.ts';
import { aCheck, aSession } from '../support/hosted.ts';
import { fresh, kinds, type Stores } from './stores.ts';

describe.each(kinds)('hosted sessions and checks in %s', (_, start) => {
  let stores: Stores;
  beforeAll(async () => {
    stores = await start();
  });
  afterAll(() => stores.stop());

  let drawn = 0;
  const newId = () => checkIdOf(String(++drawn).padStart(32, '0'));
  const tenantWith = async (credits: number) => {
    const tenantId = fresh('tn');
    const entry = { id: fresh('grant'), type: 'grant', amount: credits, reason: 'x', createdAt: 0 } as const;
    if (credits > 0) await stores.credits.grant(tenantId, entry);
    return tenantId;
  };
  const createdAt = 1_800_000_000_000;

  test('P-07 a session is read as it was opened, by its own tenant and mode alone', async () => {
    const { hostedSessions } = stores.hosted;
    const session = aSession({ tenantId: fresh('tn'), id: newId(), createdAt });
    await hostedSessions.open(session);
    expect(await hostedSessions.get(session)).toEqual({ ...session, revision: 1 });
    expect(await hostedSessions.get({ ...session, mode: 'test' })).toBeUndefined();
    expect(await hostedSessions.get({ ...session, tenantId: fresh('tn') })).toBeUndefined();
  });

  test('P-36 a session is written over what was read of it, and nothing else', async () => {
    const { hostedSessions } = stores.hosted;
    const session = aSession({ tenantId: fresh('tn'), id: newId() });
    await hostedSessions.open(session);
    const read = { ...session, revision: 1 };
    expect(await hostedSessions.save({ ...read, attemptsLeft: 4 })).toMatchObject({ attemptsLeft: 4, revision: 2 });
    expect(await hostedSessions.save({ ...read, attemptsLeft: 3 })).toBeUndefined();
    expect(await hostedSessions.get(session)).toMatchObject({ attemptsLeft: 4 });
  });

  test('C-13 the sessions of a user are found by its name', async () => {
    const { hostedSessions } = stores.hosted;
    const tenantId = fresh('tn');
    const mine = aSession({ tenantId, id: newId(), applicant: { userIdentifier: 'a/b#c' } });
    await hostedSessions.open(mine);
    await hostedSessions.open(aSession({ tenantId, id: newId(), applicant: { userIdentifier: 'other' } }));
    const found = await hostedSessions.byUser({ tenantId, mode: 'live' }, 'a/b#c');
    expect(found.map(({ id }) => id)).toEqual([mine.id]);
    await hostedSessions.delete(found[0] ?? mine, false);
    expect(await hostedSessions.byUser({ tenantId, mode: 'live' }, 'a/b#c')).toEqual([]);
  });

  test('P-50 a session is due once its time is over and what was begun in it has ended', async () => {
    const { hostedSessions } = stores.hosted;
    const session = aSession({ tenantId: fresh('tn'), id: newId(), createdAt: 1000 });
    await hostedSessions.open(session);
    const due = async (at: number) => (await hostedSessions.due(at, 100)).map(({ id }) => id);
    expect(await due(session.expiresAt + 59_999)).not.toContain(session.id);
    expect(await due(session.expiresAt + 60_000)).toContain(session.id);
  });

  test('S-16 S-03 record, debit, ledger, events and the end of the session are written in one, once', async () => {
    const { hostedSessions, hostedVerifications } = stores.hosted;
    const tenantId = await tenantWith(3);
    const session = aSession({ tenantId, id: newId() });
    await hostedSessions.open(session);
    const check = aCheck({ tenantId, id: session.id });
    const event = conclusionEvent(check);
    const more = { charged: true, warnBelow: 3, session: { ...session, revision: 1 }, told: event ? [event] : [] };
    const done = await hostedVerifications.conclude(check, more);
    expect(done).toMatchObject({ ok: true, value: { verification: { ...check, balanceAfter: 2 } } });
    expect(done.ok && done.value.told.map(({ type }) => type)).toEqual(['verification.completed', 'credits.low']);
    expect(await stores.verifications.get(check)).toEqual({ ...check, balanceAfter: 2 });
    expect(await hostedSessions.get(session)).toMatchObject({ doneAt: check.concludedAt });
    expect(await stores.credits.balance(tenantId)).toBe(2);
    expect(await hostedVerifications.conclude(check, more)).toEqual({ ok: false, error: 'exists' });
    expect(await stores.credits.balance(tenantId)).toBe(2);
    expect((await stores.verifications.byUserRef(tenantId, 'live', 'user_1')).map(({ id }) => id)).toEqual([check.id]);
    const due = (await stores.verifications.due(check.filesUntil, 100)).map(({ id }) => id);
    expect(due).toContain(check.id);
  });

  test('S-16 without a credit, or where the session is not as it was read, nothing is written', async () => {
    const { hostedSessions, hostedVerifications } = stores.hosted;
    const poor = aCheck({ tenantId: await tenantWith(0), id: newId() });
    const charge = { charged: true, warnBelow: 0, told: [] };
    expect(await hostedVerifications.conclude(poor, charge)).toEqual({ ok: false, error: 'insufficient_credits' });
    const tenantId = await tenantWith(1);
    const session = aSession({ tenantId, id: newId() });
    await hostedSessions.open(session);
    const check = aCheck({ tenantId, id: session.id });
    const late = { ...charge, session: { ...session, revision: 7 } };
    expect(await hostedVerifications.conclude(check, late)).toEqual({ ok: false, error: 'changed' });
    for (const one of [poor, check]) expect(await stores.verifications.get(one)).toBeUndefined();
    expect(await stores.credits.balance(tenantId)).toBe(1);
  });

  test('C-15 an erased check keeps id, state and times, and nothing of whose it was', async () => {
    const { hostedVerifications } = stores.hosted;
    const check = aCheck({ tenantId: fresh('tn'), id: newId() });
    await hostedVerifications.conclude(check, { charged: false, warnBelow: 0, told: [] });
    await stores.verifications.redact(check, createdAt + 5000);
    const left = await stores.verifications.get(check);
    expect(left).toMatchObject({
      id: check.id,
      state: 'redacted',
      redactedFrom: 'approved',
      fileSecret: check.fileSecret,
    });
    expect(left?.contract === 'hosted' && left.hosted).toBe(undefined);
    expect(await stores.verifications.byUserRef(check.tenantId, 'live', 'user_1')).toEqual([]);
  });
});
