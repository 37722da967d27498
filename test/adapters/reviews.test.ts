import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newClaim, newReview } from '../../lambdas/domain/review.ts';
import type { Reviewer } from '../../lambdas/domain/reviewer.ts';
import type { IdentityVerification, State, Verification } from '../../lambdas/domain/verification.ts';
import { decisionEvent } from '../../lambdas/domain/webhook-delivery.ts';
import type { Page } from '../../lambdas/ports/verifications.ts';
import { anOutcome, aVerification } from '../support/verification.ts';
import { fresh, kinds, type Stores } from './stores.ts';

const ana: Reviewer = { keyId: 'key_1', keyHint: 'sk_live_…1', name: 'Ana' };
const ben: Reviewer = { ...ana, name: 'Ben' };

describe.each(kinds)('reviews in %s', (kind, start) => {
  let stores: Stores;
  beforeAll(async () => {
    stores = await start();
  });
  afterAll(() => stores.stop());

  const now = () => stores.clock.now();
  const judged = async (
    tenantId: string,
    decision: 'approved' | 'review' | 'rejected' = 'review',
  ): Promise<IdentityVerification> => {
    stores.clock.move(1);
    const at = { createdAt: now(), expiresAt: now() + 3_600_000 };
    const one = aVerification({ tenantId, id: fresh('vf'), mode: 'test', ...at });
    await stores.verifications.create(one);
    await stores.verifications.submit(one, { docBack: false }, now(), now() + 60_000);
    await stores.verifications.begin(one, now());
    await stores.verifications.conclude(one, anOutcome({ decision }), now(), now());
    return one;
  };
  const decide = (one: IdentityVerification, by = ana, decision: 'approved' | 'rejected' = 'approved') => {
    const review = newReview(decision, 'because', by, now());
    const event = decisionEvent({ ...one, state: decision, review });
    if (!event) throw new Error('No event.');
    return stores.reviews.decide(one, review, event);
  };
  const stateOf = async (one: IdentityVerification) => (await stores.verifications.get(one))?.state;

  test('C-18 one claims, another does not, until the claim is over or given up', async () => {
    const one = await judged(fresh('tn'));
    const claim = newClaim(ana, now());
    expect(await stores.reviews.claim(one, claim, now())).toMatchObject({ id: one.id, claim });
    expect(await stores.reviews.claim(one, newClaim(ben, now()), now())).toBeUndefined();
    expect(await stores.reviews.claim(one, newClaim(ana, now() + 1), now() + 1)).toBeDefined();
    expect(await stores.reviews.release(one, ben)).toBe(false);
    expect(await stores.reviews.release(one, ana)).toBe(true);
    expect(await stores.reviews.release(one, ana)).toBe(false);
    expect(await stores.reviews.claim(one, newClaim(ben, now()), now())).toBeDefined();
    const later = now() + 15 * 60_000;
    expect(await stores.reviews.claim(one, newClaim(ana, later - 1), later - 1)).toBeUndefined();
    expect(await stores.reviews.claim(one, newClaim(ana, later), later)).toBeDefined();
  });

  test('C-18 only with a live claim of one’s own it is decided, and once', async () => {
    const one = await judged(fresh('tn'));
    expect(await decide(one)).toBe(false);
    await stores.reviews.claim(one, newClaim(ana, now()), now());
    expect(await decide(one, ben)).toBe(false);
    expect(await stateOf(one)).toBe('review');
    expect((await Promise.all([decide(one), decide(one, ana, 'rejected')])).filter(Boolean)).toHaveLength(1);
    const after = await stores.verifications.get(one);
    expect(after).toMatchObject({ review: { reason: 'because', by: ana }, outcome: { decision: 'review' } });
    expect(after?.claim).toBeUndefined();
    expect(after?.state).toBe(after?.review?.decision);
    expect(await decide(one)).toBe(false);
    expect(await stores.reviews.claim(one, newClaim(ana, now()), now())).toBeUndefined();
  });

  test('C-18 a claim that is over decides nothing', async () => {
    const one = await judged(fresh('tn'));
    await stores.reviews.claim(one, newClaim(ana, now()), now());
    stores.clock.move(15 * 60_000);
    expect(await decide(one)).toBe(false);
    expect(await stateOf(one)).toBe('review');
  });

  test('C-18 what the machine decided alone is nobody’s to claim', async () => {
    const one = await judged(fresh('tn'), 'approved');
    expect(await stores.reviews.claim(one, newClaim(ana, now()), now())).toBeUndefined();
  });

  test.skipIf(kind === 'memory')('C-18 the event of a decision waits in the outbox, written with it', async () => {
    const one = await judged(fresh('tn'));
    await stores.reviews.claim(one, newClaim(ana, now()), now());
    await decide(one, ana, 'rejected');
    const due = await stores.logins.outbox.due(now() + 120_000, 500);
    expect(due.filter(({ subject }) => subject === one.id)).toMatchObject([{ type: 'verification.rejected' }]);
  });

  test('C-18 what identifies anybody goes with its redaction, the review too', async () => {
    const one = await judged(fresh('tn'));
    await stores.reviews.claim(one, newClaim(ana, now()), now());
    await decide(one);
    const found = await stores.verifications.get(one);
    if (!found) throw new Error('Gone.');
    await stores.verifications.redact(found, now());
    expect(await stores.verifications.get(one)).not.toHaveProperty('review');
  });

  describe('the log', () => {
    const read = async (find: (cursor?: string) => Promise<Page<Verification>>) => {
      const pages: string[][] = [];
      let cursor: string | undefined;
      do {
        const page = await find(cursor);
        pages.push(page.items.map(({ id }) => id));
        cursor = page.cursor;
      } while (cursor !== undefined);
      return pages;
    };

    test('P-51 pages of fifty, newest first, each of a state alone where one is asked for', async () => {
      const tenantId = fresh('tn');
      const realm = { tenantId, mode: 'test' } as const;
      const all: IdentityVerification[] = [];
      for (let at = 0; at < 120; at++) all.push(await judged(tenantId, at % 3 === 0 ? 'review' : 'approved'));
      const ids = (state?: State) =>
        all.filter((_, at) => !state || (state === 'review') === (at % 3 === 0)).map(({ id }) => id);
      const pages = await read((cursor) => stores.log.find(realm, {}, cursor));
      expect(pages.flat()).toEqual(ids().toReversed());
      expect(pages.slice(0, 2).map(({ length }) => length)).toEqual([50, 50]);
      const approved = await read((cursor) => stores.log.find(realm, { states: ['approved'] }, cursor));
      expect(approved.map(({ length }) => length)).toEqual([50, 30]);
      expect(approved.flat()).toEqual(ids('approved').toReversed());
      const queue = await read((cursor) => stores.log.find(realm, { states: ['review'], oldestFirst: true }, cursor));
      expect(queue.flat()).toEqual(ids('review'));
      expect(await read((cursor) => stores.log.find(realm, { contracts: ['document'] }, cursor))).toEqual([[]]);
      const ours = await read((cursor) => stores.log.find(realm, { contracts: ['submission', 'hosted'] }, cursor));
      expect(ours.flat()).toHaveLength(120);
      for (const other of [
        { ...realm, mode: 'live' },
        { ...realm, tenantId: fresh('tn') },
      ] as const)
        expect((await stores.log.find(other, {})).items).toEqual([]);
    });

    test('P-51 a verification stands where its state is, from its beginning to its erasure', async () => {
      const tenantId = fresh('tn');
      const realm = { tenantId, mode: 'test' } as const;
      const on = async (...states: State[]) => (await stores.log.find(realm, { states })).items.map(({ id }) => id);
      const at = { createdAt: now(), expiresAt: now() + 1000 };
      const [one, lapsed] = ['vf', 'vf'].map((prefix) =>
        aVerification({ tenantId, id: fresh(prefix), mode: 'test', ...at }),
      ) as [IdentityVerification, IdentityVerification];
      for (const each of [one, lapsed]) await stores.verifications.create(each);
      expect((await on('created')).toSorted()).toEqual([one.id, lapsed.id].toSorted());
      await stores.verifications.expire(lapsed, now());
      expect([await on('created'), await on('expired')]).toEqual([[one.id], [lapsed.id]]);
      await stores.verifications.submit(one, { docBack: false }, now(), now());
      expect(await on('submitted')).toEqual([one.id]);
      await stores.verifications.begin(one, now());
      expect([await on('submitted'), await on('processing')]).toEqual([[], [one.id]]);
      await stores.verifications.fail(one, 'time_out', now(), now());
      expect([await on('processing'), await on('failed')]).toEqual([[], [one.id]]);
      const failed = await stores.verifications.get(one);
      if (failed) await stores.verifications.redact(failed, now());
      expect([await on('failed'), await on('redacted')]).toEqual([[], [one.id]]);
    });

    test('P-51 a cursor is a place in a list of one’s own, whoever’s it was; a made-up one too', async () => {
      const [mine, theirs] = [fresh('tn'), fresh('tn')];
      const own = await judged(mine);
      for (let at = 0; at < 51; at++) await judged(theirs);
      const { cursor } = await stores.log.find({ tenantId: theirs, mode: 'test' }, {});
      for (const given of [cursor, 'x', '%', Buffer.from('zzz').toString('base64url')]) {
        const { items } = await stores.log.find({ tenantId: mine, mode: 'test' }, {}, given);
        expect(items.filter(({ id }) => id !== own.id)).toEqual([]);
      }
    });
  });
});
