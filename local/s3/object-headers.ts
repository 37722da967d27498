import { isHeaderText } from './attributes.ts';
import { checksumHeader } from './checksums.ts';
import { expiryUnder } from './lifecycle.ts';
import type { StoredObject } from './object-index.ts';
import type { Headers, S3Context } from './s3-context.ts';
import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';

/** Query parameters that replace a header of the answer. */
const OVERRIDES = [
  'content-type',
  'content-language',
  'expires',
  'cache-control',
  'content-disposition',
  'content-encoding',
] as const;

/** ETag, checksum and expiry of an object, as the answer to an upload tells them. */
export function uploadHeaders(context: S3Context, object: StoredObject): Headers {
  return { etag: `"${object.etag}"`, ...checksumHeaders(object), ...expirationHeader(context, object) };
}

export function checksumHeaders(object: StoredObject): Headers {
  if (!object.checksum) return {};
  const { algorithm, value, type } = object.checksum;
  return { [checksumHeader(algorithm)]: value, 'x-amz-checksum-type': type };
}

function expirationHeader(context: S3Context, object: StoredObject): Headers {
  const due = (context.index.bucket(object.bucket)?.lifecycle ?? [])
    .flatMap((rule) => {
      const time = expiryUnder(rule, object);
      return time === undefined ? [] : [{ time, id: rule.id }];
    })
    .sort((left, right) => left.time - right.time)[0];
  if (!due) return {};
  const date = new Date(due.time).toUTCString();
  return { 'x-amz-expiration': `expiry-date="${date}", rule-id="${encodeURIComponent(due.id)}"` };
}

/** What GET and HEAD tell of an object besides its length. */
export function objectHeaders(context: S3Context, request: S3Request, object: StoredObject): Record<string, string> {
  const headers: Record<string, string> = {
    ...object.headers,
    etag: `"${object.etag}"`,
    'last-modified': new Date(object.modified).toUTCString(),
    'accept-ranges': 'bytes',
    ...expirationHeader(context, object),
  };
  for (const [name, value] of Object.entries(object.metadata)) headers[`x-amz-meta-${name}`] = metadataValue(value);
  if (object.tags.length) headers['x-amz-tagging-count'] = String(object.tags.length);
  for (const name of OVERRIDES) {
    const override = request.query.get(`response-${name}`);
    if (override === null) continue;
    if (!isHeaderText(override)) {
      throw new S3Error('InvalidArgument', `Header value cannot be represented using ISO-8859-1.response-${name}`);
    }
    headers[name] = override;
  }
  return headers;
}

/** Metadata from a form may hold any text; S3 gives it back in the encoding of RFC 2047. */
function metadataValue(value: string): string {
  return /^[\x20-\x7e\t]*$/.test(value) ? value : `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=`;
}
