import type { IncomingHttpHeaders } from 'node:http';
import type { ApiResponse } from './response.ts';

/** `CorsConfiguration` of an `AWS::ApiGatewayV2::Api`. */
export interface CorsConfiguration {
  readonly AllowOrigins?: readonly string[] | undefined;
  readonly AllowMethods?: readonly string[] | undefined;
  readonly AllowHeaders?: readonly string[] | undefined;
  readonly ExposeHeaders?: readonly string[] | undefined;
  /** Seconds. */
  readonly MaxAge?: number | undefined;
  readonly AllowCredentials?: boolean | undefined;
}

type Headers = Record<string, string>;

/** `*`, an origin, or a scheme with a wildcard host (`https://*`, `https://*.example.com`). */
function allowsOrigin(patterns: readonly string[], origin: string): boolean {
  return patterns.some((pattern) => {
    if (pattern === '*' || pattern === origin) return true;
    const [before, after, more] = pattern.split('*');
    if (before === undefined || after === undefined || more !== undefined) return false;
    return origin.length >= before.length + after.length && origin.startsWith(before) && origin.endsWith(after);
  });
}

function originHeaders(cors: CorsConfiguration, origin: string | undefined): Headers | undefined {
  const patterns = cors.AllowOrigins ?? [];
  if (origin === undefined || !allowsOrigin(patterns, origin)) return undefined;
  const any = patterns.includes('*') && !cors.AllowCredentials;
  return {
    'access-control-allow-origin': any ? '*' : origin,
    ...(!any && { vary: 'origin' }),
    ...(cors.AllowCredentials && { 'access-control-allow-credentials': 'true' }),
  };
}

/** A browser asks before it sends. API Gateway answers by itself, whether a route for OPTIONS exists or not. */
export function isPreflight(method: string | undefined, headers: IncomingHttpHeaders): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && 'access-control-request-method' in headers;
}

/** 204; without CORS headers where the origin is not allowed, so that the browser refuses. */
export function preflightResponse(cors: CorsConfiguration, headers: IncomingHttpHeaders): ApiResponse {
  const origin = originHeaders(cors, headers.origin);
  return {
    status: 204,
    headers: {
      ...origin,
      ...(origin && cors.AllowMethods && { 'access-control-allow-methods': cors.AllowMethods.join(',') }),
      ...(origin && cors.AllowHeaders && { 'access-control-allow-headers': cors.AllowHeaders.join(',') }),
      ...(origin && cors.MaxAge !== undefined && { 'access-control-max-age': String(cors.MaxAge) }),
    },
    body: Buffer.alloc(0),
  };
}

/** Where an API configures CORS, its headers replace those that the function sent. */
export function withCors(response: ApiResponse, cors: CorsConfiguration, origin: string | undefined): ApiResponse {
  const kept = Object.entries(response.headers).filter(([name]) => !name.startsWith('access-control-'));
  const allowed = originHeaders(cors, origin);
  const exposed = cors.ExposeHeaders?.join(',');
  return {
    ...response,
    headers: {
      ...Object.fromEntries(kept),
      ...allowed,
      ...(allowed?.vary && response.headers.vary && { vary: `${response.headers.vary}, ${allowed.vary}` }),
      ...(allowed && exposed && { 'access-control-expose-headers': exposed }),
    },
  };
}
