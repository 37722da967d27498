import type { CommonCode, ErrorCode, FaceCode, Failure } from '../../domain/error.ts';
import { toSignals } from './replies.ts';
import type { ErrorReply } from './schemas.ts';

/** The contract's status and word for each canonical code that its calls can meet. */
export const stepUpErrors: Readonly<Record<CommonCode | FaceCode, readonly [status: number, code: string]>> = {
  invalid_request: [400, 'invalid_request'],
  unsupported_media_type: [400, 'invalid_request'],
  upload_mismatch: [400, 'invalid_request'],
  upload_missing: [400, 'invalid_request'],
  upload_too_large: [400, 'invalid_request'],
  unauthorized: [401, 'invalid_credentials'],
  invalid_key: [401, 'invalid_credentials'],
  insufficient_credits: [402, 'insufficient_credits'],
  key_expired: [403, 'key_expired'],
  tenant_disabled: [403, 'tenant_disabled'],
  secret_key_required: [403, 'secret_key_required'],
  origin_not_allowed: [403, 'origin_not_allowed'],
  not_found: [404, 'not_found'],
  verification_not_found: [404, 'verification_not_found'],
  user_not_enrolled: [404, 'user_not_enrolled'],
  method_not_allowed: [405, 'method_not_allowed'],
  conflict: [409, 'conflict'],
  already_enrolled: [409, 'already_enrolled'],
  idempotency_in_flight: [409, 'duplicate_request'],
  idempotency_key_reused: [409, 'duplicate_request'],
  payload_too_large: [413, 'payload_too_large'],
  no_face_detected: [422, 'no_face_detected'],
  multiple_faces_detected: [422, 'multiple_faces_detected'],
  quality_below_threshold: [422, 'quality_below_threshold'],
  liveness_failed: [422, 'liveness_failed'],
  rate_limited: [429, 'rate_limited'],
  internal: [500, 'internal_error'],
  unavailable: [503, 'maintenance'],
};

const known = (code: ErrorCode): code is CommonCode | FaceCode => code in stepUpErrors;

export function toErrorReply(
  { code: canonical, message, detail = {} }: Failure,
  requestId: string,
): { readonly status: number; readonly body: ErrorReply } {
  const [status, code] = stepUpErrors[known(canonical) ? canonical : 'internal'];
  const { reason, fieldErrors, scope, next, score, signals } = detail;
  return {
    status,
    body: {
      error: code,
      code,
      message,
      request_id: requestId,
      ...(scope && { scope }),
      ...(next && { next }),
      ...(reason !== undefined && { reason }),
      ...(score !== undefined && { score }),
      ...(fieldErrors && {
        fields: Object.fromEntries(Object.entries(fieldErrors).map(([path, messages]) => [path, [...messages]])),
      }),
      ...(signals && { signals: toSignals(signals) }),
    },
  };
}
