/**
 * Every failure that a caller can cause or meet, as one closed union. Codes are canonical: each contract renders them in its
 * own words (`contracts/<name>/errors.ts`), and `http/` turns them into a status in one place.
 */
export type ErrorCode =
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

/** An expected failure. `message` is for people, `code` for programs; `detail` is safe to show to the caller. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly detail?: FailureDetail;
  /** Seconds after which a retry can succeed. */
  readonly retryAfter?: number;
}

interface FailureDetail {
  /** Machine-readable cause within a code, for example `doc_front_key_mismatch`. */
  readonly reason?: string;
  /** Messages by path of the field. */
  readonly fieldErrors?: Readonly<Record<string, readonly string[]>>;
}

export const failure = (code: ErrorCode, message: string, more: Omit<Failure, 'code' | 'message'> = {}): Failure => ({
  code,
  message,
  ...more,
});
