import { randomUUID } from 'node:crypto';
import { attributeFields, readAttributes } from './attributes.ts';
import { writeBlob } from './blobs.ts';
import {
  type Checksum,
  type ChecksumAlgorithm,
  type ChecksumType,
  checksumAlgorithm,
  checksumElement,
  checksumHeader,
} from './checksums.ts';
import type { StoredUpload } from './object-index.ts';
import { promisedChecksum, receiveBody } from './receive-body.ts';
import { type Operation, requireBucket, type S3Context, sendEmpty, sendXml } from './s3-context.ts';
import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';

const MAX_PART_NUMBER = 10_000;
const MAX_PARTS_PAGE = 1000;

/** Algorithm and type of the whole object's checksum, as S3 pairs them. */
function chosenChecksum(request: S3Request): Checksum {
  const name = request.header('x-amz-checksum-algorithm');
  const algorithm: ChecksumAlgorithm | undefined = name === undefined ? 'CRC64NVME' : checksumAlgorithm(name);
  if (!algorithm) throw new S3Error('NotImplemented', `Checksum algorithm ${name} is not implemented here`);
  const type = (request.header('x-amz-checksum-type') ??
    (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE')) as ChecksumType;
  const cyclic = algorithm.startsWith('CRC');
  const paired = type === 'FULL_OBJECT' ? cyclic : type === 'COMPOSITE' && algorithm !== 'CRC64NVME';
  if (!paired) {
    throw new S3Error(
      'InvalidRequest',
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  return { algorithm, type, value: '' };
}

/** @throws S3Error NoSuchBucket, NoSuchUpload */
export function requireUpload(context: S3Context, request: S3Request): StoredUpload {
  requireBucket(context, request.bucket);
  const id = request.query.get('uploadId') ?? '';
  const upload = context.index.upload(id, request.bucket, request.key);
  if (!upload) throw new S3Error('NoSuchUpload', undefined, { UploadId: id });
  return upload;
}

export const createMultipartUpload: Operation = (context, request, response) => {
  const { bucket, key } = request;
  requireBucket(context, bucket);
  const checksum = chosenChecksum(request);
  const id = randomUUID();
  const attributes = { ...readAttributes(attributeFields(request)), checksum };
  context.index.putUpload({ id, bucket, key, started: context.place.now(), attributes });
  sendXml(
    response,
    'InitiateMultipartUploadResult',
    { Bucket: bucket, Key: key, UploadId: id },
    { 'x-amz-checksum-algorithm': checksum.algorithm, 'x-amz-checksum-type': checksum.type },
  );
};

export const uploadPart: Operation = async (context, request, response, payload) => {
  const upload = requireUpload(context, request);
  if (request.header('x-amz-copy-source')) {
    throw new S3Error('NotImplemented', 'UploadPartCopy is not implemented here');
  }
  const number = Number(request.query.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > MAX_PART_NUMBER) {
    throw new S3Error('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive', {
      ArgumentName: 'partNumber',
      ArgumentValue: request.query.get('partNumber') ?? '',
    });
  }
  const wanted = upload.attributes.checksum?.algorithm ?? 'CRC64NVME';
  const sent = promisedChecksum(request)?.algorithm;
  if (upload.attributes.checksum?.type === 'COMPOSITE' && sent !== undefined && sent !== wanted) {
    throw new S3Error(
      'InvalidRequest',
      `Checksum Type mismatch occurred, expected checksum Type: ${wanted.toLowerCase()}, actual checksum Type: ${sent.toLowerCase()}`,
    );
  }
  const { blob, result } = await writeBlob(context.blobs, (write) =>
    receiveBody(request, payload, write, { fallback: wanted }),
  );
  const { size, md5, checksum } = result;
  // The upload may have been completed or aborted while the bytes came in.
  if (!context.index.upload(upload.id, upload.bucket, upload.key)) {
    await context.blobs.remove([blob]);
    throw new S3Error('NoSuchUpload', undefined, { UploadId: upload.id });
  }
  const part = { number, blob, size, etag: md5, modified: context.place.now(), checksum };
  await context.blobs.remove(context.index.putPart(upload.id, part));
  sendEmpty(response, 200, { etag: `"${md5}"`, [checksumHeader(checksum.algorithm)]: checksum.value });
};

export const abortMultipartUpload: Operation = async (context, request, response) => {
  const upload = requireUpload(context, request);
  await context.blobs.remove(context.index.abortUpload(upload.id));
  sendEmpty(response, 204);
};

export const listParts: Operation = (context, request, response) => {
  const upload = requireUpload(context, request);
  const number = (name: string, fallback: number) => {
    const value = Number(request.query.get(name) ?? fallback);
    if (!Number.isInteger(value) || value < 0) throw new S3Error('InvalidArgument', `${name} is not an integer`);
    return value;
  };
  const limit = Math.min(number('max-parts', MAX_PARTS_PAGE), MAX_PARTS_PAGE);
  const marker = number('part-number-marker', 0);
  const parts = context.index.parts(upload.id).filter((part) => part.number > marker);
  const page = parts.slice(0, limit);
  const truncated = parts.length > page.length;
  sendXml(response, 'ListPartsResult', {
    Bucket: upload.bucket,
    Key: upload.key,
    UploadId: upload.id,
    StorageClass: 'STANDARD',
    PartNumberMarker: marker,
    NextPartNumberMarker: truncated ? page.at(-1)?.number : undefined,
    MaxParts: limit,
    IsTruncated: truncated,
    ChecksumAlgorithm: upload.attributes.checksum?.algorithm,
    ChecksumType: upload.attributes.checksum?.type,
    Part: page.map((part) => ({
      PartNumber: part.number,
      LastModified: new Date(part.modified).toISOString(),
      ETag: `"${part.etag}"`,
      Size: part.size,
      [checksumElement(part.checksum.algorithm)]: part.checksum.value,
    })),
  });
};
