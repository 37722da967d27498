import * as buckets from './buckets.ts';
import { completeMultipartUpload } from './complete-upload.ts';
import { deleteObject, deleteObjects } from './delete-objects.ts';
import { getObject } from './get-object.ts';
import { listObjects } from './list-objects.ts';
import { abortMultipartUpload, createMultipartUpload, listParts, uploadPart } from './multipart-upload.ts';
import { copyObject, putObject } from './put-object.ts';
import type { Operation } from './s3-context.ts';
import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './tagging.ts';

/** Query parameters that choose another resource of the same address; the ones without an operation are refused, not ignored. */
const SUBRESOURCES: readonly string[] = [
  ...['accelerate', 'acl', 'analytics', 'attributes', 'cors', 'delete', 'encryption', 'intelligent-tiering'],
  ...['inventory', 'legal-hold', 'lifecycle', 'location', 'logging', 'metrics', 'notification', 'object-lock'],
  ...['ownershipControls', 'partNumber', 'policy', 'policyStatus', 'publicAccessBlock', 'renameObject', 'replication'],
  ...['requestPayment', 'restore', 'retention', 'select', 'session', 'tagging', 'torrent', 'uploadId', 'uploads'],
  ...['versionId', 'versioning', 'versions', 'website'],
];

/** By method, level (service, bucket, object) and subresources in alphabetical order. */
const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['GET service', buckets.listBuckets],
  ['PUT bucket', buckets.createBucket],
  ['HEAD bucket', buckets.headBucket],
  ['DELETE bucket', buckets.deleteBucket],
  ['GET bucket', listObjects],
  ['GET bucket location', buckets.getBucketLocation],
  ['POST bucket delete', deleteObjects],
  ['PUT bucket cors', buckets.putCors],
  ['GET bucket cors', buckets.getCors],
  ['DELETE bucket cors', buckets.deleteCors],
  ['PUT bucket lifecycle', buckets.putLifecycle],
  ['GET bucket lifecycle', buckets.getLifecycle],
  ['DELETE bucket lifecycle', buckets.deleteLifecycle],
  ...buckets.DOCUMENT_NAMES.flatMap((name) =>
    Object.entries(buckets.documentOperations(name)).map(
      ([method, operation]) => [`${method} bucket ${name}`, operation] as const,
    ),
  ),
  ['PUT object', (...call) => (call[1].header('x-amz-copy-source') ? copyObject(...call) : putObject(...call))],
  ['GET object', getObject],
  ['HEAD object', getObject],
  ['DELETE object', deleteObject],
  ['PUT object tagging', putObjectTagging],
  ['GET object tagging', getObjectTagging],
  ['DELETE object tagging', deleteObjectTagging],
  ['POST object uploads', createMultipartUpload],
  ['PUT object partNumber uploadId', uploadPart],
  ['GET object uploadId', listParts],
  ['POST object uploadId', completeMultipartUpload],
  ['DELETE object uploadId', abortMultipartUpload],
]);

/** @throws S3Error NotImplemented for what this S3 does not have, MethodNotAllowed for what no S3 has */
export function findOperation(request: S3Request): Operation {
  const level = request.key ? 'object' : request.bucket ? 'bucket' : 'service';
  const chosen = SUBRESOURCES.filter((name) => request.query.has(name));
  const operation = OPERATIONS.get([request.method, level, ...chosen].join(' '));
  if (operation) return operation;
  if (chosen.length) {
    throw new S3Error('NotImplemented', `${request.method} of ${chosen.join(' and ')} is not implemented here`);
  }
  throw new S3Error('MethodNotAllowed', undefined, { Method: request.method });
}
