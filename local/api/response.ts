import * as z from 'zod';

/** What goes back over HTTP. Header values may repeat (cookies). */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const formatted = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), scalar).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.union([z.string(), z.number(), z.boolean()]).transform(String).nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** An answer of API Gateway's own. */
export function gatewayResponse(status: number, message: string): ApiResponse {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ message })),
  };
}

export const serverError = gatewayResponse(500, 'Internal Server Error');

/** Names and values that Node's HTTP server would refuse to write make the whole answer invalid. */
const headerName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;
/** The server sets these itself. */
const hopByHop = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'upgrade']);

/**
 * Reads what a function answered (JSON text). With a `statusCode` it is a formatted response; without, the value itself
 * becomes a JSON body with status 200. Anything that is neither is the function's mistake: 500.
 */
export function readResponse(payload: string): ApiResponse {
  const value: unknown = JSON.parse(payload);
  if (typeof value !== 'object' || value === null || !('statusCode' in value)) {
    const body = Buffer.from(typeof value === 'string' ? value : payload);
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const parsed = formatted.safeParse(value);
  if (!parsed.success) return serverError;
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data;
  const out: Record<string, string | readonly string[]> = {};
  for (const [name, text] of Object.entries(headers ?? {})) {
    const lower = name.toLowerCase();
    if (!headerName.test(lower) || !headerValue.test(text)) return serverError;
    if (!hopByHop.has(lower)) out[lower] = text;
  }
  if (cookies?.some((cookie) => !headerValue.test(cookie))) return serverError;
  if (cookies?.length) out['set-cookie'] = cookies;
  if (body) out['content-type'] ??= 'text/plain;charset=UTF-8';
  return { status: statusCode, headers: out, body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8') };
}
