import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import { DynamoError, serialization, wireType } from './error.ts';
import type { Body } from './request.ts';

/** DynamoDB's limit for a request, in bytes. */
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

/** The operation of `X-Amz-Target: DynamoDB_20120810.GetItem`, with the API that it belongs to. */
export function readTarget(request: IncomingMessage): { readonly api: string; readonly operation: string } {
  const target = request.headers['x-amz-target'];
  const [api = '', operation = ''] = typeof target === 'string' ? target.split('.') : [];
  return { api, operation };
}

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
  let body: unknown;
  try {
    body = JSON.parse(chunks.length === 1 ? String(chunks[0]) : Buffer.concat(chunks).toString());
  } catch {
    throw serialization('The request body is not JSON');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw serialization('Start of structure or map found where not expected');
  }
  return body as Body;
}

export function send(response: ServerResponse, status: number, json: string): void {
  const bytes = Buffer.from(json);
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': bytes.length,
    'x-amz-crc32': crc32(bytes),
    'x-amzn-requestid': randomUUID(),
  });
  response.end(bytes);
}

export function sendError(response: ServerResponse, error: DynamoError): void {
  const status = error.type === 'RequestEntityTooLarge' ? 413 : error.type === 'InternalServerError' ? 500 : 400;
  send(response, status, JSON.stringify({ __type: wireType(error.type), message: error.message, ...error.detail }));
}
