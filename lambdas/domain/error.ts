import type { Signal } from './verdict.ts';

/**
 * Every failure that a caller can cause or meet, as one closed union. Codes are canonical: each contract renders them in its
 * own words (`contracts/<name>/errors.ts`), and `http/` turns them into a status in one place.
 */
export type ErrorCode = CommonCode | FaceCode | LoginCode | DocumentCode | HostedCode;

/** What any call can meet. */
export type CommonCode =
  | 'invalid_request'
  | 'unauthorized'
  | 'invalid_key'
  | 'key_expired'
  | 'secret_key_required'
  | 'origin_not_allowed'
  | 'tenant_disabled'
  | 'not_found'
  | 'verification_not_found'
  | 'insufficient_credits'
  | 'upload_mismatch'
  | 'upload_missing'
  | 'upload_too_large'
  | 'idempotency_key_reused'
  | 'idempotency_in_flight'
  | 'conflict'
  | 'rate_limited'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'method_not_allowed'
  | 'unavailable'
  | 'internal';

/** What a look at faces can end with. */
export type FaceCode =
  | 'user_not_enrolled'
  | 'already_enrolled'
  | 'no_face_detected'
  | 'multiple_faces_detected'
  | 'quality_below_threshold'
  | 'liveness_failed';

/** What a login meets: its session, its validation, and the collection that is searched. */
type LoginCode =
  | 'session_token_missing'
  | 'session_expired'
  | 'session_completed'
  | 'session_cancelled'
  | 'validation_not_found'
  | 'person_not_found'
  | 'collection_not_configured'
  | 'multiple_candidates';

/** What a document, or the address that its result is wanted at, can be refused with. */
export type DocumentCode = DocumentFault | 'document_too_large' | 'webhook_url_invalid';

/** What the hosted page and its submission meet. */
export type HostedCode =
  | 'api_key_required'
  | 'user_identifier_required'
  | 'return_url_refused'
  | 'files_missing'
  | 'consent_required'
  | 'session_missing'
  | 'link_used'
  | 'attempts_used_up'
  | 'media_unusable'
  | 'processing_failed'
  | 'files_gone';

/** Why nothing was made out on a document that was looked at. */
export type DocumentFault =
  | 'document_invalid_format'
  | 'document_quality_low'
  | 'document_not_found'
  | 'document_unsupported';

/** An expected failure. `message` is for people, `code` for programs; `detail` is safe to show to the caller. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly detail?: FailureDetail;
  /** Seconds after which a retry can succeed. */
  readonly retryAfter?: number;
}

export type LimitScope = 'key' | 'tenant' | 'action' | 'user';

interface FailureDetail {
  /** Machine-readable cause within a code, for example `doc_front_key_mismatch`. */
  readonly reason?: string;
  /** Messages by path of the field. */
  readonly fieldErrors?: Readonly<Record<string, readonly string[]>>;
  /** Whose limit was reached. */
  readonly scope?: LimitScope;
  /** What a caller whose liveness failed can try instead. */
  readonly next?: 'active';
  /** 0..1, where a score fell short. */
  readonly score?: number;
  /** What was looked at, in words, where a judgement failed. */
  readonly signals?: readonly Signal[];
  /** What is wrong with a picture, in words of `DocumentQualityReason` where it is its quality. */
  readonly reasons?: readonly string[];
  /** The verification that failed so, where a record of it is kept. */
  readonly verificationId?: string;
  readonly testMode?: boolean;
  /** The file that should be taken again. */
  readonly which?: 'id_photo' | 'id_back' | 'selfie_video';
  /** What is taken at most, where something was too large. */
  readonly maxBytes?: number;
}

export const failure = (code: ErrorCode, message: string, more: Omit<Failure, 'code' | 'message'> = {}): Failure => ({
  code,
  message,
  ...more,
});

/**
 * A service that we stand on takes no more right now, after all retries: the same call can succeed in a moment. The one expected
 * failure that is thrown, because it can happen wherever a port is called.
 */
export class Overload extends Error {
  override readonly name = 'Overload';
}
