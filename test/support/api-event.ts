import type { Context } from 'aws-lambda';
import type { Answer, Event } from '../../lambdas/http/call-state.ts';
import type { createPipeline } from '../../lambdas/http/pipeline.ts';
import { routes } from '../../lambdas/http/routes.ts';
import type { Json } from './client.ts';

export interface EventOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string or bytes go as they are. */
  readonly body?: unknown;
  readonly query?: Record<string, string>;
}

const matches = (pattern: string, path: string): boolean =>
  new RegExp(`^${pattern.replace(/\{\w+\}/g, '[^/]+')}$`).test(path);

/** Parameters that a path has for a pattern, decoded as API Gateway does. */
function paramsOf(pattern: string, path: string): Record<string, string> {
  const names = [...pattern.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const values = new RegExp(`^${pattern.replace(/\{\w+\}/g, '([^/]+)')}$`).exec(path)?.slice(1) ?? [];
  return Object.fromEntries(names.map((name, at) => [name, decodeURIComponent(values[at] ?? '')]));
}

/** An HTTP API event of payload format 2.0 as API Gateway makes it: lower-case headers, the route that it matched, base64 where needed. */
export function apiEvent(method: string, path: string, { headers = {}, body, query }: EventOptions = {}): Event {
  const bare = path.replace(/^\/submission(?=\/)/, '');
  const mount = path.slice(0, path.length - bare.length);
  const exact = routes.find((route) => route.method === method && route.path === bare);
  const route = exact ?? routes.find((one) => one.method === method && matches(one.path, bare));
  const raw = body instanceof Uint8Array ? body : undefined;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return {
    version: '2.0',
    routeKey: route ? `${method} ${mount}${route.path}` : '$default',
    rawPath: path,
    rawQueryString: new URLSearchParams(query).toString(),
    headers: {
      host: 'api.selfsame.example',
      'x-forwarded-proto': 'https',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(query && { queryStringParameters: query }),
    ...(route && { pathParameters: paramsOf(route.path, bare) }),
    requestContext: {
      accountId: '123456789012',
      apiId: 'api',
      domainName: 'api.selfsame.example',
      domainPrefix: 'api',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '203.0.113.9', userAgent: 'test' },
      requestId: 'gateway-id',
      routeKey: route ? `${method} ${mount}${route.path}` : '$default',
      stage: '$default',
      time: '15/Jan/2027:08:00:00 +0000',
      timeEpoch: 1_800_000_000_000,
    },
    ...(body !== undefined && { body: raw ? Buffer.from(raw).toString('base64') : text }),
    isBase64Encoded: raw !== undefined,
  };
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly body: Json;
}

/** One call of a handler as the runtime makes it. */
export async function answerOf(handler: ReturnType<typeof createPipeline>, event: Event): Promise<Answered> {
  const context = { awsRequestId: 'lambda-id', functionName: 'test', getRemainingTimeInMillis: () => 30_000 };
  const answer = (await handler(event, context as unknown as Parameters<typeof handler>[1] & Context)) as Answer;
  const text = answer.body ?? '';
  let body: Json;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  return { status: answer.statusCode ?? 0, headers: answer.headers as Record<string, string>, text, body };
}
