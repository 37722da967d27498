import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { encodeUri } from '../sigv4.ts';
import { writeBlob } from './blobs.ts';
import { type Checksum, checksumAlgorithm, checksumElement, checksumHeader, createHasher } from './checksums.ts';
import { requireUpload } from './multipart-upload.ts';
import type { StoredPart } from './object-index.ts';
import { checkWrite } from './preconditions.ts';
import { receiveDocument } from './receive-body.ts';
import { type Operation, type S3Context, sendXml } from './s3-context.ts';
import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';
import { childrenOf, parseXml, textOf, type XmlElement } from './xml.ts';

const MIN_PART_BYTES = 5 * 1024 ** 2;

/** The parts that the client lists, checked against those that came. */
function chosenParts(document: XmlElement, stored: readonly StoredPart[]): readonly StoredPart[] {
  const listed = childrenOf(document, 'Part');
  if (document.name !== 'CompleteMultipartUpload' || !listed.length) throw new S3Error('MalformedXML');
  const byNumber = new Map(stored.map((part) => [part.number, part]));
  let previous = 0;
  const parts = listed.map((entry) => {
    const number = Number(textOf(entry, 'PartNumber'));
    if (!Number.isInteger(number)) throw new S3Error('MalformedXML');
    if (number <= previous) throw new S3Error('InvalidPartOrder');
    previous = number;
    const part = byNumber.get(number);
    const etag = (textOf(entry, 'ETag') ?? '').replace(/^"|"$/g, '');
    const claimed = part && textOf(entry, checksumElement(part.checksum.algorithm));
    if (!part || part.etag !== etag || (claimed !== undefined && claimed !== part.checksum.value)) {
      throw new S3Error('InvalidPart', undefined, { PartNumber: number, ETag: etag });
    }
    return part;
  });
  const small = parts.slice(0, -1).find((part) => part.size < MIN_PART_BYTES);
  if (small) {
    throw new S3Error('EntityTooSmall', undefined, {
      ProposedSize: small.size,
      MinSizeAllowed: MIN_PART_BYTES,
      PartNumber: small.number,
      ETag: small.etag,
    });
  }
  return parts;
}

function readPart(context: S3Context, part: StoredPart): AsyncIterable<Buffer> {
  try {
    return createReadStream('', { fd: context.blobs.open(part.blob) });
  } catch (cause) {
    // Another completion or an abort removed the part meanwhile.
    throw Object.assign(new S3Error('NoSuchUpload'), { cause });
  }
}

/** Joins the parts' bytes into one blob and digests them on the way. */
async function joinParts(context: S3Context, parts: readonly StoredPart[], wanted: Checksum) {
  const hasher = createHasher(wanted.algorithm);
  const { blob } = await writeBlob(context.blobs, async (write) => {
    for (const part of parts) {
      for await (const chunk of readPart(context, part)) {
        if (wanted.type === 'FULL_OBJECT') hasher.update(chunk);
        await write(chunk);
      }
    }
  });
  if (wanted.type === 'COMPOSITE') {
    for (const part of parts) hasher.update(Buffer.from(part.checksum.value, 'base64'));
  }
  const digest = hasher.digest().toString('base64');
  const value = wanted.type === 'COMPOSITE' ? `${digest}-${parts.length}` : digest;
  return { blob, checksum: { ...wanted, value } };
}

function checkExpectations(request: S3Request, size: number, checksum: Checksum): void {
  const expectedSize = request.header('x-amz-mp-object-size');
  if (expectedSize !== undefined && Number(expectedSize) !== size) {
    throw new S3Error('InvalidRequest', 'The x-amz-mp-object-size header does not match the size of the parts');
  }
  const header = Object.keys(request.raw.headers).find(
    (name) => name.startsWith('x-amz-checksum-') && checksumAlgorithm(name.slice('x-amz-checksum-'.length)),
  );
  const expected = header && request.header(header);
  // A composite checksum may be given with or without its number of parts.
  const same = expected === checksum.value || expected === checksum.value.replace(/-\d+$/, '');
  if (header && (header !== checksumHeader(checksum.algorithm) || !same)) {
    throw new S3Error(
      'BadDigest',
      `The ${checksum.algorithm.toLowerCase()} you specified did not match the calculated checksum.`,
    );
  }
}

export const completeMultipartUpload: Operation = async (context, request, response, payload) => {
  const upload = requireUpload(context, request);
  const { bucket, key, id } = upload;
  // The checksum header speaks of the object, not of this document.
  const document = parseXml(await receiveDocument(request, payload, { ignoreChecksum: true }));
  const parts = chosenParts(document, context.index.parts(id));
  checkWrite(request.header, context.index.object(bucket, key));
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const wanted = upload.attributes.checksum ?? { algorithm: 'CRC64NVME', type: 'FULL_OBJECT', value: '' };
  const { blob, checksum } = await joinParts(context, parts, wanted);
  try {
    checkExpectations(request, size, checksum);
    // Another completion, an abort or a write may have come between.
    requireUpload(context, request);
    checkWrite(request.header, context.index.object(bucket, key));
  } catch (error) {
    await context.blobs.remove([blob]);
    throw error;
  }
  const md5 = createHash('md5');
  for (const part of parts) md5.update(Buffer.from(part.etag, 'hex'));
  const etag = `${md5.digest('hex')}-${parts.length}`;
  const modified = context.place.now();
  const object = { bucket, key, blob, size, etag, modified, ...upload.attributes, checksum };
  await context.blobs.remove(context.index.completeUpload(id, object));
  sendXml(response, 'CompleteMultipartUploadResult', {
    Location: `${context.place.endpoint()}/${bucket}/${encodeUri(key, true)}`,
    Bucket: bucket,
    Key: key,
    ETag: `"${etag}"`,
    [checksumElement(checksum.algorithm)]: checksum.value,
    ChecksumType: checksum.type,
  });
};
