import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareObj } from '@middy/core';
import { bearerOf } from '../domain/bearer.ts';
import type { Caller } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import { perMinute, perSecond } from '../domain/rate-limit.ts';
import type { Result } from '../domain/result.ts';
import type { Plan } from '../domain/tenant.ts';
import type { RateLimits } from '../ports/accounts.ts';
import type { Clock } from '../ports/system.ts';
import type { Settings } from '../settings.ts';
import { type Answer, type CallContext, type CallState, type Event, type Limit, Refusal } from './call-state.ts';
import { cookieOf } from './cookies.ts';
import { type IdentifyVisitor, visitorOf } from './hosted-gate.ts';
import type { FileLimits } from './multipart.ts';

/** The cookie that holds a session at the console. */
export const consoleCookie = 'console';

/** Who calls, from the `Authorization` and `Origin` headers. */
export type Identify = (
  authorization: string | undefined,
  origin: string | undefined,
) => Promise<Result<{ readonly caller: Caller; readonly plan: Plan }, Failure>>;

type Middleware = MiddlewareObj<Event, Answer, Error, CallContext>;

/** Who calls by the token of a session, or of a login that came of one, from the `Authorization` header. */
type IdentifySession = (authorization: string | undefined, of: 'session' | 'app-login') => ReturnType<Identify>;

export interface Identifying {
  readonly identify: Identify;
  /** What the console's routes need: who sits there, by the value of its cookie. */
  readonly identifyConsole?: (cookie: string | undefined) => ReturnType<Identify>;
  /** What routes for people within a session need. */
  readonly identifySession?: IdentifySession;
  /** What routes of the hosted page need. */
  readonly identifyVisitor?: IdentifyVisitor;
}

/** Who calls, and whether the route is for them. The admin key is compared by hash, in constant time. */
export function authenticating(
  access: Identifying | undefined,
  adminKeySha256: string,
  fileLimits: FileLimits,
): Middleware {
  return {
    before: async ({ event, context: { call } }) => {
      const auth = call.route?.auth ?? 'none';
      if (auth === 'none') return;
      const { authorization, origin } = event.headers;
      if (auth === 'admin') {
        const bearer = bearerOf(authorization);
        if (!bearer) throw new Refusal(failure('unauthorized', 'Send the admin key as "Authorization: Bearer <key>".'));
        const hash = createHash('sha256').update(bearer).digest();
        const expected = Buffer.from(adminKeySha256, 'hex');
        if (expected.length !== hash.length || !timingSafeEqual(hash, expected)) {
          throw new Refusal(failure('invalid_key', 'This is not the admin key.'));
        }
        return;
      }
      const known =
        auth === 'session' || auth === 'app-login'
          ? await access?.identifySession?.(authorization, auth)
          : auth === 'console'
            ? await access?.identifyConsole?.(cookieOf(event, consoleCookie))
            : auth === 'hosted' || auth === 'page' || auth === 'api-key'
              ? access && (await visitorOf(access, event, call, auth, fileLimits))
              : await access?.identify(authorization, origin);
      if (!known) throw new Error(`Route ${call.route?.operation} needs a registry that its function was not given.`);
      if (!known.ok) throw new Refusal(known.error);
      call.caller = known.value.caller;
      call.plan = known.value.plan;
      if (auth === 'secret' && call.caller.keyType !== 'secret') {
        throw new Refusal(failure('secret_key_required', 'This needs a secret key, from a server.'));
      }
    },
  };
}

/** What a plan multiplies the limits by. */
export const factor = (plan: Plan | undefined, limits: Settings['rateLimits']): number =>
  plan === 'enterprise' ? limits.enterpriseFactor : plan === 'professional' ? limits.professionalFactor : 1;

/** The bucket of a route: of the key, or of all keys of the tenant where the contract counts so. */
function routeLimit({ route, caller, plan }: CallState, limits: Settings['rateLimits']): Limit | undefined {
  if (!route?.limit || !caller) return undefined;
  const times = factor(plan, limits);
  const { limit } = route;
  if (limit !== 'stepUp') {
    const most = Math.max(1, Math.round(limits[`${limit}PerMinute`] * times));
    return { scope: 'key', name: `${limit}#${caller.keyId}`, bucket: perMinute(most) };
  }
  const { tenantPerSecond, tenantBurst, sandboxPerSecond, sandboxBurst } = limits.stepUp;
  return caller.mode === 'test'
    ? { scope: 'tenant', name: 'step-up#test', bucket: perSecond(sandboxPerSecond, sandboxBurst) }
    : { scope: 'tenant', name: 'step-up', bucket: perSecond(tenantPerSecond * times, tenantBurst * times) };
}

export interface Limiting {
  readonly clock: Clock;
  readonly rateLimits: RateLimits;
  readonly settings: Settings;
}

/** One token of each bucket, until one is empty. The headers tell of the one that will be empty first. */
export async function takeTokens(
  { clock, rateLimits }: Pick<Limiting, 'clock' | 'rateLimits'>,
  call: CallState,
  limits: readonly Limit[],
): Promise<void> {
  const { caller } = call;
  if (!caller) return;
  for (const { scope, name, bucket } of limits) {
    const allowance = await rateLimits.take(caller.tenantId, name, bucket, clock.now());
    const left = allowance.remaining / allowance.limit;
    if (!call.allowance || !allowance.allowed || left < call.allowance.remaining / call.allowance.limit) {
      call.allowance = { ...allowance, name: name.split('#')[0] ?? name, periodMs: bucket.periodMs };
    }
    if (allowance.allowed) continue;
    const retryAfter = Math.ceil(allowance.retryAfterMs / 1000);
    const period = bucket.periodMs === 60_000 ? 'a minute' : `${Math.ceil(bucket.periodMs / 1000)} s`;
    const message = `More than ${bucket.limit} calls in ${period} for this ${scope}; try again in ${retryAfter} s.`;
    throw new Refusal(failure('rate_limited', message, { retryAfter, detail: { scope } }));
  }
}

/** One token of the route's bucket. */
export const limiting = (deps: Limiting | undefined): Middleware => ({
  before: async ({ context: { call } }) => {
    const limit = deps && routeLimit(call, deps.settings.rateLimits);
    if (deps && limit) await takeTokens(deps, call, [limit]);
  },
});
