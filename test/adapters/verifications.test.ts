import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IdentityVerification } from '../../lambdas/domain/verification.ts';
import { document } from '../support/evidence.ts';
import { anOutcome, aVerification } from '../support/verification.ts';
import { fresh, kinds, type Stores } from './stores.ts';

describe.each(kinds)('verifications in %s', (_, start) => {
  let stores: Stores;
  beforeAll(async () => {
    stores = await start();
  });
  afterAll(() => stores.stop());

  const now = () => stores.clock.now();
  const opened = async (change: Partial<IdentityVerification> = {}, credits = 5): Promise<IdentityVerification> => {
    const tenantId = change.tenantId ?? fresh('tn');
    if (credits > 0) {
      await stores.credits.grant(tenantId, {
        id: fresh('grant'),
        type: 'grant',
        amount: credits,
        reason: 'x',
        createdAt: now(),
      });
    }
    const at = { createdAt: now(), expiresAt: now() + 3_600_000 };
    const verification = aVerification({ tenantId, id: fresh('vf'), ...at, ...change });
    await stores.verifications.create(verification);
    return verification;
  };
  const submit = (ref: IdentityVerification, submission: object = {}) =>
    stores.verifications.submit(ref, { docBack: false, ...submission }, now(), now() + 60_000);
  const accepted = async (change: Partial<IdentityVerification> = {}) => {
    const one = await opened(change);
    await submit(one);
    return one;
  };
  const judged = async (change: Partial<IdentityVerification> = {}) => {
    const one = await accepted(change);
    await stores.verifications.begin(one, now());
    await stores.verifications.conclude(one, anOutcome(), now(), now());
    return one;
  };
  const dueAt = async (ref: IdentityVerification, at: number) =>
    (await stores.verifications.due(at, 4000)).some(
      ({ id, tenantId, mode }) => id === ref.id && tenantId === ref.tenantId && mode === ref.mode,
    );
  const balance = (ref: IdentityVerification) => stores.credits.balance(ref.tenantId);

  test('what was created is read as it was written, once its id is taken', async () => {
    const claims = { userRef: 'u#1', country: 'ES', documentType: 'dni', submittedFullName: 'Ünal Ø' } as const;
    const one = await opened({ claims });
    expect(await stores.verifications.get(one)).toEqual(one);
    expect(await stores.verifications.get({ ...one, mode: 'test' })).toBeUndefined();
    expect(await stores.verifications.get({ ...one, tenantId: 'tn_other' })).toBeUndefined();
    await expect(stores.verifications.create(one)).rejects.toThrow('drawn twice');
  });

  test('X-12 S-03 submit moves it on and debits it in one', async () => {
    const one = await opened();
    stores.clock.move(1);
    expect(await submit(one, { clientLiveness: 0.25 })).toEqual({
      ok: true,
      value: {
        ...one,
        state: 'submitted',
        submission: { docBack: false, clientLiveness: 0.25 },
        submittedAt: now(),
        balanceAfter: 4,
      },
    });
    expect((await stores.credits.ledger(one.tenantId)).items[0]).toEqual({
      id: `debit_${one.id}`,
      type: 'debit',
      amount: -1,
      balance: 4,
      verificationId: one.id,
      reason: 'verification',
      createdAt: now(),
    });
    expect(await submit(one)).toEqual({ ok: false, error: 'state' });
    expect(await balance(one)).toBe(4);
  });

  test('X-12 fifty submits at once: one wins, one debit', async () => {
    const one = await opened();
    const all = await Promise.all(Array.from({ length: 50 }, () => submit(one)));
    expect(all.filter(({ ok }) => ok)).toHaveLength(1);
    expect(all.filter((result) => !result.ok && result.error !== 'state')).toEqual([]);
    expect(await balance(one)).toBe(4);
  });

  test('X-12 S-03 the last credits are not spent twice, and every row’s balance follows from the one before', async () => {
    const tenantId = fresh('tn');
    const first = await opened({ tenantId }, 6);
    const rest = await Promise.all(Array.from({ length: 11 }, () => opened({ tenantId }, 0)));
    const all = await Promise.all([first, ...rest].map((one) => submit(one)));
    expect(all.filter(({ ok }) => ok)).toHaveLength(6);
    expect(all.filter((result) => !result.ok).map((result) => !result.ok && result.error)).toEqual(
      Array(6).fill('insufficient_credits'),
    );
    const debits = (await stores.credits.ledger(tenantId)).items.filter(({ type }) => type === 'debit');
    expect(debits.map((row) => row.balance).sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await balance(first)).toBe(0);
  });

  test('X-15 without credits it stays as it was; X-34 a test key needs none', async () => {
    const poor = await opened({}, 0);
    expect(await submit(poor)).toEqual({ ok: false, error: 'insufficient_credits' });
    expect(await stores.verifications.get(poor)).toEqual(poor);
    const trial = await opened({ mode: 'test' }, 0);
    const submitted = await submit(trial);
    expect(submitted).toMatchObject({ ok: true, value: { state: 'submitted' } });
    expect(submitted.ok && 'balanceAfter' in submitted.value).toBe(false);
    expect((await stores.credits.ledger(trial.tenantId)).items).toEqual([]);
  });

  test('X-16 not after its hour, and not what never was', async () => {
    const one = await opened({ expiresAt: now() });
    expect(await submit(one)).toEqual({ ok: false, error: 'state' });
    expect(await submit({ ...one, id: fresh('vf') })).toEqual({ ok: false, error: 'state' });
    expect(await balance(one)).toBe(5);
  });

  test('X-10 metadata comes back as it was given, whatever JSON it is', async () => {
    const odd = {
      big: Number('12345678901234567890'),
      huge: 1e300,
      tiny: 5e-324,
      '': 'no name',
      'a.b': [],
      list: [null, [{}]],
    };
    const one = await opened({}, 200);
    expect(await submit(one, { metadata: odd })).toMatchObject({ ok: true, value: { submission: { metadata: odd } } });
    expect(await stores.verifications.get(one)).toMatchObject({ submission: { metadata: odd } });
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (given) => {
        const metadata = JSON.parse(JSON.stringify(given)) as Record<string, unknown>;
        const next = await opened({ tenantId: one.tenantId }, 0);
        await submit(next, { metadata });
        const kept = (await stores.verifications.get(next)) as IdentityVerification;
        expect(kept.submission?.metadata).toEqual(metadata);
      }),
      { numRuns: 25 },
    );
  });

  test('work begins on what was accepted, again after a worker’s death, never on anything else', async () => {
    const one = await accepted();
    for (let time = 0; time < 2; time++) {
      expect(await stores.verifications.begin(one, now())).toMatchObject({ state: 'processing', id: one.id });
    }
    expect(await stores.verifications.begin(await opened(), now())).toBeUndefined();
    expect(await stores.verifications.begin(await judged(), now())).toBeUndefined();
    expect(await stores.verifications.begin({ ...one, id: fresh('vf') }, now())).toBeUndefined();
  });

  test('one verdict stands, of many at once', async () => {
    const one = await accepted();
    expect(await stores.verifications.conclude(one, anOutcome(), now(), now())).toBe(false);
    await stores.verifications.begin(one, now());
    const decisions = ['approved', 'review', 'rejected'] as const;
    const won = await Promise.all(
      [...decisions, ...decisions].map((decision, at) =>
        stores.verifications.conclude(one, anOutcome({ decision }), at, now()),
      ),
    );
    expect(won.filter(Boolean)).toHaveLength(1);
    const winner = won.indexOf(true);
    const outcome = anOutcome({ decision: decisions[winner % 3] ?? 'approved' });
    expect(await stores.verifications.get(one)).toMatchObject({
      state: outcome.decision,
      outcome,
      concludedAt: winner,
    });
  });

  test('a review is not concluded again by a worker', async () => {
    const one = await accepted();
    await stores.verifications.begin(one, now());
    await stores.verifications.conclude(one, anOutcome({ decision: 'review' }), 1, now());
    expect(await stores.verifications.conclude(one, anOutcome(), 2, now())).toBe(false);
    expect(await stores.verifications.get(one)).toMatchObject({ state: 'review', concludedAt: 1 });
  });

  test('C-03 a failure refunds once, of ten at once; not what has its verdict or was never accepted', async () => {
    const one = await accepted();
    const all = await Promise.all(
      Array.from({ length: 10 }, () => stores.verifications.fail(one, 'time_out', 9, now())),
    );
    expect(all.filter(Boolean)).toHaveLength(1);
    expect(await balance(one)).toBe(5);
    expect((await stores.credits.ledger(one.tenantId)).items.filter(({ type }) => type === 'refund')).toMatchObject([
      { id: `refund_${one.id}`, amount: 1, balance: 5, verificationId: one.id },
    ]);
    expect(await stores.verifications.get(one)).toMatchObject({ state: 'failed', failure: 'time_out', concludedAt: 9 });
    for (const other of [await opened(), await judged()]) {
      const before = await balance(other);
      expect(await stores.verifications.fail(other, 'time_out', 9, now())).toBe(false);
      expect(await balance(other)).toBe(before);
    }
    const trial = await accepted({ mode: 'test' });
    expect(await stores.verifications.fail(trial, 'x', 9, now())).toBe(true);
    expect(await balance(trial)).toBe(5);
  });

  test('X-16 only what was never submitted expires', async () => {
    const [one, other] = [await opened(), await accepted()];
    expect([await stores.verifications.expire(one, 5), await stores.verifications.expire(one, 6)]).toEqual([
      true,
      false,
    ]);
    expect(await stores.verifications.expire(other, 5)).toBe(false);
    expect(await stores.verifications.get(one)).toMatchObject({ state: 'expired', concludedAt: 5 });
  });

  test('attempts are counted, however many fail at once', async () => {
    const one = await accepted();
    const counted = await Promise.all([1, 2, 3, 4].map(() => stores.verifications.countAttempt(one)));
    expect(counted.sort()).toEqual([1, 2, 3, 4]);
    expect(await stores.verifications.countAttempt({ ...one, id: fresh('vf') })).toBe(0);
    expect(await stores.verifications.get({ ...one, id: one.id })).toMatchObject({ attempts: 4 });
  });

  test('something is due until it is settled: the hour, the job, the event', async () => {
    const one = await opened();
    expect([await dueAt(one, one.expiresAt - 1), await dueAt(one, one.expiresAt)]).toEqual([false, true]);
    await submit(one);
    expect([await dueAt(one, now() + 59_999), await dueAt(one, now() + 60_000)]).toEqual([false, true]);
    await stores.verifications.postpone(one, now() + 90_000);
    expect([await dueAt(one, now() + 60_000), await dueAt(one, now() + 90_000)]).toEqual([false, true]);
    await stores.verifications.begin(one, now() + 120_000);
    expect(await dueAt(one, now() + 90_000)).toBe(false);
    await stores.verifications.conclude(one, anOutcome(), now(), now() + 1000);
    expect(await dueAt(one, now() + 1000)).toBe(true);
    await stores.verifications.postpone(one, now() + 9_000_000);
    expect(await dueAt(one, now() + 1000)).toBe(true);
    await stores.verifications.settle(one);
    expect(await dueAt(one, Number.MAX_SAFE_INTEGER)).toBe(false);
    await stores.verifications.settle({ ...one, id: fresh('vf') });
    const lapsed = await opened();
    await stores.verifications.expire(lapsed, now());
    expect(await dueAt(lapsed, Number.MAX_SAFE_INTEGER)).toBe(false);
  });

  test('due comes oldest first', async () => {
    const late = await opened({ expiresAt: 3000 });
    const early = await opened({ mode: 'test', expiresAt: 1000 });
    const found = (await stores.verifications.due(3000, 4000)).map(({ id }) => id);
    expect(found).toEqual([early.id, late.id]);
    for (const one of [late, early]) await stores.verifications.settle(one);
  });

  test('lists newest first, over pages, a tenant and mode apart', async () => {
    const tenantId = fresh('tn');
    const made = [];
    for (let n = 0; n < 120; n++) made.push(await opened({ tenantId, createdAt: n }, 0));
    await opened({ tenantId, mode: 'test' }, 0);
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await stores.verifications.list(tenantId, 'live', cursor);
      ids.push(...page.items.map(({ id }) => id));
      cursor = page.cursor;
    } while (cursor);
    expect(ids).toEqual(made.map(({ id }) => id).reverse());
    expect((await stores.verifications.list(tenantId, 'test')).items).toHaveLength(1);
  });

  test('S-11 C-13 redaction erases who it was, and everything under the reference; id, state and times stay', async () => {
    const tenantId = fresh('tn');
    const claims = { userRef: 'user-1', submittedFullName: 'Anna Eriksson' };
    const one = await judged({ tenantId, claims });
    const open = await opened({ tenantId, claims: { userRef: 'user-2' } });
    await stores.readings.put(one, 'docFront', document(), now() + 1_000_000);
    const subject = (ref: string) => stores.verifications.byUserRef(tenantId, 'live', ref);
    expect((await subject('user-1')).map(({ id }) => id)).toEqual([one.id]);
    expect(await stores.verifications.byUserRef(tenantId, 'test', 'user-1')).toEqual([]);
    expect(await stores.verifications.byUserRef(fresh('tn'), 'live', 'user-1')).toEqual([]);
    await stores.verifications.redact(one, now());
    expect(await subject('user-1')).toEqual([]);
    const kept = await stores.verifications.get(one);
    expect(kept).toMatchObject({
      id: one.id,
      state: 'redacted',
      claims: {},
      createdAt: one.createdAt,
      redactedAt: now(),
    });
    expect(JSON.stringify(kept)).not.toMatch(/Anna|user-1|signals/);
    expect(await dueAt(one, Number.MAX_SAFE_INTEGER)).toBe(false);
    await expect(stores.verifications.redact(open, now())).rejects.toThrow('changed while');
    expect((await subject('user-2'))[0]).toEqual(open);
  });
});
