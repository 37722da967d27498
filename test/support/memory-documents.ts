import { debitId } from '../../lambdas/domain/credits.ts';
import type { DocumentExtraction } from '../../lambdas/domain/document-extraction.ts';
import { fail, ok } from '../../lambdas/domain/result.ts';
import type { DocumentVerification, VerificationRef } from '../../lambdas/domain/verification.ts';
import type { Clock } from '../../lambdas/ports/system.ts';
import type { DocumentVerifications } from '../../lambdas/ports/verifications.ts';
import { type MemoryCredits, pageOf } from './memory.ts';
import type { MemoryVerifications } from './memory-records.ts';

const keyOf = ({ tenantId, mode, id }: VerificationRef): string => `${tenantId}#${mode}#${id}`;

/** What was read lives for a day; the records are among the others. */
export function memoryDocuments(
  clock: Clock,
  credits: MemoryCredits,
  verifications: MemoryVerifications,
): DocumentVerifications {
  const read = new Map<string, { readonly extraction: DocumentExtraction; readonly until: number }>();
  const taken = new Set<string>();
  const named: DocumentVerification[] = [];
  const keep = (ref: VerificationRef, extraction: DocumentExtraction) =>
    read.set(keyOf(ref), { extraction, until: clock.now() + 86_400_000 });
  return {
    async put(verification, { charged, extraction, dueAt }) {
      if (taken.has(keyOf(verification))) return fail('exists');
      const { tenantId, id, createdAt, request } = verification;
      let record = verification;
      if (charged) {
        const entry = { amount: -1, verificationId: id, reason: 'verification', createdAt } as const;
        const debit = credits.post(tenantId, { id: debitId(id), type: 'debit', ...entry });
        if (!debit.ok) return fail('insufficient_credits');
        record = { ...verification, balanceAfter: debit.value.balance };
      }
      taken.add(keyOf(verification));
      verifications.put(record, dueAt);
      if (extraction) keep(verification, extraction);
      if (request.externalId !== undefined) named.unshift(record);
      return ok(record);
    },
    async conclude(ref, { outcome, result, extraction, at, redriveAt }) {
      const found = await verifications.get(ref);
      if (found?.contract !== 'document' || found.state !== 'processing') return false;
      keep(ref, extraction);
      verifications.put({ ...found, state: outcome.decision, outcome, result, concludedAt: at }, redriveAt);
      return true;
    },
    async extraction(ref) {
      const kept = read.get(keyOf(ref));
      return kept && kept.until > clock.now() ? kept.extraction : undefined;
    },
    async byExternalId({ tenantId, mode }, externalId, cursor) {
      const own = named.filter((one) => one.tenantId === tenantId && one.mode === mode);
      return pageOf(
        own.filter(({ request }) => request.externalId === externalId),
        cursor,
      );
    },
    async charged(tenantId) {
      const { items } = await credits.ledger(tenantId);
      const of = (type: string) =>
        items.filter((row) => row.type === type && row.verificationId?.startsWith('req_')).length;
      return of('debit') - of('refund');
    },
  };
}
