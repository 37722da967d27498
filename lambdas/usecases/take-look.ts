import type { Caller } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import type { Face } from '../domain/evidence.ts';
import { passiveLiveness } from '../domain/liveness.ts';
import { eventsBetween } from '../domain/login-events.ts';
import { save } from '../domain/login-records.ts';
import type { ProjectFlow } from '../domain/project.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { policyOf, type Tenant, type Thresholds } from '../domain/tenant.ts';
import {
  afterShortfall,
  type LivenessWaiver,
  released,
  type Shortfall,
  stateAt,
  type Validation,
  validationOf,
} from '../domain/validation.ts';
import type { Credits, Tenants } from '../ports/accounts.ts';
import type { LoginRecords } from '../ports/people.ts';
import type { Clock } from '../ports/system.ts';
import type { Faces } from '../ports/vision.ts';
import { usableFlow } from './open-validation.ts';
import { readSingleFace } from './read-single-face.ts';
import { type TellEvents, tellSoon } from './tell-events.ts';

export interface TakeLook extends TellEvents {
  readonly clock: Clock;
  readonly records: LoginRecords;
  readonly credits: Pick<Credits, 'balance'>;
  readonly tenants: Pick<Tenants, 'get'>;
  readonly vision: Pick<Faces, 'readFace'>;
  readonly settings: {
    readonly thresholds: Thresholds;
    readonly jobs: { readonly redriveAfterSeconds: number };
    readonly login: { readonly lookSeconds: number };
  };
}

/** One picture that a person sent for a session. */
export interface SentLook {
  readonly image: Uint8Array;
  readonly contentType: string;
  /** The moment to judge by, ms. */
  readonly asOf: number;
  /** Hash over the caller's idempotency key and request, where there is a key. */
  readonly attempt?: string;
}

/** A look under way: nobody else looks for this session meanwhile. */
export interface Look {
  readonly validation: Validation;
  readonly flow: ProjectFlow;
  readonly tenant: Tenant;
}

/** What a step ends with that lets no other one follow (V-20). */
type Ended = Result<never, Failure>;

/** The session that a token names, whatever its state. */
export async function sessionOf(
  { records }: Pick<TakeLook, 'records'>,
  caller: Caller,
): Promise<Result<Validation, Failure>> {
  const id = validationOf(caller.keyId, 'session');
  const validation = id === undefined ? undefined : await records.get(caller, 'validation', id);
  return validation ? ok(validation) : fail(failure('validation_not_found', 'The validation is no longer kept.'));
}

/** Why a session takes no picture; undefined where it does. */
export function sessionFault(validation: Validation, now: number): Failure | undefined {
  switch (stateAt(validation, now)) {
    case 'active':
      return undefined;
    case 'validated':
      return failure('session_completed', 'The session is completed.');
    case 'expired':
      return failure('session_expired', 'The time of the session is over.');
    case 'failed':
    case 'cancelled':
      return failure('session_cancelled', 'The session was cancelled.');
  }
}

/** Step 1: the session is there, open, and nobody else's picture is being looked at; its bearer's account can pay. */
export async function beginLook(
  deps: TakeLook,
  caller: Caller,
  validation: Validation,
  asOf: number,
): Promise<Result<Look, Failure>> {
  const { clock, records, credits, tenants, settings } = deps;
  const fault = sessionFault(validation, asOf);
  if (fault) return fail(fault);
  const [flow, tenant] = await Promise.all([usableFlow(records, caller, validation), tenants.get(caller.tenantId)]);
  if (!flow.ok) return flow;
  if (!tenant) throw new Error('A session without its tenant.');
  if (isCharged(caller, validation) && (await credits.balance(caller.tenantId)) < 1) return fail(noCredits);

  const now = clock.now();
  const busy = failure('conflict', 'A picture for this session is being looked at.', { retryAfter: 1 });
  if (validation.heldUntil !== undefined && validation.heldUntil > now) return fail(busy);
  const heldUntil = now + settings.login.lookSeconds * 1000;
  // The sweeper comes after the look: writing here meanwhile would undo it.
  const held = { ...validation, heldUntil, wakeAt: Math.max(validation.expiresAt, heldUntil) };
  const written = await records.commit(caller, [save('validation', held)]);
  if (!written.ok) return fail(busy);
  return ok({ validation: { ...held, revision: held.revision + 1 }, flow: flow.value, tenant });
}

export const noCredits = failure(
  'insufficient_credits',
  'The balance is 0. Nothing was looked at; top up and try again.',
);

/** S-16: logins of live keys, one credit each once they are validated; nothing else and no failure costs anything. */
export const isCharged = ({ mode }: Caller, { type }: Validation): boolean => mode === 'live' && type === 'login';

/** Gives the session back as it was: what went wrong was not the person's doing, and counts as no try. */
export async function giveBack(
  { records }: Pick<TakeLook, 'records'>,
  caller: Caller,
  { validation }: Look,
  failed: Failure,
): Promise<Ended> {
  await records.commit(caller, [save('validation', released(validation))]);
  return fail(failed);
}

/** Counts a try that fell short, and tells of it. */
export async function countTry(
  deps: TakeLook,
  caller: Caller,
  { validation }: Look,
  short: { readonly shortfall: Shortfall; readonly scores: Pick<Validation, 'livenessScore' | 'searchScore'> },
  failed: Failure,
): Promise<Ended> {
  const { clock, records, settings } = deps;
  const now = clock.now();
  const after = { ...afterShortfall(validation, short.shortfall, short.scores), updatedAt: now };
  const events = eventsBetween(caller, validation, after);
  const told = { events, dueAt: now + settings.jobs.redriveAfterSeconds * 1000 };
  const written = await records.commit(caller, [save('validation', after)], { told });
  // Cancelled meanwhile, or its time as a look ran out: then another one counts.
  if (written.ok) await tellSoon(deps, events);
  return fail(failed);
}

export interface LiveFace {
  readonly face: Face;
  readonly livenessScore?: number;
  readonly waiver?: LivenessWaiver;
}

/**
 * Step 2: one face, and a living one. A picture in which nobody can be judged counts as no try; liveness that the installation cannot
 * judge is no pass and no try either, except where the tenant has it so (S-05, S-13).
 */
export async function lookForLife(
  deps: TakeLook,
  caller: Caller,
  look: Look,
  image: Uint8Array,
): Promise<Result<LiveFace, Failure>> {
  const { validation, flow, tenant } = look;
  const single = await readSingleFace(deps, { field: 'image', bytes: image });
  if (!single.ok) return giveBack(deps, caller, look, single.error);
  const face = single.value;
  const policy = { ...policyOf(tenant.settings, deps.settings.thresholds), liveness: flow.livenessMinScore };
  const signal = passiveLiveness(face.liveness, policy);
  const livenessScore = signal.score;
  if (signal.passed && livenessScore !== undefined) return ok({ face, livenessScore });
  if (policy.liveness === 0) return ok({ face, waiver: 'liveness_off' });
  if (livenessScore === undefined && !policy.requireLiveness) return ok({ face, waiver: 'liveness_not_required' });
  const failed = failure('liveness_failed', signal.reason, {
    detail: { signals: [signal], ...(livenessScore !== undefined && { score: livenessScore }) },
  });
  if (livenessScore !== undefined) {
    const short = { shortfall: 'liveness_failed', scores: { livenessScore } } as const;
    return countTry(deps, caller, look, short, failed);
  }
  // A person has to look at who joins; who logs in tries again once the installation can judge.
  const manual = { shortfall: 'liveness_unavailable', scores: {} } as const;
  return validation.type === 'onboarding'
    ? countTry(deps, caller, look, manual, failed)
    : giveBack(deps, caller, look, failed);
}
