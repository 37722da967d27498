import type { Review, ReviewClaim, ReviewDecision, Reviewer } from './reviewer.ts';
import { canMove, type State, type Verification } from './verification.ts';

/** How long a claim holds: long enough to look at two pictures and write a sentence, short enough that nothing waits for one who left. */
export const claimMs = 15 * 60_000;

/** As much of a verification as a review is decided by. */
export interface Reviewable {
  readonly contract: Verification['contract'];
  readonly state: State;
  readonly claim?: ReviewClaim;
}

/** Why a step of a review is refused. */
export type ReviewFault = 'not_in_review' | 'claimed_by_other' | 'not_claimed';

/** One person may sit at two keys, and two people share one: only both together name somebody. */
export const sameReviewer = (a: Reviewer, b: Reviewer): boolean => a.keyId === b.keyId && a.name === b.name;

/** The claim that holds at `now`, if any. */
export const liveClaim = ({ claim }: Pick<Reviewable, 'claim'>, now: number): ReviewClaim | undefined =>
  claim && claim.until > now ? claim : undefined;

/** Contracts that know a verdict between yes and no; the others tell their callers yes or no, and nobody looks again. */
export const reviewedContracts: readonly Verification['contract'][] = ['submission', 'hosted'];

/** Whether it waits for a person: the table of transitions knows what a person may come to. */
export const awaitsReview = ({ contract, state }: Pick<Reviewable, 'contract' | 'state'>): boolean =>
  reviewedContracts.includes(contract) &&
  state === 'review' &&
  canMove(state, 'approved') &&
  canMove(state, 'rejected');

/** A claim of one's own may be renewed; another's is respected while it lives. */
export function claimFault(found: Reviewable, reviewer: Reviewer, now: number): ReviewFault | undefined {
  if (!awaitsReview(found)) return 'not_in_review';
  const live = liveClaim(found, now);
  return live && !sameReviewer(live.by, reviewer) ? 'claimed_by_other' : undefined;
}

/** Only with a live claim of one's own is anything decided, or let go. */
export function decideFault(found: Reviewable, reviewer: Reviewer, now: number): ReviewFault | undefined {
  return (
    claimFault(found, reviewer, now) ?? (liveClaim(found, now) === undefined ? ('not_claimed' as const) : undefined)
  );
}

export const newClaim = (by: Reviewer, now: number): ReviewClaim => ({ by, until: now + claimMs });

export const newReview = (decision: ReviewDecision, reason: string, by: Reviewer, at: number): Review => ({
  decision,
  reason,
  by,
  at,
});

/** When it came to what it is now: a person's decision is later than the machine's. */
export const endedAt = ({ review, concludedAt }: Pick<Verification, 'review' | 'concludedAt'>): number | undefined =>
  review?.at ?? concludedAt;

/** A verification as the machine had left it: what is told again of that moment must not know what a person decided later. */
export function asJudged<V extends Verification>(verification: V): V {
  const { review: _, ...rest } = verification;
  return verification.review ? ({ ...rest, state: 'review' } as V) : verification;
}
