import { readKey } from '../domain/api-key.ts';
import { bearerOf } from '../domain/bearer.ts';
import type { Caller } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { type KeyRecord, originAllowed, type Plan, type Tenant } from '../domain/tenant.ts';
import type { Keys, Tenants } from '../ports/accounts.ts';
import type { Clock, Digest } from '../ports/system.ts';

export interface Authenticate {
  readonly clock: Clock;
  readonly digest: Digest;
  readonly keys: Pick<Keys, 'byHash' | 'touch'>;
  readonly tenants: Pick<Tenants, 'get'>;
}

/** `last used` is for people who clean up keys: an hour is exact enough, and spares a write on every call. */
const touchEveryMs = 3_600_000;

export const invalidKey = failure('invalid_key', 'The key is unknown or was revoked.');

/** Who calls, from the `Authorization` header; `origin` is the browser's, absent on servers. */
export async function authenticate(
  deps: Authenticate,
  authorization: string | undefined,
  origin: string | undefined,
): Promise<Result<{ readonly caller: Caller; readonly plan: Plan }, Failure>> {
  const bearer = bearerOf(authorization);
  if (!bearer) return fail(failure('unauthorized', 'Send your key as "Authorization: Bearer <key>".'));
  if (!readKey(bearer)) return fail(invalidKey);
  const known = await liveKey(deps, deps.digest.sha256(bearer), origin);
  if (!known.ok) return known;
  const { tenantId, mode, keyId, type } = known.value.key;
  return ok({ caller: { tenantId, mode, keyId, keyType: type }, plan: known.value.tenant.plan });
}

/** The key with this SHA-256, if it may be used now, and whose it is. */
export async function liveKey(
  { clock, keys, tenants }: Pick<Authenticate, 'clock' | 'keys' | 'tenants'>,
  hash: string,
  origin?: string,
): Promise<Result<{ readonly key: KeyRecord; readonly tenant: Tenant }, Failure>> {
  const key = await keys.byHash(hash);
  const now = clock.now();
  if (!key || key.revokedAt !== undefined) return fail(invalidKey);
  if (key.expiresAt !== undefined && key.expiresAt <= now) return fail(failure('key_expired', 'The key has expired.'));
  if (origin !== undefined && key.type === 'publishable' && !originAllowed(key.origins, origin)) {
    return fail(failure('origin_not_allowed', `The key may not be used from ${origin}.`));
  }
  const tenant = await tenants.get(key.tenantId);
  if (!tenant) return fail(invalidKey);
  if (tenant.status === 'disabled') return fail(failure('tenant_disabled', 'The account is disabled.'));
  if (now - (key.lastUsedAt ?? 0) > touchEveryMs) await keys.touch(hash, now);
  return ok({ key, tenant });
}
