import { receiveDocument } from './receive-body.ts';
import { type Operation, requireBucket, sendEmpty, sendXml } from './s3-context.ts';
import { S3Error } from './s3-error.ts';
import { childrenOf, parseXml, textOf } from './xml.ts';

const MAX_KEYS = 1000;

export const deleteObject: Operation = async (context, request, response) => {
  requireBucket(context, request.bucket);
  await context.blobs.remove(context.index.dropObject(request.bucket, request.key));
  sendEmpty(response, 204);
};

export const deleteObjects: Operation = async (context, request, response, payload) => {
  const { bucket } = request;
  requireBucket(context, bucket);
  const document = parseXml(await receiveDocument(request, payload));
  const entries = childrenOf(document, 'Object');
  const keys = entries.map((entry) => textOf(entry, 'Key'));
  if (document.name !== 'Delete' || !entries.length || entries.length > MAX_KEYS || keys.some((key) => !key)) {
    throw new S3Error('MalformedXML');
  }
  const freed: string[] = [];
  for (const key of keys) freed.push(...context.index.dropObject(bucket, key ?? ''));
  await context.blobs.remove(freed);
  const quiet = textOf(document, 'Quiet') === 'true';
  sendXml(response, 'DeleteResult', { Deleted: quiet ? [] : keys.map((Key) => ({ Key })) });
};
