import { consoleOperations } from '../contracts/console/operations.ts';
import { toRow } from '../contracts/console/replies.ts';
import type { Caller } from '../domain/caller.ts';
import type { Failure } from '../domain/error.ts';
import { ok, type Result } from '../domain/result.ts';
import type { Verification } from '../domain/verification.ts';
import { endpoint, type Reply } from '../http/endpoint.ts';
import { claimReview, decideReview, type ReviewVerification, releaseReview } from '../usecases/review-verification.ts';
import { viewerOf } from './console-views.ts';

/** What people decide. */
export function consoleReviews(deps: ReviewVerification) {
  const answer = (caller: Caller, step: Result<Verification, Failure>): Result<Reply, Failure> =>
    step.ok ? ok({ status: 200, body: toRow(step.value, viewerOf(deps, caller)) }) : step;

  return {
    claimReview: endpoint(consoleOperations.claimReview, async ({ caller, params }) =>
      answer(caller, await claimReview(deps, caller, params.id ?? '')),
    ),
    releaseReview: endpoint(consoleOperations.releaseReview, async ({ caller, params }) =>
      answer(caller, await releaseReview(deps, caller, params.id ?? '')),
    ),
    decideReview: endpoint(consoleOperations.decideReview, async ({ caller, params, body }) =>
      answer(caller, await decideReview(deps, caller, params.id ?? '', body)),
    ),
  };
}
