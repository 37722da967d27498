import type { Caller } from '../domain/caller.ts';
import type { Enrolment, UserRef } from '../domain/enrolment.ts';
import { type Failure, failure } from '../domain/error.ts';
import { type Face, type Measure, type Stages, unavailable } from '../domain/evidence.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { faceMatch, framesOf, idOfKey, judgeFrames, tokenSeconds } from '../domain/step-up.ts';
import { policyOf, type Tenant, type Thresholds } from '../domain/tenant.ts';
import type { Policy, Signal } from '../domain/verdict.ts';
import type { FaceVerification, LivenessMode, Outcome, StepUp } from '../domain/verification.ts';
import type {
  Clock,
  Credits,
  Enrolments,
  Faces,
  FaceVerifications,
  Random,
  TemplateVault,
  Tenants,
  Tokens,
  Verifications,
} from '../ports.ts';
import { marksOf, type ReadFrame, type ReadFrames, readFrames } from './read-frames.ts';

export interface VerifyFace extends ReadFrames {
  readonly clock: Clock;
  readonly random: Random;
  readonly tenants: Pick<Tenants, 'get'>;
  readonly credits: Pick<Credits, 'balance'>;
  readonly verifications: Pick<Verifications, 'get'>;
  readonly faceVerifications: Pick<FaceVerifications, 'conclude'>;
  readonly enrolments: Pick<Enrolments, 'get' | 'marks'>;
  readonly vault: TemplateVault;
  readonly tokens: Pick<Tokens, 'sign'>;
  readonly vision: Pick<Faces, 'capabilities' | 'readFace' | 'compare' | 'relate'>;
  /** The contract's words for what a token says. */
  readonly toClaims: (
    issuer: string,
    id: string,
    userId: string,
    stepUp: Omit<StepUp, 'jwt'>,
  ) => Readonly<Record<string, unknown>>;
  readonly settings: {
    readonly issuer: string;
    readonly thresholds: Thresholds;
    readonly idempotencyTtlSeconds: number;
    readonly creditsLowAt: number;
  };
}

export interface VerifyRequest {
  readonly userId: string;
  readonly action: string;
  readonly amt?: string;
  readonly asset?: string;
  readonly live: LivenessMode;
  readonly frames: readonly Uint8Array[];
  readonly requestId: string;
  /** What the caller named this attempt, and a hash over the name and what it asks for. */
  readonly attempt?: { readonly key: string; readonly hash: string };
}

/** A face verification with its answer: none is redacted yet. */
export type Verified = FaceVerification & { readonly stepUp: StepUp };

const notEnrolled = failure('user_not_enrolled', 'Nobody is enrolled under this user_id.');
const noCredits = failure('insufficient_credits', 'The balance is 0; nothing was looked at.');

/**
 * Compares fresh frames with a user's enrolment and signs what came of it. What is cheap is asked first. Record, debit and marks of
 * the frames are written in one, after the token was made: a call that is repeated after a crash gets the very same answer.
 */
export async function verifyFace(
  deps: VerifyFace,
  { tenantId, mode }: Caller,
  request: VerifyRequest,
): Promise<Result<Verified, Failure>> {
  const { clock, credits, enrolments, tenants } = deps;
  const startedAt = clock.now();
  const user: UserRef = { tenantId, mode, userId: request.userId };
  const begun = await idFor(deps, user, request);
  if (typeof begun !== 'string') return ok(begun);
  const { enrolment } = (await enrolments.get(user)) ?? {};
  if (!enrolment) return fail(notEnrolled);
  if (mode === 'live' && (await credits.balance(tenantId)) < 1) return fail(noCredits);
  const tenant = await tenants.get(tenantId);
  if (!tenant) throw new Error('A caller without its tenant.');

  const read = await readFrames(deps, request.frames);
  if (!read.ok) return read;
  const { frames, stages } = read.value;
  const used = await livenessOf(deps, user, request, frames, policyFor(deps, tenant));
  if (!used.ok) return used;

  const concluded = await conclude(deps, {
    user,
    id: begun,
    request,
    enrolment,
    tenant,
    startedAt,
    stages,
    frames,
    ...used.value,
  });
  if (concluded.ok) return concluded;
  switch (concluded.error) {
    case 'exists': {
      // Another call with this key came to its end in the meantime.
      const winner = await idFor(deps, user, request);
      return typeof winner === 'string' ? fail(busy) : ok(winner);
    }
    case 'seen':
      return fail(replayed(request.live));
    case 'erased':
      return fail(notEnrolled);
    case 'insufficient_credits':
      return fail(noCredits);
    case 'busy':
      return fail(busy);
  }
}

const busy = failure('unavailable', 'Too many calls at once for this balance; try again.', { retryAfter: 1 });

const policyFor = ({ settings }: VerifyFace, tenant: Tenant): Policy => policyOf(tenant.settings, settings.thresholds);

/** The id of the verification to come, or what came of the same attempt before. */
async function idFor(
  { clock, digest, random, verifications, settings }: VerifyFace,
  { tenantId, mode }: UserRef,
  { attempt }: VerifyRequest,
): Promise<string | Verified> {
  const drawn = `ver_${random.base62(11)}`;
  if (!attempt) return drawn;
  const id = idOfKey(attempt.key, digest.sha256(JSON.stringify([tenantId, mode, attempt.key])));
  const found = await verifications.get({ tenantId, mode, id });
  if (!found) return id;
  if (found.contract !== 'step-up' || !found.stepUp || found.stepUp.attempt !== attempt.hash) return drawn;
  const fresh = clock.now() - found.createdAt < settings.idempotencyTtlSeconds * 1000;
  return fresh ? { ...found, stepUp: found.stepUp } : drawn;
}

const replayed = (live: LivenessMode, signals?: readonly Signal[]): Failure => notLive(live, 'replayed', signals);

function notLive(live: LivenessMode, reason: string | undefined, signals: readonly Signal[] | undefined): Failure {
  const detail = {
    ...(live !== 'active' && { next: 'active' as const }),
    ...(reason !== undefined && { reason }),
    ...(signals && { signals }),
  };
  const message = reason === 'replayed' ? 'A frame was sent for this user before.' : 'Liveness could not be shown.';
  return failure('liveness_failed', message, { detail });
}

interface Live {
  /** Frames that are judged, in the order in which they were sent. */
  readonly faces: readonly Face[];
  readonly signals: readonly Signal[];
}

/** The best frames, and that they are live. */
async function livenessOf(
  deps: VerifyFace,
  user: UserRef,
  { live }: VerifyRequest,
  frames: readonly ReadFrame[],
  policy: Policy,
): Promise<Result<Live, Failure>> {
  const { least, most } = framesOf[live];
  const withFace = frames.flatMap(({ face, place }) => (face ? [{ face, place }] : []));
  if (withFace.length < least) {
    const missing = frames.filter(({ face }) => !face).map(({ place }) => place + 1);
    return fail(failure('no_face_detected', `No face in frame ${missing.join(', ')}.`));
  }
  const faces = withFace
    .toSorted((a, b) => b.face.quality - a.face.quality)
    .slice(0, most)
    .toSorted((a, b) => a.place - b.place)
    .map(({ face }) => face);
  const marks = new Set((await deps.enrolments.marks(user)).map(({ sha256 }) => sha256));
  const { passed, signals } = judgeFrames(live, faces, policy);
  if (frames.some(({ mark }) => marks.has(mark.sha256))) return fail(replayed(live, signals));
  return passed ? ok({ faces, signals }) : fail(notLive(live, undefined, signals));
}

interface Judged extends Live {
  readonly user: UserRef;
  readonly id: string;
  readonly request: VerifyRequest;
  readonly enrolment: Enrolment;
  readonly tenant: Tenant;
  readonly startedAt: number;
  readonly stages: Stages;
  readonly frames: readonly ReadFrame[];
}

/** Compares, signs, and writes all that came of it. */
async function conclude(
  deps: VerifyFace,
  judged: Judged,
): Promise<
  Result<Verified, Extract<Awaited<ReturnType<FaceVerifications['conclude']>>, { readonly ok: false }>['error']>
> {
  const { clock, digest, tokens, vision, settings } = deps;
  const { user, id, request, enrolment, tenant, startedAt, stages, frames, faces } = judged;
  const { tenantId, mode, userId } = user;
  const policy = policyFor(deps, tenant);
  const { similarity, modelSet, renewed } = await compareWithEnrolled(deps, user, enrolment, faces);
  const match = faceMatch(similarity, policy);
  const signals = [match, ...judged.signals];
  const score = match.score ?? 0;
  const iat = Math.floor(clock.now() / 1000);
  const { action, amt, asset, live, attempt } = request;
  const facts = {
    action,
    ...(amt !== undefined && { amt }),
    ...(asset !== undefined && { asset }),
    live,
    match: match.passed,
    score,
    iat,
    exp: iat + tokenSeconds,
    modelSet,
    frames: faces.length,
    requestId: request.requestId,
    ...(attempt && { attempt: attempt.hash }),
  };
  const jwt = await tokens.sign(tenantId, deps.toClaims(settings.issuer, id, userId, facts));
  const liveness = judged.signals.find(({ name }) => name === 'liveness')?.score;
  const outcome: Outcome = {
    decision: match.passed ? 'approved' : 'rejected',
    confidence: Math.round(score * 10_000) / 100,
    signals,
    flags: [...new Set(signals.flatMap(({ flags }) => flags))],
    policy,
    policyHash: digest.sha256(JSON.stringify(policy)),
    models: vision.capabilities.models,
    scores: { faceMatch: score, ...(liveness !== undefined && { liveness }) },
    stages: { ...stages, total: clock.now() - startedAt },
  };
  const verification: Verified = {
    tenantId,
    mode,
    id,
    contract: 'step-up',
    state: outcome.decision,
    claims: { userRef: userId },
    createdAt: startedAt,
    submittedAt: startedAt,
    concludedAt: clock.now(),
    outcome,
    stepUp: { ...facts, jwt },
  };
  const evidence = {
    userId,
    embeddingId: enrolment.embeddingId,
    marks: marksOf(frames),
    warnBelow: tenant.settings.creditsLowAt ?? settings.creditsLowAt,
    ...(match.passed && renewed && { renewed }),
  };
  const written = await deps.faceVerifications.conclude(verification, evidence);
  return written.ok ? ok({ ...verification, ...written.value, stepUp: verification.stepUp }) : written;
}

interface Compared {
  readonly similarity: Measure;
  /** Whose templates were compared. */
  readonly modelSet: string;
  /** Templates of the present set, where the enrolment has none yet. */
  readonly renewed?: { readonly modelSet: string; readonly sealed: string };
}

/** The clearest frame against every enrolled template of one model set: the present one, or else the newest that both know. */
async function compareWithEnrolled(
  { vault, vision }: VerifyFace,
  { tenantId }: UserRef,
  { embeddingId, sealed }: Enrolment,
  faces: readonly Face[],
): Promise<Compared> {
  const clearest = faces.toSorted((a, b) => b.quality - a.quality)[0];
  if (!clearest) throw new Error('A comparison without a face.');
  const { template, olderTemplates } = clearest;
  const probe = [template, ...olderTemplates].find(({ modelSet }) => sealed[modelSet] !== undefined);
  if (!probe) {
    const similarity = unavailable('The user was enrolled with models that are no longer installed: enrol them again.');
    return { similarity, modelSet: template.modelSet };
  }
  const { modelSet } = probe;
  let best: Measure = unavailable('The enrolment has no template to compare with.');
  for (const enrolled of await vault.open(tenantId, embeddingId, sealed[modelSet] as string)) {
    const similarity = await vision.compare(probe, enrolled);
    if ('value' in best && !('value' in similarity && similarity.value > best.value)) continue;
    best = similarity;
  }
  if (probe === template) return { similarity: best, modelSet };
  return {
    similarity: best,
    modelSet,
    renewed: { modelSet: template.modelSet, sealed: await vault.seal(tenantId, embeddingId, [template]) },
  };
}
