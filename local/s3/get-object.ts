import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { checksumHeaders, objectHeaders } from './object-headers.ts';
import type { StoredObject } from './object-index.ts';
import { notModified, readRange } from './preconditions.ts';
import { type Headers, type Operation, requireBucket, type S3Context, sendEmpty } from './s3-context.ts';
import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';

/** Larger than the default of 64 KiB: most objects are then one or two reads. */
const READ_BYTES = 512 * 1024;

/** @throws S3Error NoSuchBucket, NoSuchKey */
export function requireObject(context: S3Context, request: S3Request): StoredObject {
  requireBucket(context, request.bucket);
  const object = context.index.object(request.bucket, request.key);
  if (!object) throw new S3Error('NoSuchKey', undefined, { Key: request.key });
  return object;
}

/** GET and HEAD. */
export const getObject: Operation = async (context, request, response) => {
  const object = requireObject(context, request);
  const headers = objectHeaders(context, request, object);
  if (notModified(request.header, object)) {
    const kept = Object.entries(headers).filter(([name]) => name !== 'content-type');
    sendEmpty(response, 304, Object.fromEntries(kept));
    return;
  }
  const range = readRange(request.header('range'), object.size);
  const whole: Headers = request.header('x-amz-checksum-mode') === 'ENABLED' && !range ? checksumHeaders(object) : {};
  const length = range ? range.end - range.start + 1 : object.size;
  response.writeHead(range ? 206 : 200, {
    ...headers,
    ...whole,
    'content-length': String(length),
    ...(range ? { 'content-range': `bytes ${range.start}-${range.end}/${object.size}` } : {}),
  });
  if (request.method === 'HEAD' || length === 0) {
    response.end();
    return;
  }
  const fd = context.blobs.open(object.blob);
  const stream = createReadStream('', { fd, highWaterMark: READ_BYTES, ...range });
  await pipeline(stream, response);
};
