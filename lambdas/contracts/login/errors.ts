import type { DocumentCode, ErrorCode, Failure, HostedCode } from '../../domain/error.ts';
import type { LoginError } from './shapes.ts';

/**
 * V-34: the contract's status and code for each failure. Rows V-21 to V-27 say what people's sessions meet; in them the message
 * is a code too.
 */
const codes: Readonly<Record<Exclude<ErrorCode, DocumentCode | HostedCode>, readonly [status: number, code: string]>> =
  {
    unauthorized: [401, 'UNAUTHORIZED'],
    invalid_key: [401, 'UNAUTHORIZED'],
    key_expired: [401, 'UNAUTHORIZED'],
    insufficient_credits: [402, 'insufficient_credits'],
    secret_key_required: [403, 'FORBIDDEN'],
    origin_not_allowed: [403, 'FORBIDDEN'],
    tenant_disabled: [403, 'FORBIDDEN'],
    session_token_missing: [403, 'liveness_session_token_missing'],
    session_expired: [403, 'liveness_session_expired'],
    session_cancelled: [403, 'liveness_session_cancelled'],
    not_found: [404, 'not_found'],
    validation_not_found: [404, 'biometric_validation_not_found'],
    verification_not_found: [404, 'not_found'],
    person_not_found: [404, 'person_not_found'],
    user_not_enrolled: [404, 'person_not_found'],
    method_not_allowed: [405, 'method_not_allowed'],
    invalid_request: [409, 'InvalidParameter'],
    upload_mismatch: [409, 'InvalidParameter'],
    upload_missing: [409, 'InvalidParameter'],
    upload_too_large: [409, 'InvalidParameter'],
    session_completed: [409, 'liveness_session_completed'],
    conflict: [409, 'conflict'],
    already_enrolled: [409, 'conflict'],
    collection_not_configured: [409, 'collection_not_configured'],
    multiple_candidates: [409, 'multiple_candidates'],
    no_face_detected: [409, 'no_face_detected'],
    multiple_faces_detected: [409, 'multiple_faces_detected'],
    quality_below_threshold: [409, 'quality_below_threshold'],
    liveness_failed: [409, 'liveness_failed'],
    idempotency_in_flight: [409, 'idempotency_in_flight'],
    payload_too_large: [413, 'payload_too_large'],
    unsupported_media_type: [415, 'unsupported_media_type'],
    idempotency_key_reused: [422, 'idempotency_key_reused'],
    rate_limited: [429, 'rate_limited'],
    internal: [500, 'ERROR'],
    unavailable: [503, 'unavailable'],
  };

/** `"image" is required`, as the published examples have it: the first field that is wrong, named as it was sent. */
function fieldFailure(fieldErrors: Readonly<Record<string, readonly string[]>>): LoginError {
  const [field = 'body', [message = 'is not valid'] = []] = Object.entries(fieldErrors)[0] ?? [];
  const missing = message === 'is required';
  return { code: missing ? 'MissingParameter' : 'InvalidParameter', message: `"${field}" ${message}` };
}

export function toLoginError(failure: Failure): { readonly status: number; readonly body: LoginError } {
  const { message, detail } = failure;
  const [status, code] = failure.code in codes ? codes[failure.code as keyof typeof codes] : codes.internal;
  switch (failure.code) {
    case 'invalid_request':
      return { status, body: detail?.fieldErrors ? fieldFailure(detail.fieldErrors) : { code, message } };
    case 'session_token_missing':
      return { status, body: { code, message: code } };
    case 'validation_not_found':
      return { status, body: { code, message: `${status}:${code}` } };
    case 'liveness_failed': {
      // V-24: `409:liveness_failed@0.45`; where there is no score, why not.
      const told = detail?.score === undefined ? message : `${status}:${code}@${hundredths(detail.score)}`;
      return { status, body: { code, message: told } };
    }
    case 'internal':
      return { status, body: { code, message: 'internal_error' } };
    default:
      return { status, body: { code, message } };
  }
}

/** Rounded down: a score that fell short never reads as the minimum that it missed. */
const hundredths = (score: number): number => Math.floor(score * 100 + 1e-9) / 100;
