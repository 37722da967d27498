import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import { DynamoError, serialization, wireType } from './error.ts';
import type { Body } from './request.ts';

/** DynamoDB's limit for a request, in bytes. */
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

/** AWS refuses keys that it does not know before it looks at anything else. */
export function checkAccessKey(request: IncomingMessage, accessKeyId: string): void {
  const { authorization } = request.headers;
  if (authorization === undefined) {
    throw new DynamoError('MissingAuthenticationTokenException', 'Request is missing Authentication Token');
  }
  if (!authorization.includes(`Credential=${accessKeyId}/`)) {
    throw new DynamoError('UnrecognizedClientException', 'The security token included in the request is invalid.');
  }
}

export async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_REQUEST_BYTES) chunks.push(chunk);
  }
  if (size > MAX_REQUEST_BYTES) throw new DynamoError('RequestEntityTooLarge', 'Request exceeds 16 MB');
  const bytes = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
  let body: unknown;
  try {
    if (isUtf8(bytes)) body = JSON.parse(bytes.toString());
  } catch {
    // Falls through to the refusal below.
  }
  if (body === undefined) throw serialization('The request body is not JSON in UTF-8');
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw serialization('Start of structure or map found where not expected');
  }
  return body as Body;
}

export function send(response: ServerResponse, status: number, json: string): void {
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(json),
    'x-amz-crc32': crc32(json),
    'x-amzn-requestid': randomUUID(),
  });
  // As a string, the body leaves in one write with the headers.
  response.end(json);
}

export function sendError(response: ServerResponse, error: DynamoError): void {
  const status = error.type === 'RequestEntityTooLarge' ? 413 : error.type === 'InternalServerError' ? 500 : 400;
  send(response, status, JSON.stringify({ __type: wireType(error.type), message: error.message, ...error.detail }));
}
