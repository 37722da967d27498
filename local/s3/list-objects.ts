import { encodeUri } from '../sigv4.ts';
import type { ObjectIndex, StoredObject } from './object-index.ts';
import { type Operation, requireBucket, sendXml } from './s3-context.ts';
import { S3Error } from './s3-error.ts';

interface Listing {
  readonly objects: readonly StoredObject[];
  readonly commonPrefixes: readonly string[];
  /** Key or common prefix behind which the next page begins. */
  readonly next?: string;
}

const MAX_KEYS = 1000;
const BATCH = 200;
/** Sorts behind every key that starts with what stands before it: no UTF-8 text has a greater character. */
const LAST = '\u{10ffff}';

/**
 * One page of a bucket in the order of UTF-8 bytes; a whole common prefix is skipped in one step.
 * @param continued whether `after` is the `next` of an earlier page: one that ended in a common prefix goes on behind its keys
 */
function listPage(
  index: ObjectIndex,
  bucket: string,
  prefix: string,
  delimiter: string,
  after: string,
  limit: number,
  continued = false,
): Listing {
  const objects: StoredObject[] = [];
  const commonPrefixes: string[] = [];
  let last = '';
  let bound = after > prefix ? after : prefix;
  let exclusive = after >= prefix && after !== '';
  if (continued && delimiter && after.indexOf(delimiter, prefix.length) >= 0) bound = after + LAST;
  for (;;) {
    const batch = index.objects(bucket, bound, exclusive, BATCH);
    let skipped = false;
    for (const object of batch) {
      if (!object.key.startsWith(prefix)) return { objects, commonPrefixes };
      if (objects.length + commonPrefixes.length >= limit) return { objects, commonPrefixes, next: last };
      const cut = delimiter ? object.key.indexOf(delimiter, prefix.length) : -1;
      last = cut < 0 ? object.key : object.key.slice(0, cut + delimiter.length);
      if (cut < 0) {
        objects.push(object);
        continue;
      }
      commonPrefixes.push(last);
      bound = last + LAST;
      skipped = true;
      break;
    }
    if (!skipped) {
      if (batch.length < BATCH) return { objects, commonPrefixes };
      bound = batch.at(-1)?.key ?? bound;
    }
    exclusive = true;
  }
}

function pageSize(text: string | null): number {
  if (text === null) return MAX_KEYS;
  if (!/^\d{1,10}$/.test(text)) {
    throw new S3Error('InvalidArgument', 'Provided max-keys not an integer or within integer range', {
      ArgumentName: 'max-keys',
      ArgumentValue: text,
    });
  }
  return Math.min(Number(text), MAX_KEYS);
}

function tokenKey(token: string | null): string | undefined {
  if (token === null) return undefined;
  const key = Buffer.from(token, 'base64url').toString('utf8');
  if (!key || Buffer.from(key).toString('base64url') !== token) {
    throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect', {
      ArgumentName: 'continuation-token',
    });
  }
  return key;
}

export const listObjects: Operation = (context, request, response) => {
  const { bucket, query } = request;
  requireBucket(context, bucket);
  if (query.get('list-type') !== '2') throw new S3Error('NotImplemented', 'Only version 2 of ListObjects exists here');
  const encoding = query.get('encoding-type');
  if (encoding !== null && encoding !== 'url') throw new S3Error('InvalidArgument', 'Invalid Encoding Method');
  const show = (text: string) => (encoding === 'url' ? encodeUri(text, true) : text);
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const startAfter = query.get('start-after');
  const token = query.get('continuation-token');
  const maxKeys = pageSize(query.get('max-keys'));
  const after = tokenKey(token) ?? startAfter ?? '';
  const page: Listing =
    maxKeys === 0
      ? { objects: [], commonPrefixes: [] }
      : listPage(context.index, bucket, prefix, delimiter, after, maxKeys, token !== null);
  sendXml(response, 'ListBucketResult', {
    Name: bucket,
    Prefix: show(prefix),
    Delimiter: delimiter ? show(delimiter) : undefined,
    StartAfter: startAfter === null ? undefined : show(startAfter),
    ContinuationToken: token ?? undefined,
    NextContinuationToken: page.next === undefined ? undefined : Buffer.from(page.next).toString('base64url'),
    EncodingType: encoding ?? undefined,
    KeyCount: page.objects.length + page.commonPrefixes.length,
    MaxKeys: maxKeys,
    IsTruncated: page.next !== undefined,
    Contents: page.objects.map((object) => ({
      Key: show(object.key),
      LastModified: new Date(object.modified).toISOString(),
      ETag: `"${object.etag}"`,
      ChecksumAlgorithm: object.checksum?.algorithm,
      ChecksumType: object.checksum?.type,
      Size: object.size,
      StorageClass: 'STANDARD',
    })),
    CommonPrefixes: page.commonPrefixes.map((common) => ({ Prefix: show(common) })),
  });
};
