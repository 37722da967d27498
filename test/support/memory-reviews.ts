import { claimFault, decideFault, sameReviewer } from '../../lambdas/domain/review.ts';
import type { Verification, VerificationRef } from '../../lambdas/domain/verification.ts';
import type { DomainEvent } from '../../lambdas/domain/webhook-delivery.ts';
import type { Page, Reviews, VerificationLog } from '../../lambdas/ports/verifications.ts';
import type { MemoryVerifications } from './memory-records.ts';

/** All pages of a list, one after the other. */
async function all<T>(read: (cursor?: string) => Promise<Page<T>>): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    found.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}

const pageSize = 50;

export const memoryVerificationLog = (verifications: MemoryVerifications): VerificationLog => ({
  async find({ tenantId, mode }, { states, contracts, oldestFirst = false }, cursor) {
    const listed = await all((at) => verifications.list(tenantId, mode, at));
    const matching = listed.filter(
      (one) => (states?.includes(one.state) ?? true) && (contracts ?? [one.contract]).includes(one.contract),
    );
    const ordered = oldestFirst ? matching.toReversed() : matching;
    const from = Number(cursor ?? 0);
    const items = ordered.slice(from, from + pageSize);
    return { items, ...(from + pageSize < ordered.length && { cursor: String(from + pageSize) }) };
  },
});

export function memoryReviews(
  verifications: MemoryVerifications,
  told: (event: DomainEvent) => void = () => {},
): Reviews {
  const change = async (ref: VerificationRef, allowed: (found: Verification) => boolean, next: object) =>
    verifications.rewrite(ref, (found) => (allowed(found) ? ({ ...found, ...next } as Verification) : undefined));
  return {
    claim: (ref, claim, now) => change(ref, (found) => claimFault(found, claim.by, now) === undefined, { claim }),
    release: async (ref, reviewer) =>
      (await change(
        ref,
        ({ state, claim }) => state === 'review' && claim !== undefined && sameReviewer(claim.by, reviewer),
        { claim: undefined },
      )) !== undefined,
    async decide(ref, review, event) {
      const allowed = (found: Verification) => decideFault(found, review.by, review.at) === undefined;
      const done = await change(ref, allowed, { state: review.decision, review, claim: undefined });
      if (done) told(event);
      return done !== undefined;
    },
  };
}
