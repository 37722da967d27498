import { readKey } from '../domain/api-key.ts';
import type { Caller } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import { perMinute } from '../domain/rate-limit.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { KeyRecord, Plan, Tenant } from '../domain/tenant.ts';
import type { RateLimits } from '../ports/accounts.ts';
import type { Tokens } from '../ports/trust.ts';
import { type Authenticate, invalidKey, liveKey } from './authenticate.ts';
import { tenantIds } from './identify-session.ts';

export interface ConsoleSession extends Authenticate {
  readonly tokens: Tokens;
  readonly rateLimits: RateLimits;
  readonly settings: {
    readonly issuer: string;
    readonly console: { readonly sessionTtlSeconds: number; readonly loginsPerMinute: number };
  };
}

/** Claim `kind` of the tokens that the console's cookie carries. */
const kind = 'console';
/** Where the buckets of logins are: they are taken from before it is known whose key it is. */
const nobody = 'console';

const publishable = failure('secret_key_required', 'The console opens with a secret key (sk_…).');
const loggedOut = failure('unauthorized', 'Log in with a secret key.');

export interface OpenedConsole {
  readonly token: string;
  /** Ms since the epoch. */
  readonly expiresAt: number;
  readonly tenant: Tenant;
  readonly caller: Caller;
}

/**
 * A session at the console for whoever has a secret key: the key itself is kept nowhere. Guesses are counted by address and by key,
 * whether they are right or wrong.
 */
export async function openConsoleSession(
  deps: ConsoleSession,
  request: { readonly key: string; readonly name: string; readonly address: string },
): Promise<Result<OpenedConsole, Failure>> {
  const { clock, digest, rateLimits, tokens, settings } = deps;
  const { key, name, address } = request;
  const hash = digest.sha256(key);
  for (const bucket of [`address#${digest.sha256(address)}`, `key#${hash}`]) {
    const { allowed, retryAfterMs } = await rateLimits.take(
      nobody,
      `login#${bucket}`,
      perMinute(settings.console.loginsPerMinute),
      clock.now(),
    );
    const retryAfter = Math.ceil(retryAfterMs / 1000);
    if (!allowed)
      return fail(failure('rate_limited', `Too many logins; try again in ${retryAfter} s.`, { retryAfter }));
  }
  const said = readKey(key);
  if (!said) return fail(invalidKey);
  if (said.type !== 'secret') return fail(publishable);
  const known = await liveKey(deps, hash);
  if (!known.ok) return known;
  const { tenant } = known.value;
  const iat = Math.floor(clock.now() / 1000);
  const exp = iat + settings.console.sessionTtlSeconds;
  const { keyId } = known.value.key;
  const claims = { iss: settings.issuer, kind, tenant: tenant.tenantId, sub: keyId, key_sha256: hash, name, iat, exp };
  const token = await tokens.sign(tenant.tenantId, claims);
  return ok({ token, expiresAt: exp * 1000, tenant, caller: callerOf(known.value.key, name) });
}

/** Nothing else is looked up: what an unproved token says must fit a key of the database. */
const hashes = /^[0-9a-f]{64}$/;

/**
 * Who sits at the console, from the cookie's token. The tenant has the secret that signs it as well: what admits is the key, which
 * must be alive and the tenant's own on every call, and what a caller may see is what the key's record says.
 */
export async function identifyConsole(
  deps: Pick<ConsoleSession, 'clock' | 'keys' | 'tenants' | 'tokens'>,
  token: string | undefined,
): Promise<Result<{ readonly caller: Caller; readonly plan: Plan }, Failure>> {
  const tenantId = token && deps.tokens.peek(token)?.tenant;
  if (!token || typeof tenantId !== 'string' || !tenantIds.test(tenantId)) return fail(loggedOut);
  const claims = await deps.tokens.verify(tenantId, token);
  if (claims?.kind !== kind || typeof claims.exp !== 'number' || claims.exp * 1000 <= deps.clock.now())
    return fail(loggedOut);
  const { sub, key_sha256: hash, name } = claims;
  if (typeof hash !== 'string' || !hashes.test(hash) || typeof name !== 'string') return fail(loggedOut);
  const known = await liveKey(deps, hash);
  if (!known.ok) return known.error.code === 'tenant_disabled' ? known : fail(loggedOut);
  const { key, tenant } = known.value;
  if (key.tenantId !== tenantId || key.keyId !== sub || key.type !== 'secret') return fail(loggedOut);
  return ok({ caller: callerOf(key, name), plan: tenant.plan });
}

const callerOf = ({ tenantId, mode, keyId, hint }: KeyRecord, name: string): Caller => ({
  tenantId,
  mode,
  keyId,
  keyType: 'secret',
  reviewer: { keyId, keyHint: hint, name },
});
