import middy from '@middy/core';
import { type Failure, failure } from '../domain/error.ts';
import type { Result } from '../domain/result.ts';
import type { RateLimits } from '../ports.ts';
import type { Settings } from '../settings.ts';
import { type Answering, answering } from './answering.ts';
import { type Answer, type CallContext, type CallState, type Event, Refusal } from './call-state.ts';
import type { Endpoint, Reply } from './endpoint.ts';
import { authenticating, type Identify, limiting } from './gates.ts';
import { type Idempotently, idempotently } from './idempotently.ts';
import { parse, readJson } from './json-body.ts';
import type { Operation } from './routes.ts';
import { asOf } from './test-clock.ts';

export interface Pipeline extends Answering {
  readonly settings: Settings;
  /** What routes with a tenant's key need; a function without such routes leaves it out. */
  readonly tenantAccess?: Idempotently & { readonly identify: Identify; readonly rateLimits: RateLimits };
}

/** The one chain that every HTTP call passes: name it, know the caller, limit, parse, run once, answer. */
export function createPipeline(deps: Pipeline, endpoints: Partial<Record<Operation, Endpoint>>) {
  const { tenantAccess, settings } = deps;
  return middy<Event, Answer, Error, CallContext>()
    .use(answering(deps))
    .use(authenticating(tenantAccess?.identify, settings.adminKeySha256))
    .use(limiting(tenantAccess && { clock: deps.clock, rateLimits: tenantAccess.rateLimits, settings }))
    .handler(async (event, { call }) => {
      const endpoint = endpoints[call.route?.operation as Operation];
      if (!endpoint) throw new Error(`No endpoint for ${event.routeKey}.`);
      const run = () => runEndpoint(endpoint, event, call);
      return tenantAccess ? idempotently(tenantAccess, event, call, run) : run();
    });
}

/** Longer than any id or reference of ours; what is looked up by it must fit a key of the database. */
const longestParam = 256;

async function runEndpoint(endpoint: Endpoint, event: Event, call: CallState): Promise<Answer> {
  const params = (event.pathParameters ?? {}) as Record<string, string>;
  if (Object.values(params).some(({ length }) => length > longestParam)) {
    throw new Refusal(failure('not_found', 'There is nothing under so long a name.'));
  }
  const body = endpoint.body && orRefuse(parse(endpoint.body, orRefuse(readJson(event))));
  const query = endpoint.query && orRefuse(parse(endpoint.query, event.queryStringParameters ?? {}));
  const reply = await endpoint.run({
    body,
    query,
    params,
    caller: call.caller as NonNullable<CallState['caller']>,
    plan: call.plan ?? 'standard',
    asOf: asOf(event, call),
    baseUrl: `${event.headers['x-forwarded-proto'] ?? 'https'}://${event.headers.host ?? event.requestContext.domainName}`,
  });
  return toAnswer(orRefuse(reply));
}

function orRefuse<T>(result: Result<T, Failure>): T {
  if (result.ok) return result.value;
  throw new Refusal(result.error);
}

const toAnswer = ({ status, body, contentType, headers }: Reply): Answer => ({
  statusCode: status,
  headers: { 'content-type': contentType ?? 'application/json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
