import type { Caller } from '../domain/caller.ts';
import type { Enrolment, UserRef } from '../domain/enrolment.ts';
import { type Failure, failure } from '../domain/error.ts';
import type { Stages, Template } from '../domain/evidence.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { faceMatch, idOfKey, tokenSeconds } from '../domain/step-up.ts';
import { policyOf, type Tenant, type Thresholds } from '../domain/tenant.ts';
import type { Policy } from '../domain/verdict.ts';
import type { FaceVerification, Outcome, StepUp } from '../domain/verification.ts';
import type { Credits, Tenants } from '../ports/accounts.ts';
import type { Enrolments, TemplateVault } from '../ports/people.ts';
import type { Clock } from '../ports/system.ts';
import type { Tokens } from '../ports/trust.ts';
import type { FaceVerifications, Verifications } from '../ports/verifications.ts';
import type { Faces } from '../ports/vision.ts';
import { type Compared, compareWithEnrolled } from './compare-enrolled.ts';
import { marksOf, type ReadFrame, type ReadFrames, readFrames } from './read-frames.ts';
import {
  challengeOf,
  type Live,
  type LivenessRequest,
  livenessOf,
  notLive,
  type ShowLiveness,
  wereSeen,
} from './show-liveness.ts';

export interface VerifyFace extends ReadFrames, ShowLiveness {
  readonly clock: Clock;
  readonly tenants: Pick<Tenants, 'get'>;
  readonly credits: Pick<Credits, 'balance'>;
  readonly verifications: Pick<Verifications, 'get'>;
  readonly faceVerifications: Pick<FaceVerifications, 'conclude'>;
  readonly enrolments: Pick<Enrolments, 'get' | 'marks' | 'takeChallenge'>;
  readonly vault: Pick<TemplateVault, 'open' | 'seal'>;
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

export interface VerifyRequest extends LivenessRequest {
  readonly userId: string;
  readonly amt?: string;
  readonly asset?: string;
  readonly frames: readonly Uint8Array[];
  readonly requestId: string;
}

/** A face verification with its answer: none is redacted yet. */
export type Verified = FaceVerification & { readonly stepUp: StepUp };

const notEnrolled = failure('user_not_enrolled', 'Nobody is enrolled under this user_id.');
const outdated = failure(
  'user_not_enrolled',
  'The user was enrolled with models that are no longer installed: erase that enrolment, and enrol them again.',
  { detail: { reason: 'model_set_retired' } },
);
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
  const [found, balance, tenant] = await Promise.all([
    enrolments.get(user),
    mode === 'live' ? credits.balance(tenantId) : 1,
    tenants.get(tenantId),
  ]);
  if (!tenant) throw new Error('A caller without its tenant.');
  const { enrolment } = found ?? {};
  if (!enrolment) return fail(notEnrolled);
  if (balance < 1) return fail(noCredits);

  const challenge = await challengeOf(deps, user, request);
  if (!challenge.ok) return challenge;
  // What is kept of the user comes while the frames are looked at.
  const [read, marks, enrolled] = await Promise.all([
    readFrames(deps, request.frames),
    enrolments.marks(user),
    templatesOf(deps, user, enrolment),
  ]);
  if (!read.ok) return read;
  const { frames, stages } = read.value;
  const seen = wereSeen(frames, marks);
  const used = await livenessOf(
    deps,
    request.live,
    { frames, seen, prompts: challenge.value },
    policyFor(deps, tenant),
  );
  if (!used.ok) return used;
  const compared = await compareWithEnrolled(deps.vision, enrolled, used.value.faces);
  if (!compared) return fail(outdated);

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
    ...compared,
  });
  if (concluded.ok) return concluded;
  switch (concluded.error) {
    case 'exists': {
      // Another call with this key came to its end in the meantime.
      const winner = await idFor(deps, user, request);
      return typeof winner === 'string' ? fail(busy) : ok(winner);
    }
    case 'seen':
      return fail(notLive(request.live, 'replayed'));
    case 'erased':
      return fail(notEnrolled);
    case 'insufficient_credits':
      return fail(noCredits);
    case 'busy':
      return fail(busy);
  }
}

const busy = failure('unavailable', 'Too many calls at once for this balance; try again.', { retryAfter: 1 });

/** Of every model set. */
async function templatesOf(
  { vault }: VerifyFace,
  { tenantId }: UserRef,
  { embeddingId, sealed }: Enrolment,
): Promise<readonly Template[]> {
  const all = await Promise.all(Object.values(sealed).map((one) => vault.open(tenantId, embeddingId, one)));
  return all.flat();
}

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

interface Judged extends Live, Compared {
  readonly user: UserRef;
  readonly id: string;
  readonly request: VerifyRequest;
  readonly enrolment: Enrolment;
  readonly tenant: Tenant;
  readonly startedAt: number;
  readonly stages: Stages;
  readonly frames: readonly ReadFrame[];
}

/** Signs, and writes all that came of it. */
async function conclude(
  deps: VerifyFace,
  judged: Judged,
): Promise<
  Result<Verified, Extract<Awaited<ReturnType<FaceVerifications['conclude']>>, { readonly ok: false }>['error']>
> {
  const { clock, digest, tokens, vision, settings } = deps;
  const { user, id, request, enrolment, tenant, startedAt, stages, frames, faces, modelSet, newer } = judged;
  const { tenantId, mode, userId } = user;
  const policy = policyFor(deps, tenant);
  const match = faceMatch(judged.similarity, policy);
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
  const { embeddingId } = enrolment;
  const renewed = match.passed &&
    newer && { modelSet: newer.modelSet, sealed: await deps.vault.seal(tenantId, embeddingId, [newer]) };
  const evidence = {
    userId,
    embeddingId,
    marks: marksOf(frames),
    warnBelow: tenant.settings.creditsLowAt ?? settings.creditsLowAt,
    ...(renewed && { renewed }),
  };
  const written = await deps.faceVerifications.conclude(verification, evidence);
  return written.ok ? ok({ ...verification, ...written.value, stepUp: verification.stepUp }) : written;
}
