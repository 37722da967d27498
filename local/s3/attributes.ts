import type { ObjectAttributes, Tag } from './object-index.ts';
import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';

const CONTENT_HEADERS = [
  'content-type',
  'content-disposition',
  'content-language',
  'content-encoding',
  'cache-control',
  'expires',
] as const;
const MAX_METADATA_BYTES = 2048;
const MAX_TAGS = 10;

/**
 * What an upload says of its object.
 * @param fields request headers or form fields by lower-case name
 * @throws S3Error MetadataTooLarge, InvalidTag, NotImplemented, InvalidRequest
 */
export function readAttributes(fields: Readonly<Record<string, string>>): ObjectAttributes {
  refuseUnsupported(fields);
  const headers: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  for (const name of CONTENT_HEADERS) {
    // aws-chunked is how the body travelled, not what the object is.
    const value =
      name === 'content-encoding' ? fields[name]?.replace(/\s*aws-chunked\s*(,\s*|$)/, '').trim() : fields[name];
    if (value && !isHeaderText(value)) {
      throw new S3Error('InvalidArgument', `Header value cannot be represented using ISO-8859-1.${name}`);
    }
    if (value) headers[name] = value.replace(/,$/, '');
  }
  const metadata = Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      name.startsWith('x-amz-meta-') ? [[name.slice('x-amz-meta-'.length), value] as const] : [],
    ),
  );
  const odd = Object.keys(metadata).find((name) => !/^[-!#$%&'*+.^_`|~0-9a-z]+$/.test(name));
  if (odd !== undefined) throw new S3Error('InvalidArgument', `Metadata name is not a header name: ${odd}`);
  const size = Object.entries(metadata).reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value), 0);
  if (size > MAX_METADATA_BYTES) {
    throw new S3Error('MetadataTooLarge', undefined, { Size: size, MaxSizeAllowed: MAX_METADATA_BYTES });
  }
  const tags = [...new URLSearchParams(fields['x-amz-tagging'] ?? '')].map(([key, value]) => ({ key, value }));
  return { headers, metadata, tags: checkTags(tags) };
}

/** Whether HTTP can carry the text in a header. */
export function isHeaderText(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
}

/** Headers of a request; metadata that a presigner moved into the query counts too. */
export function attributeFields(request: S3Request): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value] of request.query) if (/^x-amz-meta-/i.test(name)) fields[name.toLowerCase()] = value;
  for (const name of Object.keys(request.raw.headers)) fields[name] = request.header(name) ?? '';
  return fields;
}

export function checkTags(tags: readonly Tag[]): readonly Tag[] {
  if (tags.length > MAX_TAGS) throw new S3Error('BadRequest', `Object tags cannot be greater than ${MAX_TAGS}`);
  if (new Set(tags.map((tag) => tag.key)).size < tags.length) {
    throw new S3Error('InvalidTag', 'Cannot provide multiple Tags with the same key');
  }
  if (tags.some((tag) => !tag.key || tag.key.length > 128)) {
    throw new S3Error('InvalidTag', 'The TagKey you have provided is invalid');
  }
  if (tags.some((tag) => tag.value.length > 256)) {
    throw new S3Error('InvalidTag', 'The TagValue you have provided is invalid');
  }
  return tags;
}

/** What would silently mean something else here is refused. */
function refuseUnsupported(fields: Readonly<Record<string, string>>): void {
  if (Object.keys(fields).some((name) => name.startsWith('x-amz-server-side-encryption-customer-'))) {
    throw new S3Error('NotImplemented', 'Server-side encryption with customer-provided keys is not implemented here');
  }
  if (Object.keys(fields).some((name) => name.startsWith('x-amz-object-lock-'))) {
    throw new S3Error('NotImplemented', 'Object Lock is not implemented here');
  }
  const acl = fields['x-amz-acl'] ?? fields.acl;
  if (acl && acl !== 'private' && acl !== 'bucket-owner-full-control') {
    throw new S3Error('AccessControlListNotSupported');
  }
}
