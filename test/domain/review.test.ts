import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  asJudged,
  awaitsReview,
  claimFault,
  claimMs,
  decideFault,
  endedAt,
  liveClaim,
  newClaim,
  newReview,
  type Reviewable,
  sameReviewer,
} from '../../lambdas/domain/review.ts';
import { states } from '../../lambdas/domain/verification.ts';
import { conclusionEvent, decisionEvent, eventIdsOf } from '../../lambdas/domain/webhook-delivery.ts';
import { anOutcome, aVerification } from '../support/verification.ts';

const reviewer = fc.record({
  keyId: fc.constantFrom('key_1', 'key_2'),
  keyHint: fc.constant('sk_live_…x'),
  name: fc.constantFrom('Ana', 'Ben'),
});
const moment = fc.integer({ min: 0, max: 4 * claimMs });
const contract = fc.constantFrom('submission', 'step-up', 'document', 'hosted' as const);
const reviewable: fc.Arbitrary<Reviewable> = fc.oneof(
  fc.record({ contract, state: fc.constantFrom(...states) }),
  fc.record({
    contract,
    state: fc.constantFrom(...states),
    claim: fc.record({ by: reviewer, until: moment }),
  }),
);

describe('C-18 reviews', () => {
  test('C-18 of two people one at most can decide at a time', () => {
    fc.assert(
      fc.property(reviewable, reviewer, reviewer, moment, (found, a, b, now) => {
        fc.pre(!sameReviewer(a, b));
        const both = [a, b].filter((one) => decideFault(found, one, now) === undefined);
        expect(both.length).toBeLessThan(2);
      }),
    );
  });

  test('C-18 whoever may claim may decide once they have, until the claim is over', () => {
    fc.assert(
      fc.property(reviewable, reviewer, moment, fc.integer({ min: 0, max: 2 * claimMs }), (found, who, now, later) => {
        fc.pre(claimFault(found, who, now) === undefined);
        const claimed = { ...found, claim: newClaim(who, now) };
        expect(decideFault(claimed, who, now + later)).toBe(later < claimMs ? undefined : 'not_claimed');
      }),
    );
  });

  test('C-18 what may be decided may be claimed, and nothing that does not wait', () => {
    fc.assert(
      fc.property(reviewable, reviewer, moment, (found, who, now) => {
        const waits = found.state === 'review' && ['submission', 'hosted'].includes(found.contract);
        expect(awaitsReview(found)).toBe(waits);
        if (decideFault(found, who, now) === undefined) expect(claimFault(found, who, now)).toBeUndefined();
        if (!waits) expect(claimFault(found, who, now)).toBe('not_in_review');
        if (liveClaim(found, now) === undefined && waits) expect(claimFault(found, who, now)).toBeUndefined();
      }),
    );
  });
});

describe('C-18 what a decision makes known', () => {
  const by = { keyId: 'key_1', keyHint: 'x', name: 'Ana' };
  const judged = aVerification({ state: 'review', outcome: anOutcome({ decision: 'review' }), concludedAt: 5 });
  const review = newReview('rejected', 'Another face.', by, 9);
  const decided = { ...judged, state: 'rejected', review } as const;

  test('C-18 it is an event of its own, beside the one that asked for a person', () => {
    const [asked, told] = [conclusionEvent(judged), decisionEvent(decided)];
    expect(asked).toMatchObject({ type: 'verification.review_required', occurredAt: 5 });
    expect(told).toMatchObject({ type: 'verification.rejected', contract: 'submission', occurredAt: 9 });
    expect(told?.eventId).not.toBe(asked?.eventId);
    expect(eventIdsOf(decided)).toEqual(expect.arrayContaining([asked?.eventId, told?.eventId]));
    expect(decisionEvent(judged)).toBeUndefined();
    const hosted = { ...decided, contract: 'hosted', fileSecret: '', filesUntil: 0 } as const;
    expect(decisionEvent(hosted)).toMatchObject({ type: 'verification.reviewed', contract: 'hosted' });
    expect(eventIdsOf(hosted)).toContain(decisionEvent(hosted)?.eventId);
  });

  test('C-18 the machine’s verdict stays beside the person’s', () => {
    expect(decided.outcome?.decision).toBe('review');
    expect(asJudged(decided)).toEqual(judged);
    expect(asJudged(judged)).toBe(judged);
    expect([endedAt(judged), endedAt(decided)]).toEqual([5, 9]);
  });
});
