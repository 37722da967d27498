import { Readable } from 'node:stream';
import busboy from 'busboy';
import { type Failure, failure } from '../domain/error.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Event } from './call-state.ts';

export interface Form {
  readonly fields: ReadonlyMap<string, string>;
  /** Files that were looked for, by the name of their field; others are read over. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Bytes of one file at most, by the name of its field, and how people call it. */
export type FileLimits = Readonly<Record<string, { readonly maxBytes: number; readonly called: string }>>;

/** More than any form of ours has. */
const most = { fields: 32, fieldSize: 16 * 1024, fieldNameSize: 100, files: 8, parts: 40, headerPairs: 32 } as const;

const invalid = (message: string): Failure => failure('invalid_request', message);
const notForm = failure('unsupported_media_type', 'Send the form as "Content-Type: multipart/form-data".');

const isForm = (event: Event): boolean => /^multipart\/form-data\s*;/i.test(event.headers['content-type'] ?? '');

const megabytes = (bytes: number): string => `${Math.round((bytes / (1024 * 1024)) * 10) / 10}MB`;

const tooLarge = ({ maxBytes, called }: FileLimits[string]): Failure =>
  failure('payload_too_large', `${called} exceeds ${megabytes(maxBytes)}`, { detail: { maxBytes } });

/**
 * The fields and files of a multipart form (RFC 7578), in whatever order they came. A file's bytes are views of the body: what was sent
 * is in memory once.
 */
export async function readForm(event: Event, limits: FileLimits): Promise<Result<Form, Failure>> {
  if (!isForm(event)) return fail(notForm);
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  try {
    return await parseForm(body, event.headers as Readonly<Record<string, string>>, limits);
  } catch {
    // The parser throws and emits plain errors alone, of what it was given.
    return fail(invalid('The body is no complete multipart form.'));
  }
}

function parseForm(
  body: Buffer,
  headers: Readonly<Record<string, string>>,
  limits: FileLimits,
): Promise<Result<Form, Failure>> {
  const fields = new Map<string, string>();
  const files = new Map<string, Uint8Array>();
  /** Files whose end may still be to come. */
  const begun = new Set<string>();
  let fault: Failure | undefined;
  const note = (found: Failure): void => {
    fault ??= found;
  };
  const largest = Math.max(...Object.values(limits).map(({ maxBytes }) => maxBytes));
  const parser = busboy({ headers, defParamCharset: 'utf8', limits: { ...most, fileSize: largest + 1 } });

  parser.on('field', (name, value, { nameTruncated, valueTruncated }) => {
    if (nameTruncated || valueTruncated) note(invalid(`The field ${name} is too long.`));
    else if (fields.has(name)) note(invalid(`The field ${name} is there twice.`));
    else fields.set(name, value);
  });
  parser.on('file', (name, stream) => {
    const limit = Object.hasOwn(limits, name) ? limits[name] : undefined;
    if (!limit) return void stream.resume();
    if (begun.has(name)) note(invalid(`The file ${name} is there twice.`));
    begun.add(name);
    const chunks: Buffer[] = [];
    let size = 0;
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit.maxBytes) chunks.push(chunk);
      else note(tooLarge(limit));
    });
    stream.on('end', () => files.set(name, chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
  });
  for (const event of ['fieldsLimit', 'filesLimit', 'partsLimit'] as const) {
    parser.on(event, () => note(invalid('The form has too many parts.')));
  }
  return new Promise((resolve, reject) => {
    parser.on('error', reject);
    parser.on('close', () => resolve(fault ? fail(fault) : ok({ fields, files })));
    Readable.from([body]).pipe(parser);
  });
}
