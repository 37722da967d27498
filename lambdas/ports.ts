/** Everything the outside owes us, on one screen. Types only; `adapters/` and `vision/` fulfil them. */
import type { Realm } from './domain/caller.ts';
import type { LedgerEntry } from './domain/credits.ts';
import type { DocumentExtraction } from './domain/document-extraction.ts';
import type { EnrolledUser, Enrolment, FrameMark, IssuedChallenge, UserRef } from './domain/enrolment.ts';
import type {
  DocumentReading,
  Face,
  FaceReading,
  FrameRelation,
  ImageFault,
  Measure,
  Stages,
  Template,
  VideoFault,
} from './domain/evidence.ts';
import type { HostedSession } from './domain/hosted-session.ts';
import type { LoginChange, LoginKind, LoginRecordOf } from './domain/login-records.ts';
import type { Allowance, Bucket } from './domain/rate-limit.ts';
import type { Result } from './domain/result.ts';
import type { Review, ReviewClaim, Reviewer } from './domain/reviewer.ts';
import type { KeyRecord, SealedSecret, SigningSecret, Tenant } from './domain/tenant.ts';
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
} from './domain/verification.ts';
import type { Attempt, Delivery, DomainEvent, Step } from './domain/webhook-delivery.ts';

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

export interface Random {
  /** So many base62 characters from a cryptographic source. */
  base62(length: number): string;
  /** So many lower-case hex digits from a cryptographic source; an even number. */
  hex(length: number): string;
  /** 0..1, for jitter. */
  unit(): number;
}

export interface Digest {
  /** Lower-case hex. */
  sha256(data: string | Uint8Array): string;
}

/** What a page for browsers begins with: names of assets. */
export interface SiteEntry {
  readonly script: string;
  readonly styles: readonly string[];
  /** Scripts that `script` cannot do without. */
  readonly preload: readonly string[];
}

/** Pages for browsers, as they were built. */
export interface SiteFiles {
  readonly entries: Readonly<Record<'capture' | 'console', SiteEntry>>;
  /** One file in an encoding of the request's `Accept-Encoding`; undefined where there is no such file. */
  asset(
    name: string,
    accepted: string,
  ): Promise<{ readonly body: Uint8Array; readonly contentType: string; readonly encoding?: string } | undefined>;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; absent on the last page. */
  readonly cursor?: string;
}

export interface Tenants {
  get(tenantId: string): Promise<Tenant | undefined>;
  /** Undefined where there is no such tenant. `enableWebhook` forgets that the endpoint answered 410. */
  update(
    tenantId: string,
    change: Partial<Pick<Tenant, 'name' | 'plan' | 'status' | 'settings'>>,
    enableWebhook?: boolean,
  ): Promise<Tenant | undefined>;
  disableWebhook(tenantId: string, at: number): Promise<void>;
  list(cursor?: string): Promise<Page<Tenant>>;
  /** Newest first. */
  webhookSecrets(tenantId: string): Promise<readonly SealedSecret[]>;
  rotateWebhookSecret(tenantId: string, secret: SealedSecret, oldUntil: number): Promise<void>;
  /** Newest first; empty where there is no such tenant. */
  signingSecrets(tenantId: string): Promise<readonly SigningSecret[]>;
  /** False where they are no longer as `before`. */
  setSigningSecrets(
    tenantId: string,
    before: readonly SigningSecret[],
    after: readonly SigningSecret[],
  ): Promise<boolean>;
  /** The sealed key of the tenant's face templates; `proposed` becomes it where there is none yet. */
  templateKey(tenantId: string, proposed: () => Promise<string>): Promise<string>;
}

export interface TenantRegistry {
  /** All or nothing. The opening balance is a ledger row where it is not 0. */
  create(all: {
    readonly tenant: Tenant;
    readonly webhookSecret: SealedSecret;
    readonly signingSecret: SigningSecret;
    readonly keys: readonly (KeyRecord & { readonly hash: string })[];
    readonly balance: number;
  }): Promise<void>;
}

export interface Keys {
  put(key: KeyRecord & { readonly hash: string }): Promise<void>;
  byHash(hash: string): Promise<KeyRecord | undefined>;
  list(tenantId: string): Promise<readonly KeyRecord[]>;
  /** False where there is no such key. */
  revoke(keyId: string, at: number): Promise<boolean>;
  touch(hash: string, at: number): Promise<void>;
}

export interface Credits {
  balance(tenantId: string): Promise<number>;
  /** Adds `amount` (may be negative down to a balance of 0) and writes the ledger; `short` leaves both as they were. */
  grant(tenantId: string, entry: Omit<LedgerEntry, 'balance'>): Promise<Result<LedgerEntry, 'short'>>;
  /** Newest first. */
  ledger(tenantId: string, cursor?: string): Promise<Page<LedgerEntry>>;
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

/** What the login contract keeps, by kind and id, each realm apart. */
export interface LoginRecords {
  get<Kind extends LoginKind>(realm: Realm, kind: Kind, id: string): Promise<LoginRecordOf<Kind> | undefined>;
  /** Those that are there, in no order; at most 100 ids. */
  getAll<Kind extends LoginKind>(
    realm: Realm,
    kind: Kind,
    ids: readonly string[],
  ): Promise<readonly LoginRecordOf<Kind>[]>;
  /** One page of those that match, newest first; `page` counts from 1. Costs a read of all that are newer. */
  list<Kind extends LoginKind>(
    realm: Realm,
    kind: Kind,
    options: {
      readonly page: number;
      readonly perPage: number;
      readonly matches?: (record: LoginRecordOf<Kind>) => boolean;
      readonly oldestFirst?: boolean;
    },
  ): Promise<{ readonly items: readonly LoginRecordOf<Kind>[]; readonly more: boolean }>;
  /**
   * All changes, the movement of credits and the events that tell of them, or nothing. `changed`: a record is not the one that was
   * read, or the movement has been made before. Answers the ledger's row where credits moved.
   */
  commit(
    realm: Realm,
    changes: readonly LoginChange[],
    also?: {
      /** What they rest on, and do not write. */
      readonly unchanged?: readonly LoginChange[];
      readonly movement?: Omit<LedgerEntry, 'balance'>;
      /** They are due at `dueAt`, unless they are known to be published by then. */
      readonly told?: { readonly events: readonly DomainEvent[]; readonly dueAt: number };
    },
  ): Promise<Result<LedgerEntry | undefined, 'changed' | 'insufficient_credits'>>;
  /** Records of that kind that should have been looked at by `at`, oldest first. */
  due(kind: LoginKind, at: number, limit: number): Promise<readonly (Realm & { readonly id: string })[]>;
}

/** Events that were written together with what they tell of, until they are known to be published. */
export interface Outbox {
  due(at: number, limit: number): Promise<readonly DomainEvent[]>;
  /** Published: it is not due any more. */
  settle(event: DomainEvent): Promise<void>;
}

/** Users of the step-up contract: their enrolments, what was sent for them, what they were challenged to do. */
export interface Enrolments {
  /** Undefined for one who was never enrolled. */
  get(user: UserRef): Promise<EnrolledUser | undefined>;
  /** Writes enrolment and marks in one; false where the user is enrolled, or one of the frames was sent for them before. */
  put(user: UserRef, enrolment: Enrolment, marks: readonly FrameMark[]): Promise<boolean>;
  /** Forgets enrolment, marks and challenges; what is left says when. Answers undefined for one who was never enrolled. */
  erase(user: UserRef, at: number): Promise<EnrolledUser | undefined>;
  setTokensRevoked(user: UserRef, count: number): Promise<void>;
  marks(user: UserRef): Promise<readonly FrameMark[]>;
  putChallenge(user: UserRef, challenge: IssuedChallenge): Promise<void>;
  /** Takes a challenge for the attempt `by` names; undefined where there is none, or another attempt has taken it. */
  takeChallenge(user: UserRef, challengeId: string, by: string): Promise<IssuedChallenge | undefined>;
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

export interface Upload {
  readonly key: string;
  readonly url: string;
  readonly method: 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  readonly post: { readonly url: string; readonly fields: Readonly<Record<string, string>> };
}

export interface Uploads {
  /** A PUT for clients of the text, and a POST whose policy enforces type and size. */
  presign(
    key: string,
    options: {
      readonly ttlSeconds: number;
      readonly maxBytes: number;
      /** Declared by the uploader; default `image/jpeg`. What it really is, its bytes tell. */
      readonly contentType?: string;
    },
  ): Promise<Upload>;
  /** Of the addresses that are signed: a page that uploads must be allowed to call it. */
  origin(): Promise<string>;
}

export interface Downloads {
  /** An address that serves a file for a while, to whoever has it. */
  sign(key: string, options: { readonly ttlSeconds: number; readonly fileName: string }): Promise<string>;
}

export interface Media {
  /** Undefined where nothing was uploaded. */
  size(key: string): Promise<number | undefined>;
  read(key: string): Promise<Uint8Array | undefined>;
  /** Writes over what is there. */
  put(key: string, bytes: Uint8Array, contentType: string): Promise<void>;
  delete(keys: readonly string[]): Promise<void>;
}

export interface Jobs {
  send(ref: VerificationRef): Promise<void>;
}

export interface Events {
  publish(event: DomainEvent): Promise<void>;
}

export interface Deliveries {
  /** Writes a pending delivery unless it is there; answers what is there now. */
  open(delivery: Delivery): Promise<Delivery>;
  get(ref: DeliveryRef): Promise<Delivery | undefined>;
  /** Takes the next attempt until `leaseUntil`; false where it is not due, or another worker has it. */
  claim(delivery: Delivery, now: number, leaseUntil: number): Promise<boolean>;
  record(delivery: Delivery, attempt: Attempt, step: Step): Promise<void>;
  /** → pending and due at once, attempts kept. */
  reopen(ref: DeliveryRef, dueAt: number): Promise<void>;
  due(at: number, limit: number): Promise<readonly DeliveryRef[]>;
  /** Newest first. */
  list(
    tenantId: string,
    mode: Mode,
    filter: {
      readonly verificationId?: string;
      readonly status?: Delivery['status'];
      readonly since?: number;
      readonly until?: number;
    },
    cursor?: string,
  ): Promise<Page<Delivery>>;
}

export interface DeliveryRef {
  readonly tenantId: string;
  readonly mode: Mode;
  readonly deliveryId: string;
}

export interface DeliveryQueue {
  send(ref: DeliveryRef, delaySeconds: number): Promise<void>;
}

export interface DeadLetter {
  readonly id: string;
  readonly queue: 'jobs' | 'deliveries';
  readonly receivedAt: number;
  readonly body: string;
}

export interface DeadLetters {
  list(): Promise<readonly DeadLetter[]>;
  /** False where it is no longer there. */
  redrive(id: string): Promise<boolean>;
}

export interface RateLimits {
  /** Takes one token from the bucket `name` of a tenant. */
  take(tenantId: string, name: string, bucket: Bucket, now: number): Promise<Allowance>;
}

export interface StoredReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Idempotency {
  /** Undefined: the key is ours to work on. Else what came of it before. */
  begin(
    scope: string,
    key: string,
    bodyHash: string,
    now: number,
    ttlSeconds: number,
  ): Promise<undefined | 'in_flight' | 'other_body' | StoredReply>;
  complete(scope: string, key: string, reply: StoredReply): Promise<void>;
  /** The attempt failed: the key is free again. */
  release(scope: string, key: string): Promise<void>;
}

export interface Secrets {
  /** Bound to the tenant: opening it for another one fails. */
  seal(tenantId: string, plain: string): Promise<string>;
  open(tenantId: string, sealed: string): Promise<string>;
}

export interface WebhookSigner {
  /**
   * For each secret: `v1,<base64>` of Standard Webhooks, the hex HMAC-SHA256 of `<unix seconds>.<body>`, and that of the body alone.
   */
  sign(
    secrets: readonly string[],
    message: { readonly id: string; readonly unixSeconds: number; readonly body: string },
  ): {
    readonly standard: readonly string[];
    readonly hex: readonly string[];
    readonly bodyHex: readonly string[];
  };
}

/** What this installation vouches for with Ed25519; anybody can check it by the installation's JWKS. */
export interface Receipts {
  /** Compact JWS over the claims, EdDSA. */
  sign(claims: Readonly<Record<string, unknown>>): Promise<string>;
  /** Base64url signature over the text's UTF-8. */
  signText(text: string): Promise<string>;
}

/** JSON Web Keys (RFC 7517) that receipts are checked with. */
export interface PublicKeys {
  jwks(): Promise<{ readonly keys: readonly Readonly<Record<string, unknown>>[] }>;
}

/** Tokens that a tenant's own systems check, with the signing secret that they share with us. */
export interface Tokens {
  /** Compact JWS, HS256, by the newest secret. Throws for an unknown tenant. */
  sign(tenantId: string, claims: Readonly<Record<string, unknown>>): Promise<string>;
  /** The claims of a token that an active secret of the tenant signed, whatever its times and kind say; else undefined. */
  verify(tenantId: string, token: string): Promise<Readonly<Record<string, unknown>> | undefined>;
  /** What a token says of itself, believed by nobody: it only tells whose secrets to check it with. */
  peek(token: string): Readonly<Record<string, unknown>> | undefined;
}

/** Face templates at rest, under a key of their tenant; bound to their owner, so that they cannot be moved to another one. */
export interface TemplateVault {
  /** A picture of a face is never kept: where the engine gives no templates away, it keeps faces itself for that owner. */
  seal(tenantId: string, owner: string, templates: readonly Template[]): Promise<string>;
  open(tenantId: string, owner: string, sealed: string): Promise<readonly Template[]>;
  /** Forgets what the engine itself keeps for that owner, if anything; what was sealed goes with the record that holds it. */
  forget(tenantId: string, owner: string): Promise<void>;
}

/** Faces that an engine keeps itself for an owner of templates: they do not end with the record that points to them. */
export interface KeptFaces extends Pick<TemplateVault, 'forget'> {
  /** Owners whose time is over, because nobody has opened what was sealed for so long. */
  due(at: number, limit: number): Promise<readonly { readonly tenantId: string; readonly owner: string }[]>;
}

export type EgressFault = 'address_refused' | 'unresolvable' | 'timeout' | 'connection_failed' | 'tls_failed';

export interface Egress {
  /** Posts to an address of a customer; private addresses are refused unless allowed, redirects are never followed. */
  post(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<Result<{ readonly status: number; readonly retryAfterSeconds?: number }, EgressFault>>;
}

export interface WebhookAddresses {
  /** Whether a name stands for addresses of the public internet alone, as far as it can be told now; `post` looks again. */
  isPublic(hostname: string): Promise<boolean>;
}

export interface DocumentExamination {
  readonly document: DocumentReading;
  readonly portrait: FaceReading;
}

/** Faces measured: by our own models, or by Amazon Rekognition. Never decides. */
export interface Faces {
  readonly capabilities: VisionCapabilities;
  readFace(image: Uint8Array): Promise<Result<FaceReading, ImageFault>>;
  /** Calibrated similarity, 0..1: 0.90 ≙ FMR 1e-4, 0.80 ≙ 1e-3, 0.50 ≙ 1e-2. Unavailable for templates of different sets. */
  compare(a: Template, b: Template): Promise<Measure>;
  /** Two frames of one session against each other. */
  relate(a: Face, b: Face): Promise<FrameRelation>;
}

/** Images in, measurements out. Never decides. */
export interface Vision extends Faces {
  /** `known` is an earlier reading of the same image: only the portrait is then looked for. */
  readDocumentFront(image: Uint8Array, known?: DocumentReading): Promise<Result<DocumentExamination, ImageFault>>;
  readDocumentBack(image: Uint8Array): Promise<Result<DocumentReading, ImageFault>>;
  /**
   * One side of any document: all of it and with `portrait` the face on it, without only its zone where that can be read; an image of which a
   * side has fewer pixels is too small.
   */
  readDocument(
    image: Uint8Array,
    options: { readonly portrait: boolean; readonly leastSide: number },
  ): Promise<Result<{ readonly document: DocumentReading; readonly portrait?: FaceReading }, ImageFault>>;
}

export interface VideoFrame {
  /** Since the video's beginning. */
  readonly atMs: number;
  /** JPEG, upright as the file's own metadata say. */
  readonly image: Uint8Array;
}

export interface Video {
  readonly durationMs: number;
  /** Of the upright picture, pixels. */
  readonly width: number;
  readonly height: number;
  /** Evenly over the whole of it, in their order. */
  readonly frames: readonly VideoFrame[];
  readonly stages: Stages;
}

/** Videos taken apart, and photos of formats that need the same libraries, in a process of their own. */
export interface Videos {
  /** What is missing, and what is unavailable without it. */
  readonly missing: Readonly<Record<string, string>>;
  read(
    video: Uint8Array,
    options?: {
      /** Most frames. Default 12. */
      readonly frames?: number;
      /** Ms from one to the next, at least, where there are eight of them then. Default 0. */
      readonly everyMs?: number;
      /** Clockwise, over what the metadata say: for cameras that were held otherwise than they thought. */
      readonly quarterTurns?: number;
      /** For all of it. Default 10 000. */
      readonly milliseconds?: number;
    },
  ): Promise<Result<Video, VideoFault>>;
  /** A photo in HEIC or BMP as JPEG; all others are `image_unsupported_format`, and need it not. */
  still(image: Uint8Array): Promise<Result<Uint8Array, ImageFault>>;
}

/** The faces to search among: one index for each collection of a tenant and mode, none reaches beyond it. */
export interface GalleryRef {
  readonly tenantId: string;
  readonly mode: Mode;
  readonly collection: string;
}

/** A face of a collection: our id, and the template that `put` gave to keep. */
export interface KeptFace {
  readonly faceId: string;
  readonly template: Template;
}

/** What can be done with collections without looking at a face. */
export interface Collections {
  /** Makes room for a collection; harmless where it is there. */
  create(ref: GalleryRef): Promise<void>;
  drop(ref: GalleryRef): Promise<void>;
  /** Harmless where they, or the collection, are gone. */
  delete(ref: GalleryRef, faces: readonly KeptFace[]): Promise<void>;
}

export interface Gallery extends Collections {
  /**
   * Makes a face findable under its id from the next search on; answers the template to keep, undefined where there is no such
   * collection.
   */
  put(ref: GalleryRef, faceId: string, template: Template): Promise<Template | undefined>;
  /** The faces most like the probe, compared exactly, best first; undefined where there is no such collection. */
  search(
    ref: GalleryRef,
    probe: Template,
    limit: number,
  ): Promise<readonly { readonly faceId: string; readonly similarity: number }[] | undefined>;
}

export interface VisionCapabilities {
  readonly modelSet: string;
  /** Model id → SHA-256. */
  readonly models: Readonly<Record<string, string>>;
  /** What is missing, and what is unavailable without it. */
  readonly missing: Readonly<Record<string, string>>;
}
