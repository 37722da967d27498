/**
 * Token buckets by the generic cell rate algorithm: one stored number, the theoretical arrival time (`tat`, ms), says how full a
 * bucket is. A bucket of `limit` tokens refills evenly in `periodMs`.
 */
export interface Bucket {
  readonly limit: number;
  readonly periodMs: number;
}

export interface Allowance {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** When the bucket is full again, ms since the epoch. */
  readonly resetAt: number;
  /** How long until a token is there; 0 where the call is allowed. */
  readonly retryAfterMs: number;
}

export const perMinute = (limit: number): Bucket => ({ limit, periodMs: 60_000 });

/** `burst` tokens at once, of which `rate` come back each second. */
export const perSecond = (rate: number, burst: number): Bucket => ({ limit: burst, periodMs: (burst / rate) * 1000 });

/** Time one token takes to refill, in whole ms so that adding it up never drifts. */
export const tokenMs = (bucket: Bucket): number => Math.max(1, Math.round(bucket.periodMs / bucket.limit));

/** The latest `tat` at which a call is still allowed. */
export const latestTat = (bucket: Bucket, now: number): number => now + (bucket.limit - 1) * tokenMs(bucket);

/** What a bucket grants after a call that moved it to (`allowed`) or found it at (`!allowed`) `tat`. */
export function allowance(bucket: Bucket, tat: number, now: number, allowed: boolean): Allowance {
  const token = tokenMs(bucket);
  const used = Math.ceil(Math.max(0, tat - now) / token);
  return {
    allowed,
    limit: bucket.limit,
    remaining: allowed ? Math.max(0, bucket.limit - used) : 0,
    resetAt: Math.max(now, tat),
    retryAfterMs: allowed ? 0 : Math.max(1, tat - latestTat(bucket, now)),
  };
}
