import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Service } from './service.ts';

/** The service that a request is signed for: header, presigned query, or (browser form posts, CORS preflights) S3. */
function signedFor(request: IncomingMessage): string {
  // Only the query is parsed: as a path, `//` is no URL and yet a legal request.
  const query = new URLSearchParams(request.url?.split('?')[1]);
  const scope = /Credential=([^,\s]+)/.exec(request.headers.authorization ?? '')?.[1] ?? query.get('X-Amz-Credential');
  // access key / date / region / service / aws4_request
  return scope?.split('/')[3] ?? 's3';
}

/** One HTTP server for all services, as `AWS_ENDPOINT_URL` wants it. Loopback only. */
export function createEndpoint(services: readonly Service[]): Server {
  const byName = new Map(services.map((service) => [service.signingName, service]));
  return createServer((request, response) => {
    const service = byName.get(signedFor(request));
    if (!service) {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ __type: 'UnknownService', message: `No local service "${signedFor(request)}".` }));
      return;
    }
    service.handle(request, response).catch((error: unknown) => {
      console.error(
        JSON.stringify({
          level: 'ERROR',
          message: 'local service failed',
          service: service.signingName,
          error: String(error),
        }),
      );
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ __type: 'InternalFailure', message: 'The local service failed; see the log.' }));
    });
  });
}
