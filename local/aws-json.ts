import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type * as z from 'zod';
import { parseScope } from './sigv4.ts';

/** An error that a caller caused; `code` is the name under which the AWS SDK throws it. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Legacy code of services that once spoke the query protocol (SQS), sent in `x-amzn-query-error`. */
  readonly queryCode: string | undefined;

  constructor(code: string, message: string, status = 400, queryCode?: string) {
    super(message);
    this.code = code;
    this.status = status;
    this.queryCode = queryCode;
  }
}

/** One API operation: a parsed JSON body in, the JSON answer out. `signal` aborts when the caller hangs up. */
export type Operation = (input: unknown, signal: AbortSignal) => unknown;

/** Binds an operation to the shape of its input, so that it only ever sees values of the right type. */
export function operation<S extends z.ZodType>(
  schema: S,
  run: (input: z.output<S>, signal: AbortSignal) => unknown,
): Operation {
  return (input, signal) => {
    const parsed = schema.safeParse(input);
    if (parsed.success) return run(parsed.data, signal);
    const [issue] = parsed.error.issues;
    const path = issue?.path ?? [];
    throw new InputMismatch(path.join('.'), issue?.message ?? 'Malformed input', valueAt(input, path) === undefined);
  };
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  return value;
}

/** Input that does not have the operation's shape; each service names this error in its own way. */
class InputMismatch extends Error {
  readonly path: string;
  /** Whether nothing was there at all, which services tell apart from a wrong type. */
  readonly missing: boolean;
  constructor(path: string, message: string, missing: boolean) {
    super(path ? `${path}: ${message}` : message);
    this.path = path;
    this.missing = missing;
  }
}

export interface JsonProtocol {
  readonly contentType: string;
  /** The one access key that may sign. The signature itself is not verified: this cloud listens on loopback only. */
  readonly accessKeyId: string;
  /** Largest request body in bytes; what lies above is refused before it is read to the end. */
  readonly bodyLimit: number;
  readonly operations: Readonly<Record<string, Operation>>;
  /** Name of the operation that a request asks for. */
  readonly operationOf: (request: IncomingMessage) => string;
  /** The service's own error for input of the wrong shape. */
  readonly mismatch: (error: InputMismatch) => AwsError;
  /** The service's own error for a body over the limit. */
  readonly tooLarge: () => AwsError;
  /** Aborts the operations that still wait (long polls) when the service closes. */
  readonly closing?: AbortSignal;
}

function checkAccessKey({ headers }: IncomingMessage, accessKeyId: string): void {
  const credential = /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1] ?? '';
  if (parseScope(credential)?.accessKeyId !== accessKeyId)
    throw new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.', 403);
}

/** Operation name of AWS JSON 1.0 and 1.1: `x-amz-target: AmazonSQS.SendMessage`. */
export function targetOperation(request: IncomingMessage): string {
  return String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
}

async function readBody(request: IncomingMessage, protocol: JsonProtocol): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // The rest is drained unread: closing the socket would reach the client as a network error, which it retries.
    if (size <= protocol.bodyLimit) chunks.push(chunk);
  }
  if (size > protocol.bodyLimit) throw protocol.tooLarge();
  if (size === 0) return {};
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)));
  } catch {
    throw new AwsError('SerializationException', 'The request body is not valid JSON in UTF-8.');
  }
}

/** Request handler for the JSON protocols of AWS. Callers' mistakes become error answers; a bug rejects. */
export function serveJson(
  protocol: JsonProtocol,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const hangUp = new AbortController();
    response.on('close', () => hangUp.abort());
    const send = (status: number, body: unknown, headers: Record<string, string> = {}) => {
      if (response.destroyed) return;
      const text = JSON.stringify(body ?? {});
      response.writeHead(status, {
        'content-type': protocol.contentType,
        'content-length': String(Buffer.byteLength(text)),
        'x-amzn-requestid': randomUUID(),
        ...headers,
      });
      response.end(text);
    };
    try {
      const name = protocol.operationOf(request);
      const body = await readBody(request, protocol);
      checkAccessKey(request, protocol.accessKeyId);
      const run = Object.hasOwn(protocol.operations, name) ? protocol.operations[name] : undefined;
      if (!run) throw new AwsError('UnknownOperationException', `The operation "${name}" is not supported here.`);
      const signal = protocol.closing ? AbortSignal.any([hangUp.signal, protocol.closing]) : hangUp.signal;
      send(200, await run(body, signal));
    } catch (thrown) {
      // A caller who hung up gets no answer, and that is no failure of the service.
      if (hangUp.signal.aborted) return;
      const error = thrown instanceof InputMismatch ? protocol.mismatch(thrown) : thrown;
      if (!(error instanceof AwsError)) throw error;
      send(
        error.status,
        { __type: error.code, message: error.message },
        {
          'x-amzn-errortype': error.code,
          ...(error.queryCode === undefined ? {} : { 'x-amzn-query-error': `${error.queryCode};Sender` }),
        },
      );
    }
  };
}
