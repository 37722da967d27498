import { corsFromXml, corsToXml } from './cors.ts';
import { lifecycleFromXml, lifecycleToXml } from './lifecycle.ts';
import type { StoredBucket } from './object-index.ts';
import { receiveDocument } from './receive-body.ts';
import { type Operation, requireBucket, sendEmpty, sendXml } from './s3-context.ts';
import { S3Error, type S3ErrorCode } from './s3-error.ts';
import { parseXml } from './xml.ts';

/** Subresources that are kept and given back as sent, with the answer while there is none. */
const DOCUMENTS: Readonly<Record<string, S3ErrorCode>> = {
  publicAccessBlock: 'NoSuchPublicAccessBlockConfiguration',
  encryption: 'ServerSideEncryptionConfigurationNotFoundError',
  policy: 'NoSuchBucketPolicy',
  ownershipControls: 'OwnershipControlsNotFoundError',
  tagging: 'NoSuchTagSet',
};

/** @throws S3Error InvalidBucketName */
export function checkBucketName(name: string): void {
  const shaped = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !/\.\.|^\d+(\.\d+){3}$/.test(name);
  if (!shaped) throw new S3Error('InvalidBucketName', undefined, { BucketName: name });
}

export const createBucket: Operation = async (context, request, response, payload) => {
  const { bucket } = request;
  await receiveDocument(request, payload);
  checkBucketName(bucket);
  // us-east-1 answers 200 to the owner who creates again, for historical reasons; all other regions refuse.
  const exists = context.index.bucket(bucket) !== undefined;
  if (exists && context.place.region !== 'us-east-1') throw new S3Error('BucketAlreadyOwnedByYou');
  if (!exists) context.index.putBucket({ name: bucket, created: context.place.now(), documents: {} });
  sendEmpty(response, 200, { location: `/${bucket}` });
};

export const headBucket: Operation = (context, request, response) => {
  requireBucket(context, request.bucket);
  sendEmpty(response, 200, { 'x-amz-bucket-region': context.place.region });
};

export const deleteBucket: Operation = async (context, request, response) => {
  const { name } = requireBucket(context, request.bucket);
  if (context.index.objects(name, '', false, 1).length) throw new S3Error('BucketNotEmpty');
  const uploads = context.index.uploadsOlderThan(name, Number.MAX_SAFE_INTEGER);
  const freed = uploads.flatMap((upload) => context.index.abortUpload(upload.id));
  context.index.dropBucket(name);
  await context.blobs.remove(freed);
  sendEmpty(response, 204);
};

export const listBuckets: Operation = (context, _request, response) => {
  const buckets = context.index.buckets();
  sendXml(response, 'ListAllMyBucketsResult', {
    Buckets: {
      Bucket: buckets.map((bucket) => ({ Name: bucket.name, CreationDate: new Date(bucket.created).toISOString() })),
    },
    Owner: { ID: context.place.accountId },
  });
};

export const getBucketLocation: Operation = (context, request, response) => {
  requireBucket(context, request.bucket);
  const { region } = context.place;
  response.writeHead(200, { 'content-type': 'application/xml' });
  const location = region === 'us-east-1' ? '' : region;
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${location}</LocationConstraint>`,
  );
};

/** A PUT that reads a configuration and keeps it with the bucket. */
function keep(change: (bucket: StoredBucket, document: string) => StoredBucket, status = 200): Operation {
  return async (context, request, response, payload) => {
    requireBucket(context, request.bucket);
    const document = await receiveDocument(request, payload);
    context.index.putBucket(change(requireBucket(context, request.bucket), document));
    sendEmpty(response, status);
  };
}

export const putCors = keep((bucket, document) => ({ ...bucket, cors: corsFromXml(document) }));
export const deleteCors = keep(({ cors: _, ...bucket }) => bucket, 204);
export const getCors: Operation = (context, request, response) => {
  const { cors } = requireBucket(context, request.bucket);
  if (!cors) throw new S3Error('NoSuchCORSConfiguration');
  sendXml(response, 'CORSConfiguration', corsToXml(cors));
};

export const putLifecycle = keep((bucket, document) => ({ ...bucket, lifecycle: lifecycleFromXml(document) }));
export const deleteLifecycle = keep(({ lifecycle: _, ...bucket }) => bucket, 204);
export const getLifecycle: Operation = (context, request, response) => {
  const { lifecycle } = requireBucket(context, request.bucket);
  if (!lifecycle) throw new S3Error('NoSuchLifecycleConfiguration');
  sendXml(response, 'LifecycleConfiguration', lifecycleToXml(lifecycle));
};

/** GET, PUT and DELETE of one kept document. */
export function documentOperations(name: string): Record<'GET' | 'PUT' | 'DELETE', Operation> {
  return {
    PUT: keep(
      (bucket, document) => {
        checkDocument(name, document);
        return { ...bucket, documents: { ...bucket.documents, [name]: document } };
      },
      name === 'policy' || name === 'tagging' ? 204 : 200,
    ),
    DELETE: keep((bucket) => {
      const { [name]: _, ...documents } = bucket.documents;
      return { ...bucket, documents };
    }, 204),
    GET: (context, request, response) => {
      const document = requireBucket(context, request.bucket).documents[name];
      if (document === undefined) throw new S3Error(DOCUMENTS[name] ?? 'NoSuchConfiguration');
      response.writeHead(200, { 'content-type': name === 'policy' ? 'application/json' : 'application/xml' });
      response.end(document);
    },
  };
}

export const DOCUMENT_NAMES: readonly string[] = Object.keys(DOCUMENTS);

function checkDocument(name: string, document: string): void {
  if (name !== 'policy') {
    parseXml(document);
    return;
  }
  try {
    const policy: unknown = JSON.parse(document);
    if (typeof policy === 'object' && policy !== null && 'Statement' in policy) return;
  } catch {}
  throw new S3Error('MalformedPolicy');
}
