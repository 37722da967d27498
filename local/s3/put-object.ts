import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { attributeFields, readAttributes } from './attributes.ts';
import { writeBlob } from './blobs.ts';
import { checksumAlgorithm, checksumElement, createHasher } from './checksums.ts';
import { uploadHeaders } from './object-headers.ts';
import type { StoredObject } from './object-index.ts';
import { checkWrite, notModified } from './preconditions.ts';
import { type Received, receiveBody } from './receive-body.ts';
import { type Operation, requireBucket, type S3Context, sendEmpty, sendXml } from './s3-context.ts';
import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';

/**
 * Makes a finished blob the object, in one step, if the request's conditions still hold; else removes the blob.
 */
export async function publish(context: S3Context, header: S3Request['header'], next: StoredObject): Promise<void> {
  try {
    // The bucket may have gone while the body came in.
    requireBucket(context, next.bucket);
    checkWrite(header, context.index.object(next.bucket, next.key));
  } catch (error) {
    await context.blobs.remove([next.blob]);
    throw error;
  }
  await context.blobs.remove(context.index.putObject(next));
}

export const putObject: Operation = async (context, request, response, payload) => {
  const { bucket, key } = request;
  requireBucket(context, bucket);
  const attributes = readAttributes(attributeFields(request));
  // Refusing now spares the client an upload that `publish` would refuse.
  checkWrite(request.header, context.index.object(bucket, key));
  const { blob, result } = await writeBlob(context.blobs, (write) => receiveBody(request, payload, write));
  const { size, md5, checksum } = result;
  const object = { bucket, key, blob, size, etag: md5, modified: context.place.now(), ...attributes, checksum };
  await publish(context, request.header, object);
  sendEmpty(response, 200, uploadHeaders(context, object));
};

function copySource(context: S3Context, request: S3Request): StoredObject {
  let source: string;
  try {
    source = decodeURIComponent((request.header('x-amz-copy-source') ?? '').replace(/^\//, ''));
  } catch {
    throw new S3Error('InvalidArgument', 'Invalid copy source encoding');
  }
  const slash = source.indexOf('/');
  if (slash < 1) throw new S3Error('InvalidArgument', 'Copy Source must mention the source bucket and key');
  requireBucket(context, source.slice(0, slash));
  const object = context.index.object(source.slice(0, slash), source.slice(slash + 1));
  if (!object) throw new S3Error('NoSuchKey', undefined, { Key: source.slice(slash + 1) });
  return object;
}

/** Copies the bytes and digests them anew: a copy of a multipart object is an ordinary object with an ordinary ETag. */
function copyBytes(context: S3Context, source: StoredObject, algorithmName: string | undefined) {
  const algorithm = algorithmName ? checksumAlgorithm(algorithmName) : (source.checksum?.algorithm ?? 'CRC64NVME');
  if (!algorithm) throw new S3Error('NotImplemented', `Checksum algorithm ${algorithmName} is not implemented here`);
  const md5 = createHash('md5');
  const hasher = createHasher(algorithm);
  const stream = createReadStream('', { fd: context.blobs.open(source.blob) });
  return writeBlob(context.blobs, async (write): Promise<Received> => {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      md5.update(chunk);
      hasher.update(chunk);
      await write(chunk);
    }
    const value = hasher.digest().toString('base64');
    return { size: source.size, md5: md5.digest('hex'), checksum: { algorithm, value, type: 'FULL_OBJECT' } };
  });
}

export const copyObject: Operation = async (context, request, response) => {
  const { bucket, key } = request;
  requireBucket(context, bucket);
  const source = copySource(context, request);
  notModified(request.header, source, 'x-amz-copy-source-');
  checkWrite(request.header, context.index.object(bucket, key));
  const replacesMetadata = request.header('x-amz-metadata-directive') === 'REPLACE';
  if (source.bucket === bucket && source.key === key && !replacesMetadata) {
    throw new S3Error(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  const sent = readAttributes(attributeFields(request));
  const { headers, metadata } = replacesMetadata ? sent : source;
  const { tags } = request.header('x-amz-tagging-directive') === 'REPLACE' ? sent : source;
  const { blob, result } = await copyBytes(context, source, request.header('x-amz-checksum-algorithm'));
  const { size, md5, checksum } = result;
  const modified = context.place.now();
  const object = { bucket, key, blob, size, etag: md5, modified, headers, metadata, tags, checksum };
  await publish(context, request.header, object);
  sendXml(response, 'CopyObjectResult', {
    ETag: `"${md5}"`,
    LastModified: new Date(modified).toISOString(),
    [checksumElement(checksum.algorithm)]: checksum.value,
    ChecksumType: checksum.type,
  });
};
