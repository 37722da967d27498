import type { CommonCode, DocumentCode, ErrorCode, Failure } from '../../domain/error.ts';
import type { ErrorReply } from './schemas.ts';

/** The contract's status and code for each canonical code that its calls can meet. */
const documentErrors: Readonly<Record<CommonCode | DocumentCode, readonly [status: number, code: string]>> = {
  invalid_request: [400, 'REQUEST_INVALID'],
  unsupported_media_type: [400, 'REQUEST_INVALID'],
  upload_mismatch: [400, 'REQUEST_INVALID'],
  upload_missing: [400, 'REQUEST_INVALID'],
  upload_too_large: [400, 'REQUEST_INVALID'],
  document_invalid_format: [400, 'DOCUMENT_INVALID_FORMAT'],
  webhook_url_invalid: [400, 'WEBHOOK_URL_INVALID'],
  unauthorized: [401, 'AUTH_INVALID_KEY'],
  invalid_key: [401, 'AUTH_INVALID_KEY'],
  key_expired: [401, 'AUTH_INVALID_KEY'],
  insufficient_credits: [402, 'QUOTA_EXCEEDED'],
  secret_key_required: [403, 'AUTH_FORBIDDEN'],
  origin_not_allowed: [403, 'AUTH_FORBIDDEN'],
  tenant_disabled: [403, 'AUTH_FORBIDDEN'],
  not_found: [404, 'NOT_FOUND'],
  verification_not_found: [404, 'REQUEST_NOT_FOUND'],
  method_not_allowed: [405, 'METHOD_NOT_ALLOWED'],
  conflict: [409, 'CONFLICT'],
  idempotency_in_flight: [409, 'IDEMPOTENCY_IN_FLIGHT'],
  document_too_large: [413, 'DOCUMENT_TOO_LARGE'],
  payload_too_large: [413, 'DOCUMENT_TOO_LARGE'],
  document_quality_low: [422, 'DOCUMENT_QUALITY_LOW'],
  document_not_found: [422, 'DOCUMENT_NOT_FOUND'],
  document_unsupported: [422, 'DOCUMENT_UNSUPPORTED'],
  idempotency_key_reused: [422, 'IDEMPOTENCY_KEY_REUSED'],
  rate_limited: [429, 'RATE_LIMIT_EXCEEDED'],
  internal: [500, 'INTERNAL_ERROR'],
  unavailable: [503, 'SERVICE_UNAVAILABLE'],
};

/** What a look at a document ended with: the text's test table reads a status, its sample client a code. */
const looked: readonly ErrorCode[] = ['document_quality_low', 'document_not_found', 'document_unsupported'];

const known = (code: ErrorCode): code is CommonCode | DocumentCode => code in documentErrors;

/** M-41: messages that the text gives word for word. */
function messageOf({ code, message, retryAfter = 1 }: Failure): string {
  switch (code) {
    case 'unauthorized':
    case 'invalid_key':
    case 'key_expired':
      return 'The provided API key is invalid or expired';
    case 'rate_limited':
      return `Rate limit exceeded. Try again in ${retryAfter} second${retryAfter === 1 ? '' : 's'}.`;
    default:
      return message;
  }
}

interface Addressed {
  /** Under which the call came in. */
  readonly baseUrl: string;
}

/** More pixels than are taken stay as many however they are sent. */
const isLarge = ({ code, detail }: Failure): boolean =>
  code === 'payload_too_large' || (code === 'document_too_large' && detail?.reason !== 'pixels');

/** What a document that was too large for the call can be sent by instead. */
const uploadUrl = ({ baseUrl }: Addressed): string => `${baseUrl}/v1/uploads`;

export function toError(failure: Failure, called?: Addressed): ErrorReply['error'] {
  const { code: canonical, detail = {}, retryAfter } = failure;
  const [, code] = documentErrors[known(canonical) ? canonical : 'internal'];
  const { reason, reasons, fieldErrors, maxBytes } = detail;
  const details = {
    ...(reason !== undefined && { reason }),
    ...(reasons && { reasons: [...reasons] }),
    ...(fieldErrors && {
      fields: Object.fromEntries(Object.entries(fieldErrors).map(([path, messages]) => [path, [...messages]])),
    }),
    ...(retryAfter !== undefined && { retry_after_seconds: retryAfter }),
    ...(maxBytes !== undefined && { max_bytes: maxBytes }),
    ...(called && isLarge(failure) && { upload_url: uploadUrl(called) }),
  };
  return { code, message: messageOf(failure), ...(Object.keys(details).length > 0 && { details }) };
}

export function toErrorReply(
  failure: Failure,
  _requestId: string,
  called: Addressed & { readonly ownId: string },
): { readonly status: number; readonly body: ErrorReply } {
  const [status] = documentErrors[known(failure.code) ? failure.code : 'internal'];
  const { verificationId, testMode } = failure.detail ?? {};
  return {
    status,
    body: {
      request_id: verificationId ?? called.ownId,
      ...(looked.includes(failure.code) && { status: 'error' }),
      error: toError(failure, called),
      ...(testMode && { test_mode: true }),
    },
  };
}
