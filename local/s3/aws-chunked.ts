import { createHash } from 'node:crypto';
import { sameSignature, sha256Hex, signature } from '../sigv4.ts';
import type { ChunkSigning } from './authorization.ts';
import { S3Error } from './s3-error.ts';

const MAX_LINE_BYTES = 8 * 1024;

/** Reads lines and exact runs of bytes from a stream without ever holding more than one of its chunks. */
class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async #more(): Promise<Buffer> {
    const next = await this.#source.next();
    if (next.done) throw new S3Error('IncompleteBody');
    return next.value;
  }

  async line(): Promise<string> {
    for (;;) {
      const end = this.#held.indexOf('\r\n');
      if (end >= 0) {
        const line = this.#held.toString('latin1', 0, end);
        this.#held = this.#held.subarray(end + 2);
        return line;
      }
      if (this.#held.length > MAX_LINE_BYTES) throw new S3Error('InvalidRequest', 'A chunk header is too long');
      this.#held = Buffer.concat([this.#held, await this.#more()]);
    }
  }

  async *take(size: number): AsyncGenerator<Buffer> {
    for (let left = size; left > 0; ) {
      if (!this.#held.length) this.#held = await this.#more();
      const piece = this.#held.subarray(0, left);
      this.#held = this.#held.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  /** Reads what is left, so that the connection can serve another request. */
  async drain(): Promise<void> {
    this.#held = Buffer.alloc(0);
    while (!(await this.#source.next()).done);
  }
}

/**
 * Removes the framing of an `aws-chunked` body and leaves its trailer (lower-case names) in `trailer`. With `signing`, every
 * chunk's signature and the trailer's are checked: a chunk is yielded before its signature is known, so the consumer must not
 * make anything visible before the generator ends.
 * @throws S3Error IncompleteBody, InvalidRequest, SignatureDoesNotMatch
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  trailer: Map<string, string>,
  signing?: ChunkSigning,
): AsyncGenerator<Buffer> {
  const reader = new ByteReader(source);
  let previous = signing?.seedSignature ?? '';
  for (;;) {
    const header = /^([0-9a-f]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/i.exec(await reader.line());
    if (!header) throw new S3Error('InvalidRequest', 'A chunk header is malformed');
    const size = Number.parseInt(header[1] ?? '', 16);
    const hash = signing && createHash('sha256');
    for await (const piece of reader.take(size)) {
      hash?.update(piece);
      yield piece;
    }
    if (signing && hash) {
      previous = checkLink(signing, 'PAYLOAD', previous, [sha256Hex(''), hash.digest('hex')], header[2]);
    }
    if (size === 0) break;
    if ((await reader.line()) !== '') throw new S3Error('InvalidRequest', 'A chunk is longer than its header says');
  }
  await readTrailer(reader, trailer);
  const trailerSignature = trailer.get('x-amz-trailer-signature');
  trailer.delete('x-amz-trailer-signature');
  if (signing && trailer.size) {
    const lines = [...trailer].map(([name, value]) => `${name}:${value}\n`).join('');
    checkLink(signing, 'TRAILER', previous, [sha256Hex(lines)], trailerSignature);
  }
  await reader.drain();
}

async function readTrailer(reader: ByteReader, trailer: Map<string, string>): Promise<void> {
  for (let line = await reader.line(); line !== ''; line = await reader.line()) {
    const colon = line.indexOf(':');
    if (colon < 1 || trailer.size > 8) throw new S3Error('InvalidRequest', 'The request trailer is malformed');
    trailer.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

/** One link of the chain in "Signature calculations for the authorization header: transferring payload in multiple chunks". */
function checkLink(
  signing: ChunkSigning,
  kind: 'PAYLOAD' | 'TRAILER',
  previous: string,
  hashes: readonly string[],
  given: string | undefined,
): string {
  const text = [`AWS4-HMAC-SHA256-${kind}`, signing.amzDate, signing.scope, previous, ...hashes].join('\n');
  const expected = signature(signing.key, text);
  if (!given || !sameSignature(expected, given)) throw new S3Error('SignatureDoesNotMatch');
  return expected;
}
