import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Allowance,
  allowance,
  type Bucket,
  latestTat,
  perMinute,
  tokenMs,
} from '../../lambdas/domain/rate-limit.ts';

/** One call against a stored `tat`, as an adapter makes it. */
function take(
  tat: number | undefined,
  bucket: Bucket,
  now: number,
): { readonly tat: number; readonly said: Allowance } {
  const before = Math.max(tat ?? 0, now);
  if (before > latestTat(bucket, now)) return { tat: before, said: allowance(bucket, before, now, false) };
  const after = before + tokenMs(bucket);
  return { tat: after, said: allowance(bucket, after, now, true) };
}

/** A bucket as one thinks of it: tokens that come back evenly. Times in units of one token's time. */
class NaiveBucket {
  readonly #limit: number;
  readonly #token: number;
  #missing = 0;
  #at = 0;

  constructor(bucket: Bucket) {
    this.#limit = bucket.limit;
    this.#token = tokenMs(bucket);
  }

  take(now: number): boolean {
    this.#missing = Math.max(0, this.#missing - (now - this.#at));
    this.#at = now;
    if (this.#missing > (this.#limit - 1) * this.#token) return false;
    this.#missing += this.#token;
    return true;
  }
}

const limit = fc.oneof(fc.integer({ min: 1, max: 50 }), fc.constantFrom(60, 100, 600, 1000, 6_000_000));
const gaps = fc.array(fc.oneof(fc.constant(0), fc.nat(50), fc.nat(5000), fc.nat(90_000)), { maxLength: 200 });

describe('C-06 token buckets', () => {
  test('C-06 allow what a bucket that refills evenly allows', () => {
    fc.assert(
      fc.property(limit, gaps, (limit, gaps) => {
        const bucket = perMinute(limit);
        const naive = new NaiveBucket(bucket);
        let now = 1_000_000;
        let tat: number | undefined;
        for (const gap of gaps) {
          now += gap;
          const taken = take(tat, bucket, now);
          expect(taken.said.allowed).toBe(naive.take(now));
          if (taken.said.allowed) tat = taken.tat;
        }
      }),
    );
  });

  test.each([1, 7, 30, 60, 100])(
    'C-06 a full bucket of %i allows so many calls at once, and counts them down',
    (limit) => {
      const bucket = perMinute(limit);
      let tat: number | undefined;
      for (let left = limit - 1; left >= 0; left--) {
        const taken = take(tat, bucket, 5000);
        expect(taken.said).toMatchObject({ allowed: true, limit, remaining: left, retryAfterMs: 0 });
        tat = taken.tat;
      }
      expect(take(tat, bucket, 5000).said).toMatchObject({ allowed: false, remaining: 0 });
    },
  );

  test('C-06 the wait that a refusal names is enough, and a millisecond less is not', () => {
    fc.assert(
      fc.property(limit, gaps, (limit, gaps) => {
        const bucket = perMinute(limit);
        let now = 1_000_000;
        let tat: number | undefined;
        for (const gap of gaps) {
          now += Math.min(gap, 40);
          const { said, tat: after } = take(tat, bucket, now);
          if (said.allowed) tat = after;
          else {
            expect(said.retryAfterMs).toBeGreaterThan(0);
            expect(take(tat, bucket, now + said.retryAfterMs).said.allowed).toBe(true);
            expect(take(tat, bucket, now + said.retryAfterMs - 1).said.allowed).toBe(false);
          }
        }
      }),
    );
  });

  test('C-06 the bucket is full again when it says so, and not long before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 100 }), fc.integer({ min: 1, max: 100 }), (limit, calls) => {
        const bucket = perMinute(limit);
        let tat: number | undefined;
        let resetAt = 0;
        for (let call = 0; call < Math.min(calls, limit); call++) {
          const taken = take(tat, bucket, 9000);
          tat = taken.tat;
          resetAt = taken.said.resetAt;
        }
        expect(take(tat, bucket, resetAt).said.remaining).toBe(limit - 1);
        expect(take(tat, bucket, resetAt - 1).said.remaining).toBe(limit - 2);
      }),
    );
  });

  test('C-06 over a long time the rate is the limit, within the rounding of a millisecond', () => {
    const bucket = perMinute(30);
    let allowed = 0;
    let tat: number | undefined;
    for (let now = 0; now < 600_000; now += 100) {
      const taken = take(tat, bucket, now);
      if (!taken.said.allowed) continue;
      allowed++;
      tat = taken.tat;
    }
    expect(allowed).toBe(30 * 10 + 29);
  });

  test('a token’s time is a whole number of milliseconds, never 0', () => {
    expect([30, 7, 100_000, 6_000_000].map((limit) => tokenMs(perMinute(limit)))).toEqual([2000, 8571, 1, 1]);
  });
});
