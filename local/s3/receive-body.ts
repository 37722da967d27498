import { createHash } from 'node:crypto';
import type { Payload } from './authorization.ts';
import { decodeAwsChunked } from './aws-chunked.ts';
import {
  type Checksum,
  type ChecksumAlgorithm,
  checksumAlgorithm,
  checksumHeader,
  createHasher,
  digestBytes,
} from './checksums.ts';
import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';

/** A body whose every promised digest has been verified. */
export interface Received {
  readonly size: number;
  /** Hex. */
  readonly md5: string;
  readonly checksum: Checksum;
}

/** A digest that the client sent, or will send in the trailer (`value` undefined until then). */
interface Promised {
  readonly algorithm: ChecksumAlgorithm;
  readonly value?: string;
}

const MAX_BODY_BYTES = 5 * 1024 ** 3;
const MAX_DOCUMENT_BYTES = 4 * 1024 ** 2;

/** What is known of a body before its first byte. */
interface Expectations {
  /** Hex. */
  readonly md5?: string | undefined;
  /** Hex. */
  readonly sha256?: string | undefined;
  readonly promised?: Promised | undefined;
  /** Algorithm of the checksum that is computed when the client sent none; S3 takes CRC64NVME. */
  readonly fallback?: ChecksumAlgorithm;
  /** Filled while the body is read. */
  readonly trailer?: ReadonlyMap<string, string>;
  readonly maxSize?: number;
}

/**
 * Passes every chunk to `write` and verifies what was expected. Nothing that was written may become visible before this resolves.
 * @throws S3Error BadDigest, XAmzContentSHA256Mismatch, InvalidRequest, EntityTooLarge
 */
export async function digestBody(
  source: AsyncIterable<Buffer>,
  expected: Expectations,
  write: (chunk: Buffer) => Promise<void> | void,
): Promise<Received> {
  const algorithm = expected.promised?.algorithm ?? expected.fallback ?? 'CRC64NVME';
  const md5 = createHash('md5');
  const sha256 = expected.sha256 === undefined ? undefined : createHash('sha256');
  const hasher = createHasher(algorithm);
  const maxSize = expected.maxSize ?? MAX_BODY_BYTES;
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > maxSize) {
      throw new S3Error('EntityTooLarge', undefined, { ProposedSize: size, MaxSizeAllowed: maxSize });
    }
    md5.update(chunk);
    sha256?.update(chunk);
    hasher.update(chunk);
    await write(chunk);
  }
  const md5Hex = md5.digest('hex');
  if (expected.md5 !== undefined && expected.md5 !== md5Hex) throw new S3Error('BadDigest');
  const computed = sha256?.digest('hex');
  if (expected.sha256 !== undefined && computed !== expected.sha256) {
    throw new S3Error('XAmzContentSHA256Mismatch', undefined, {
      ClientComputedContentSHA256: expected.sha256,
      S3ComputedContentSHA256: computed ?? '',
    });
  }
  const value = hasher.digest().toString('base64');
  if (expected.promised) {
    const sent = expected.promised.value ?? expected.trailer?.get(checksumHeader(algorithm));
    if (sent === undefined) throw new S3Error('InvalidRequest', 'The announced checksum trailer is missing');
    checkChecksum(algorithm, sent, value);
  }
  return { size, md5: md5Hex, checksum: { algorithm, value, type: 'FULL_OBJECT' } };
}

/** The body of a request, without framing: length, Content-MD5, x-amz-content-sha256 and x-amz-checksum-* are verified. */
export async function receiveBody(
  request: S3Request,
  payload: Payload,
  write: (chunk: Buffer) => Promise<void> | void,
  options: { readonly fallback?: ChecksumAlgorithm; readonly ignoreChecksum?: boolean } = {},
): Promise<Received> {
  const declared = declaredLength(request, payload);
  const trailer = new Map<string, string>();
  // The request must outlive a refusal in the middle of its body, or the client would see a reset instead of the answer.
  const raw = request.raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  const expected: Expectations = {
    md5: contentMd5(request.header('content-md5')),
    sha256: payload.kind === 'hashed' ? payload.sha256 : undefined,
    promised: options.ignoreChecksum ? undefined : promisedChecksum(request),
    fallback: options.fallback ?? 'CRC64NVME',
    trailer,
  };
  const source = payload.kind === 'chunked' ? decodeAwsChunked(raw, trailer, payload.signing) : raw;
  const received = await digestBody(source, expected, write);
  if (received.size !== declared) throw new S3Error('IncompleteBody');
  return received;
}

/**
 * The body of a request that carries a small document, as text. Verified like any other.
 * @param options `ignoreChecksum` where an x-amz-checksum-* header does not speak of this document
 */
export async function receiveDocument(
  request: S3Request,
  payload: Payload,
  options: { readonly ignoreChecksum?: boolean } = {},
): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  const keep = (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_DOCUMENT_BYTES) throw new S3Error('MaxMessageLengthExceeded');
    chunks.push(chunk);
  };
  await receiveBody(request, payload, keep, { fallback: 'CRC32', ...options });
  return Buffer.concat(chunks).toString('utf8');
}

/** @throws S3Error InvalidRequest if `sent` is no such digest, BadDigest if it is another */
function checkChecksum(algorithm: ChecksumAlgorithm, sent: string, computed: string): void {
  if (Buffer.from(sent, 'base64').length !== digestBytes(algorithm)) {
    throw new S3Error('InvalidRequest', `Value for ${checksumHeader(algorithm)} header is invalid.`);
  }
  if (sent !== computed) {
    throw new S3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
  }
}

/**
 * The one x-amz-checksum-* header or announced trailer. A presigned address may carry one in its query, where the SDK puts the
 * CRC32 of a body it has not seen; S3 ignores it there.
 */
export function promisedChecksum(request: S3Request): Promised | undefined {
  return promisedAmong(Object.keys(request.raw.headers), request.header);
}

/** The same among the fields of a form. */
export function promisedAmong(
  names: readonly string[],
  header: (name: string) => string | undefined,
): Promised | undefined {
  const trailers = (header('x-amz-trailer') ?? '').split(',').map((name) => name.trim().toLowerCase());
  const promised = [...names, ...trailers].filter(
    (name) => name.startsWith('x-amz-checksum-') && !/-(algorithm|mode|type)$/.test(name),
  );
  if (promised.length > 1) {
    throw new S3Error(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  const [name] = promised;
  if (name === undefined) {
    if (header('x-amz-sdk-checksum-algorithm')) {
      throw new S3Error(
        'InvalidRequest',
        'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
      );
    }
    return undefined;
  }
  const algorithm = checksumAlgorithm(name.slice('x-amz-checksum-'.length));
  if (!algorithm) throw new S3Error('NotImplemented', `The checksum of header ${name} is not implemented here`);
  const value = header(name);
  return value === undefined ? { algorithm } : { algorithm, value };
}

/** Length of the object's own bytes, without framing. */
function declaredLength(request: S3Request, payload: Payload): number {
  const text = request.header(payload.kind === 'chunked' ? 'x-amz-decoded-content-length' : 'content-length');
  const length = text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
  if (length === undefined) {
    // A request without body needs no length, as HTTP has it.
    if (payload.kind !== 'chunked' && !request.header('transfer-encoding')) return 0;
    throw new S3Error('MissingContentLength');
  }
  if (length > MAX_BODY_BYTES) {
    throw new S3Error('EntityTooLarge', undefined, { ProposedSize: length, MaxSizeAllowed: MAX_BODY_BYTES });
  }
  return length;
}

/** Hex of a Content-MD5 header or field. */
export function contentMd5(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const bytes = Buffer.from(header, 'base64');
  if (bytes.length !== 16 || bytes.toString('base64') !== header) throw new S3Error('InvalidDigest');
  return bytes.toString('hex');
}
