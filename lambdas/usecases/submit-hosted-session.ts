import type { Caller } from '../domain/caller.ts';
import { drawVideoChallenge } from '../domain/challenge.ts';
import { type Failure, failure } from '../domain/error.ts';
import {
  type HostedSession,
  type HostedSlot,
  hostedSlots,
  hostedStatus,
  incomingKey,
  toRetake,
} from '../domain/hosted-session.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { HostedVerification } from '../domain/verification.ts';
import type { Media } from '../ports/media.ts';
import type { Random } from '../ports/system.ts';
import type { HostedSessions } from '../ports/verifications.ts';
import { type HostedReturn, returnAddress } from './hosted-return.ts';
import { visitOf } from './hosted-visit.ts';
import { type HostedCase, judgeCase, type Recording, recordCase } from './record-hosted.ts';
import { erased, filesMissing, noCredits, processingFailed, type SubmitHosted, tooBusy } from './submit-hosted.ts';

export interface SubmitHostedSession extends SubmitHosted, HostedReturn {
  readonly media: Pick<Media, 'put' | 'delete' | 'read'>;
  readonly random: Pick<Random, 'hex' | 'unit'>;
  readonly hostedSessions: Pick<HostedSessions, 'get' | 'save'>;
  readonly wait: (ms: number) => Promise<void>;
  readonly settings: SubmitHosted['settings'] & HostedReturn['settings'];
}

type Called = Pick<HostedCase, 'baseUrl' | 'receivedAt' | 'asOf'>;

export interface SessionResult {
  readonly verification: HostedVerification;
  readonly returnTo?: string;
}

/** A look takes no longer than the call that it is taken in. */
const leaseMs = 30_000;
const pollMs = 250;

const noConsent = failure('consent_required', 'Agree to the text first.');
const underWay = failure('conflict', 'This check is being looked at.', { retryAfter: 2 });

/**
 * Judges what was uploaded within a session. A call that comes while another one judges waits for it, and gets the same answer. What a
 * better photo or video can put right is told, and costs an attempt; nothing is charged and nothing decided by then.
 */
export async function submitHostedSession(
  deps: SubmitHostedSession,
  caller: Caller,
  called: Called,
): Promise<Result<SessionResult, Failure>> {
  const { clock, wait, settings } = deps;
  const deadline = called.receivedAt + settings.hosted.syncMs;
  for (;;) {
    const found = await visitOf(deps, caller);
    if (!found.ok) return found;
    const session = found.value;
    const status = hostedStatus(session, clock.now());
    if (status === 'done') return resultOf(deps, session);
    if (status === 'open') {
      const judged = await judgeSession(deps, session, called);
      if (judged) return judged;
    } else {
      if (clock.now() + pollMs > deadline) return fail(underWay);
      await wait(pollMs);
    }
  }
}

async function resultOf(deps: SubmitHostedSession, session: HostedSession): Promise<Result<SessionResult, Failure>> {
  const verification = await deps.verifications.get(session);
  if (verification?.contract !== 'hosted') return fail(erased);
  const returnTo = await returnAddress(deps, session, verification);
  return ok({ verification, ...(returnTo !== undefined && { returnTo }) });
}

/** Undefined where another call was first. */
async function judgeSession(
  deps: SubmitHostedSession,
  session: HostedSession,
  called: Called,
): Promise<Result<SessionResult, Failure> | undefined> {
  const { clock, credits, hostedSessions, tenants } = deps;
  const { tenantId, mode, id, applicant, challenge, consent } = session;
  if (!consent) return fail(noConsent);
  const [tenant, balance] = await Promise.all([tenants.get(tenantId), mode === 'live' ? credits.balance(tenantId) : 1]);
  if (!tenant) throw new Error('A session without its tenant.');
  if (balance < 1) return fail(noCredits);
  const leased = await hostedSessions.save({ ...session, busyUntil: clock.now() + leaseMs });
  if (!leased) return undefined;
  try {
    const files = await filesOf(deps, session);
    if (!files) return await release(deps, leased, filesMissing);
    const one: HostedCase = { ...called, realm: { tenantId, mode }, id, tenant, applicant, challenge, consent, files };
    return await conclude(deps, leased, one);
  } catch (error) {
    await release(deps, leased, underWay);
    throw error;
  }
}

async function filesOf({ media }: SubmitHostedSession, session: HostedSession) {
  const [id_photo, id_back, selfie_video] = await Promise.all(
    hostedSlots.map((slot) => media.read(incomingKey(session, slot))),
  );
  return id_photo?.length && selfie_video?.length
    ? { id_photo, selfie_video, ...(id_back?.length && { id_back }) }
    : undefined;
}

/** The session is open again, unless it is another call's by now. */
async function release(
  deps: SubmitHostedSession,
  session: HostedSession,
  why: Failure,
  change: Partial<HostedSession> = {},
): Promise<Result<never, Failure>> {
  const { hostedSessions } = deps;
  for (let held: HostedSession | undefined = session; held; held = await stillHeld(deps, session)) {
    const { busyUntil: _, ...open } = held;
    if (await hostedSessions.save({ ...open, ...change })) break;
  }
  return fail(why);
}

/** An attempt is used up. A new video follows a new challenge: nobody has one ready for what was asked before. */
function again(
  deps: SubmitHostedSession,
  session: HostedSession,
  message: string,
  detail: { readonly reasons: readonly string[]; readonly which?: HostedSlot },
): Promise<Result<never, Failure>> {
  const challenge = drawVideoChallenge(deps.random.unit, session.challenge);
  return release(deps, session, failure('media_unusable', message, { detail }), {
    attemptsLeft: session.attemptsLeft - 1,
    ...(detail.which === 'selfie_video' && { challenge }),
  });
}

/** As it is now, where this call still judges it: another device may have come to it in the meantime. */
async function stillHeld({ hostedSessions }: SubmitHostedSession, session: HostedSession) {
  const now = await hostedSessions.get(session);
  return now?.busyUntil === session.busyUntil ? now : undefined;
}

/** Writes the record and the end of the session in one. */
async function record(
  deps: SubmitHostedSession,
  session: HostedSession,
  one: HostedCase,
  came: Awaited<ReturnType<typeof judgeCase>>,
): Promise<Result<HostedVerification, Recording>> {
  for (let held: HostedSession | undefined = session; held; held = await stillHeld(deps, session)) {
    const { busyUntil: _, ...ended } = held;
    const recorded = await recordCase(deps, one, came, {
      session: { ...ended, attemptsLeft: ended.attemptsLeft - 1 },
    });
    if (recorded.ok || recorded.error !== 'changed') return recorded;
  }
  return fail('changed');
}

async function conclude(
  deps: SubmitHostedSession,
  session: HostedSession,
  one: HostedCase,
): Promise<Result<SessionResult, Failure>> {
  const came = await judgeCase(deps, one);
  const isLast = session.attemptsLeft <= 1;
  if (!came.ok && came.error.fault === 'processing_failed') {
    return release(deps, session, processingFailed(one.id));
  }
  if (!came.ok && !isLast) {
    const { file, fault } = came.error;
    return again(deps, session, 'The file could not be read.', { reasons: [fault], ...(file && { which: file }) });
  }
  const retake = came.ok && !isLast && toRetake(came.value);
  if (retake) return again(deps, session, 'Take it again.', { reasons: retake.flags, which: retake.slot });
  const recorded = await record(deps, session, one, came);
  if (!recorded.ok) {
    return release(deps, session, recorded.error === 'insufficient_credits' ? noCredits : tooBusy);
  }
  // What was uploaded is kept elsewhere by now; the sweeper deletes what is left behind here.
  await deps.media.delete(hostedSlots.map((slot) => incomingKey(session, slot))).catch(() => undefined);
  const returnTo = await returnAddress(deps, session, recorded.value);
  return ok({ verification: recorded.value, ...(returnTo !== undefined && { returnTo }) });
}
