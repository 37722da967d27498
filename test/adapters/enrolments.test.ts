import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Enrolment, UserRef } from '../../lambdas/domain/enrolment.ts';
import { aStepUp } from '../support/step-up.ts';
import { fresh, kinds, type Stores } from './stores.ts';

const day = 86_400_000;

describe.each(kinds)('enrolments and what is verified on them in %s', (_, start) => {
  let stores: Stores;
  beforeAll(async () => {
    stores = await start();
  });
  afterAll(() => stores.stop());

  const now = () => stores.clock.now();
  const someone = (change: Partial<UserRef> = {}): UserRef => ({
    ...{ tenantId: fresh('tn'), mode: 'live', userId: 'user #1 ü' },
    ...change,
  });
  const enrolment = (change: Partial<Enrolment> = {}): Enrolment => ({
    ...{ embeddingId: fresh('emb'), purpose: 'step-up', enrolledAt: now(), framesUsed: 1 },
    ...{ sealed: { 'old/1': 'sealed' } },
    ...change,
  });
  const mark = (sha256: string) => ({ sha256, fingerprint: `${sha256}f` });
  /** Somebody who is enrolled, in a tenant with credits. */
  const enrolled = async (credits = 3) => {
    const user = someone();
    const own = enrolment();
    await stores.stepUp.enrolments.put(user, own, []);
    const entry = { id: 'grant_1', type: 'grant', amount: credits, reason: 'x', createdAt: now() } as const;
    if (credits > 0) await stores.credits.grant(user.tenantId, entry);
    return { user, own };
  };
  const conclude = (
    { user, own }: Awaited<ReturnType<typeof enrolled>>,
    id = fresh('ver'),
    frames = [fresh('f')],
    more = {},
  ) => {
    const { userId, ...realm } = user;
    const verification = aStepUp({ ...realm, id, claims: { userRef: userId }, createdAt: now() });
    const evidence = { userId, embeddingId: own.embeddingId, marks: frames.map(mark), warnBelow: 0, ...more };
    return stores.stepUp.faceVerifications.conclude(verification, evidence);
  };

  test('L-48 L-60 one enrolment a user, a tenant and mode apart', async () => {
    const { enrolments } = stores.stepUp;
    const user = someone();
    const first = enrolment();
    expect(await enrolments.get(user)).toBeUndefined();
    expect(await enrolments.put(user, first, [mark('a')])).toBe(true);
    expect(await enrolments.put(user, enrolment(), [mark('b')])).toBe(false);
    expect(await enrolments.get(user)).toEqual({ enrolment: first });
    expect(await enrolments.marks(user)).toEqual([mark('a')]);
    for (const other of [{ mode: 'test' }, { tenantId: fresh('tn') }, { userId: 'user' }] as const)
      expect(await enrolments.get({ ...user, ...other })).toBeUndefined();
  });

  test('L-48 of enrolments at once one is kept', async () => {
    const user = someone();
    const all = [enrolment(), enrolment(), enrolment()];
    const kept = await Promise.all(all.map((one) => stores.stepUp.enrolments.put(user, one, [])));
    expect(kept.filter(Boolean)).toHaveLength(1);
    expect((await stores.stepUp.enrolments.get(user))?.enrolment).toEqual(all[kept.indexOf(true)]);
  });

  test('L-62 erased: what is left says when; a new enrolment keeps that', async () => {
    const { enrolments } = stores.stepUp;
    const { user } = await enrolled();
    expect(await enrolments.erase(someone(), now())).toBeUndefined();
    const at = now();
    expect(await enrolments.erase(user, at)).toEqual({ erasedAt: at });
    await enrolments.setTokensRevoked(user, 2);
    await enrolments.setTokensRevoked(user, 5);
    expect(await enrolments.erase(user, at + 1)).toEqual({ erasedAt: at, tokensRevoked: 2 });
    const again = enrolment();
    expect(await enrolments.put(user, again, [])).toBe(true);
    expect(await enrolments.get(user)).toEqual({ enrolment: again, erasedAt: at, tokensRevoked: 2 });
    expect(await enrolments.erase(user, at + 2)).toEqual({ erasedAt: at + 2 });
  });

  test('L-06 S-16 a verdict is written once, with its debit, its marks and its place', async () => {
    const on = await enrolled();
    stores.clock.move(1);
    const id = fresh('ver');
    const done = await conclude(on, id, ['a', 'b']);
    expect(done).toMatchObject({ ok: true, value: { id, balanceAfter: 2 } });
    expect(await stores.verifications.get({ ...on.user, id })).toEqual(done.ok && done.value);
    expect(await stores.stepUp.enrolments.marks(on.user)).toEqual([mark('a'), mark('b')]);
    expect((await stores.credits.ledger(on.user.tenantId)).items[0]).toMatchObject({
      ...{ id: `debit_${id}`, type: 'debit', amount: -1, balance: 2, verificationId: id },
    });
    expect(await conclude(on, id)).toEqual({ ok: false, error: 'exists' });
    expect(await stores.credits.balance(on.user.tenantId)).toBe(2);
    expect((await stores.stepUp.faceVerifications.list(on.user)).items.map((one) => one.id)).toEqual([id]);
    expect((await stores.verifications.byUserRef(on.user.tenantId, 'live', on.user.userId)).length).toBe(1);
  });

  test('L-57 a frame that was sent before is told, and nothing is written', async () => {
    const on = await enrolled();
    expect(await conclude(on, fresh('ver'), ['a'])).toMatchObject({ ok: true });
    const id = fresh('ver');
    expect(await conclude(on, id, ['b', 'a'])).toEqual({ ok: false, error: 'seen' });
    expect(await stores.verifications.get({ ...on.user, id })).toBeUndefined();
    expect(await stores.stepUp.enrolments.marks(on.user)).toEqual([mark('a')]);
    expect(await stores.credits.balance(on.user.tenantId)).toBe(2);
  });

  test('L-57 of verdicts at once on one frame one is written', async () => {
    const on = await enrolled();
    const all = await Promise.all([1, 2, 3].map(() => conclude(on, fresh('ver'), ['a'])));
    expect(all.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await stores.credits.balance(on.user.tenantId)).toBe(2);
  });

  test('S-16 verdicts at once take a credit each, and none below 0', async () => {
    const on = await enrolled(2);
    const all = await Promise.all([1, 2, 3, 4].map(() => conclude(on)));
    expect(all.map((one) => (one.ok ? 'ok' : one.error)).toSorted()).toEqual([
      'insufficient_credits',
      'insufficient_credits',
      'ok',
      'ok',
    ]);
    expect(await stores.credits.balance(on.user.tenantId)).toBe(0);
  });

  test('L-62 after an erasure no verdict comes of what was enrolled before', async () => {
    const on = await enrolled();
    await stores.stepUp.enrolments.erase(on.user, now());
    expect(await conclude(on)).toEqual({ ok: false, error: 'erased' });
    await stores.stepUp.enrolments.put(on.user, enrolment(), []);
    expect(await conclude(on)).toEqual({ ok: false, error: 'erased' });
  });

  test('templates of a newer model set lie beside the older ones', async () => {
    const on = await enrolled();
    await conclude(on, fresh('ver'), [], { renewed: { modelSet: 'new/2', sealed: 'fresh' } });
    const { enrolment: kept } = (await stores.stepUp.enrolments.get(on.user)) ?? {};
    expect(kept).toEqual({ ...on.own, sealed: { 'old/1': 'sealed', 'new/2': 'fresh' } });
  });

  test('C-14 an enrolment lives for three years after it was used, a mark for ninety days', async () => {
    const on = await enrolled();
    await conclude(on, fresh('ver'), ['a']);
    stores.clock.move(90 * day);
    expect(await stores.stepUp.enrolments.marks(on.user)).toEqual([]);
    expect(await conclude(on, fresh('ver'), ['a'])).toMatchObject({ ok: true });
    stores.clock.move(1094 * day);
    expect(await stores.stepUp.enrolments.get(on.user)).toBeDefined();
    stores.clock.move(day + 1000);
    expect(await stores.stepUp.enrolments.get(on.user)).toBeUndefined();
    expect(await stores.stepUp.enrolments.put(on.user, enrolment(), [])).toBe(true);
  });

  test('L-66 verdicts of a user are listed newest first, over pages', async () => {
    const on = await enrolled(60);
    const ids: string[] = [];
    for (let nth = 0; nth < 52; nth++) {
      stores.clock.move(1);
      const id = fresh('ver');
      ids.unshift(id);
      await conclude(on, id);
    }
    const { list } = stores.stepUp.faceVerifications;
    const first = await list(on.user);
    const second = await list(on.user, first.cursor);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
    expect(second.cursor).toBeUndefined();
    expect((await list({ ...on.user, userId: 'other' })).items).toEqual([]);
  });

  test('L-64 a challenge is taken once, by the same attempt as often as it likes', async () => {
    const { enrolments } = stores.stepUp;
    const user = someone();
    const challenge = { challengeId: 'chl_1', nonce: 'n', prompts: ['blink'], expiresAt: now() + 1000 } as const;
    await enrolments.putChallenge(user, challenge);
    expect(await enrolments.takeChallenge(someone(), 'chl_1', 'a')).toBeUndefined();
    expect(await enrolments.takeChallenge(user, 'chl_2', 'a')).toBeUndefined();
    expect(await enrolments.takeChallenge(user, 'chl_1', 'a')).toMatchObject(challenge);
    expect(await enrolments.takeChallenge(user, 'chl_1', 'b')).toBeUndefined();
    expect(await enrolments.takeChallenge(user, 'chl_1', 'a')).toMatchObject(challenge);
  });

  test('C-15 a redacted verdict says nothing of its user, and is in no list of theirs', async () => {
    const on = await enrolled();
    const done = await conclude(on);
    if (!done.ok) throw new Error(done.error);
    await stores.verifications.redact(done.value, now());
    const left = await stores.verifications.get(done.value);
    expect(left).toMatchObject({ state: 'redacted', redactedFrom: 'approved', claims: {} });
    for (const field of ['stepUp', 'outcome']) expect(left).not.toHaveProperty(field);
    expect((await stores.stepUp.faceVerifications.list(on.user)).items).toEqual([]);
  });
});
