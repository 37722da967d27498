import type { Caller } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import { hostedStatus } from '../domain/hosted-session.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Media } from '../ports/media.ts';
import type { Digest } from '../ports/system.ts';
import type { Receipts } from '../ports/trust.ts';
import type { HostedSessions, Verifications } from '../ports/verifications.ts';
import { type EraseUser, eraseUser } from './erase-user.ts';
import { forgetSession } from './manage-hosted-checks.ts';
import { forgetEvidence } from './record-hosted.ts';

export interface DeleteSubject extends EraseUser {
  readonly digest: Digest;
  readonly media: Pick<Media, 'delete'>;
  readonly hostedSessions: Pick<HostedSessions, 'byUser' | 'get' | 'delete'>;
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
 * Erases everything that identifies a subject: images, readings, claims, metadata and the enrolled face, in this tenant and mode. Ids, verdicts and
 * times stay as a tombstone. Work under way must end first: the credit is taken, and its verdict is owed.
 */
export async function deleteSubject(
  deps: DeleteSubject,
  caller: Caller,
  ref: string,
): Promise<Result<SubjectDeletion, Failure>> {
  const { clock, digest, media, enrolments, hostedSessions, receipts, verifications, settings } = deps;
  const { tenantId, mode } = caller;
  const enrolled = (await enrolments.get({ tenantId, mode, userId: ref }))?.enrolment !== undefined;
  const [before, visits] = await Promise.all([
    verifications.byUserRef(tenantId, mode, ref),
    hostedSessions.byUser({ tenantId, mode }, ref),
  ]);
  if (before.length === 0 && visits.length === 0 && !enrolled)
    return fail(failure('not_found', 'Nothing is kept under that reference.'));
  if (before.some(({ state }) => state === 'submitted' || state === 'processing')) return fail(underWay);
  const deletedAt = clock.now();
  if (visits.some((visit) => hostedStatus(visit, deletedAt) === 'processing')) return fail(underWay);
  // No check comes of them after that.
  for (const visit of visits) await forgetSession(deps, visit);
  // First the face: no step-up comes to a verdict after that, so that what is read then is all.
  if (enrolled) await eraseUser(deps, caller, ref);
  const found = await verifications.byUserRef(tenantId, mode, ref);
  for (const verification of found) {
    // Submitted in this moment: what was erased before stays so, and the rest follows when it is asked for again.
    if (verification.state === 'created' && !(await verifications.expire(verification, deletedAt)))
      return fail(underWay);
    if (verification.contract === 'submission') await media.delete(Object.values(verification.uploads));
    if (verification.contract === 'hosted') await forgetEvidence(deps, verification);
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
