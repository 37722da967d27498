import type { IncomingMessage } from 'node:http';
import { S3Error } from './s3-error.ts';

/** One request as S3 sees it, path style; nothing is verified yet. */
export interface S3Request {
  readonly raw: IncomingMessage;
  readonly method: string;
  /** Decoded path as the client signed it. */
  readonly path: string;
  /** Empty for requests to the service itself. */
  readonly bucket: string;
  /** Empty for requests to a bucket. */
  readonly key: string;
  readonly query: URLSearchParams;
  /** Value of a header, several joined by a comma; `undefined` if absent. */
  readonly header: (name: string) => string | undefined;
}

const MAX_KEY_BYTES = 1024;

/**
 * Splits path and query by hand: a URL parser would fold `..` and `//`, which are ordinary characters in a key.
 * @throws S3Error InvalidURI, KeyTooLongError
 */
export function readS3Request(raw: IncomingMessage): S3Request {
  const url = (raw.url ?? '/').replace(/^https?:\/\/[^/]*/, '') || '/';
  const mark = url.indexOf('?');
  const path = decodePath(mark < 0 ? url : url.slice(0, mark));
  const slash = path.indexOf('/', 1);
  const key = slash < 0 ? '' : path.slice(slash + 1);
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new S3Error('KeyTooLongError', undefined, { Size: Buffer.byteLength(key), MaxSizeAllowed: MAX_KEY_BYTES });
  }
  return {
    raw,
    method: raw.method ?? 'GET',
    path,
    bucket: path.slice(1, slash < 0 ? undefined : slash),
    key,
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    header: (name) => raw.headersDistinct[name]?.join(','),
  };
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new S3Error('InvalidURI');
  }
}
