import type { ServerResponse } from 'node:http';
import type { CloudPlace } from '../service.ts';
import type { Payload } from './authorization.ts';
import type { Blobs } from './blobs.ts';
import type { ObjectIndex, StoredBucket } from './object-index.ts';
import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';
import { writeXml, type XmlFields } from './xml.ts';

export interface S3Context {
  readonly place: CloudPlace;
  readonly index: ObjectIndex;
  readonly blobs: Blobs;
}

/** One S3 action on a request whose signature has been verified. */
export type Operation = (
  context: S3Context,
  request: S3Request,
  response: ServerResponse,
  payload: Payload,
) => Promise<void> | void;

export type Headers = Readonly<Record<string, string>>;

export function sendEmpty(response: ServerResponse, status: number, headers: Headers = {}): void {
  response.writeHead(status, headers);
  response.end();
}

export function sendXml(response: ServerResponse, root: string, fields: XmlFields, headers: Headers = {}): void {
  response.writeHead(200, { 'content-type': 'application/xml', ...headers });
  response.end(writeXml(root, fields));
}

/** The `<Error>` document; an answer to HEAD has none, and SDKs then go by the status. */
export function sendError(response: ServerResponse, error: S3Error, resource: string): void {
  const requestId = String(response.getHeader('x-amz-request-id') ?? '');
  const { code, message, details } = error;
  response.writeHead(error.status, { 'content-type': 'application/xml' });
  const fields = { Code: code, Message: message, ...details, Resource: resource, RequestId: requestId };
  response.end(response.req.method === 'HEAD' ? undefined : writeXml('Error', fields, false));
}

/** @throws S3Error NoSuchBucket */
export function requireBucket(context: S3Context, name: string): StoredBucket {
  const bucket = context.index.bucket(name);
  if (!bucket) throw new S3Error('NoSuchBucket', undefined, { BucketName: name });
  return bucket;
}
