import type { Caller } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { FaceVerification, IdentityVerification } from '../domain/verification.ts';
import type { Verifications } from '../ports/verifications.ts';

export interface ReadVerification {
  readonly verifications: Pick<Verifications, 'get'>;
}

const unknown = failure('verification_not_found', 'There is no such verification.');

/** A verification of the caller's own tenant and mode; an intent whose time is over is as if it had never been. */
export async function readVerification(
  { verifications }: ReadVerification,
  { tenantId, mode }: Caller,
  id: string,
  asOf: number,
): Promise<Result<IdentityVerification, Failure>> {
  const found = await verifications.get({ tenantId, mode, id });
  if (found?.contract !== 'submission') return fail(unknown);
  const lapsed = found.state === 'expired' || (found.state === 'created' && asOf >= found.expiresAt);
  return lapsed ? fail(unknown) : ok(found);
}

/** A step-up of the caller's own tenant and mode. */
export async function readStepUp(
  { verifications }: ReadVerification,
  { tenantId, mode }: Caller,
  id: string,
): Promise<Result<FaceVerification, Failure>> {
  const found = await verifications.get({ tenantId, mode, id });
  return found?.contract === 'step-up' ? ok(found) : fail(unknown);
}
