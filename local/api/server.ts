import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Invocation } from '../lambda/execution-environment.ts';
import { readBody } from './body.ts';
import { type CorsConfiguration, isPreflight, preflightResponse, withCors } from './cors.ts';
import { buildEvent, splitTarget } from './event.ts';
import { type ApiResponse, gatewayResponse, readResponse, serverError } from './response.ts';
import type { Router } from './route.ts';

/** What a route leads to. */
export interface Integration {
  readonly functionArn: string;
  /** At most 30,000 ms. */
  readonly timeoutMs: number;
}

export interface ApiDefinition {
  readonly apiId: string;
  readonly accountId: string;
  /** `$default` or a name that then prefixes every path. */
  readonly stage: string;
  readonly stageVariables?: Readonly<Record<string, string>>;
  readonly cors?: CorsConfiguration;
  readonly route: Router<Integration>;
}

export interface ApiOptions {
  readonly invoke: (functionArn: string, event: unknown, signal: AbortSignal) => Promise<Invocation>;
  /** `aws`: 10 MB bodies; `local`: 64 MB, so that handlers can answer for the full sizes of their contracts. */
  readonly limits: 'aws' | 'local';
  readonly now?: () => number;
}

/** An HTTP API on this machine. */
export interface Api {
  /** Binds the address; until `serve` is called every request gets 503. Port 0 takes a free one. Resolves with the base address. */
  readonly listen: (port: number, host: string) => Promise<string>;
  readonly serve: (definition: ApiDefinition) => void;
  /** Takes no more requests and resolves when the running ones are answered, or after `graceMs`. */
  readonly close: (graceMs: number) => Promise<void>;
}

const tooLarge = gatewayResponse(413, 'Request Entity Too Large');
const unavailable = gatewayResponse(503, 'Service Unavailable');
const notFound = gatewayResponse(404, 'Not Found');

function answerFor(invocation: Invocation): ApiResponse {
  if (invocation.ok) return readResponse(invocation.payload);
  switch (invocation.error.errorType) {
    case 'RequestEntityTooLargeException':
      return tooLarge;
    case 'TooManyRequestsException':
    case 'ServiceException':
      return unavailable;
    default:
      return serverError;
  }
}

function write(response: ServerResponse, answer: ApiResponse, requestId: string): void {
  const bodiless = answer.status === 204 || answer.status === 304 || answer.status < 200;
  response.writeHead(answer.status, {
    ...(!bodiless && { 'content-length': answer.body.length }),
    ...answer.headers,
    'apigw-requestid': requestId,
  });
  response.end(bodiless ? undefined : answer.body);
}

/** What does not even parse as HTTP never becomes a request; the socket gets a plain answer. */
function answerBadRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, message] = {
    HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'Request Header Fields Too Large'],
    ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'Request Timeout'],
  }[error.code ?? ''] ?? ['400 Bad Request', 'Bad Request'];
  const body = JSON.stringify({ message });
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
  );
}

function listening(server: ReturnType<typeof createServer>, port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address() as AddressInfo;
      const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
      resolve(`http://${name.includes(':') ? `[${name}]` : name}:${address.port}`);
    });
  });
}

export function createApi(options: ApiOptions): Api {
  const bodyLimit = options.limits === 'aws' ? 10 * 1024 * 1024 : 64 * 1024 * 1024;
  const now = options.now ?? Date.now;
  let definition: ApiDefinition | undefined;
  let closing = false;

  async function integrate(
    request: IncomingMessage,
    requestId: string,
    gone: AbortSignal,
    api: ApiDefinition,
  ): Promise<ApiResponse | undefined> {
    const { path } = splitTarget(request.url ?? '/');
    const staged = api.stage === '$default' ? path : stripStage(path, api.stage);
    const match = staged === undefined ? undefined : api.route(request.method ?? 'GET', staged);
    const body = await readBody(request, bodyLimit);
    if (body === 'aborted') return undefined;
    if (body === 'too-large') return tooLarge;
    if (!match) return notFound;
    const { route, pathParameters } = match;
    const event = buildEvent(request, body, {
      ...api,
      path: staged ?? path,
      requestId,
      routeKey: route.routeKey,
      now: now(),
      ...(pathParameters && { pathParameters }),
    });
    const { functionArn, timeoutMs } = route.target;
    const deadline = AbortSignal.timeout(timeoutMs);
    const late = new Promise<ApiResponse>((resolve) => {
      deadline.addEventListener('abort', () => resolve(unavailable), { once: true });
    });
    const invoked = options.invoke(functionArn, event, AbortSignal.any([deadline, gone])).then(answerFor);
    return Promise.race([invoked, late]);
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomBytes(11).toString('base64');
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    if (closing) response.setHeader('connection', 'close');
    if (!definition) {
      response.setHeader('retry-after', '1');
      write(response, unavailable, requestId);
      return;
    }
    const { cors } = definition;
    if (cors && isPreflight(request.method, request.headers)) {
      write(response, preflightResponse(cors, request.headers), requestId);
      return;
    }
    const answer = await integrate(request, requestId, gone.signal, definition);
    if (!answer || response.destroyed) return;
    if (answer === tooLarge) {
      // The rest of the upload is read and dropped, else the client would see a reset instead of the answer.
      response.setHeader('connection', 'close');
      request.resume();
    }
    write(response, cors ? withCors(answer, cors, request.headers.origin) : answer, requestId);
  }

  const server = createServer(
    { headersTimeout: 15_000, requestTimeout: 120_000, keepAliveTimeout: 65_000, maxHeaderSize: 16_384 },
    (request, response) => {
      handle(request, response).catch((error: unknown) => {
        console.error(JSON.stringify({ level: 'ERROR', message: 'local api failed', error: String(error) }));
        if (!response.headersSent) write(response, serverError, '');
        else response.destroy();
      });
    },
  );
  server.on('clientError', answerBadRequest);

  return {
    listen: (port, host) => listening(server, port, host),
    serve: (api) => {
      definition = api;
    },
    close: async (graceMs) => {
      closing = true;
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeIdleConnections();
      // A kept-alive connection whose last answer is out counts as idle only afterwards.
      const sweep = setInterval(() => server.closeIdleConnections(), 50);
      const force = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearInterval(sweep);
      clearTimeout(force);
    },
  };
}

/** `/stage/path` → `/path`; undefined for a path outside the stage. */
function stripStage(path: string, stage: string): string | undefined {
  const prefix = `/${stage}`;
  if (path === prefix) return '/';
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : undefined;
}
