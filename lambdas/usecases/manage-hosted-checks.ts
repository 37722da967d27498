import type { Caller } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import {
  evidenceKey,
  type FileAddress,
  type HostedSession,
  hostedSlots,
  hostedStatus,
  incomingKey,
  isCheckId,
} from '../domain/hosted-session.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { type HostedVerification, isKept, type VerificationRef } from '../domain/verification.ts';
import type { Downloads, Media } from '../ports/media.ts';
import type { Clock } from '../ports/system.ts';
import type { HostedSessions, Verifications } from '../ports/verifications.ts';
import { forgetEvidence } from './record-hosted.ts';

export interface HostedChecks {
  readonly clock: Clock;
  readonly media: Pick<Media, 'delete' | 'size'>;
  readonly hostedSessions: Pick<HostedSessions, 'get' | 'delete'>;
  readonly verifications: Pick<Verifications, 'get' | 'redact' | 'settle'>;
}

const unknown = failure('verification_not_found', 'There is no such check.');
const noFile = failure('not_found', 'There is no such file.');
const gone = failure('files_gone', 'The file was kept for as long as was agreed, and is deleted.');
const underWay = failure('conflict', 'The check is being looked at; try again when it has its result.', {
  retryAfter: 5,
});

/** A check of the caller's own tenant and mode, or the session that it may come of. */
export async function readHostedCheck(
  { hostedSessions, verifications }: Pick<HostedChecks, 'hostedSessions' | 'verifications'>,
  { tenantId, mode }: Caller,
  id: string,
): Promise<Result<{ readonly check: HostedVerification } | { readonly session: HostedSession }, Failure>> {
  if (!isCheckId(id)) return fail(unknown);
  const ref = { tenantId, mode, id };
  const check = await verifications.get(ref);
  if (check?.contract === 'hosted') return ok({ check });
  const session = await hostedSessions.get(ref);
  return session ? ok({ session }) : fail(unknown);
}

/** P-53, C-15: files first, then all that says whose it was; id, verdict and times stay. Answers when. */
export async function deleteHostedCheck(
  deps: HostedChecks,
  caller: Caller,
  id: string,
): Promise<Result<number, Failure>> {
  const found = await readHostedCheck(deps, caller, id);
  if (!found.ok) return found;
  const now = deps.clock.now();
  const session = 'session' in found.value ? found.value.session : await deps.hostedSessions.get({ ...caller, id });
  if (session && hostedStatus(session, now) === 'processing') return fail(underWay);
  if (session) await forgetSession(deps, session);
  if ('check' in found.value) await eraseCheck(deps, found.value.check, now);
  return ok(now);
}

/** Erases one, however often it is asked for. */
async function eraseCheck(
  deps: Pick<HostedChecks, 'media' | 'verifications'>,
  check: HostedVerification,
  now: number,
): Promise<void> {
  await forgetEvidence(deps, check);
  if (isKept(check)) await deps.verifications.redact(check, now);
}

/** What was uploaded within a session, and the session; the check that came of it stays. */
export async function forgetSession(
  {
    media,
    hostedSessions,
  }: { readonly media: Pick<Media, 'delete'>; readonly hostedSessions: Pick<HostedSessions, 'delete'> },
  session: HostedSession,
): Promise<void> {
  await media.delete(hostedSlots.map((slot) => incomingKey(session, slot)));
  await hostedSessions.delete(session, session.doneAt !== undefined);
}

/** P-50: the time of its files is over. What was seen on them stays with the record. */
export async function forgetFiles(
  deps: { readonly media: Pick<Media, 'delete'> } & { readonly verifications: Pick<Verifications, 'settle'> },
  ref: VerificationRef,
): Promise<void> {
  await forgetEvidence(deps, ref);
  await deps.verifications.settle(ref);
}

export interface FindHostedFile extends Pick<HostedChecks, 'clock' | 'media'> {
  readonly downloads: Downloads;
  readonly verifications: Pick<Verifications, 'get'>;
  /** What proves an address of that file. */
  readonly proofOf: (check: HostedVerification, slot: FileAddress['slot']) => string;
  readonly nameOf: (check: HostedVerification, slot: FileAddress['slot']) => string;
  readonly settings: { readonly hosted: { readonly fileUrlSeconds: number } };
}

/** P-30, K-12: where a file can be had for the next moment. A wrong address is one of nothing; a right one tells that its file is gone. */
export async function findHostedFile(
  { clock, downloads, media, verifications, proofOf, nameOf, settings }: FindHostedFile,
  address: FileAddress | undefined,
): Promise<Result<string, Failure>> {
  const check = address && (await verifications.get(address));
  if (!address || check?.contract !== 'hosted' || !equal(proofOf(check, address.slot), address.proof))
    return fail(noFile);
  if (!isKept(check) || clock.now() >= check.filesUntil) return fail(gone);
  if (!check.hosted.slots.includes(address.slot)) return fail(noFile);
  const key = evidenceKey(check, address.slot);
  if ((await media.size(key)) === undefined) return fail(gone);
  const ttlSeconds = settings.hosted.fileUrlSeconds;
  return ok(await downloads.sign(key, { ttlSeconds, fileName: nameOf(check, address.slot) }));
}

/** In a time that does not tell how much of it is right. */
function equal(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let at = 0; at < a.length; at++) difference |= a.charCodeAt(at) ^ b.charCodeAt(at);
  return difference === 0;
}
