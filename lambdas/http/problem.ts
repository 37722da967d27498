import type { ErrorCode, Failure } from '../domain/error.ts';

/** Status and title of each code in the platform's own shape; contracts have tables of their own. */
const problems: Readonly<Record<ErrorCode, readonly [status: number, title: string]>> = {
  invalid_request: [400, 'The request is malformed'],
  upload_mismatch: [400, 'The upload is not the one that was opened'],
  upload_missing: [400, 'Nothing was uploaded'],
  upload_too_large: [400, 'The upload is too large'],
  unauthorized: [401, 'No key was sent'],
  invalid_key: [401, 'The key is not valid'],
  key_expired: [401, 'The key has expired'],
  insufficient_credits: [402, 'The balance is used up'],
  secret_key_required: [403, 'A secret key is required'],
  origin_not_allowed: [403, 'The origin is not allowed'],
  tenant_disabled: [403, 'The account is disabled'],
  not_found: [404, 'There is no such thing'],
  verification_not_found: [404, 'There is no such verification'],
  method_not_allowed: [405, 'The method is not allowed here'],
  conflict: [409, 'It is in use'],
  idempotency_in_flight: [409, 'The same request is under way'],
  payload_too_large: [413, 'The body is too large'],
  unsupported_media_type: [415, 'The body is not JSON'],
  idempotency_key_reused: [422, 'The idempotency key was used for another request'],
  rate_limited: [429, 'Too many requests'],
  internal: [500, 'A fault of ours'],
  unavailable: [503, 'Try again in a moment'],
};

interface RenderedError {
  readonly status: number;
  readonly body: unknown;
  readonly contentType?: string;
}

/** How a contract words a failure. */
export type RenderError = (failure: Failure, requestId: string) => RenderedError;

/** RFC 9457 problem details, with the extensions `code`, `request_id` and what the failure has to tell. */
export const toProblem: RenderError = (failure, requestId) => {
  const [status, title] = problems[failure.code];
  const { reason, fieldErrors } = failure.detail ?? {};
  const body = {
    type: 'about:blank',
    title,
    status,
    detail: failure.message,
    code: failure.code,
    request_id: requestId,
    ...(reason !== undefined && { reason }),
    ...(fieldErrors && { errors: fieldErrors }),
  };
  return { status, body, contentType: 'application/problem+json' };
};
