import type { CommonCode, Failure } from '../../domain/error.ts';
import type { ErrorReply } from './schemas.ts';

/** The contract's status and word for each canonical code that its calls can meet. */
export const submissionErrors: Readonly<Record<CommonCode, readonly [status: number, error: string]>> = {
  invalid_request: [400, 'invalid_body'],
  upload_mismatch: [400, 'invalid_body'],
  upload_missing: [400, 'invalid_body'],
  upload_too_large: [400, 'invalid_body'],
  unauthorized: [401, 'unauthorized'],
  invalid_key: [401, 'invalid_key'],
  key_expired: [401, 'invalid_key'],
  secret_key_required: [403, 'secret_key_required'],
  origin_not_allowed: [403, 'origin_not_allowed'],
  tenant_disabled: [403, 'tenant_disabled'],
  insufficient_credits: [403, 'insufficient_credits'],
  not_found: [404, 'not_found'],
  verification_not_found: [404, 'verification_not_found'],
  method_not_allowed: [405, 'method_not_allowed'],
  conflict: [409, 'conflict'],
  idempotency_in_flight: [409, 'idempotency_in_flight'],
  payload_too_large: [413, 'payload_too_large'],
  unsupported_media_type: [400, 'invalid_body'],
  idempotency_key_reused: [422, 'idempotency_key_reused'],
  rate_limited: [429, 'rate_limited'],
  internal: [500, 'internal'],
  unavailable: [503, 'unavailable'],
};

export function toErrorReply(
  failure: Failure,
  requestId: string,
): { readonly status: number; readonly body: ErrorReply } {
  const [status, error] = submissionErrors[failure.code as CommonCode] ?? submissionErrors.internal;
  const { reason, fieldErrors } = failure.detail ?? {};
  const detail = {
    ...(reason !== undefined && { reason }),
    ...(fieldErrors && {
      fieldErrors: Object.fromEntries(Object.entries(fieldErrors).map(([path, messages]) => [path, [...messages]])),
    }),
  };
  return {
    status,
    body: { error, message: failure.message, requestId, ...(failure.detail && { detail }) },
  };
}
