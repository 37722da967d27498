import type { Prompt } from '../domain/challenge.ts';
import type { FrameMark, UserRef } from '../domain/enrolment.ts';
import { type Failure, failure } from '../domain/error.ts';
import type { Face, FrameRelation } from '../domain/evidence.ts';
import { isCopy } from '../domain/fingerprint.ts';
import { bestFrames, judgeLiveness, leastFrames } from '../domain/liveness.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Policy, Signal } from '../domain/verdict.ts';
import type { LivenessMode } from '../domain/verification.ts';
import type { Enrolments } from '../ports/people.ts';
import type { Random } from '../ports/system.ts';
import type { Faces } from '../ports/vision.ts';
import type { ReadFrame } from './read-frames.ts';

export interface ShowLiveness {
  readonly random: Random;
  readonly enrolments: Pick<Enrolments, 'takeChallenge'>;
  readonly vision: Pick<Faces, 'relate'>;
}

export interface LivenessRequest {
  readonly action: string;
  readonly live: LivenessMode;
  /** What the frames answer, with `active`. */
  readonly challenge?: { readonly id: string; readonly nonce?: string };
  /** The moment to judge by, ms; differs from now with test keys alone. */
  readonly asOf: number;
  /** What the caller named this attempt, and a hash over the name and what it asks for. */
  readonly attempt?: { readonly key: string; readonly hash: string };
}

const why = {
  replayed: 'A frame was sent for this user before.',
  challenge_unknown: 'There is no such challenge for this user and action, or it was used before.',
  challenge_expired: 'The challenge has expired.',
  not_shown: 'Liveness could not be shown.',
} as const;

export function notLive(live: LivenessMode, reason: keyof typeof why, signals?: readonly Signal[]): Failure {
  const detail = { reason, ...(live !== 'active' && { next: 'active' as const }), ...(signals && { signals }) };
  return failure('liveness_failed', why[reason], { detail });
}

/** The prompts that the frames have to follow. A failed attempt uses its challenge up: a second guess would be half as hard. */
export async function challengeOf(
  { enrolments, random }: ShowLiveness,
  user: UserRef,
  { challenge, action, live, attempt, asOf }: LivenessRequest,
): Promise<Result<readonly Prompt[] | undefined, Failure>> {
  if (!challenge) return ok(undefined);
  const taken = await enrolments.takeChallenge(user, challenge.id, attempt?.hash ?? random.base62(22));
  const ours = taken && (taken.action ?? action) === action && (challenge.nonce ?? taken.nonce) === taken.nonce;
  if (!ours) return fail(notLive(live, 'challenge_unknown'));
  return asOf < taken.expiresAt ? ok(taken.prompts) : fail(notLive(live, 'challenge_expired'));
}

export interface Live {
  /** Frames that are judged, in the order in which they were sent. */
  readonly faces: readonly Face[];
  readonly signals: readonly Signal[];
}

/** The frames that are judged, and that they are live. */
export async function livenessOf(
  { vision }: Pick<ShowLiveness, 'vision'>,
  live: LivenessMode,
  shown: {
    readonly frames: readonly ReadFrame[];
    readonly seen: boolean;
    readonly prompts: readonly Prompt[] | undefined;
  },
  policy: Policy,
): Promise<Result<Live, Failure>> {
  const { frames, seen, prompts } = shown;
  const withFace = frames.flatMap(({ face }) => face ?? []);
  if (withFace.length < leastFrames[live]) {
    const missing = frames.filter(({ face }) => !face).map(({ place }) => place + 1);
    return fail(failure('no_face_detected', `No face in frame ${missing.join(', ')}.`));
  }
  // Every frame of an active session tells something: which prompt it follows is told by its place.
  const faces = live === 'active' ? withFace : bestFrames(withFace, leastFrames[live]);
  const [first, ...later] = faces as readonly [Face, ...Face[]];
  const relations: FrameRelation[] = [];
  for (const one of later) relations.push(await vision.relate(first, one));
  const evidence = { mode: live, frames: faces, relations, replayed: seen, ...(prompts && { challenge: prompts }) };
  const { passed, signals } = judgeLiveness(evidence, policy);
  return passed ? ok({ faces, signals }) : fail(notLive(live, seen ? 'replayed' : 'not_shown', signals));
}

/** A frame is known by its file, or as a copy of a frame that was verified before. */
export const wereSeen = (frames: readonly ReadFrame[], marks: readonly FrameMark[]): boolean =>
  frames.some(({ mark, face }) =>
    marks.some(
      ({ sha256, fingerprint }) =>
        sha256 === mark.sha256 || (face && fingerprint !== undefined && isCopy(face.fingerprint, fingerprint)),
    ),
  );
