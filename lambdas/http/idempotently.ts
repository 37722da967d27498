import { failure } from '../domain/error.ts';
import type { Idempotency } from '../ports/accounts.ts';
import type { Clock } from '../ports/system.ts';
import { type Answer, type CallState, type Event, Refusal } from './call-state.ts';

export interface Idempotently {
  readonly clock: Clock;
  readonly idempotency: Idempotency;
  readonly ttlSeconds: number;
}

const shape = /^[\x21-\x7e]{1,255}$/;

/** The key of the published step-up text, or the one that every contract takes. */
const headers = ['x-lorica-idempotency-key', 'idempotency-key'] as const;

/** What the caller named this attempt; undefined where a call is not to be recognised when it is repeated. */
export function idempotencyKey(event: Event, call: CallState): string | undefined {
  if (call.route?.method !== 'POST') return undefined;
  const given = headers.flatMap((name) => event.headers[name] ?? []);
  if (given.some((key) => key !== given[0] || !shape.test(key))) {
    throw new Refusal(failure('invalid_request', 'One Idempotency-Key, of 1 to 255 printable ASCII characters.'));
  }
  return given[0];
}

/**
 * Runs a POST at most once per `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07): the first success is kept and
 * answered again, byte for byte; a failure frees the key. Calls without the header run as they are.
 */
export async function idempotently(
  { clock, idempotency, ttlSeconds }: Idempotently,
  event: Event,
  call: CallState,
  requestHash: string,
  run: () => Promise<Answer>,
): Promise<Answer> {
  const key = idempotencyKey(event, call);
  if (key === undefined || !call.caller || !call.route) return run();
  const { tenantId, mode, keyId, keyType } = call.caller;
  // All keys of an account name one call alike; people within sessions do not know of each other, and may choose the same name.
  const owner = keyType === 'session' ? `${tenantId}#${mode}#${keyId}` : `${tenantId}#${mode}`;
  const scope = `${owner}#${call.route.operation}`;
  const before = await idempotency.begin(scope, key, requestHash, clock.now(), ttlSeconds);
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
