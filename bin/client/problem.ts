import * as z from 'zod';

const fieldErrors = z.record(z.string(), z.array(z.string()));

/** RFC 9457, as the platform's own endpoints answer. */
const problem = z
  .object({
    detail: z.string(),
    code: z.string(),
    request_id: z.string().optional(),
    reason: z.string().optional(),
    errors: fieldErrors.optional(),
  })
  .transform(({ detail, code, request_id, reason, errors }) => ({ message: detail, code, request_id, reason, errors }));

/** The submission contract's shape. */
const submissionError = z
  .object({
    error: z.string(),
    message: z.string(),
    requestId: z.string().optional(),
    detail: z.object({ reason: z.string().optional(), fieldErrors: fieldErrors.optional() }).optional(),
  })
  .transform(({ error, message, requestId, detail }) => ({
    message,
    code: error,
    request_id: requestId,
    reason: detail?.reason,
    errors: detail?.fieldErrors,
  }));

/** API Gateway, before any function of ours. */
const gatewayError = z
  .object({ message: z.string() })
  .transform(({ message }) => ({ message, code: '', request_id: undefined, reason: undefined, errors: undefined }));

const refusal = z.union([problem, submissionError, gatewayError]);

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** One line about a refusal: `There is no such tenant. (404 not_found, request req_…)`. */
export function readProblem(status: number, body: string, requestId?: string): string {
  const read = refusal.safeParse(parsed(body));
  if (!read.success)
    return `The service answered ${status} without saying why${requestId ? ` (request ${requestId})` : ''}.`;
  const { message, code, reason, errors = {}, request_id = requestId } = read.data;
  const fields = Object.entries(errors).map(([path, messages]) => `${path || 'body'}: ${messages.join(', ')}`);
  const about = [
    `${status} ${code}`.trim(),
    ...(reason ? [reason] : []),
    ...(request_id ? [`request ${request_id}`] : []),
  ];
  return [`${message} (${about.join(', ')})`, ...fields].join('; ');
}
