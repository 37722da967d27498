import type { Caller } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import { type Applicant, checkIdOf } from '../domain/hosted-session.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { HostedVerification } from '../domain/verification.ts';
import type { Credits, Tenants } from '../ports/accounts.ts';
import type { Digest } from '../ports/system.ts';
import type { Verifications } from '../ports/verifications.ts';
import { consentOf, type GivenConsent } from './hosted-visit.ts';
import { type CaseFault, type HostedCase, judgeCase, type RecordHosted, recordCase } from './record-hosted.ts';

export interface SubmitHosted extends RecordHosted {
  readonly digest: Digest;
  readonly tenants: Pick<Tenants, 'get'>;
  readonly credits: Pick<Credits, 'balance'>;
  readonly verifications: Pick<Verifications, 'get'>;
}

export interface HostedSubmission extends Pick<HostedCase, 'files' | 'baseUrl' | 'receivedAt' | 'asOf'> {
  readonly applicant: Applicant;
  /** The person has agreed to a text, as the partner says. */
  readonly consent?: GivenConsent;
  /** By which the same attempt is recognised when it is repeated: hex. */
  readonly attempt?: string;
}

export const noCredits = failure('insufficient_credits', 'The balance is 0; nothing was looked at.');
export const filesMissing = failure('files_missing', 'Both selfie video and ID photo are required');
export const erased = failure('verification_not_found', 'The check was erased.');
export const tooBusy = failure('unavailable', 'Too many calls at once for this balance; try again.', { retryAfter: 1 });
const noConsent = failure(
  'consent_required',
  'This account asks for a record of consent: send consent_version and consent_lang.',
);

/** P-20 to P-36: a video and a photo, judged within the call that brings them. What is cheap is asked first. */
export async function submitHosted(
  deps: SubmitHosted,
  { tenantId, mode }: Caller,
  submission: HostedSubmission,
): Promise<Result<HostedVerification, Failure>> {
  const { random, tenants, credits, verifications } = deps;
  const { attempt, consent, ...rest } = submission;
  const realm = { tenantId, mode };
  const id = checkIdOf(attempt?.slice(0, 32) ?? random.hex(32));
  const before = attempt === undefined ? undefined : await verifications.get({ ...realm, id });
  if (before?.contract === 'hosted' && before.hosted?.attempt === attempt) return ok(before);

  const [tenant, balance] = await Promise.all([tenants.get(tenantId), mode === 'live' ? credits.balance(tenantId) : 1]);
  if (!tenant) throw new Error('A caller without its tenant.');
  if (balance < 1) return fail(noCredits);
  if (tenant.settings.consentRequired && !consent) return fail(noConsent);

  const one: HostedCase = {
    ...rest,
    realm,
    id,
    tenant,
    ...(consent && { consent: consentOf(deps, id, consent) }),
    ...(attempt !== undefined && { attempt }),
  };
  const came = await judgeCase(deps, one);
  if (!came.ok) {
    // Under an id of its own: whoever tries the same again is not answered by what went wrong.
    const failed = { ...one, id: checkIdOf(random.hex(32)) };
    await recordCase(deps, failed, came, { told: false });
    return fail(processingFailed(failed.id, came.error));
  }
  const recorded = await recordCase(deps, one, came);
  if (recorded.ok) return recorded;
  switch (recorded.error) {
    case 'exists': {
      const winner = await verifications.get({ ...realm, id });
      return winner?.contract === 'hosted' ? ok(winner) : fail(tooBusy);
    }
    case 'insufficient_credits':
      return fail(noCredits);
    default:
      return fail(tooBusy);
  }
}

/** P-26. */
export const processingFailed = (verificationId: string, found: Partial<CaseFault> = {}): Failure => {
  const { file, fault } = found;
  const detail = { verificationId, ...(fault && { reason: fault }), ...(file && { which: file }) };
  return failure('processing_failed', 'Verification processing failed', { detail });
};
