import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { decodeSegment } from './route.ts';

export interface EventContext {
  readonly accountId: string;
  readonly apiId: string;
  readonly stage: string;
  /** Undecoded, without the stage. */
  readonly path: string;
  readonly stageVariables?: Readonly<Record<string, string>>;
  readonly requestId: string;
  readonly routeKey: string;
  readonly pathParameters?: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Found by sending each type to the real service: all others, form fields and none included, arrive in base64. */
const textTypes = /^(text\/.+|application\/(json|xml|javascript))$/i;

/** Larger bodies never get through to a function on AWS. Here they do, as base64, which no escaping can blow up. */
const longestText = 6 * 1024 * 1024;

/** A body is text only where its type says so and its bytes are UTF-8; nothing is lost on the way. */
function encodeBody(body: Buffer, contentType: string | undefined): { body?: string; isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false };
  const type = contentType?.split(';')[0]?.trim() ?? '';
  if (textTypes.test(type) && body.length <= longestText) {
    try {
      return { body: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body), isBase64Encoded: false };
    } catch {
      // Not UTF-8, whatever the header says.
    }
  }
  return { body: body.toString('base64'), isBase64Encoded: true };
}

/** Lower-case names; repeated headers joined with commas; cookies apart, as payload format 2.0 has them. */
function readHeaders(rawHeaders: readonly string[]): { headers: Record<string, string>; cookies: string[] } {
  const headers: Record<string, string> = Object.create(null);
  const cookies: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? '';
    const value = rawHeaders[index + 1] ?? '';
    if (name === 'cookie') cookies.push(...value.split(';').map((cookie) => cookie.trim()));
    else headers[name] = name in headers ? `${headers[name]},${value}` : value;
  }
  return { headers: { ...headers }, cookies: cookies.filter((cookie) => cookie !== '') };
}

function decodeQuery(text: string): string {
  return decodeSegment(text.replaceAll('+', ' '));
}

/** Decoded; values of a repeated name joined with commas. */
function readQuery(rawQueryString: string): Record<string, string> {
  const query: Record<string, string> = Object.create(null);
  for (const pair of rawQueryString.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decodeQuery(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? '' : decodeQuery(pair.slice(equals + 1));
    query[name] = name in query ? `${query[name]},${value}` : value;
  }
  return { ...query };
}

/** `12/Mar/2020:19:03:58 +0000` */
function commonLogTime(now: number): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(now).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}

/** Splits a request target into its undecoded path and query; an absolute-form target loses its host. */
export function splitTarget(target: string): { path: string; rawQueryString: string } {
  const local = target.replace(/^https?:\/\/[^/?]*/i, '');
  const mark = local.indexOf('?');
  const path = mark < 0 ? local : local.slice(0, mark);
  return { path: path.startsWith('/') ? path : `/${path}`, rawQueryString: mark < 0 ? '' : local.slice(mark + 1) };
}

/** One HTTP request as a Lambda event of payload format 2.0. Absent parts are absent, not null. */
export function buildEvent(request: IncomingMessage, body: Buffer, context: EventContext): APIGatewayProxyEventV2 {
  const { rawQueryString } = splitTarget(request.url ?? '/');
  const { headers, cookies } = readHeaders(request.rawHeaders);
  const query = readQuery(rawQueryString);
  const sourceIp = (request.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, '');
  // HTTP APIs hand the path over decoded, unlike REST APIs and function URLs.
  const decoded = context.path.split('/').map(decodeSegment).join('/');
  const rawPath = context.stage === '$default' ? decoded : `/${context.stage}${decoded}`;
  const domainName = headers.host ?? 'localhost';
  return {
    version: '2.0',
    routeKey: context.routeKey,
    rawPath,
    rawQueryString,
    ...(cookies.length > 0 && { cookies }),
    headers: {
      ...headers,
      'x-amzn-trace-id': `Root=1-${Math.floor(context.now / 1000).toString(16)}-${randomBytes(12).toString('hex')}`,
      'x-forwarded-for': headers['x-forwarded-for'] ? `${headers['x-forwarded-for']}, ${sourceIp}` : sourceIp,
      'x-forwarded-port': String(request.socket.localPort ?? ''),
      'x-forwarded-proto': 'http',
    },
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    requestContext: {
      accountId: context.accountId,
      apiId: context.apiId,
      domainName,
      domainPrefix: domainName.split('.')[0] ?? domainName,
      http: {
        method: request.method ?? 'GET',
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: context.requestId,
      routeKey: context.routeKey,
      stage: context.stage,
      time: commonLogTime(context.now),
      timeEpoch: context.now,
    },
    ...(context.pathParameters && { pathParameters: context.pathParameters }),
    ...(context.stageVariables && { stageVariables: context.stageVariables }),
    ...encodeBody(body, headers['content-type']),
  };
}
