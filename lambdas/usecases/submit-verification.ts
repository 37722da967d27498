import type { Caller } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { type IdentityVerification, isAccepted, type Submission, type UploadSlot } from '../domain/verification.ts';
import type { Media } from '../ports/media.ts';
import type { Jobs } from '../ports/messages.ts';
import type { Clock } from '../ports/system.ts';
import type { Verifications } from '../ports/verifications.ts';

export interface SubmitVerification {
  readonly clock: Clock;
  readonly media: Pick<Media, 'size'>;
  readonly verifications: Pick<Verifications, 'get' | 'submit'>;
  readonly jobs: Jobs;
  readonly settings: {
    readonly uploads: { readonly maxBytes: number };
    readonly jobs: { readonly redriveAfterSeconds: number };
  };
}

export interface SubmitRequest {
  readonly verificationId: string;
  readonly keys: { readonly docFront: string; readonly selfie: string; readonly docBack?: string };
  readonly clientLiveness?: number;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** The moment to judge by, ms; differs from now with test keys alone. */
  readonly asOf: number;
}

/** Words of the contract for a slot, as its reasons spell them: `doc_front_key_mismatch`. */
const reasonPrefix: Readonly<Record<UploadSlot, string>> = {
  docFront: 'doc_front',
  docBack: 'doc_back',
  selfie: 'selfie',
};

const notFound = failure('verification_not_found', 'There is no such verification, or its hour is over.');

/**
 * Takes a verification in for work: exactly one debit, whatever is repeated or raced. A repeated submit of an accepted
 * verification answers as the first did and sends its job again where it has not begun (the first sender may have died).
 */
export async function submitVerification(
  deps: SubmitVerification,
  caller: Caller,
  request: SubmitRequest,
): Promise<Result<IdentityVerification, Failure>> {
  const { clock, verifications, jobs, settings } = deps;
  const ref = { tenantId: caller.tenantId, mode: caller.mode, id: request.verificationId };
  const found = await verifications.get(ref);
  if (found?.contract !== 'submission') return fail(notFound);

  const mismatch = keyMismatch(found, request);
  if (mismatch) return fail(mismatch);
  if (isAccepted(found)) return ok(await again(deps, found));
  const now = clock.now();
  if (found.state !== 'created' || request.asOf >= found.expiresAt) return fail(notFound);

  const missing = await uploadFault(deps, found, request);
  if (missing) return fail(missing);

  const submission: Submission = {
    docBack: request.keys.docBack !== undefined,
    ...(request.clientLiveness !== undefined && { clientLiveness: request.clientLiveness }),
    ...(request.metadata && { metadata: request.metadata }),
    ...(caller.mode === 'test' && { asOf: request.asOf }),
  };
  const submitted = await verifications.submit(ref, submission, now, now + settings.jobs.redriveAfterSeconds * 1000);
  if (submitted.ok) {
    await jobs.send(ref);
    return submitted;
  }
  switch (submitted.error) {
    case 'insufficient_credits':
      return fail(
        failure('insufficient_credits', 'The balance is 0. Nothing was dispatched; top up and submit again.'),
      );
    case 'busy':
      return fail(
        failure('unavailable', 'Too many submissions at once for this balance; try again.', { retryAfter: 1 }),
      );
    case 'state': {
      // Another submit was first: answer as it did.
      const winner = await verifications.get(ref);
      return winner?.contract === 'submission' && isAccepted(winner) ? ok(winner) : fail(notFound);
    }
  }
}

/** A job is under way for so long before a repeated submit sends it again: long enough for a retry storm to add no work. */
const resendAfterMs = 5_000;

async function again(
  { clock, jobs }: SubmitVerification,
  accepted: IdentityVerification,
): Promise<IdentityVerification> {
  const stale = clock.now() - (accepted.submittedAt ?? 0) > resendAfterMs;
  if (accepted.state === 'submitted' && stale) await jobs.send(accepted);
  return accepted;
}

function keyMismatch(found: IdentityVerification, { keys }: SubmitRequest): Failure | undefined {
  for (const slot of ['docFront', 'selfie', 'docBack'] as const) {
    if (keys[slot] !== undefined && keys[slot] !== found.uploads[slot]) {
      const reason = `${reasonPrefix[slot]}_key_mismatch`;
      return failure('upload_mismatch', `keys.${slot} is not the key that init returned.`, { detail: { reason } });
    }
  }
  return undefined;
}

async function uploadFault(
  { media, settings }: SubmitVerification,
  found: IdentityVerification,
  { keys }: SubmitRequest,
): Promise<Failure | undefined> {
  const slots = (['docFront', 'selfie', 'docBack'] as const).filter((slot) => keys[slot] !== undefined);
  const sizes = await Promise.all(slots.map((slot) => media.size(found.uploads[slot])));
  for (const [at, slot] of slots.entries()) {
    const size = sizes[at];
    const fault = (end: string) => ({ detail: { reason: `${reasonPrefix[slot]}_${end}` } });
    if (size === undefined)
      return failure('upload_missing', `Nothing was uploaded to keys.${slot}.`, fault('not_uploaded'));
    if (size === 0) return failure('upload_missing', `The upload at keys.${slot} is empty.`, fault('empty'));
    if (size > settings.uploads.maxBytes) {
      const message = `The upload at keys.${slot} has ${size} bytes; ${settings.uploads.maxBytes} are allowed.`;
      return failure('upload_too_large', message, fault('too_large'));
    }
  }
  return undefined;
}
