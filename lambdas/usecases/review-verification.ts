import type { Caller } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { claimFault, decideFault, newClaim, newReview, type ReviewFault } from '../domain/review.ts';
import type { ReviewDecision, Reviewer } from '../domain/reviewer.ts';
import type { Verification, VerificationRef } from '../domain/verification.ts';
import { decisionEvent } from '../domain/webhook-delivery.ts';
import type { Clock } from '../ports/system.ts';
import type { Reviews, Verifications } from '../ports/verifications.ts';
import { type TellEvents, tellSoon } from './tell-events.ts';

export interface ReviewVerification extends TellEvents {
  readonly clock: Clock;
  readonly verifications: Pick<Verifications, 'get'>;
  readonly reviews: Reviews;
}

const words: Readonly<Record<ReviewFault, string>> = {
  not_in_review: 'It does not wait for a person, or somebody decided it already.',
  claimed_by_other: 'Somebody else is looking at it.',
  not_claimed: 'Claim it first: a claim holds for 15 minutes.',
};
const refusal = (reason: ReviewFault): Failure => failure('conflict', words[reason], { detail: { reason } });
const unknown = failure('verification_not_found', 'There is no such verification.');
const outrun = failure('conflict', 'It changed just now; look again.');

const refOf = ({ tenantId, mode }: Caller, id: string): VerificationRef => ({ tenantId, mode, id });

function reviewerOf({ reviewer }: Caller): Reviewer {
  if (!reviewer) throw new Error('A review by nobody.');
  return reviewer;
}

/** For 15 minutes nobody else decides it; one's own claim is renewed. */
export async function claimReview(deps: ReviewVerification, caller: Caller, id: string) {
  const reviewer = reviewerOf(caller);
  return step(deps, refOf(caller, id), reviewer, claimFault, async (ref, now) => {
    const claimed = await deps.reviews.claim(ref, newClaim(reviewer, now), now);
    return claimed !== undefined;
  });
}

/** Gives one's own claim up, so that somebody else can look. */
export async function releaseReview(deps: ReviewVerification, caller: Caller, id: string) {
  const reviewer = reviewerOf(caller);
  return step(deps, refOf(caller, id), reviewer, decideFault, (ref) => deps.reviews.release(ref, reviewer));
}

/** What a person decides is final, is kept with who, when and why, and is told to the tenant's endpoint. */
export async function decideReview(
  deps: ReviewVerification,
  caller: Caller,
  id: string,
  { decision, reason }: { readonly decision: ReviewDecision; readonly reason: string },
) {
  const reviewer = reviewerOf(caller);
  return step(deps, refOf(caller, id), reviewer, decideFault, async (_, now, found) => {
    const review = newReview(decision, reason, reviewer, now);
    const event = decisionEvent({ ...found, state: decision, review });
    if (!event) throw new Error(`A review of a ${found.contract}, which nobody would be told of.`);
    if (!(await deps.reviews.decide(found, review, event))) return false;
    await tellSoon(deps, [event]);
    return true;
  });
}

/** Looks whether a step is allowed, takes it on condition that it still is, and answers the record as it is then. */
async function step(
  { clock, verifications }: ReviewVerification,
  ref: VerificationRef,
  reviewer: Reviewer,
  faultOf: typeof claimFault,
  take: (ref: VerificationRef, now: number, found: Verification) => Promise<boolean>,
): Promise<Result<Verification, Failure>> {
  const found = await verifications.get(ref);
  if (!found) return fail(unknown);
  const now = clock.now();
  const fault = faultOf(found, reviewer, now);
  if (fault) return fail(refusal(fault));
  const taken = await take(ref, now, found);
  const after = await verifications.get(ref);
  if (taken && after) return ok(after);
  const reason = after && faultOf(after, reviewer, clock.now());
  return fail(reason ? refusal(reason) : outrun);
}
