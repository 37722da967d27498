import type { Caller } from '../domain/caller.ts';
import type { UserRef } from '../domain/enrolment.ts';
import { type Failure, failure } from '../domain/error.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Enrolments, TemplateVault } from '../ports/people.ts';
import type { Clock } from '../ports/system.ts';
import type { Verifications } from '../ports/verifications.ts';

export interface EraseUser {
  readonly clock: Clock;
  readonly enrolments: Pick<Enrolments, 'get' | 'erase' | 'setTokensRevoked'>;
  readonly vault: Pick<TemplateVault, 'forget'>;
  readonly verifications: Pick<Verifications, 'byUserRef'>;
}

export interface ErasedUser {
  readonly erasedAt: number;
  /** Tokens that had not expired yet. */
  readonly tokensRevoked: number;
}

/** Forgets a user's face and revokes their tokens; the records of what was verified stay. Repeated, it answers as the first time. */
export async function eraseUser(
  { clock, enrolments, vault, verifications }: EraseUser,
  { tenantId, mode }: Caller,
  userId: string,
): Promise<Result<ErasedUser, Failure>> {
  const user: UserRef = { tenantId, mode, userId };
  const now = clock.now();
  const embeddingId = (await enrolments.get(user))?.enrolment?.embeddingId;
  // First, while it is still known whose it is.
  if (embeddingId !== undefined) await vault.forget(tenantId, embeddingId);
  const erased = await enrolments.erase(user, now);
  if (erased?.erasedAt === undefined)
    return fail(failure('user_not_enrolled', 'Nobody was ever enrolled under this user_id.'));
  const { erasedAt, tokensRevoked } = erased;
  if (tokensRevoked !== undefined) return ok({ erasedAt, tokensRevoked });
  // After the erasure, that is: no other token can come now.
  const found = await verifications.byUserRef(tenantId, mode, userId);
  const count = found.filter((one) => one.contract === 'step-up' && (one.stepUp?.exp ?? 0) * 1000 > erasedAt).length;
  await enrolments.setTokensRevoked(user, count);
  return ok({ erasedAt, tokensRevoked: count });
}
