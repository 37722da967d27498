import type { Caller } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Clock, Digest, Media, Receipts, Verifications } from '../ports.ts';

export interface DeleteSubject {
  readonly clock: Clock;
  readonly digest: Digest;
  readonly media: Pick<Media, 'delete'>;
  readonly receipts: Receipts;
  readonly verifications: Pick<Verifications, 'byUserRef' | 'expire' | 'redact'>;
  readonly settings: { readonly issuer: string };
}

export interface SubjectDeletion {
  readonly verifications: number;
  readonly deletedAt: number;
  /** Signed proof; it names the subject by hash alone. */
  readonly receipt: string;
}

const underWay = failure(
  'conflict',
  'A verification of this subject is under way; delete it when it has its verdict.',
  { retryAfter: 5 },
);

/**
 * Erases everything that identifies a subject: images, readings, claims and metadata, in this tenant and mode. Ids, verdicts and
 * times stay as a tombstone. Work under way must end first: the credit is taken, and its verdict is owed.
 */
export async function deleteSubject(
  { clock, digest, media, receipts, verifications, settings }: DeleteSubject,
  caller: Caller,
  ref: string,
): Promise<Result<SubjectDeletion, Failure>> {
  const { tenantId, mode } = caller;
  const found = await verifications.byUserRef(tenantId, mode, ref);
  if (found.length === 0) return fail(failure('not_found', 'Nothing is kept under that reference.'));
  if (found.some(({ state }) => state === 'submitted' || state === 'processing')) return fail(underWay);
  const deletedAt = clock.now();
  for (const verification of found) {
    // Submitted in this moment: what was erased before stays so, and the rest follows when it is asked for again.
    if (verification.state === 'created' && !(await verifications.expire(verification, deletedAt)))
      return fail(underWay);
    if (verification.contract === 'submission') await media.delete(Object.values(verification.uploads));
    await verifications.redact(verification, deletedAt);
  }
  const receipt = await receipts.sign({
    iss: settings.issuer,
    sub: digest.sha256(`${tenantId}:${ref}`),
    event: 'subject.deleted',
    verifications: found.map(({ id }) => id),
    iat: Math.floor(deletedAt / 1000),
  });
  return ok({ verifications: found.length, deletedAt, receipt });
}
