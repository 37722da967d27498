import type { Verification } from '../../domain/verification.ts';
import type { Delivery } from '../../domain/webhook-delivery.ts';
import { iso } from '../timestamp.ts';
import type { DetailReply } from './schemas.ts';

type Moment = Omit<DetailReply['timeline'][number], 'at'> & { readonly at: number };

const delivered = (status: number | undefined): boolean => status !== undefined && status >= 200 && status < 300;

/** What happened to a verification, oldest first: its own life, and every attempt to tell of it. */
export function timelineOf(verification: Verification, deliveries: readonly Delivery[]): DetailReply['timeline'] {
  const { createdAt, submittedAt, concludedAt, outcome, failure, review, state } = verification;
  const ended = (at: number): Moment => {
    if (failure !== undefined) return { at, what: 'failed', detail: failure, ok: false };
    return outcome ? { at, what: 'concluded', detail: outcome.decision } : { at, what: 'ended', detail: state };
  };
  const attempts = deliveries.flatMap(({ event, attempts: made }) =>
    made.map(
      ({ at, status, error }): Moment => ({
        at,
        what: 'attempt',
        detail: `${event.type}: ${status ?? error ?? 'no answer'}`,
        ok: delivered(status),
      }),
    ),
  );
  const moments: readonly Moment[] = [
    { at: createdAt, what: 'created' },
    ...(submittedAt === undefined ? [] : [{ at: submittedAt, what: 'submitted' } as const]),
    ...(concludedAt === undefined ? [] : [ended(concludedAt)]),
    ...(review ? [{ at: review.at, what: 'reviewed', detail: review.decision } as const] : []),
    ...attempts,
  ];
  return moments.toSorted((a, b) => a.at - b.at).map(({ at, ...rest }) => ({ at: iso(at), ...rest }));
}
