import type { CloudPlace } from '../service.ts';
import {
  type CredentialScope,
  canonicalRequest,
  parseAmzDate,
  parseScope,
  sameSignature,
  scopeText,
  signature,
  signingKey,
  stringToSign,
} from '../sigv4.ts';
import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';

/** What a client that signs every chunk chains its signatures on. */
export interface ChunkSigning {
  readonly key: Buffer;
  readonly amzDate: string;
  readonly scope: string;
  readonly seedSignature: string;
}

/** What the signature promises about the body. */
export type Payload =
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'hashed'; readonly sha256: string }
  | { readonly kind: 'chunked'; readonly signing?: ChunkSigning };

type Place = Pick<CloudPlace, 'region' | 'credentials' | 'now'>;

interface Claim {
  readonly scope: CredentialScope;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly amzDate: string;
  readonly payloadHash: string;
}

const MAX_SKEW_MS = 15 * 60_000;
const MAX_EXPIRES_SECONDS = 604_800;

/**
 * Verifies a request that is signed in its header or in its query.
 * @throws S3Error AccessDenied (unsigned, expired, unsigned headers), SignatureDoesNotMatch and what S3 says of a malformed signature
 */
export function authorize(request: S3Request, place: Place): Payload {
  const inHeader = request.header('authorization');
  const inQuery = request.query.has('X-Amz-Algorithm') || request.query.has('X-Amz-Signature');
  if (inHeader && inQuery) {
    throw new S3Error('InvalidArgument', 'Only one auth mechanism allowed; use the query or the Authorization header');
  }
  if (!inHeader && !inQuery) throw new S3Error('AccessDenied');
  const claim = inHeader ? headerClaim(request, inHeader, place) : queryClaim(request, place);
  const unsigned = Object.keys(request.raw.headers).filter(
    (name) => name.startsWith('x-amz-') && !claim.signedHeaders.includes(name) && name !== 'x-amz-content-sha256',
  );
  if (unsigned.length || !claim.signedHeaders.includes('host')) {
    throw new S3Error('AccessDenied', 'There were headers present in the request which were not signed', {
      HeadersNotSigned: unsigned.join(', ') || 'host',
    });
  }
  const key = verify(request, claim, place);
  return payloadOf(claim, key);
}

function verify(request: S3Request, claim: Claim, place: Place): Buffer {
  const canonical = canonicalRequest({
    method: request.method,
    path: request.path,
    query: request.query,
    headers: (name) => request.header(name) ?? '',
    signedHeaders: claim.signedHeaders,
    payloadHash: claim.payloadHash,
  });
  const key = signingKey(place.credentials.secretAccessKey, claim.scope);
  const text = stringToSign(claim.amzDate, claim.scope, canonical);
  if (!sameSignature(signature(key, text), claim.signature)) {
    throw new S3Error('SignatureDoesNotMatch', undefined, {
      AWSAccessKeyId: claim.scope.accessKeyId,
      StringToSign: text,
      SignatureProvided: claim.signature,
      CanonicalRequest: canonical,
    });
  }
  return key;
}

function headerClaim(request: S3Request, authorization: string, place: Place): Claim {
  const fields = /^AWS4-HMAC-SHA256 +Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]+)$/.exec(
    authorization.trim(),
  );
  if (!authorization.startsWith('AWS4-HMAC-SHA256')) {
    throw new S3Error(
      'InvalidRequest',
      'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
    );
  }
  const scope = parseScope(fields?.[1] ?? '');
  if (!fields || !scope) throw new S3Error('AuthorizationHeaderMalformed');
  checkScope(scope, place, 'AuthorizationHeaderMalformed');
  const amzDate = request.header('x-amz-date') ?? '';
  const signedAt = parseAmzDate(amzDate);
  if (Number.isNaN(signedAt) || !amzDate.startsWith(scope.date)) {
    throw new S3Error('AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header');
  }
  if (Math.abs(signedAt - place.now()) > MAX_SKEW_MS) {
    throw new S3Error('RequestTimeTooSkewed', undefined, {
      RequestTime: amzDate,
      ServerTime: new Date(place.now()).toISOString(),
      MaxAllowedSkewMilliseconds: MAX_SKEW_MS,
    });
  }
  const payloadHash = request.header('x-amz-content-sha256');
  if (!payloadHash) {
    throw new S3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  }
  return { scope, signedHeaders: (fields[2] ?? '').split(';'), signature: fields[3] ?? '', amzDate, payloadHash };
}

function queryClaim(request: S3Request, place: Place): Claim {
  const malformed = (message: string) => new S3Error('AuthorizationQueryParametersError', message);
  const [algorithm, credential, amzDate, expiry, signedHeaders, given] = [
    'X-Amz-Algorithm',
    'X-Amz-Credential',
    'X-Amz-Date',
    'X-Amz-Expires',
    'X-Amz-SignedHeaders',
    'X-Amz-Signature',
  ].map((name) => request.query.get(name));
  if (!algorithm || !credential || !amzDate || !expiry || !signedHeaders || !given) {
    throw malformed(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  }
  if (algorithm !== 'AWS4-HMAC-SHA256') throw malformed('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"');
  const scope = parseScope(credential);
  if (!scope) throw malformed('Error parsing the X-Amz-Credential parameter');
  checkScope(scope, place, 'AuthorizationQueryParametersError');
  const signedAt = parseAmzDate(amzDate);
  if (Number.isNaN(signedAt) || !amzDate.startsWith(scope.date)) {
    throw malformed("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  }
  const seconds = Number(expiry);
  if (!Number.isInteger(seconds)) throw malformed('X-Amz-Expires should be a number');
  if (seconds < 0) throw malformed('X-Amz-Expires must be non-negative');
  if (seconds > MAX_EXPIRES_SECONDS) {
    throw malformed('X-Amz-Expires must be less than a week (in seconds); the given value must be less than 604800');
  }
  const now = place.now();
  if (signedAt - now > MAX_SKEW_MS) throw new S3Error('AccessDenied', 'Request is not yet valid');
  if (now > signedAt + seconds * 1000) {
    throw new S3Error('AccessDenied', 'Request has expired', {
      'X-Amz-Expires': seconds,
      Expires: new Date(signedAt + seconds * 1000).toISOString(),
      ServerTime: new Date(now).toISOString(),
    });
  }
  return {
    scope,
    signedHeaders: signedHeaders.split(';'),
    signature: given,
    amzDate,
    payloadHash:
      request.header('x-amz-content-sha256') ?? request.query.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD',
  };
}

/** Shared with form posts, whose policy carries the same scope. */
export function checkScope(
  scope: CredentialScope,
  place: Place,
  code: 'AuthorizationHeaderMalformed' | 'AuthorizationQueryParametersError',
): void {
  if (scope.accessKeyId !== place.credentials.accessKeyId) {
    throw new S3Error('InvalidAccessKeyId', undefined, { AWSAccessKeyId: scope.accessKeyId });
  }
  if (scope.region !== place.region) {
    throw new S3Error(
      code,
      `The authorization header is malformed; the region '${scope.region}' is wrong; expecting '${place.region}'`,
      { Region: place.region },
    );
  }
  if (scope.service !== 's3') {
    throw new S3Error(code, `The credential is malformed; incorrect service "${scope.service}", expecting "s3".`);
  }
}

function payloadOf(claim: Claim, key: Buffer): Payload {
  const { payloadHash } = claim;
  if (payloadHash === 'UNSIGNED-PAYLOAD') return { kind: 'unsigned' };
  if (payloadHash === 'STREAMING-UNSIGNED-PAYLOAD-TRAILER') return { kind: 'chunked' };
  if (/^STREAMING-AWS4-HMAC-SHA256-PAYLOAD(-TRAILER)?$/.test(payloadHash)) {
    return {
      kind: 'chunked',
      signing: { key, amzDate: claim.amzDate, scope: scopeText(claim.scope), seedSignature: claim.signature },
    };
  }
  if (/^[0-9a-f]{64}$/.test(payloadHash)) return { kind: 'hashed', sha256: payloadHash };
  throw new S3Error(
    'InvalidArgument',
    'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD[-TRAILER] or a valid sha256 value.',
  );
}
