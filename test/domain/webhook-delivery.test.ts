import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { states } from '../../lambdas/domain/verification.ts';
import {
  type Attempt,
  afterAttempt,
  conclusionEvent,
  eventId,
  lowBalanceEvent,
} from '../../lambdas/domain/webhook-delivery.ts';
import { settingsSchema } from '../../lambdas/settings.ts';
import { aVerification } from '../support/verification.ts';

const { retrySeconds } = settingsSchema.parse({}).webhooks;
const attempt = (status?: number): Attempt => ({
  at: 1_000_000,
  durationMs: 250,
  ...(status === undefined ? { error: 'timeout' } : { status }),
});
/** Seconds from the end of an attempt to the next one. */
const waitAfter = (count: number, jitter = 0.5, retryAfter?: number, status?: number): number | undefined => {
  const step = afterAttempt(attempt(status), count, retrySeconds, jitter, retryAfter);
  return step.status === 'pending' ? (step.dueAt - 1_000_250) / 1000 : undefined;
};

describe('S-06 what follows an attempt', () => {
  test('S-06 C-30 failures are retried after 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h, then no more', () => {
    const waits = Array.from({ length: 10 }, (_, made) => waitAfter(made + 1));
    const hours = [2, 5, 10, 14, 20, 24].map((hour) => hour * 3600);
    expect(waits).toEqual([5, 300, 1800, ...hours, undefined]);
    expect(afterAttempt(attempt(500), 10, retrySeconds, 0.5)).toEqual({ status: 'failed', disableEndpoint: false });
  });

  test.each([200, 201, 202, 204, 299])('C-30 %i delivers', (status) => {
    expect(afterAttempt(attempt(status), 1, retrySeconds, 0.5, 60)).toEqual({ status: 'delivered' });
  });

  test.each([undefined, 100, 199, 300, 301, 302, 307, 308, 400, 401, 404, 409, 411, 429, 500, 503])(
    'C-30 %s is a failure that is retried: a redirect is not followed',
    (status) => {
      expect(afterAttempt(attempt(status), 1, retrySeconds, 0.5)).toEqual({ status: 'pending', dueAt: 1_005_250 });
    },
  );

  test('C-30 410 ends it at once, and the endpoint with it', () => {
    expect(afterAttempt(attempt(410), 1, retrySeconds, 0.5, 60)).toEqual({ status: 'failed', disableEndpoint: true });
  });

  test('C-30 the receiver’s Retry-After is honoured where it is longer than the schedule, up to a day', () => {
    expect(waitAfter(1, 0.5, 120, 503)).toBe(120);
    expect(waitAfter(2, 0.5, 120, 503)).toBe(300);
    expect(waitAfter(1, 0.5, 10_000_000, 503)).toBe(86_400);
  });

  test('C-30 jitter spreads a wait by 10% to either side', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.double({ min: 0, max: 1, noNaN: true }), (count, jitter) => {
        const planned = retrySeconds[count - 1] as number;
        const wait = waitAfter(count, jitter) as number;
        expect(wait).toBeGreaterThanOrEqual(planned * 0.9 - 0.001);
        expect(wait).toBeLessThanOrEqual(planned * 1.1 + 0.001);
      }),
    );
    expect([waitAfter(1, 0), waitAfter(1, 1)]).toEqual([4.5, 5.5]);
  });
});

describe('the event of a conclusion', () => {
  const types = {
    approved: 'verification.approved',
    review: 'verification.review_required',
    rejected: 'verification.rejected',
    failed: 'verification.review_required',
  } as const;

  test.each(states)('X-36 of %s', (state) => {
    const verification = aVerification({ state, concludedAt: 1_800_000_000_000 });
    const type = types[state as keyof typeof types];
    expect(conclusionEvent(verification)).toEqual(
      type && {
        eventId: eventId(verification.id, type),
        contract: 'submission',
        type,
        tenantId: verification.tenantId,
        mode: verification.mode,
        subject: verification.id,
        occurredAt: 1_800_000_000_000,
      },
    );
  });

  test('has one id however often it is made, another for another verification or type, and fits a header', () => {
    const id = eventId('vf_0000000000000000AAAA', 'verification.approved');
    expect(id).toBe('evt_vf_0000000000000000AAAA_verification_approved');
    expect(eventId('vf_0000000000000000AAAB', 'verification.approved')).not.toBe(id);
    expect(eventId('vf_0000000000000000AAAA', 'verification.rejected')).not.toBe(id);
  });
});

describe('S-03 X-40 the event of a low balance', () => {
  test.each([
    [10, 10, undefined],
    [9, 10, 9],
    [0, 10, 0],
    [0, 0, undefined],
    [undefined, 10, undefined],
  ])('S-03 a debit that leaves %s with a warning below %i tells %s', (balanceAfter, warnBelow, told) => {
    const verification = aVerification({
      state: 'submitted',
      submittedAt: 77,
      ...(balanceAfter !== undefined && { balanceAfter }),
    });
    const event = lowBalanceEvent(verification, warnBelow);
    expect(event?.facts?.balance).toBe(told);
    if (event) expect(event).toMatchObject({ type: 'credits.low', occurredAt: 77, subject: verification.id });
  });
});
