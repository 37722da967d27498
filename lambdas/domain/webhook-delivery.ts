import type { Mode, State, Verification } from './verification.ts';

type VerificationEventType = 'verification.approved' | 'verification.review_required' | 'verification.rejected';

/** V-31: what a login makes known, in the words of the published API. */
export type LoginEventType =
  | 'biometric_validation_new'
  | 'biometric_validation_validated'
  | 'biometric_validation_failed'
  | 'biometric_validation_liveness_failed'
  | 'biometrics_liveness_score_not_acceptable'
  | 'biometric_validation_created_person'
  | 'face_verification_compare'
  | 'app_registration_created'
  | 'app_registration_person_already_set'
  | `app_registration_${string}`;

interface Told<Contract extends string, Type extends string> {
  /** Derived from its subject, so that the same event published twice is recognised. */
  readonly eventId: string;
  /** In whose words it is told. */
  readonly contract: Contract;
  readonly type: Type | 'credits.low';
  readonly tenantId: string;
  readonly mode: Mode;
  /** Id, in its contract, of what it happened to. */
  readonly subject: string;
  readonly occurredAt: number;
  /** What was so at that moment, where the subject itself may have moved on since. */
  readonly facts?: Readonly<Record<string, string | number | boolean>>;
  /** Where it goes instead of the tenant's endpoint. */
  readonly url?: string;
}

export type VerificationEvent = Told<'submission', VerificationEventType>;
export type LoginEvent = Told<'login', LoginEventType>;

/** M-60: a document has been judged, or could not be. */
export type DocumentEvent = Told<'document', 'verification.completed'>;

/** P-41: a hosted check has its result, or a person has decided what was left to one. */
export type HostedEvent = Told<'hosted', 'verification.completed' | 'verification.reviewed'>;

/** What happened, as it travels on the event bus: ids, codes and figures, nothing that says who a person is. */
export type DomainEvent = VerificationEvent | LoginEvent | DocumentEvent | HostedEvent;

export const eventId = (subject: string, type: string): string => `evt_${subject}_${type.replace(/\W/g, '_')}`;

const typeOfState: Partial<Record<State, VerificationEventType>> = {
  approved: 'verification.approved',
  review: 'verification.review_required',
  rejected: 'verification.rejected',
  // A fault of ours is for a person to look at; the flag `processing_failed` says so.
  failed: 'verification.review_required',
};

/** The event that a concluded verification makes known; undefined for one that ended without a verdict or goes on. */
export function conclusionEvent(
  verification: Verification,
): VerificationEvent | DocumentEvent | HostedEvent | undefined {
  const type = typeOfState[verification.state];
  if (!type) return undefined;
  const { tenantId, mode, id } = verification;
  const occurredAt = verification.concludedAt ?? verification.createdAt;
  const head = { tenantId, mode, subject: id, occurredAt };
  if (verification.contract === 'document') {
    const completed = 'verification.completed';
    const { webhookUrl: url } = verification.request;
    return {
      ...head,
      eventId: eventId(id, completed),
      contract: 'document',
      type: completed,
      ...(url !== undefined && { url }),
    };
  }
  if (verification.contract === 'hosted') {
    const completed = 'verification.completed';
    return { ...head, eventId: eventId(id, completed), contract: 'hosted', type: completed };
  }
  return { ...head, eventId: eventId(id, type), contract: 'submission', type };
}

/** The event that a person's decision makes known: of its own type, so that its id is not that of what the machine had told. */
export function decisionEvent(verification: Verification): VerificationEvent | HostedEvent | undefined {
  const { tenantId, mode, id, contract, review } = verification;
  if (!review) return undefined;
  const head = { tenantId, mode, subject: id, occurredAt: review.at };
  if (contract === 'hosted') {
    const type = 'verification.reviewed';
    return { ...head, eventId: eventId(id, type), contract, type };
  }
  if (contract !== 'submission') return undefined;
  const type = `verification.${review.decision}` as const;
  return { ...head, eventId: eventId(id, type), contract, type };
}

/** The event of a debit that left less than the tenant wants to be warned at. */
export function lowBalanceEvent(verification: Verification, warnBelow: number): VerificationEvent | undefined {
  const { tenantId, mode, id, balanceAfter, submittedAt } = verification;
  if (balanceAfter === undefined || balanceAfter >= warnBelow) return undefined;
  const type = 'credits.low';
  return {
    eventId: eventId(id, type),
    contract: 'submission',
    type,
    tenantId,
    mode,
    subject: id,
    occurredAt: submittedAt ?? 0,
    facts: { balance: balanceAfter },
  };
}

const eventTypes: Readonly<Record<Verification['contract'], readonly string[]>> = {
  submission: Object.values(typeOfState),
  'step-up': [],
  document: ['verification.completed'],
  hosted: ['verification.completed', 'verification.reviewed'],
};

/** Ids of all events that there can be of a verification. */
export const eventIdsOf = ({ id, contract }: Verification): readonly string[] =>
  [...new Set([...eventTypes[contract], 'credits.low'])].map((type) => eventId(id, type));

export interface Attempt {
  readonly at: number;
  readonly durationMs: number;
  readonly status?: number;
  /** Why no status was received. */
  readonly error?: string;
}

/** One event on its way to one endpoint. */
export interface Delivery {
  /** Equals the event's id: it is the receiver's `webhook-id`, the same on every attempt. */
  readonly deliveryId: string;
  readonly event: DomainEvent;
  readonly url: string;
  readonly status: 'pending' | 'delivered' | 'failed';
  readonly attempts: readonly Attempt[];
  /** When the next attempt is due, while pending. */
  readonly dueAt?: number;
  readonly createdAt: number;
}

export type Step =
  | { readonly status: 'delivered' }
  | { readonly status: 'failed'; readonly disableEndpoint: boolean }
  | { readonly status: 'pending'; readonly dueAt: number };

/**
 * What follows an attempt. 2xx delivers; 410 says the endpoint is gone for good; anything else, redirects included, is retried
 * after `retrySeconds[attempt]` (±10% by `jitter` in 0..1, or later where the receiver asked so) until the schedule is used up.
 */
export function afterAttempt(
  attempt: Attempt,
  attemptsSoFar: number,
  retrySeconds: readonly number[],
  jitter: number,
  retryAfterSeconds?: number,
): Step {
  const { status } = attempt;
  if (status !== undefined && status >= 200 && status < 300) return { status: 'delivered' };
  if (status === 410) return { status: 'failed', disableEndpoint: true };
  const delay = retrySeconds[attemptsSoFar - 1];
  if (delay === undefined) return { status: 'failed', disableEndpoint: false };
  const seconds = Math.max(delay * (0.9 + 0.2 * jitter), Math.min(retryAfterSeconds ?? 0, 86_400));
  return { status: 'pending', dueAt: attempt.at + attempt.durationMs + Math.round(seconds * 1000) };
}
