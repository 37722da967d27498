import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** The scope inside a SigV4 `Credential`: `accessKey/YYYYMMDD/region/service/aws4_request`. */
export interface CredentialScope {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/** What a client signed, as far as the request itself can tell. */
export interface CanonicalParts {
  readonly method: string;
  /** Path decoded from the wire, `/bucket/key`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: (name: string) => string;
  readonly signedHeaders: readonly string[];
  /** Hex SHA-256 of the body, or one of the literals that stand for it. */
  readonly payloadHash: string;
}

/** `undefined` unless all five parts are there and the last is `aws4_request`. */
export function parseScope(credential: string): CredentialScope | undefined {
  const parts = credential.split('/');
  // An access key id may itself hold slashes; the scope is the last four parts.
  const [date, region, service, terminator] = parts.slice(-4);
  const accessKeyId = parts.slice(0, -4).join('/');
  if (!accessKeyId || !date || !region || !service || terminator !== 'aws4_request') return undefined;
  return /^\d{8}$/.test(date) ? { accessKeyId, date, region, service } : undefined;
}

/** `YYYYMMDDTHHMMSSZ` to milliseconds since the epoch; NaN if it is not such a date. */
export function parseAmzDate(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) return Number.NaN;
  const [, year, month, day, hour, minute, second] = match;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** RFC 3986 encoding as SigV4 wants it; a slash stays a slash where `keepSlash`. */
export function encodeUri(text: string, keepSlash = false): string {
  const encoded = encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return keepSlash ? encoded.replaceAll('%2F', '/') : encoded;
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encodeUri(name)}=${encodeUri(value)}`)
    .sort()
    .join('&');
}

export function canonicalRequest(parts: CanonicalParts): string {
  const headers = parts.signedHeaders.map((name) => `${name}:${parts.headers(name).trim().replace(/\s+/g, ' ')}\n`);
  return [
    parts.method,
    encodeUri(parts.path, true),
    canonicalQuery(parts.query),
    headers.join(''),
    parts.signedHeaders.join(';'),
    parts.payloadHash,
  ].join('\n');
}

export function scopeText(scope: CredentialScope): string {
  return `${scope.date}/${scope.region}/${scope.service}/aws4_request`;
}

export function stringToSign(amzDate: string, scope: CredentialScope, canonical: string): string {
  return ['AWS4-HMAC-SHA256', amzDate, scopeText(scope), sha256Hex(canonical)].join('\n');
}

export function signingKey(secretAccessKey: string, scope: CredentialScope): Buffer {
  const step = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();
  return step(step(step(step(`AWS4${secretAccessKey}`, scope.date), scope.region), scope.service), 'aws4_request');
}

export function signature(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

export function sameSignature(expected: string, given: string): boolean {
  const left = Buffer.from(expected);
  const right = Buffer.from(given);
  return left.length === right.length && timingSafeEqual(left, right);
}
