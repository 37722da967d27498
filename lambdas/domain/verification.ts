import type { Prompt } from './challenge.ts';
import type { VisualReading } from './evidence.ts';
import type { HostedSlot } from './hosted-session.ts';
import type { Review, ReviewClaim } from './reviewer.ts';
import type { TestScenario } from './sandbox-document.ts';
import type { Policy, Verdict } from './verdict.ts';

/**
 * The life of a verification, as one table. DynamoDB conditions (`statesBefore`), the README's diagram and every contract's
 * status words derive from it.
 */
export const transitions = {
  created: ['submitted', 'expired', 'canceled'],
  submitted: ['processing', 'failed', 'canceled'],
  processing: ['approved', 'review', 'rejected', 'failed'],
  review: ['approved', 'rejected', 'redacted'],
  approved: ['redacted'],
  rejected: ['redacted'],
  failed: ['redacted'],
  expired: ['redacted'],
  canceled: ['redacted'],
  redacted: [],
} as const satisfies Record<string, readonly string[]>;

export type State = keyof typeof transitions;

export const states = Object.keys(transitions) as readonly State[];

export const canMove = (from: State, to: State): boolean => (transitions[from] as readonly State[]).includes(to);

/** The states from which `to` can be reached in one step. */
export const statesBefore = (to: State): readonly State[] => states.filter((from) => canMove(from, to));

/** Accepted for work, and a credit was taken for it unless the key was a test key. A redacted one may never have been. */
export const isAccepted = ({ state, submittedAt }: Pick<Recorded, 'state' | 'submittedAt'>): boolean =>
  submittedAt !== undefined && state !== 'canceled';

export type Mode = 'live' | 'test';

/** Addresses one verification; the tenant and mode come from the key, never from the caller. */
export interface VerificationRef {
  readonly tenantId: string;
  readonly mode: Mode;
  readonly id: string;
}

export type DocumentType = 'dni' | 'passport' | 'drivers_license' | 'national_id' | 'other';

export type UploadSlot = 'docFront' | 'docBack' | 'selfie';

/** What the caller claims about the applicant at init. */
export interface Claims {
  readonly userRef?: string;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  readonly documentType?: DocumentType;
  readonly submittedFullName?: string;
}

export interface Submission {
  readonly docBack: boolean;
  /** 0..1, measured by the applicant's browser: client-controlled, hence never evidence for the applicant. */
  readonly clientLiveness?: number;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** On test keys: the moment by which documents are judged, ms. */
  readonly asOf?: number;
}

/** What a verification came to, with all that is needed to judge it again. */
export interface Outcome extends Verdict {
  readonly policy: Policy;
  /** SHA-256 over the policy, so that two outcomes can be compared. */
  readonly policyHash: string;
  /** Model files that measured, by id with their SHA-256. */
  readonly models: Readonly<Record<string, string>>;
  /** 0..1; absent: not measured. */
  readonly scores: {
    readonly ocrConfidence?: number;
    readonly faceMatch?: number;
    readonly liveness?: number;
    readonly docQuality?: number;
  };
  /** Milliseconds by stage. */
  readonly stages: Readonly<Record<string, number>>;
}

/** The canonical record; contracts only map it. All times are ms since the epoch. */
interface Recorded extends VerificationRef {
  readonly state: State;
  readonly claims: Claims;
  readonly createdAt: number;
  readonly submittedAt?: number;
  /** Credits that its debit left, on live keys. */
  readonly balanceAfter?: number;
  readonly outcome?: Outcome;
  readonly concludedAt?: number;
  /** Why it failed, on `failed`. */
  readonly failure?: string;
  /** Who looks at it, in `review`. */
  readonly claim?: ReviewClaim;
  /** What a person decided, where one had to. */
  readonly review?: Review;
  /** The state that it had when it was redacted. */
  readonly redactedFrom?: State;
}

/** A document and a selfie, looked at by a worker. */
export interface IdentityVerification extends Recorded {
  readonly contract: 'submission';
  /** Storage keys by slot. */
  readonly uploads: Readonly<Record<UploadSlot, string>>;
  /** Until when it can be submitted. */
  readonly expiresAt: number;
  readonly submission?: Submission;
  /** Attempts of the worker that ended in a fault of ours. */
  readonly attempts: number;
}

/** Fresh frames of a face against an enrolled one, judged within the call that brought them: it begins with its verdict. */
export interface FaceVerification extends Recorded {
  readonly contract: 'step-up';
  /** Gone once it is redacted, as everything that says whose it was. */
  readonly stepUp?: StepUp;
}

export type LivenessMode = 'passive' | 'dual_frame' | 'active';

/** What was asked for and answered, so that a repeated call gets the same answer. */
export interface StepUp {
  readonly action: string;
  /** Decimal. */
  readonly amt?: string;
  readonly asset?: string;
  readonly live: LivenessMode;
  readonly match: boolean;
  /** 0..1, four decimals. */
  readonly score: number;
  /** Unix seconds. */
  readonly iat: number;
  readonly exp: number;
  readonly modelSet: string;
  /** Frames that were judged. */
  readonly frames: number;
  readonly jwt: string;
  /** Of the call that was answered so. */
  readonly requestId: string;
  /** Hash over the caller's idempotency key and request, by which the same attempt is recognised; absent without a key. */
  readonly attempt?: string;
}

export type DocumentKind = VisualReading['kind'];

/** One side of a document, judged within the call that brought it, or by a worker where its result is to be sent. */
export interface DocumentVerification extends Recorded {
  readonly contract: 'document';
  readonly request: DocumentRequest;
  /** There once it has its verdict. */
  readonly result?: DocumentResult;
  /** What made it fail, beside `failure`: reasons that a person can act on. */
  readonly failureReasons?: readonly string[];
  /** Attempts of the worker that ended in a fault of ours. */
  readonly attempts: number;
}

export interface DocumentRequest {
  /** What the caller takes it for. */
  readonly documentType: DocumentKind;
  readonly verificationType: 'age_only' | 'full_verification';
  /** Whole years that its holder must have. */
  readonly ageThreshold: number;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Where its result is sent, instead of the tenant's endpoint. */
  readonly webhookUrl?: string;
  /** Judged on prepared evidence, and free. */
  readonly testMode: boolean;
  /** Which evidence, in test mode. */
  readonly scenario?: TestScenario;
  /** The caller's own id of the request. */
  readonly externalId?: string;
  /** On test keys: the moment by which it is judged, ms. */
  readonly asOf?: number;
  /** Storage key of the picture that a worker looks at. */
  readonly media?: string;
  /** Hash over the caller's idempotency key and request, by which the same attempt is recognised; absent without a key. */
  readonly attempt?: string;
}

export interface DocumentResult {
  /** As detected. */
  readonly documentType: DocumentKind;
  /** Whole years that are certain; absent where no date of birth was read. */
  readonly age?: number;
  readonly processingTimeMs: number;
}

/** C-12: what a person agreed to, when, and from where. */
export interface HostedConsent {
  /** Of the text. */
  readonly version: string;
  /** BCP 47. */
  readonly lang: string;
  readonly purpose: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** SHA-256 over the check's id and the network address. */
  readonly ipHash: string;
}

/** A video of a face against the photo on a document, judged within the call that submits them: it begins with its verdict. */
export interface HostedVerification extends Recorded {
  readonly contract: 'hosted';
  /** Proves addresses of its files; says nothing of anybody, and outlives the files so that they can be told to be gone. */
  readonly fileSecret: string;
  /** Until when its files are kept. */
  readonly filesUntil: number;
  /** Gone once it is redacted, as everything that says whose it was. */
  readonly hosted?: HostedRequest;
}

interface HostedRequest {
  readonly userEmail?: string;
  readonly userPhone?: string;
  readonly consent?: HostedConsent;
  /** What was asked for in front of the camera; absent where nothing was. */
  readonly challenge?: readonly Prompt[];
  /** Files that are kept of it. */
  readonly slots: readonly HostedSlot[];
  /** Under which its files are served: an event has no call that says so. */
  readonly baseUrl: string;
  /** Hash over the caller's idempotency key and request, by which the same attempt is recognised; absent without a key. */
  readonly attempt?: string;
}

/** A hosted check that nobody has erased. */
export type KeptCheck = HostedVerification & Required<Pick<HostedVerification, 'hosted'>>;

export const isKept = (verification: HostedVerification): verification is KeptCheck =>
  verification.hosted !== undefined;

/** What a worker takes from the queue. */
export type QueuedVerification = IdentityVerification | DocumentVerification;

export type Verification = QueuedVerification | FaceVerification | HostedVerification;
