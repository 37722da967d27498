import { readKey } from '../domain/api-key.ts';
import { bearerOf } from '../domain/bearer.ts';
import type { Caller } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { originAllowed, type Plan } from '../domain/tenant.ts';
import type { Clock, Digest, Keys, Tenants } from '../ports.ts';

export interface Authenticate {
  readonly clock: Clock;
  readonly digest: Digest;
  readonly keys: Pick<Keys, 'byHash' | 'touch'>;
  readonly tenants: Pick<Tenants, 'get'>;
}

/** `last used` is for people who clean up keys: an hour is exact enough, and spares a write on every call. */
const touchEveryMs = 3_600_000;

/** Who calls, from the `Authorization` header; `origin` is the browser's, absent on servers. */
export async function authenticate(
  { clock, digest, keys, tenants }: Authenticate,
  authorization: string | undefined,
  origin: string | undefined,
): Promise<Result<{ readonly caller: Caller; readonly plan: Plan }, Failure>> {
  const bearer = bearerOf(authorization);
  if (!bearer) return fail(failure('unauthorized', 'Send your key as "Authorization: Bearer <key>".'));
  const invalid = failure('invalid_key', 'The key is unknown or was revoked.');
  if (!readKey(bearer)) return fail(invalid);

  const hash = digest.sha256(bearer);
  const key = await keys.byHash(hash);
  const now = clock.now();
  if (!key || key.revokedAt !== undefined) return fail(invalid);
  if (key.expiresAt !== undefined && key.expiresAt <= now) return fail(failure('key_expired', 'The key has expired.'));
  if (origin !== undefined && key.type === 'publishable' && !originAllowed(key.origins, origin)) {
    return fail(failure('origin_not_allowed', `The key may not be used from ${origin}.`));
  }
  const tenant = await tenants.get(key.tenantId);
  if (!tenant) return fail(invalid);
  if (tenant.status === 'disabled') return fail(failure('tenant_disabled', 'The account is disabled.'));
  if (now - (key.lastUsedAt ?? 0) > touchEveryMs) await keys.touch(hash, now);
  const { tenantId, mode, keyId, type } = key;
  return ok({ caller: { tenantId, mode, keyId, keyType: type }, plan: tenant.plan });
}
