import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareObj } from '@middy/core';
import type { Caller } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import { perMinute } from '../domain/rate-limit.ts';
import type { Result } from '../domain/result.ts';
import type { Plan } from '../domain/tenant.ts';
import type { Clock, RateLimits } from '../ports.ts';
import type { Settings } from '../settings.ts';
import { type Answer, type CallContext, type Event, Refusal } from './call-state.ts';

/** Who calls, from the `Authorization` and `Origin` headers. */
export type Identify = (
  authorization: string | undefined,
  origin: string | undefined,
) => Promise<Result<{ readonly caller: Caller; readonly plan: Plan }, Failure>>;

type Middleware = MiddlewareObj<Event, Answer, Error, CallContext>;

/** Who calls, and whether the route is for them. The admin key is compared by hash, in constant time. */
export function authenticating(identify: Identify | undefined, adminKeySha256: string): Middleware {
  return {
    before: async ({ event, context: { call } }) => {
      const auth = call.route?.auth ?? 'none';
      if (auth === 'none') return;
      const { authorization, origin } = event.headers;
      if (auth === 'admin') {
        const bearer = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
        if (!bearer) throw new Refusal(failure('unauthorized', 'Send the admin key as "Authorization: Bearer <key>".'));
        const hash = createHash('sha256').update(bearer).digest();
        const expected = Buffer.from(adminKeySha256, 'hex');
        if (expected.length !== hash.length || !timingSafeEqual(hash, expected)) {
          throw new Refusal(failure('invalid_key', 'This is not the admin key.'));
        }
        return;
      }
      if (!identify)
        throw new Error(`Route ${call.route?.operation} needs a key registry that its function was not given.`);
      const known = await identify(authorization, origin);
      if (!known.ok) throw new Refusal(known.error);
      call.caller = known.value.caller;
      call.plan = known.value.plan;
      if (auth === 'secret' && call.caller.keyType !== 'secret') {
        throw new Refusal(failure('secret_key_required', 'This needs a secret key, from a server.'));
      }
    },
  };
}

const factor = (plan: Plan | undefined, limits: Settings['rateLimits']): number =>
  plan === 'enterprise' ? limits.enterpriseFactor : plan === 'professional' ? limits.professionalFactor : 1;

/** One token of the key's bucket for this route. */
export function limiting(
  deps: { readonly clock: Clock; readonly rateLimits: RateLimits; readonly settings: Settings } | undefined,
): Middleware {
  return {
    before: async ({ context: { call } }) => {
      const { route, caller, plan } = call;
      if (!deps || !route?.limit || !caller) return;
      const limits = deps.settings.rateLimits;
      const limit = Math.max(1, Math.round(limits[`${route.limit}PerMinute`] * factor(plan, limits)));
      const now = deps.clock.now();
      const allowance = await deps.rateLimits.take(
        caller.tenantId,
        `${route.limit}#${caller.keyId}`,
        perMinute(limit),
        now,
      );
      call.allowance = { ...allowance, name: route.limit };
      if (allowance.allowed) return;
      const retryAfter = Math.ceil(allowance.retryAfterMs / 1000);
      const message = `More than ${limit} calls a minute; try again in ${retryAfter} s.`;
      throw new Refusal(failure('rate_limited', message, { retryAfter }));
    },
  };
}
