import { debitId } from '../../lambdas/domain/credits.ts';
import type { HostedSession } from '../../lambdas/domain/hosted-session.ts';
import { fail, ok } from '../../lambdas/domain/result.ts';
import type { VerificationRef } from '../../lambdas/domain/verification.ts';
import { type DomainEvent, lowBalanceEvent } from '../../lambdas/domain/webhook-delivery.ts';
import type { HostedSessions, HostedVerifications } from '../../lambdas/ports/verifications.ts';
import type { MemoryCredits } from './memory.ts';
import type { MemoryVerifications } from './memory-records.ts';

const keyOf = ({ tenantId, mode, id }: VerificationRef): string => `${tenantId}#${mode}#${id}`;
const graceMs = 60_000;

/** Sessions of the page, and the checks that came of them; the checks are among the other records. */
export function memoryHosted(
  credits: MemoryCredits,
  verifications: MemoryVerifications,
  tell: (events: readonly DomainEvent[]) => void = () => {},
): { readonly hostedSessions: HostedSessions; readonly hostedVerifications: HostedVerifications } {
  const sessions = new Map<string, HostedSession>();
  const taken = new Set<string>();

  /** False where it is not the one that was read. */
  const save = (session: HostedSession): boolean => {
    if ((sessions.get(keyOf(session))?.revision ?? 0) !== session.revision) return false;
    sessions.set(keyOf(session), structuredClone({ ...session, revision: session.revision + 1 }));
    return true;
  };

  return {
    hostedSessions: {
      async open(session) {
        if (!save(session)) throw new Error('The id of a check was drawn twice.');
      },
      get: async (ref) => structuredClone(sessions.get(keyOf(ref))),
      save: async (session) => (save(session) ? { ...session, revision: session.revision + 1 } : undefined),
      async delete(session) {
        sessions.delete(keyOf(session));
      },
      byUser: async ({ tenantId, mode }, userIdentifier) =>
        [...sessions.values()].filter(
          (one) => one.tenantId === tenantId && one.mode === mode && one.applicant.userIdentifier === userIdentifier,
        ),
      due: async (at, limit) =>
        [...sessions.values()]
          .filter(({ expiresAt }) => expiresAt + graceMs <= at)
          .slice(0, limit)
          .map(({ tenantId, mode, id }) => ({ tenantId, mode, id })),
    },
    hostedVerifications: {
      async conclude(verification, { charged, warnBelow, session, told }) {
        const { tenantId, id, createdAt, concludedAt, filesUntil } = verification;
        if (taken.has(keyOf(verification))) return fail('exists');
        const held = session && sessions.get(keyOf(session));
        if (session && held?.revision !== session.revision) return fail('changed');
        let record = verification;
        if (charged) {
          const entry = { amount: -1, verificationId: id, reason: 'verification', createdAt } as const;
          const debit = credits.post(tenantId, { id: debitId(id), type: 'debit', ...entry });
          if (!debit.ok) return fail('insufficient_credits');
          record = { ...verification, balanceAfter: debit.value.balance };
        }
        if (session) save({ ...session, doneAt: concludedAt ?? createdAt });
        taken.add(keyOf(verification));
        verifications.put(record, filesUntil);
        const low = lowBalanceEvent(record, warnBelow);
        const events = [...told, ...(low ? [low] : [])];
        tell(events);
        return ok({ verification: record, told: events });
      },
    },
  };
}
