import type { IncomingMessage } from 'node:http';

/** `too-large` once more than `limit` bytes came or were announced; `aborted` when the client went away before the end. */
export type BodyResult = Buffer | 'too-large' | 'aborted';

/** Reads a request's body, at most `limit` bytes of it. Never rejects. */
export function readBody(request: IncomingMessage, limit: number): Promise<BodyResult> {
  if (Number(request.headers['content-length'] ?? 0) > limit) return Promise.resolve('too-large');
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else {
        chunks.length = 0;
        resolve('too-large');
      }
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', () => resolve('aborted'));
    request.on('close', () => resolve('aborted'));
  });
}
