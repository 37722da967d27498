/** Verifications of every contract, as they are kept, listed and concluded. */
import type { Realm } from '../domain/caller.ts';
import type { DocumentExtraction } from '../domain/document-extraction.ts';
import type { FrameMark, UserRef } from '../domain/enrolment.ts';
import type { DocumentReading } from '../domain/evidence.ts';
import type { HostedSession } from '../domain/hosted-session.ts';
import type { Result } from '../domain/result.ts';
import type { Review, ReviewClaim, Reviewer } from '../domain/reviewer.ts';
import type {
  DocumentResult,
  DocumentVerification,
  FaceVerification,
  HostedVerification,
  IdentityVerification,
  Mode,
  Outcome,
  QueuedVerification,
  State,
  Submission,
  Verification,
  VerificationRef,
} from '../domain/verification.ts';
import type { DomainEvent } from '../domain/webhook-delivery.ts';

export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; absent on the last page. */
  readonly cursor?: string;
}

export interface Verifications {
  create(verification: IdentityVerification): Promise<void>;
  get(ref: VerificationRef): Promise<Verification | undefined>;
  /** State, debit (live mode) and ledger row in one transaction. */
  submit(
    ref: VerificationRef,
    submission: Submission,
    at: number,
    redriveAt: number,
  ): Promise<Result<IdentityVerification, 'state' | 'insufficient_credits' | 'busy'>>;
  /** submitted | processing → processing; undefined where neither. */
  begin(ref: VerificationRef, redriveAt: number): Promise<QueuedVerification | undefined>;
  /** Counts an attempt that ended in a fault of ours. */
  countAttempt(ref: VerificationRef): Promise<number>;
  /** processing → the outcome's decision, and the event still to be published; false where another worker was first. */
  conclude(ref: VerificationRef, outcome: Outcome, at: number, redriveAt: number): Promise<boolean>;
  /** → failed, and the debit refunded, once; false where it was concluded already. `details` are for the person to act on. */
  fail(
    ref: VerificationRef,
    reason: string,
    at: number,
    redriveAt: number,
    details?: readonly string[],
  ): Promise<boolean>;
  expire(ref: VerificationRef, at: number): Promise<boolean>;
  /** Its event has reached the deliveries: nothing is due any more. */
  settle(ref: VerificationRef): Promise<void>;
  postpone(ref: VerificationRef, redriveAt: number): Promise<void>;
  /** What should have moved on by `at`, oldest first. */
  due(at: number, limit: number): Promise<readonly VerificationRef[]>;
  /** Newest first. */
  list(tenantId: string, mode: Mode, cursor?: string): Promise<Page<Verification>>;
  byUserRef(tenantId: string, mode: Mode, userRef: string): Promise<readonly Verification[]>;
  /** Erases what identifies the applicant; id, state, verdict and times stay. */
  redact(verification: Verification, at: number): Promise<void>;
}

/** All verifications of a realm, to be looked through by people. */
export interface VerificationLog {
  /** One page of those that match, newest first unless asked otherwise. */
  find(
    realm: Realm,
    filter: {
      readonly states?: readonly State[];
      readonly contracts?: readonly Verification['contract'][];
      readonly oldestFirst?: boolean;
    },
    cursor?: string,
  ): Promise<Page<Verification>>;
}

/** What people do with verifications that wait for them; each step on condition that it still is allowed. */
export interface Reviews {
  /** Undefined where it no longer waits, or another's claim on it lives. */
  claim(ref: VerificationRef, claim: ReviewClaim, now: number): Promise<Verification | undefined>;
  /** False where there was no claim of theirs to give up. */
  release(ref: VerificationRef, reviewer: Reviewer): Promise<boolean>;
  /** The decision and the event that tells of it, in one; false where it is decided, or not claimed by whoever decides. */
  decide(
    verification: VerificationRef & Pick<Verification, 'contract'>,
    review: Review,
    event: DomainEvent,
  ): Promise<boolean>;
}

/** Verifications that begin with their verdict. */
export interface FaceVerifications {
  /**
   * Record, marks of its frames, debit (live mode) and ledger row in one transaction, and on the enrolment that it was judged by,
   * with the templates of a newer model set where there are any. Answers the record with what its debit left, or why nothing was
   * written: `exists`, the id is taken; `seen`, one of the frames is marked; `erased`, the enrolment is no longer there.
   */
  conclude(
    verification: FaceVerification,
    evidence: {
      readonly userId: string;
      readonly embeddingId: string;
      readonly marks: readonly FrameMark[];
      /** A debit that leaves less is told to the tenant. */
      readonly warnBelow: number;
      readonly renewed?: { readonly modelSet: string; readonly sealed: string };
    },
  ): Promise<Result<FaceVerification, 'exists' | 'seen' | 'erased' | 'insufficient_credits' | 'busy'>>;
  /** Of one user, newest first. */
  list(user: UserRef, cursor?: string): Promise<Page<FaceVerification>>;
}

/** Verifications of documents. What was read on one is kept apart from its record, and not for as long. */
export interface DocumentVerifications {
  /**
   * Record, what was read, debit and ledger row in one transaction, the debit where it is `charged`; due at `dueAt` where a worker
   * is to judge it. Answers the record with what its debit left. `exists`: the id is taken.
   */
  put(
    verification: DocumentVerification,
    more: {
      readonly charged: boolean;
      /** A debit that leaves less is told to the tenant. */
      readonly warnBelow: number;
      readonly extraction?: DocumentExtraction;
      readonly dueAt?: number;
    },
  ): Promise<Result<DocumentVerification, 'exists' | 'insufficient_credits' | 'busy'>>;
  /** processing → the outcome's decision, with what was read; false where another worker was first. */
  conclude(
    ref: VerificationRef,
    concluded: {
      readonly outcome: Outcome;
      readonly result: DocumentResult;
      readonly extraction: DocumentExtraction;
      readonly at: number;
      readonly redriveAt: number;
    },
  ): Promise<boolean>;
  /** Undefined once its time is over. */
  extraction(ref: VerificationRef): Promise<DocumentExtraction | undefined>;
  /** Those that the caller named so, newest first. */
  byExternalId(realm: Realm, externalId: string, cursor?: string): Promise<Page<DocumentVerification>>;
  /** Documents that were charged for in a month, `YYYY-MM` of UTC. */
  charged(tenantId: string, month: string): Promise<number>;
}

/** Visits to the hosted page. */
export interface HostedSessions {
  open(session: HostedSession): Promise<void>;
  /** Undefined once it was swept away. */
  get(ref: VerificationRef): Promise<HostedSession | undefined>;
  /** Written over what was read; answers what it is now, undefined where it changed in the meantime. */
  save(session: HostedSession): Promise<HostedSession | undefined>;
  /** Forgets it; where no check came of it also that its user ever had one. */
  delete(session: HostedSession, checked: boolean): Promise<void>;
  byUser(realm: Realm, userIdentifier: string): Promise<readonly HostedSession[]>;
  /** Those whose time is over, oldest first. */
  due(at: number, limit: number): Promise<readonly VerificationRef[]>;
}

/** Hosted checks that have come to a result. */
export interface HostedVerifications {
  /**
   * Record, events, debit and ledger row where it is `charged`, and the end of its session, in one transaction. Answers the record with
   * what its debit left. `exists`: the id is taken; `changed`: the session is not as it was read.
   */
  conclude(
    verification: HostedVerification,
    more: {
      readonly charged: boolean;
      /** A debit that leaves less is told to the tenant. */
      readonly warnBelow: number;
      readonly session?: HostedSession;
      readonly told: readonly DomainEvent[];
    },
  ): Promise<
    Result<
      { readonly verification: HostedVerification; readonly told: readonly DomainEvent[] },
      'exists' | 'changed' | 'insufficient_credits' | 'busy'
    >
  >;
}

/** A document's reading, kept for a while so that a retried job does not read again. */
export interface Readings {
  get(ref: VerificationRef, slot: 'docFront' | 'docBack'): Promise<DocumentReading | undefined>;
  put(ref: VerificationRef, slot: 'docFront' | 'docBack', reading: DocumentReading, until: number): Promise<void>;
}
