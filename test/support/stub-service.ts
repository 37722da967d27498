import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OperationSpec } from '../../lambdas/contracts/operation.ts';
import { platformOperations } from '../../lambdas/contracts/platform/operations.ts';
import { submissionOperations } from '../../lambdas/contracts/submission/operations.ts';
import { type Operation, type Route, routes } from '../../lambdas/http/routes.ts';

export interface StubCall {
  readonly operation: Operation | 'upload';
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly key: string | undefined;
  readonly body: unknown;
}

export interface StubReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What an operation answers; `before` counts its earlier calls. */
export type Answers = Partial<Record<Operation, (call: StubCall, before: number) => StubReply>>;

const specs: Readonly<Record<string, OperationSpec>> = { ...platformOperations, ...submissionOperations };

function match(route: Route, path: string): Record<string, string> | undefined {
  const pattern = route.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  const found = new RegExp(`^${pattern}$`).exec(path);
  return found
    ? Object.fromEntries(Object.entries(found.groups ?? {}).map(([k, v]) => [k, decodeURIComponent(v)]))
    : undefined;
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/**
 * A service that answers as a test says, and holds both sides to the contract: what it is asked and what it answers must pass the
 * schemas of the operation. A breach is a 500 that names it. PUT below /upload/ keeps its bytes as the call's body.
 */
export class StubService {
  readonly calls: StubCall[] = [];
  answers: Answers = {};
  readonly #server: Server = createServer((request, response) => void this.#answer(request, response));

  async start(): Promise<string> {
    await new Promise<void>((listening) => this.#server.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  /** Forgets the calls so far. */
  expect(answers: Answers): void {
    this.answers = answers;
    this.calls.length = 0;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const bytes = await bytesOf(request);
    try {
      const { status = 200, headers = {}, body } = this.#reply(request, bytes);
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    } catch (error) {
      const problem = { detail: `The stub: ${String(error)}`, code: 'breach' };
      response.writeHead(500, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
    }
  }

  #reply(request: IncomingMessage, bytes: Buffer): StubReply {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stub');
    const key = request.headers.authorization?.replace('Bearer ', '');
    const query = Object.fromEntries(searchParams);
    if (request.method === 'PUT' && pathname.startsWith('/upload/')) {
      const params = { slot: pathname.slice('/upload/'.length), type: request.headers['content-type'] ?? '' };
      this.calls.push({ operation: 'upload', params, query, key, body: bytes });
      return { body: '' };
    }
    for (const route of routes) {
      const params = route.method === request.method ? match(route, pathname) : undefined;
      const answer = this.answers[route.operation];
      if (!params || !answer) continue;
      const body: unknown = bytes.length > 0 ? JSON.parse(bytes.toString()) : undefined;
      const spec = specs[route.operation];
      spec?.body?.parse(body);
      spec?.query?.parse(query);
      const before = this.calls.filter((one) => one.operation === route.operation).length;
      const call = { operation: route.operation, params, query, key, body };
      this.calls.push(call);
      const reply = answer(call, before);
      if ((reply.status ?? 200) < 300) spec?.reply.schema?.parse(reply.body);
      return reply;
    }
    throw new Error(`${request.method} ${pathname} was not expected`);
  }
}
