import type { ErrorCode, Failure } from '../domain/error.ts';

/** Status and title of each code in the platform's own shape; contracts have tables of their own. */
const problems: Readonly<Record<ErrorCode, readonly [status: number, title: string]>> = {
  invalid_request: [400, 'The request is malformed'],
  upload_mismatch: [400, 'The upload is not the one that was opened'],
  upload_missing: [400, 'Nothing was uploaded'],
  upload_too_large: [400, 'The upload is too large'],
  document_invalid_format: [400, 'The document is of no format that is taken'],
  webhook_url_invalid: [400, 'The address for the result is not taken'],
  api_key_required: [400, 'No key was sent'],
  user_identifier_required: [400, 'It is not said whose check it is'],
  return_url_refused: [400, 'The address to return to is not allowed'],
  files_missing: [400, 'A file is missing'],
  unauthorized: [401, 'No key was sent'],
  invalid_key: [401, 'The key is not valid'],
  key_expired: [401, 'The key has expired'],
  session_missing: [401, 'No session of the page'],
  insufficient_credits: [402, 'The balance is used up'],
  session_token_missing: [403, 'A session token is required'],
  session_expired: [403, 'The session has expired'],
  session_cancelled: [403, 'The session was cancelled'],
  secret_key_required: [403, 'A secret key is required'],
  origin_not_allowed: [403, 'The origin is not allowed'],
  tenant_disabled: [403, 'The account is disabled'],
  not_found: [404, 'There is no such thing'],
  verification_not_found: [404, 'There is no such verification'],
  validation_not_found: [404, 'There is no such validation'],
  user_not_enrolled: [404, 'The user is not enrolled'],
  person_not_found: [404, 'Nobody was recognised'],
  method_not_allowed: [405, 'The method is not allowed here'],
  conflict: [409, 'It is in use'],
  already_enrolled: [409, 'The user is enrolled already'],
  session_completed: [409, 'The session is completed'],
  collection_not_configured: [409, 'There is no collection to search'],
  multiple_candidates: [409, 'More than one person fits'],
  consent_required: [409, 'Consent is missing'],
  attempts_used_up: [409, 'The attempts are used up'],
  idempotency_in_flight: [409, 'The same request is under way'],
  link_used: [410, 'The address was used'],
  files_gone: [410, 'The file is gone'],
  payload_too_large: [413, 'The body is too large'],
  document_too_large: [413, 'The document is too large'],
  unsupported_media_type: [415, 'The body is not JSON'],
  idempotency_key_reused: [422, 'The idempotency key was used for another request'],
  no_face_detected: [422, 'There is no face'],
  multiple_faces_detected: [422, 'There is more than one face'],
  quality_below_threshold: [422, 'The picture is not good enough'],
  liveness_failed: [422, 'Liveness could not be shown'],
  document_quality_low: [422, 'The photo of the document is not good enough'],
  document_not_found: [422, 'There is no document'],
  document_unsupported: [422, 'The document is of a kind that cannot be read'],
  media_unusable: [422, 'The file cannot be used'],
  rate_limited: [429, 'Too many requests'],
  processing_failed: [500, 'Verification processing failed'],
  internal: [500, 'A fault of ours'],
  unavailable: [503, 'Try again in a moment'],
};

interface RenderedError {
  readonly status: number;
  readonly body: unknown;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The call that failed, as a contract may have to name it. */
interface FailedCall {
  /** An id of ours, whatever the caller calls it. */
  readonly ownId: string;
  /** `https://host` under which it came in. */
  readonly baseUrl: string;
  /** What its caller would rather read. */
  readonly accept?: string;
}

/** How a contract words a failure. */
export type RenderError = (failure: Failure, requestId: string, call: FailedCall) => RenderedError;

/** RFC 9457 problem details, with the extensions `code`, `request_id` and what the failure has to tell. */
export const toProblem = (failure: Failure, requestId: string): RenderedError => {
  const [status, title] = problems[failure.code];
  const { reason, reasons, fieldErrors, scope } = failure.detail ?? {};
  const body = {
    type: 'about:blank',
    title,
    status,
    detail: failure.message,
    code: failure.code,
    request_id: requestId,
    ...(reason !== undefined && { reason }),
    ...(reasons && { reasons }),
    ...(fieldErrors && { errors: fieldErrors }),
    ...(scope && { scope }),
  };
  return { status, body, contentType: 'application/problem+json' };
};
