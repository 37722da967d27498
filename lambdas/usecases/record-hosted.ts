import type { Realm } from '../domain/caller.ts';
import type { Prompt } from '../domain/challenge.ts';
import { Overload } from '../domain/error.ts';
import {
  type Applicant,
  evidenceKey,
  filesUntil,
  type HostedSession,
  type HostedSlot,
  hostedSlots,
} from '../domain/hosted-session.ts';
import { mediaTypeOf } from '../domain/media-type.ts';
import { fail, type Result } from '../domain/result.ts';
import { policyOf, type Tenant, type Thresholds } from '../domain/tenant.ts';
import type { Policy } from '../domain/verdict.ts';
import type { HostedConsent, HostedVerification, Outcome, VerificationRef } from '../domain/verification.ts';
import { conclusionEvent } from '../domain/webhook-delivery.ts';
import type { Media } from '../ports/media.ts';
import type { Clock, Random } from '../ports/system.ts';
import type { HostedVerifications } from '../ports/verifications.ts';
import type { HostedFault, HostedFiles } from './judge-hosted.ts';
import { type TellEvents, tellSoon } from './tell-events.ts';
import { within } from './within.ts';

export interface RecordHosted extends TellEvents {
  readonly clock: Clock;
  readonly random: Pick<Random, 'hex'>;
  readonly media: Pick<Media, 'put' | 'delete'>;
  readonly hostedVerifications: HostedVerifications;
  readonly judge: (files: HostedFiles, policy: Policy) => Promise<Result<Outcome, HostedFault>>;
  /** What broke on our side, for the log. */
  readonly onFault: (error: unknown, ref: VerificationRef) => void;
  readonly settings: {
    readonly thresholds: Thresholds;
    readonly creditsLowAt: number;
    readonly hosted: { readonly syncMs: number; readonly retentionSeconds: number };
  };
}

/** All that a check is made from. */
export interface HostedCase {
  readonly realm: Realm;
  readonly id: string;
  readonly tenant: Tenant;
  readonly applicant: Applicant;
  readonly files: Readonly<Record<'selfie_video' | 'id_photo', Uint8Array>> & { readonly id_back?: Uint8Array };
  readonly challenge?: readonly Prompt[];
  readonly consent?: HostedConsent;
  readonly attempt?: string;
  readonly baseUrl: string;
  readonly receivedAt: number;
  readonly asOf: number;
}

/** Which file nothing can be seen in, and why; `processing_failed` is a fault of ours. */
export interface CaseFault {
  readonly file?: 'selfie_video' | 'id_photo';
  readonly fault: HostedFault['fault'] | 'processing_failed';
}

const refOf = ({ realm: { tenantId, mode }, id }: HostedCase): VerificationRef => ({ tenantId, mode, id });

const slotsOf = ({ files }: HostedCase): readonly HostedSlot[] => hostedSlots.filter((slot) => files[slot]);

/** P-34: after its deadline a verdict is waited for so long, and no longer: the caller is answered in any case. */
const lateMs = 2000;

/** Looks at the files and judges them. Nothing is thrown but that a service is overloaded: what breaks ends the check, not the call. */
export async function judgeCase(deps: RecordHosted, one: HostedCase): Promise<Result<Outcome, CaseFault>> {
  const { clock, settings, judge, onFault } = deps;
  const { files, challenge, receivedAt, asOf, tenant } = one;
  const { id_back: idBack } = files;
  const asked: HostedFiles = {
    selfieVideo: files.selfie_video,
    idPhoto: files.id_photo,
    ...(idBack && { idBack }),
    ...(challenge && { challenge }),
    asOf,
    deadline: receivedAt + settings.hosted.syncMs,
  };
  try {
    const judging = judge(asked, policyOf(tenant.settings, settings.thresholds));
    const judged = await within(judging, Math.max(1, asked.deadline + lateMs - clock.now()));
    return judged ?? fail({ fault: 'processing_failed' });
  } catch (error) {
    if (error instanceof Overload) throw error;
    onFault(error, refOf(one));
    return fail({ fault: 'processing_failed' });
  }
}

/** Puts what was judged where no form of a browser reaches it: what is kept is what was seen. */
async function keepEvidence({ media }: RecordHosted, one: HostedCase): Promise<void> {
  await Promise.all(
    slotsOf(one).map((slot) => {
      const bytes = one.files[slot] as Uint8Array;
      return media.put(evidenceKey(refOf(one), slot), bytes, mediaTypeOf(bytes));
    }),
  );
}

export const forgetEvidence = ({ media }: { readonly media: Pick<Media, 'delete'> }, ref: VerificationRef) =>
  media.delete(hostedSlots.map((slot) => evidenceKey(ref, slot)));

type Concluded = Awaited<ReturnType<HostedVerifications['conclude']>>;
export type Recording = Exclude<Concluded, { readonly ok: true }>['error'];

/**
 * Writes what a check came to: one credit for a verdict, none for a fault. What was judged is kept before it is written, so that a record
 * never tells of files that are not there.
 */
export async function recordCase(
  deps: RecordHosted,
  one: HostedCase,
  came: Result<Outcome, CaseFault>,
  { session, told = true }: { readonly session?: HostedSession; readonly told?: boolean } = {},
): Promise<Result<HostedVerification, Recording>> {
  const { clock, random, settings } = deps;
  const { realm, tenant, applicant, challenge, consent, attempt, baseUrl, receivedAt } = one;
  const { retentionSeconds } = settings.hosted;
  const { userIdentifier, userEmail, userPhone } = applicant;
  if (came.ok) await keepEvidence(deps, one);
  const verification: HostedVerification = {
    ...refOf(one),
    contract: 'hosted',
    state: came.ok ? came.value.decision : 'failed',
    claims: { userRef: userIdentifier },
    createdAt: receivedAt,
    submittedAt: receivedAt,
    concludedAt: clock.now(),
    ...(came.ok ? { outcome: came.value } : { failure: came.error.fault }),
    fileSecret: random.hex(32),
    filesUntil: filesUntil(receivedAt, retentionSeconds, tenant.settings.retentionDays),
    hosted: {
      ...(userEmail !== undefined && { userEmail }),
      ...(userPhone !== undefined && { userPhone }),
      ...(consent && { consent }),
      ...(challenge && { challenge }),
      slots: came.ok ? slotsOf(one) : [],
      baseUrl,
      ...(attempt !== undefined && { attempt }),
    },
  };
  const event = told ? conclusionEvent(verification) : undefined;
  const written = await deps.hostedVerifications.conclude(verification, {
    charged: came.ok && realm.mode === 'live',
    warnBelow: tenant.settings.creditsLowAt ?? settings.creditsLowAt,
    ...(session && { session }),
    told: event ? [event] : [],
  });
  if (written.ok) {
    await tellSoon(deps, written.value.told);
    return { ok: true, value: written.value.verification };
  }
  // Another call's files may lie under the same id: then they are the same ones, and that one's.
  if (written.error !== 'exists') await forgetEvidence(deps, refOf(one)).catch(() => undefined);
  return written;
}
