import { basename } from 'node:path';
import { encodeUri, parseAmzDate, parseScope, sameSignature, signature, signingKey } from '../sigv4.ts';
import { readAttributes } from './attributes.ts';
import { checkScope } from './authorization.ts';
import { writeBlob } from './blobs.ts';
import { uploadHeaders } from './object-headers.ts';
import type { StoredObject } from './object-index.ts';
import { type PostForm, readPostForm } from './post-form.ts';
import { enforcePostPolicy, readPostPolicy, sizeRange } from './post-policy.ts';
import { publish } from './put-object.ts';
import { contentMd5, digestBody, promisedAmong } from './receive-body.ts';
import { type Operation, requireBucket, type S3Context, sendEmpty } from './s3-context.ts';
import { S3Error } from './s3-error.ts';
import { readTags } from './tagging.ts';
import { writeXml } from './xml.ts';

/** Who signed the form; the policy is what was signed. */
function checkSignature(context: S3Context, fields: ReadonlyMap<string, string>): string {
  const policy = fields.get('policy');
  if (policy === undefined) throw new S3Error('AccessDenied');
  const field = (name: string) => {
    const value = fields.get(name);
    if (value) return value;
    throw new S3Error('InvalidArgument', `Bucket POST must contain a field named '${name}'.`);
  };
  if (field('x-amz-algorithm') !== 'AWS4-HMAC-SHA256') {
    throw new S3Error('InvalidArgument', 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"');
  }
  const scope = parseScope(field('x-amz-credential'));
  if (!scope || Number.isNaN(parseAmzDate(field('x-amz-date')))) {
    throw new S3Error('InvalidArgument', 'The form must carry a valid X-Amz-Credential and X-Amz-Date');
  }
  checkScope(scope, context.place, 'AuthorizationQueryParametersError');
  const given = field('x-amz-signature');
  const key = signingKey(context.place.credentials.secretAccessKey, scope);
  if (!sameSignature(signature(key, policy), given)) {
    throw new S3Error('SignatureDoesNotMatch', undefined, {
      AWSAccessKeyId: scope.accessKeyId,
      StringToSign: policy,
      SignatureProvided: given,
    });
  }
  return policy;
}

/** The form's fields as the policy judges them, or the refusal. */
function judgeForm(context: S3Context, bucket: string, form: PostForm) {
  const { fields } = form;
  const key = fields.get('key')?.replace(/[$]\{filename\}/g, () => basename(form.filename));
  if (!key) throw new S3Error('InvalidArgument', "Bucket POST must contain a field named 'key'.");
  if (Buffer.byteLength(key) > 1024) throw new S3Error('KeyTooLongError');
  const policy = readPostPolicy(checkSignature(context, fields));
  fields.set('key', key);
  // A form that names its bucket must name the one that it is sent to.
  if ((fields.get('bucket') ?? bucket) !== bucket) throw new S3Error('AccessDenied');
  fields.set('bucket', bucket);
  enforcePostPolicy(policy, fields, context.place.now());
  const attributes = readAttributes(Object.fromEntries(fields));
  const tagging = fields.get('tagging');
  return {
    key,
    range: sizeRange(policy),
    attributes: tagging === undefined ? attributes : { ...attributes, tags: readTags(tagging) },
  };
}

async function storeForm(context: S3Context, bucket: string, form: PostForm): Promise<StoredObject> {
  const { key, range, attributes } = judgeForm(context, bucket, form);
  const header = (name: string) => form.fields.get(name);
  const expected = {
    md5: contentMd5(header('content-md5')),
    promised: promisedAmong([...form.fields.keys()], header),
    maxSize: range.max,
  };
  const { blob, result } = await writeBlob(context.blobs, async (write) => {
    const received = await digestBody(form.file, expected, write);
    await form.end();
    if (received.size >= range.min) return received;
    throw new S3Error('EntityTooSmall', undefined, { ProposedSize: received.size, MinSizeAllowed: range.min });
  });
  const { size, md5, checksum } = result;
  const modified = context.place.now();
  const object = { bucket, key, blob, size, etag: md5, modified, ...attributes, checksum };
  await publish(context, header, object);
  return object;
}

/** A browser's form with policy and signature in its fields: the only request without a signature of its own. */
export const postObject: Operation = async (context, request, response) => {
  requireBucket(context, request.bucket);
  let object: StoredObject;
  let form: PostForm;
  try {
    form = await readPostForm(request);
    object = await storeForm(context, request.bucket, form);
  } catch (error) {
    // The rest of a refused form goes by without being parsed.
    request.raw.unpipe();
    throw error;
  }
  const location = `${context.place.endpoint()}/${object.bucket}/${encodeUri(object.key, true)}`;
  const etag = `"${object.etag}"`;
  const headers = { ...uploadHeaders(context, object), location };
  const redirect = form.fields.get('success_action_redirect') ?? form.fields.get('redirect');
  if (redirect !== undefined && URL.canParse(redirect)) {
    const target = new URL(redirect);
    for (const [name, value] of Object.entries({ bucket: object.bucket, key: object.key, etag })) {
      target.searchParams.append(name, value);
    }
    sendEmpty(response, 303, { ...headers, location: target.href });
    return;
  }
  const status = form.fields.get('success_action_status');
  if (status !== '201') {
    sendEmpty(response, status === '200' ? 200 : 204, headers);
    return;
  }
  response.writeHead(201, { 'content-type': 'application/xml', ...headers });
  const fields = { Location: location, Bucket: object.bucket, Key: object.key, ETag: etag };
  response.end(writeXml('PostResponse', fields, false));
};
