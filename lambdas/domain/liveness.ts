/**
 * Is this a living person in front of the camera? A ladder of three rungs. Each sees some attacks and is blind to others; what cannot
 * be judged is unavailable, and never a pass.
 *
 * - passive (one frame): texture, edges and reflections of prints and screens, where the models for it are installed. Good paper prints
 *   often pass (models/manifest.json has the figures). It does not see masks, or a picture that was put into the camera's stream.
 * - dual frame: besides, that one person is in both frames, that neither is a copy of the other, and that the head has turned in depth.
 *   A photo that is moved, zoomed or tilted has no depth. It does not see two photos of one person from different sides, a video, a mask;
 *   of prints that are bent or blurred from frame to frame it takes 1 to 3 in 100 for a head (`leastParallax`).
 * - active: the same over three and more frames. With a challenge the person must do what nobody could know before: that shuts out what
 *   was recorded earlier, unless it can be cut to the prompts in time; it does not see a face that software puts on live. Without a
 *   challenge a recording passes, and a signal says so.
 */
import { leastParallax, type Prompt, promptsFollowed } from './challenge.ts';
import { type Face, type FrameRelation, type Measure, measured, unavailable } from './evidence.ts';
import { isCopy } from './fingerprint.ts';
import type { Flag } from './flags.ts';
import { type Policy, type Signal, signal } from './verdict.ts';
import type { LivenessMode } from './verification.ts';

export interface LivenessEvidence {
  readonly mode: LivenessMode;
  /** At least one, in the order in which they were taken. With a challenge the first is the neutral one. */
  readonly frames: readonly Face[];
  /** Of the first frame with each later one: one less than frames. */
  readonly relations: readonly FrameRelation[];
  /** One of the frames, or a near copy of it, was seen for this user before. */
  readonly replayed: boolean;
  readonly challenge?: readonly Prompt[];
}

export interface LivenessJudgement {
  readonly passed: boolean;
  readonly signals: readonly Signal[];
  /** The passive score of the frames, 0..1. */
  readonly score: Measure;
}

/** Frames that a rung needs: with a challenge, one more than it has prompts. */
export const leastFrames = { passive: 1, dual_frame: 2, active: 3 } as const satisfies Record<LivenessMode, number>;

/** At a false-match rate of 1 in 1000 and below, frames show the same person; turned by 25° the same person still has 0.93. */
const samePerson = 0.8;

/** Throws RangeError on fewer frames than the rung needs, or without a relation for each: those are bugs of the caller's. */
export function judgeLiveness(evidence: LivenessEvidence, policy: Policy): LivenessJudgement {
  const { mode, frames, relations, challenge } = evidence;
  if (frames.length < leastFrames[mode] || relations.length !== frames.length - 1) {
    throw new RangeError(`liveness of ${frames.length} frames with ${relations.length} relations`);
  }
  const score = passiveScore(frames, policy.liveness);
  const passive = passiveLiveness(score, policy);
  const alone = mode === 'passive';
  const required = [
    notReplayed(evidence, policy),
    ...(alone
      ? []
      : [
          onePerson(weakest(relations.map((relation) => relation.samePerson)), failFlags, policy),
          noCopies(frames, policy),
          turnedInDepth(relations, failFlags, policy),
        ]),
    ...(challenge ? [followed(challenge, promptsFollowed(challenge, frames, relations), failFlags, policy)] : []),
  ];
  // What the higher rungs see stands on its own where the passive one is blind; what it fails, it fails.
  const blind = passive.score === undefined && (!alone || policy.liveness === 0 || !policy.requireLiveness);
  return {
    passed: (passive.passed || blind) && required.every((one) => one.passed),
    signals: [passive, ...required, ...(mode === 'active' && !challenge ? [unchallenged(policy)] : [])],
    score,
  };
}

/**
 * The weakest: whoever shows a photo in one frame has shown a photo. A frame that cannot be judged leaves open what the others are
 * passed by, and nothing of what they fail.
 */
function passiveScore(frames: readonly Face[], threshold: number): Measure {
  const scores = frames.flatMap(({ liveness }) => ('value' in liveness ? [liveness.value] : []));
  const open = frames.find(({ liveness }) => 'unavailable' in liveness);
  const least = Math.min(...scores);
  return open && !(least < threshold) ? open.liveness : measured(least);
}

/** The passive rung alone, for callers that judge more than faces. */
export function passiveLiveness(score: Measure, policy: Policy): Signal {
  const off = policy.liveness === 0;
  const required = !off && policy.requireLiveness;
  return signal(
    'liveness',
    off ? unavailable('The tenant has turned passive liveness off.') : score,
    {
      threshold: policy.liveness,
      passes: 'The picture looks like one of a live person.',
      fails: 'The picture looks like one of a print or a screen.',
      failFlags: ['liveness_failed'],
      unavailableFlags: required ? ['liveness_unavailable'] : ['liveness_not_required'],
      ...(!required && { ceilingUnavailable: 1 }),
    },
    policy,
  );
}

const failFlags = ['liveness_failed'] as const;

function notReplayed({ replayed }: LivenessEvidence, policy: Policy): Signal {
  return signal(
    'frames_new',
    measured(replayed ? 0 : 1),
    {
      threshold: 1,
      passes: 'No frame was seen for this user before.',
      fails: 'A frame, or a copy of it, was seen for this user before.',
      failFlags,
    },
    policy,
  );
}

/** @param likeness of the two frames that are least alike */
export function onePerson(likeness: Measure, failFlags: readonly Flag[], policy: Policy): Signal {
  return signal(
    'same_person',
    likeness,
    {
      threshold: samePerson,
      passes: 'One person is in all frames.',
      fails: 'The frames do not surely show one person.',
      failFlags,
    },
    policy,
  );
}

function noCopies(frames: readonly Face[], policy: Policy): Signal {
  const pairs = frames.flatMap(({ fingerprint }, i) =>
    frames.slice(i + 1).map((later) => [fingerprint, later.fingerprint] as const),
  );
  const copied = pairs.filter(([a, b]) => isCopy(a, b)).length;
  return signal(
    'frames_differ',
    measured(copied > 0 ? 0 : 1),
    {
      threshold: 1,
      passes: 'Every frame is a picture of its own.',
      fails: 'A frame is a copy of another one.',
      failFlags,
    },
    policy,
  );
}

/** The largest of the relations: a head that has turned once is a head. */
export function turnedInDepth(relations: readonly FrameRelation[], failFlags: readonly Flag[], policy: Policy): Signal {
  const best = relations
    .map(({ parallax }) => parallax)
    .reduce((most, one) => ('value' in most && (!('value' in one) || one.value <= most.value) ? most : one));
  return signal(
    'depth_motion',
    'value' in best ? measured(Math.min(1, best.value)) : best,
    {
      threshold: leastParallax,
      passes: 'The head turned in depth.',
      fails: 'The frames move like a flat picture, or hardly at all: turn the head a little between them.',
      failFlags,
    },
    policy,
  );
}

/** @param done so many of the prompts, from the first on */
export function followed(
  challenge: readonly Prompt[],
  done: number,
  failFlags: readonly Flag[],
  policy: Policy,
): Signal {
  return signal(
    'challenge',
    measured(done / challenge.length),
    {
      threshold: 1,
      passes: 'The person did what was asked, in the order asked.',
      fails: `Not shown after a neutral first frame: ${challenge.slice(done).join(', ')}.`,
      failFlags,
    },
    policy,
  );
}

/** Told, and not held against anybody: the contract has no challenge of its own. */
export const unchallenged = (policy: Policy): Signal =>
  signal(
    'challenge',
    unavailable('No challenge was asked: a recording cannot be told from a live person.'),
    { threshold: 1, passes: '', fails: '', ceilingUnavailable: 1 },
    policy,
  );

export function weakest(all: readonly Measure[]): Measure {
  const unknown = all.find((one) => 'unavailable' in one);
  return unknown ?? measured(Math.min(...all.map((one) => ('value' in one ? one.value : 0))));
}

/** Quality from which a frame is fit to be judged: what is left of it in a head that has turned. */
const fit = 0.5;

/** The clearest frame, and of the others those that are fit and most turned away from it; in the order in which they came. */
export function bestFrames(frames: readonly Face[], count: number): readonly Face[] {
  const [clearest, ...others] = frames.toSorted((a, b) => b.quality - a.quality);
  if (!clearest) return [];
  const turned = ({ pose }: Face) => Math.hypot(pose.yaw - clearest.pose.yaw, pose.pitch - clearest.pose.pitch);
  const grade = ({ quality }: Face) => Math.min(quality, fit);
  const ranked = [clearest, ...others.toSorted((a, b) => grade(b) - grade(a) || turned(b) - turned(a))];
  const best = new Set(ranked.slice(0, count));
  return frames.filter((face) => best.has(face));
}
