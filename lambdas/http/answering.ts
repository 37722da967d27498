import type { MiddlewareObj } from '@middy/core';
import { type Failure, failure, Overload } from '../domain/error.ts';
import type { Clock, Random } from '../ports/system.ts';
import { type Answer, baseUrlOf, type CallContext, type CallState, type Event, Refusal } from './call-state.ts';
import { contractOf, findRoute, routeOfBody, toldByBody } from './find-route.ts';
import { undeclaredJsonOf } from './json-body.ts';
import { type RenderError, toProblem } from './problem.ts';
import type { ContractName } from './routes.ts';

export interface Log {
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
  error(message: string, fields: Readonly<Record<string, unknown>>): void;
}

export interface Answering {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Contracts that word failures in a shape of their own. */
  readonly errors: Readonly<Partial<Record<ContractName, RenderError>>>;
}

const callersId = /^[\w.-]{1,128}$/;

/** The outermost middleware: finds the route, names the call, words every failure, sets the headers of every answer, writes the log line. */
export function answering(deps: Answering): MiddlewareObj<Event, Answer, Error, CallContext> {
  const finish = (context: CallContext, answer: Answer): Answer => {
    const { call } = context;
    const { requestId, route, caller, code } = call;
    const durationMs = deps.clock.now() - call.startedAt;
    const fields = { requestId, operation: route?.operation ?? 'unknown', status: answer.statusCode, code, durationMs };
    deps.log.info('request', { ...fields, tenantId: caller?.tenantId, keyId: caller?.keyId, mode: caller?.mode });
    return { ...answer, headers: { ...standardHeaders(context), ...answer.headers } };
  };
  return {
    before: ({ event, context }) => {
      const call: CallState = { requestId: '', ownId: '', startedAt: deps.clock.now(), route: findRoute(event) };
      context.call = call;
      if (toldByBody(event.rawPath, call.route)) call.route = routeOfBody(event, bodyOf(event, call)) ?? call.route;
      call.ownId = idFor(deps, call);
      const given = event.headers['x-request-id'] ?? '';
      call.requestId = callersId.test(given) ? given : call.ownId;
      if (!call.route) throw new Refusal(failure('not_found', 'There is nothing at this address.'));
    },
    after: (request) => {
      request.response = finish(request.context, request.response ?? { statusCode: 204 });
    },
    onError: (request) => {
      const { event, context, error } = request;
      const { call } = context;
      const expected = error instanceof Refusal ? error.failure : undefined;
      if (!expected) deps.log.error('call failed', { requestId: call.requestId, error: error?.stack ?? String(error) });
      const refused = expected ?? faultOf(error);
      call.code = refused.code;
      request.response = finish(context, render(deps, event, context, refused));
    },
  };
}

/** M-21: the document contract has the ids of its text. */
const idFor = ({ random }: Answering, { route }: CallState): string =>
  route?.contract === 'document' ? `req_${random.hex(16)}` : `req_${random.base62(20)}`;

function bodyOf(event: Event, call: CallState): unknown {
  const json = undeclaredJsonOf(event, call);
  return json.ok ? json.value : undefined;
}

const faultOf = (error: unknown): Failure =>
  error instanceof Overload
    ? failure('unavailable', 'A service that we need takes no more right now; try again.', { retryAfter: 1 })
    : failure('internal', 'Something broke on our side; quote the request id to support.');

function render(deps: Answering, event: Event, { call }: CallContext, refused: Failure): Answer {
  const { accept } = event.headers;
  const wantsProblem = /\bapplication\/problem\+json\b/i.test(accept ?? '');
  const contract = contractOf(event.rawPath, call.route, () => bodyOf(event, call));
  const shape: RenderError = (!wantsProblem && deps.errors[contract]) || toProblem;
  const told = { ownId: call.ownId, baseUrl: baseUrlOf(event), ...(accept !== undefined && { accept }) };
  const { status, body, contentType, headers } = shape(refused, call.requestId, told);
  return {
    statusCode: status,
    headers: {
      'content-type': contentType ?? 'application/json',
      ...(refused.retryAfter !== undefined && { 'retry-after': String(refused.retryAfter) }),
      ...(status === 429 && { 'x-ratelimit-retry-after': String(refused.retryAfter ?? 1) }),
      ...(status === 401 && { 'www-authenticate': 'Bearer' }),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

function standardHeaders({ call }: CallContext): Record<string, string> {
  const headers: Record<string, string> = {
    'x-request-id': call.requestId,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
  const { allowance } = call;
  if (allowance) {
    const seconds = Math.max(0, Math.ceil((allowance.resetAt - call.startedAt) / 1000));
    headers['x-ratelimit-limit'] = String(allowance.limit);
    headers['x-ratelimit-remaining'] = String(allowance.remaining);
    headers['x-ratelimit-reset'] = String(Math.ceil(allowance.resetAt / 1000));
    headers['ratelimit-policy'] = `"${allowance.name}";q=${allowance.limit};w=${Math.ceil(allowance.periodMs / 1000)}`;
    headers.ratelimit = `"${allowance.name}";r=${allowance.remaining};t=${seconds}`;
  }
  return headers;
}
