import { createHash } from 'node:crypto';
import middy from '@middy/core';
import { type Failure, failure } from '../domain/error.ts';
import type { Result } from '../domain/result.ts';
import type { RateLimits } from '../ports/accounts.ts';
import type { Settings } from '../settings.ts';
import { type Answering, answering } from './answering.ts';
import { type Answer, baseUrlOf, type CallContext, type CallState, type Event, Refusal } from './call-state.ts';
import type { Endpoint, Reply } from './endpoint.ts';
import { contractOfBody, toldByBody } from './find-route.ts';
import { authenticating, type Identifying, limiting, takeTokens } from './gates.ts';
import { fileLimits, formOf, keyField } from './hosted-gate.ts';
import { type Idempotently, idempotencyKey, idempotently } from './idempotently.ts';
import { jsonOf, parse } from './json-body.ts';
import type { Form } from './multipart.ts';
import type { Operation } from './routes.ts';
import { ownPagesOnly } from './same-origin.ts';
import { asOf } from './test-clock.ts';

export interface Pipeline extends Answering {
  readonly settings: Settings;
  /** What routes with a tenant's key need; a function without such routes leaves it out. */
  readonly tenantAccess?: Idempotently & Identifying & { readonly rateLimits: RateLimits };
}

/** The one chain that every HTTP call passes: name it, know the caller, limit, parse, run once, answer. */
export function createPipeline(deps: Pipeline, endpoints: Partial<Record<Operation, Endpoint>>) {
  const { tenantAccess, settings } = deps;
  const limits = fileLimits(settings);
  return middy<Event, Answer, Error, CallContext>()
    .use(answering(deps))
    .use(ownPagesOnly)
    .use(authenticating(tenantAccess, settings.adminKeySha256, limits))
    .use(limiting(tenantAccess && { clock: deps.clock, rateLimits: tenantAccess.rateLimits, settings }))
    .handler(async (event, { call }) => {
      const endpoint = endpoints[call.route?.operation as Operation];
      if (!endpoint) throw new Error(`No endpoint for ${event.routeKey}.`);
      const form = endpoint.form && orRefuse(await formOf(event, call, limits));
      const requestHash = form ? hashOfForm(form) : hashOf(event);
      const run = () => runEndpoint(deps, endpoint, event, call, requestHash, form);
      return tenantAccess ? idempotently(tenantAccess, event, call, requestHash, run) : run();
    });
}

/** Longer than any id or reference of ours; what is looked up by it must fit a key of the database. */
const longestParam = 256;

/** What the path names is as much a part of a request as its body. */
const hashOf = (event: Event): string =>
  createHash('sha256')
    .update(JSON.stringify(event.pathParameters ?? {}))
    .update(event.body ?? '')
    .digest('hex');

/** The same form has another boundary each time that it is sent; what is in it is the same. */
function hashOfForm({ fields, files }: Form): string {
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  const parts = [...files].map(([name, bytes]) => [name, sha256(bytes)] as const);
  const sorted = [...fields, ...parts].filter(([name]) => name !== keyField).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
}

/** K-01: without a mount, the body of a shared path must be of the one contract that this route serves. */
function checkContract(event: Event, { route }: CallState, body: unknown): void {
  if (!toldByBody(event.rawPath, route) || contractOfBody(body) === route?.contract) return;
  const message = 'Send user_id and frames (step-up), or document_type and document_data (document), not both.';
  throw new Refusal(failure('invalid_request', message));
}

async function runEndpoint(
  { tenantAccess, clock }: Pipeline,
  endpoint: Endpoint,
  event: Event,
  call: CallState,
  requestHash: string,
  form?: Form,
): Promise<Answer> {
  const params = (event.pathParameters ?? {}) as Record<string, string>;
  if (Object.values(params).some(({ length }) => length > longestParam)) {
    throw new Refusal(failure('not_found', 'There is nothing under so long a name.'));
  }
  const json = endpoint.body && orRefuse(jsonOf(event, call));
  checkContract(event, call, json);
  const fields = form && Object.fromEntries(form.fields);
  const schema = endpoint.form ?? endpoint.body;
  const body = schema && orRefuse(parse(schema, fields ?? json));
  const query = endpoint.query && orRefuse(parse(endpoint.query, event.queryStringParameters ?? {}));
  const key = idempotencyKey(event, call);
  const scenario = event.headers['x-test-scenario'];
  const parsed = {
    body,
    query,
    params,
    caller: call.caller as NonNullable<CallState['caller']>,
    plan: call.plan ?? 'standard',
    requestId: call.requestId,
    ownId: call.ownId,
    requestHash,
    ...(key !== undefined && { idempotencyKey: key }),
    receivedAt: Math.min(event.requestContext.timeEpoch, call.startedAt),
    asOf: asOf(event, call),
    baseUrl: baseUrlOf(event),
    cookies: event.cookies ?? [],
    sourceIp: event.requestContext.http.sourceIp,
    files: form?.files ?? new Map(),
    headers: event.headers,
    ...(scenario !== undefined && { testScenario: scenario }),
  };
  const rateLimits = tenantAccess?.rateLimits;
  if (endpoint.limits && rateLimits) await takeTokens({ clock, rateLimits }, call, endpoint.limits(parsed));
  return toAnswer(orRefuse(await endpoint.run(parsed)));
}

function orRefuse<T>(result: Result<T, Failure>): T {
  if (result.ok) return result.value;
  throw new Refusal(result.error);
}

const toAnswer = ({ status, body, contentType, headers, cookies }: Reply): Answer => ({
  statusCode: status,
  ...(cookies && { cookies: [...cookies] }),
  headers: { 'content-type': contentType ?? 'application/json', ...headers },
  ...(body instanceof Uint8Array
    ? { body: Buffer.from(body).toString('base64'), isBase64Encoded: true }
    : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
});
