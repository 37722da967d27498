import { type Failure, failure } from '../domain/error.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { type SigningSecret, withSigningSecret } from '../domain/tenant.ts';
import type { Tenants } from '../ports/accounts.ts';
import type { Clock, Random } from '../ports/system.ts';
import type { Secrets } from '../ports/trust.ts';

export interface ManageSigningSecrets {
  readonly clock: Clock;
  readonly random: Random;
  readonly secrets: Secrets;
  readonly tenants: Pick<Tenants, 'signingSecrets' | 'setSigningSecrets'>;
}

export const newSigningSecret = (random: Random): string => `sgn_${random.base62(43)}`;
export const newKid = (random: Random): string => `sgk_${random.base62(12)}`;

const noTenant = failure('not_found', 'There is no such tenant.');
const underWay = failure('conflict', 'Another change of these secrets was first.', { retryAfter: 1 });

/** Newest first; never the secrets themselves. */
export async function listSigningSecrets(
  { tenants }: Pick<ManageSigningSecrets, 'tenants'>,
  tenantId: string,
): Promise<Result<readonly Pick<SigningSecret, 'kid' | 'createdAt'>[], Failure>> {
  const active = await tenants.signingSecrets(tenantId);
  return active.length > 0 ? ok(active.map(({ kid, createdAt }) => ({ kid, createdAt }))) : fail(noTenant);
}

/** A new secret signs from now on; the one before it still verifies, any older one no longer. Shown this once. */
export async function rotateSigningSecret(
  { clock, random, secrets, tenants }: ManageSigningSecrets,
  tenantId: string,
): Promise<Result<{ readonly kid: string; readonly secret: string }, Failure>> {
  const active = await tenants.signingSecrets(tenantId);
  if (active.length === 0) return fail(noTenant);
  const secret = newSigningSecret(random);
  const kid = newKid(random);
  const next = { kid, sealed: await secrets.seal(tenantId, secret), createdAt: clock.now() };
  const done = await tenants.setSigningSecrets(tenantId, active, withSigningSecret(active, next));
  return done ? ok({ kid, secret }) : fail(underWay);
}

/** From now on no token of this secret verifies. The only one there is cannot be revoked: rotate first. */
export async function revokeSigningSecret(
  { tenants }: Pick<ManageSigningSecrets, 'tenants'>,
  tenantId: string,
  kid: string,
): Promise<Result<void, Failure>> {
  const active = await tenants.signingSecrets(tenantId);
  const left = active.filter((one) => one.kid !== kid);
  if (left.length === active.length) return fail(failure('not_found', 'There is no such signing secret.'));
  if (left.length === 0) return fail(failure('conflict', 'It is the only one; rotate before you revoke it.'));
  return (await tenants.setSigningSecrets(tenantId, active, left)) ? ok(undefined) : fail(underWay);
}
