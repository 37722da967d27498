import type { CommonCode, ErrorCode, Failure, HostedCode } from '../../domain/error.ts';
import { errorPage } from './error-page.ts';
import type { ErrorReply } from './schemas.ts';

type Met = CommonCode | HostedCode | 'session_expired' | 'webhook_url_invalid';

/** The contract's status for each canonical code that its calls can meet. */
const statuses: Readonly<Record<Met, number>> = {
  invalid_request: 400,
  unsupported_media_type: 400,
  upload_mismatch: 400,
  upload_missing: 400,
  upload_too_large: 400,
  api_key_required: 400,
  user_identifier_required: 400,
  return_url_refused: 400,
  files_missing: 400,
  webhook_url_invalid: 400,
  unauthorized: 401,
  invalid_key: 401,
  key_expired: 401,
  tenant_disabled: 401,
  session_missing: 401,
  session_expired: 401,
  insufficient_credits: 402,
  secret_key_required: 403,
  origin_not_allowed: 403,
  not_found: 404,
  verification_not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  idempotency_in_flight: 409,
  consent_required: 409,
  attempts_used_up: 409,
  link_used: 410,
  files_gone: 410,
  payload_too_large: 413,
  idempotency_key_reused: 422,
  media_unusable: 422,
  rate_limited: 429,
  internal: 500,
  processing_failed: 500,
  unavailable: 503,
};

const known = (code: ErrorCode): code is Met => code in statuses;

/** P-02 to P-04, P-24, P-26: messages that the text gives word for word. */
function messageOf({ code, message }: Failure): string {
  switch (code) {
    case 'api_key_required':
    case 'unauthorized':
      return 'API key is required';
    case 'invalid_key':
    case 'key_expired':
    case 'tenant_disabled':
      return 'Invalid API key';
    case 'user_identifier_required':
      return 'User identifier is required';
    case 'files_missing':
      return 'Both selfie video and ID photo are required';
    case 'processing_failed':
      return 'Verification processing failed';
    default:
      return message;
  }
}

/** Codes with which a person can do the same again, with another file. */
const again: readonly ErrorCode[] = ['media_unusable'];

export function toErrorReply(
  failure: Failure,
  requestId: string,
  { baseUrl, accept = '' }: { readonly baseUrl: string; readonly accept?: string },
): {
  readonly status: number;
  readonly body: ErrorReply | string;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
} {
  const { code, detail = {} } = failure;
  const status = statuses[known(code) ? code : 'internal'];
  const error = messageOf(failure);
  if (prefersHtml(accept)) return { status, ...errorPage(error, requestId) };
  const { fieldErrors, maxBytes, reason, reasons, verificationId, which } = detail;
  return {
    status,
    body: {
      success: false,
      error,
      code,
      ...(verificationId !== undefined && { check_id: verificationId }),
      ...(which && { which }),
      ...(reason !== undefined && { reason }),
      ...(reasons && { reasons: [...reasons] }),
      ...(again.includes(code) && { retry: true }),
      ...(fieldErrors && {
        fields: Object.fromEntries(Object.entries(fieldErrors).map(([path, messages]) => [path, [...messages]])),
      }),
      // K-06: what is too large for the call goes to storage from the page.
      ...(status === 413 && { upload_url: `${baseUrl}/verif/sessions` }),
      ...(maxBytes !== undefined && { max_bytes: maxBytes }),
      request_id: requestId,
    },
  };
}

/** Of a browser that goes to an address; a script asks for JSON, or for anything. */
const prefersHtml = (accept: string): boolean => {
  const [html, json] = [accept.indexOf('text/html'), accept.indexOf('application/json')];
  return html >= 0 && (json < 0 || html < json);
};
