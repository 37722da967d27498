import type { Readable } from 'node:stream';
import busboy from 'busboy';
import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';

/** A browser's form as far as its file, whose bytes are still to come. */
export interface PostForm {
  /** By lower-case name. */
  readonly fields: Map<string, string>;
  readonly filename: string;
  readonly file: AsyncIterable<Buffer>;
  /** Resolves when the whole form was well-formed; call it after the file has been read. */
  readonly end: () => Promise<void>;
}

const MAX_PRE_DATA_BYTES = 20 * 1024;

/**
 * Reads fields up to the file. What follows the file is ignored, as in S3, but a second file is refused.
 * @throws S3Error MalformedPOSTRequest, MaxPostPreDataLengthExceeded, InvalidArgument
 */
export function readPostForm(request: S3Request): Promise<PostForm> {
  const { raw } = request;
  const limits = { fieldSize: MAX_PRE_DATA_BYTES, fieldNameSize: 1024, fields: 200, files: 1 };
  let parser: busboy.Busboy;
  try {
    parser = busboy({ headers: raw.headers, limits, defParamCharset: 'utf8' });
  } catch (cause) {
    throw Object.assign(new S3Error('MalformedPOSTRequest'), { cause });
  }
  return new Promise((resolve, reject) => {
    const fields = new Map<string, string>();
    let size = 0;
    let failure: S3Error | undefined;
    let closed = false;
    let hasFile = false;
    const fail = (error: S3Error) => {
      failure ??= error;
      reject(failure);
    };
    parser.on('field', (name, value, info) => {
      size += name.length + Buffer.byteLength(value);
      if (size > MAX_PRE_DATA_BYTES || info.valueTruncated) fail(new S3Error('MaxPostPreDataLengthExceeded'));
      fields.set(name.toLowerCase(), value);
    });
    parser.on('file', (name, file, info) => {
      // Without a listener, a broken form would end the process.
      file.on('error', () => fail(new S3Error('MalformedPOSTRequest')));
      if (name.toLowerCase() !== 'file') {
        fail(new S3Error('InvalidArgument', 'POST requires exactly one file upload per request.'));
        return;
      }
      const end = () =>
        new Promise<void>((resolveEnd, rejectEnd) => {
          const settle = () => (failure ? rejectEnd(failure) : resolveEnd());
          if (closed) settle();
          else parser.once('close', settle);
        });
      hasFile = true;
      resolve({ fields: new Map(fields), filename: info.filename ?? '', file: wellFormed(file), end });
    });
    parser.on('filesLimit', () =>
      fail(new S3Error('InvalidArgument', 'POST requires exactly one file upload per request.')),
    );
    parser.on('fieldsLimit', () => fail(new S3Error('MaxPostPreDataLengthExceeded')));
    parser.on('error', () => fail(new S3Error('MalformedPOSTRequest')));
    parser.on('close', () => {
      closed = true;
      if (!hasFile) fail(new S3Error('InvalidArgument', 'POST requires exactly one file upload per request.'));
    });
    raw.once('close', () => {
      if (!raw.complete) parser.destroy(new Error('The client went away'));
    });
    raw.pipe(parser);
  });
}

async function* wellFormed(file: Readable): AsyncGenerator<Buffer> {
  try {
    yield* file as AsyncIterable<Buffer>;
  } catch (cause) {
    throw Object.assign(new S3Error('MalformedPOSTRequest'), { cause });
  }
}
