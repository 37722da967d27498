import type { StoredObject } from './object-index.ts';
import { S3Error } from './s3-error.ts';

export interface ByteRange {
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
}

type Header = (name: string) => string | undefined;

function listsEtag(header: string, etag: string): boolean {
  return header.split(',').some((entry) => {
    const value = entry.trim().replace(/^W\//, '').replace(/^"|"$/g, '');
    return value === '*' || value === etag;
  });
}

/**
 * Conditional reads. An ETag condition that holds outweighs a date condition (S3 API reference, GetObject).
 * @param prefix `x-amz-copy-source-` for the source of a copy, where a failed condition is always 412
 * @returns whether to answer 304
 * @throws S3Error PreconditionFailed
 */
export function notModified(header: Header, object: StoredObject, prefix = ''): boolean {
  const fail = (condition: string) => new S3Error('PreconditionFailed', undefined, { Condition: condition });
  const seconds = Math.floor(object.modified / 1000) * 1000;
  const ifMatch = header(`${prefix}if-match`);
  const ifUnmodified = Date.parse(header(`${prefix}if-unmodified-since`) ?? '');
  const ifNoneMatch = header(`${prefix}if-none-match`);
  const ifModified = Date.parse(header(`${prefix}if-modified-since`) ?? '');
  if (ifMatch !== undefined) {
    if (!listsEtag(ifMatch, object.etag)) throw fail('If-Match');
  } else if (seconds > ifUnmodified) {
    throw fail('If-Unmodified-Since');
  }
  const unchanged = ifNoneMatch === undefined ? seconds <= ifModified : listsEtag(ifNoneMatch, object.etag);
  if (unchanged && prefix) throw fail(ifNoneMatch === undefined ? 'If-Modified-Since' : 'If-None-Match');
  return unchanged;
}

/**
 * Conditional writes: `If-None-Match: *` and `If-Match: etag`.
 * @throws S3Error PreconditionFailed, NoSuchKey, NotImplemented
 */
export function checkWrite(header: Header, current: StoredObject | undefined): void {
  const ifNoneMatch = header('if-none-match');
  const ifMatch = header('if-match');
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch !== '*') throw new S3Error('NotImplemented');
    if (current) throw new S3Error('PreconditionFailed', undefined, { Condition: 'If-None-Match' });
  }
  if (ifMatch !== undefined) {
    if (!current) throw new S3Error('NoSuchKey');
    if (!listsEtag(ifMatch, current.etag)) {
      throw new S3Error('PreconditionFailed', undefined, { Condition: 'If-Match' });
    }
  }
}

/**
 * One range of bytes; anything that is not one range asks for the whole object, as S3 reads it.
 * @throws S3Error InvalidRange if the range starts behind the end
 */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (!match[1] && !match[2])) return undefined;
  const last = match[2] ? Number(match[2]) : Number.POSITIVE_INFINITY;
  const start = match[1] ? Number(match[1]) : Math.max(0, size - last);
  const end = match[1] ? Math.min(last, size - 1) : size - 1;
  if (match[1] && last < start) return undefined;
  if (start >= size || (!match[1] && last === 0)) {
    throw new S3Error('InvalidRange', undefined, { RangeRequested: header ?? '', ActualObjectSize: size });
  }
  return { start, end };
}
