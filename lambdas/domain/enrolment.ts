import type { Realm } from './caller.ts';
import type { Prompt } from './challenge.ts';

/** One person of a tenant, by the tenant's own id for them. */
export interface UserRef extends Realm {
  readonly userId: string;
}

/** A face that was enrolled for later comparison. */
export interface Enrolment {
  /** `emb_…`; a new one each time that somebody is enrolled. */
  readonly embeddingId: string;
  /** What it may be used for (C-16): a step-up compares it with one caller's frames, and never searches it. */
  readonly purpose: 'step-up';
  readonly enrolledAt: number;
  readonly framesUsed: number;
  /** Templates, sealed, by the model set that made them. */
  readonly sealed: Readonly<Record<string, string>>;
  /** Hash over the caller's idempotency key and request, by which the same attempt is recognised; absent without a key. */
  readonly attempt?: string;
}

/** What is known of a user: an enrolment, or that there was one. */
export interface EnrolledUser {
  readonly enrolment?: Enrolment;
  /** When the last enrolment before the present one was erased, if any was. Tokens up to then are revoked. */
  readonly erasedAt?: number;
  /** How many tokens that erasure revoked before their time. */
  readonly tokensRevoked?: number;
}

/** What a person was asked to do, to show that they are there now: for one user, for one action where one was named, and once. */
export interface IssuedChallenge {
  readonly challengeId: string;
  readonly nonce: string;
  readonly prompts: readonly Prompt[];
  readonly action?: string;
  readonly expiresAt: number;
}

/** What is kept of a frame that was sent for a user, so that it is recognised when it is sent again. */
export interface FrameMark {
  /** Of the file. */
  readonly sha256: string;
  /** Of the face in it (`domain/fingerprint.ts`); absent where there was none. */
  readonly fingerprint?: string;
}
