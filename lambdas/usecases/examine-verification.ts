import { utcDay } from '../domain/age.ts';
import { assessIdentity, type IdentityEvidence } from '../domain/assess-identity.ts';
import type { Looked } from '../domain/document-sides.ts';
import {
  type DocumentReading,
  type FaceReading,
  type ImageFault,
  type Measure,
  type Stages,
  unavailable,
} from '../domain/evidence.ts';
import { ok, type Result } from '../domain/result.ts';
import { policyOf, type Tenant, type Thresholds } from '../domain/tenant.ts';
import { decide } from '../domain/verdict.ts';
import type { IdentityVerification, Outcome, Verification, VerificationRef } from '../domain/verification.ts';
import { lowBalanceEvent } from '../domain/webhook-delivery.ts';
import type { Tenants } from '../ports/accounts.ts';
import type { Media } from '../ports/media.ts';
import type { Events } from '../ports/messages.ts';
import type { Clock, Digest } from '../ports/system.ts';
import type { Readings, Verifications } from '../ports/verifications.ts';
import type { DocumentExamination, Vision } from '../ports/vision.ts';
import { announce } from './announce.ts';
import { scoresOf, sumStages } from './outcome-figures.ts';

export interface ExamineVerification {
  readonly clock: Clock;
  readonly digest: Digest;
  readonly media: Pick<Media, 'read'>;
  readonly readings: Readings;
  readonly tenants: Pick<Tenants, 'get'>;
  readonly verifications: Pick<Verifications, 'get' | 'begin' | 'conclude' | 'settle'>;
  readonly events: Events;
  readonly vision: Vision;
  readonly settings: {
    readonly thresholds: Thresholds;
    readonly creditsLowAt: number;
    readonly readingCacheSeconds: number;
    readonly jobs: { readonly redriveAfterSeconds: number };
  };
}

/**
 * Looks at what an applicant sent and writes the verdict. Safe to repeat at any point: a verdict is written once, and its event
 * has one id however often it is published. Throws only for faults of ours; the job is then tried again.
 * @returns where the time went, in ms by stage; nothing where another worker had been there
 */
export async function examineVerification(
  deps: ExamineVerification,
  ref: VerificationRef,
): Promise<Stages | undefined> {
  const { clock, tenants, verifications, events, settings } = deps;
  const redriveAt = () => clock.now() + settings.jobs.redriveAfterSeconds * 1000;
  const verification = await verifications.begin(ref, redriveAt());
  if (!verification) {
    const concluded = await verifications.get(ref);
    if (!concluded) throw new Error('A job without its verification.');
    await announce(deps, concluded);
    return undefined;
  }
  if (verification.contract !== 'submission') throw new Error('A job of another contract.');
  const tenant = await tenants.get(ref.tenantId);
  if (!tenant) throw new Error('A verification without its tenant.');
  const low = lowBalanceEvent(verification, tenant.settings.creditsLowAt ?? settings.creditsLowAt);
  if (low) await events.publish(low);

  const outcome = await examine(deps, verification, tenant);
  await verifications.conclude(ref, outcome, clock.now(), redriveAt());
  const concluded = await verifications.get(ref);
  if (concluded) await announce(deps, concluded);
  return outcome.stages;
}

async function examine(
  deps: ExamineVerification,
  verification: IdentityVerification,
  tenant: Tenant,
): Promise<Outcome> {
  const { clock, digest, vision } = deps;
  const started = clock.now();
  const { evidence, stages } = await gather(deps, verification);
  const policy = policyOf(tenant.settings, deps.settings.thresholds);
  const { signals, flags } = assessIdentity(evidence, policy);
  const verdict = decide(signals, flags, policy);
  return {
    ...verdict,
    policy,
    policyHash: digest.sha256(JSON.stringify(policy)),
    models: vision.capabilities.models,
    scores: scoresOf(signals),
    stages: { ...stages, total: clock.now() - started },
  };
}

async function gather(
  deps: ExamineVerification,
  verification: IdentityVerification,
): Promise<{ evidence: IdentityEvidence; stages: Stages }> {
  const { clock, digest, media, vision } = deps;
  const { uploads, submission } = verification;
  const [selfieBytes, frontBytes, backBytes] = await Promise.all([
    media.read(uploads.selfie),
    media.read(uploads.docFront),
    submission?.docBack ? media.read(uploads.docBack) : undefined,
  ]);
  // One after the other: the models use every core that there is.
  const selfie = looked(await readFace(vision, selfieBytes));
  const front = looked(await readFront(deps, verification, frontBytes));
  const back = submission?.docBack ? looked(await readBack(deps, verification, backBytes)) : undefined;
  const stages = sumStages([
    'reading' in selfie ? selfie.reading.stages : {},
    'reading' in front ? front.reading.document.stages : {},
    'reading' in front ? front.reading.portrait.stages : {},
    back && 'reading' in back ? back.reading.stages : {},
  ]);
  const evidence: IdentityEvidence = {
    selfie,
    front,
    ...(back && { back }),
    similarity: await similarity(vision, selfie, front),
    sameImage: !!selfieBytes && !!frontBytes && digest.sha256(selfieBytes) === digest.sha256(frontBytes),
    ...(submission?.clientLiveness !== undefined && { clientLiveness: submission.clientLiveness }),
    claims: verification.claims,
    today: utcDay(submission?.asOf ?? clock.now()),
  };
  return { evidence, stages };
}

const gone = { ok: false, error: 'image_empty' } as const;

const readFace = async (vision: Vision, bytes: Uint8Array | undefined) => (bytes ? vision.readFace(bytes) : gone);

async function readFront(
  deps: ExamineVerification,
  verification: Verification,
  bytes: Uint8Array | undefined,
): Promise<Result<DocumentExamination, ImageFault>> {
  if (!bytes) return gone;
  const known = await earlier(deps, verification, 'docFront');
  const examined = await deps.vision.readDocumentFront(bytes, known);
  if (examined.ok && !known) await keep(deps, verification, 'docFront', examined.value.document);
  return examined;
}

async function readBack(
  deps: ExamineVerification,
  verification: Verification,
  bytes: Uint8Array | undefined,
): Promise<Result<DocumentReading, ImageFault>> {
  if (!bytes) return gone;
  const known = await earlier(deps, verification, 'docBack');
  if (known) return ok(known);
  const read = await deps.vision.readDocumentBack(bytes);
  if (read.ok) await keep(deps, verification, 'docBack', read.value);
  return read;
}

/** What an earlier attempt read; it cost nothing this time. */
async function earlier({ readings }: ExamineVerification, verification: Verification, slot: DocumentSlot) {
  const known = await readings.get(verification, slot);
  return known && { ...known, stages: {} };
}

const keep = (
  { clock, readings, settings }: ExamineVerification,
  verification: Verification,
  slot: DocumentSlot,
  reading: DocumentReading,
): Promise<void> => readings.put(verification, slot, reading, clock.now() + settings.readingCacheSeconds * 1000);

type DocumentSlot = 'docFront' | 'docBack';

const looked = <T>(result: Result<T, ImageFault>): Looked<T> =>
  result.ok ? { reading: result.value } : { fault: result.error };

async function similarity(
  vision: Vision,
  selfie: Looked<FaceReading>,
  front: IdentityEvidence['front'],
): Promise<Measure> {
  const mine = 'reading' in selfie ? selfie.reading.face : undefined;
  const printed = 'reading' in front ? front.reading.portrait.face : undefined;
  if (!mine) return unavailable('There is no face in the selfie to compare.');
  if (!printed) return unavailable('There is no portrait on the document to compare with.');
  return vision.compare(mine.template, printed.template);
}
