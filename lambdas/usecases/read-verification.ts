import type { Caller } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Verification } from '../domain/verification.ts';
import type { Verifications } from '../ports.ts';

export interface ReadVerification {
  readonly verifications: Pick<Verifications, 'get'>;
}

/** A verification of the caller's own tenant and mode; an intent whose time is over is as if it had never been. */
export async function readVerification(
  { verifications }: ReadVerification,
  caller: Caller,
  id: string,
  asOf: number,
): Promise<Result<Verification, Failure>> {
  const found = await verifications.get({ tenantId: caller.tenantId, mode: caller.mode, id });
  const lapsed = found && (found.state === 'expired' || (found.state === 'created' && asOf >= found.expiresAt));
  return found && !lapsed ? ok(found) : fail(failure('verification_not_found', 'There is no such verification.'));
}
