import { createHash } from 'node:crypto';
import { failure } from '../domain/error.ts';
import type { Clock, Idempotency } from '../ports.ts';
import { type Answer, type CallState, type Event, Refusal } from './call-state.ts';

export interface Idempotently {
  readonly clock: Clock;
  readonly idempotency: Idempotency;
  readonly ttlSeconds: number;
}

const shape = /^[\x21-\x7e]{1,255}$/;

/**
 * Runs a POST at most once per `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07): the first success is kept and
 * answered again, byte for byte; a failure frees the key. Calls without the header run as they are.
 */
export async function idempotently(
  { clock, idempotency, ttlSeconds }: Idempotently,
  event: Event,
  call: CallState,
  run: () => Promise<Answer>,
): Promise<Answer> {
  const key = event.headers['idempotency-key'];
  if (key === undefined || call.route?.method !== 'POST' || !call.caller) return run();
  if (!shape.test(key)) {
    throw new Refusal(failure('invalid_request', 'Idempotency-Key takes 1 to 255 printable ASCII characters.'));
  }
  const { tenantId, mode } = call.caller;
  const scope = `${tenantId}#${mode}#${call.route.operation}`;
  // What the path names is as much a part of the request as its body.
  const body = createHash('sha256')
    .update(JSON.stringify(event.pathParameters ?? {}))
    .update(event.body ?? '')
    .digest('hex');
  const before = await idempotency.begin(scope, key, body, clock.now(), ttlSeconds);
  if (before === 'in_flight') {
    throw new Refusal(
      failure('idempotency_in_flight', 'The first call with this key has not ended.', { retryAfter: 1 }),
    );
  }
  if (before === 'other_body') {
    throw new Refusal(failure('idempotency_key_reused', 'This key was used with another body.'));
  }
  if (before)
    return {
      statusCode: before.status,
      headers: { ...before.headers, 'idempotency-replayed': 'true' },
      body: before.body,
    };
  try {
    const answer = await run();
    const headers = { 'content-type': String(answer.headers?.['content-type'] ?? 'application/json') };
    await idempotency.complete(scope, key, { status: answer.statusCode ?? 200, headers, body: answer.body ?? '' });
    return answer;
  } catch (error) {
    await idempotency.release(scope, key);
    throw error;
  }
}
