import type { CalendarDate } from './age.ts';
import { type Prompt, promptsFollowed } from './challenge.ts';
import { type DocumentSides, noMeasure, readingOf, sideSignals } from './document-sides.ts';
import { type Face, type FaceReading, type FrameRelation, type Measure, measured, unavailable } from './evidence.ts';
import { COMPARABLE, faceMatch, selfieQuality } from './face-signals.ts';
import { isCopy } from './fingerprint.ts';
import type { Flag } from './flags.ts';
import { followed, onePerson, passiveLiveness, turnedInDepth, unchallenged, weakest } from './liveness.ts';
import { liesBeside } from './portrait-place.ts';
import { type Policy, type Signal, signal } from './verdict.ts';

/** Everything that was measured of a video of a person, and of a photo of their document. */
export interface HostedEvidence extends DocumentSides {
  /** How many faces each frame shows that was looked at, in their order. */
  readonly counts: readonly number[];
  /** The most prominent face of each frame that shows one, in their order. */
  readonly faces: readonly Face[];
  /** Place among the faces of the one that the others are measured against (`neutralOf`). */
  readonly neutral: number;
  /** Of that face with each other one, in the order of `faces`. */
  readonly relations: readonly FrameRelation[];
  /** Of each of the best faces with the document's, calibrated. */
  readonly similarities: readonly Measure[];
  readonly challenge?: readonly Prompt[];
  /** UTC day of the judgement. */
  readonly today: CalendarDate;
}

/** P-35: so many frames have to show a face, and at least half of all. */
const LEAST_FACES = 5;
const leastVisible = 0.5;
/** One frame of ten may show more than one: somebody passes by. */
const leastAlone = 0.9;
/** At a false-match rate of 1 in 100 and above nothing speaks for the same person. */
const other = 0.5;
/** Degrees: of faces that are turned by more than it, one embedder alone is not sure (0.6 at 24°). */
const mostTurned = 15;
/** Of the best face's quality: what a face has that looks ahead as well. */
const clear = 0.8;

/** The first face that is nearly as clear as the best: in a session's first moments the person looks ahead. */
export function neutralOf(faces: readonly Face[]): number {
  const best = Math.max(...faces.map(({ quality }) => quality));
  return Math.max(
    0,
    faces.findIndex(({ quality }) => quality >= best * clear),
  );
}

/** Degrees to either side that a head is tilted at most by somebody who sits or stands. */
const mostTilt = 60;
/**
 * Of `uprightness`, from which nobody asks how the camera was held. Upright faces are at 0.5 to 1; upside down, a face is found as well,
 * but as one that is covered, turned away or on its head: 0 to 0.4.
 */
export const upright = 0.5;

/** How clearly heads stand upright in a video's frames, 0..1. */
export function uprightness(readings: readonly FaceReading[]): number {
  const standing = readings.map(({ face }) => (face && Math.abs(face.pose.roll) <= mostTilt ? face.quality : 0));
  return standing.length === 0 ? 0 : standing.reduce((sum, one) => sum + one, 0) / standing.length;
}

/** The clearest faces, which are compared with the document's. */
export const clearest = (faces: readonly Face[], count: number): readonly Face[] =>
  faces.toSorted((a, b) => b.quality - a.quality).slice(0, count);

/** Turns measurements into signals: one per thing looked at, each with its words. Decides nothing (see `decide`). */
export function assessHosted(evidence: HostedEvidence, policy: Policy): { signals: Signal[]; flags: Flag[] } {
  const { counts, faces } = evidence;
  const seen = faces.length > 0;
  const signals = [
    faceMatch(similarityOf(evidence), policy),
    faceVisible(counts, policy),
    ...(seen ? ofThePerson(evidence, policy) : []),
    ...sideSignals(evidence, evidence.today, policy),
  ];
  return { signals, flags: extraFlags(evidence) };
}

function ofThePerson(evidence: HostedEvidence, policy: Policy): Signal[] {
  const { counts, faces, relations } = evidence;
  return [
    selfieQuality(clearest(faces, 1)[0], unavailable(NO_FACE), policy),
    passiveLiveness(medianLiveness(faces), policy),
    alone(counts, policy),
    samePerson(evidence, policy),
    moves(evidence, policy),
    relations.length > 0
      ? turnedInDepth(relations, ['head_did_not_turn'], policy)
      : signal('depth_motion', unavailable(ONE_FACE), NOTHING, policy),
    challenged(evidence, policy),
  ];
}

const NO_FACE = 'There is no face in the video to look at.';
const ONE_FACE = 'Only one frame shows the face.';
const ALL_TURNED = 'No two frames show the face from the same side.';
const NOTHING = { threshold: 1, passes: '', fails: '' };

function extraFlags({ faces, front, back }: HostedEvidence): Flag[] {
  const read = readingOf(front);
  const portrait = read?.portrait;
  const flags: Flag[] = [];
  if ('fault' in front) flags.push('document_unreadable');
  if (portrait?.faces === 0) flags.push('no_face_in_id_photo');
  if (read?.portrait.face && liesBeside(read.document, read.portrait.face)) flags.push('no_face_in_document');
  if (back && 'fault' in back) flags.push('document_back_unreadable');
  const printed = portrait?.face?.fingerprint;
  if (printed !== undefined && faces.some(({ fingerprint }) => isCopy(fingerprint, printed))) flags.push('same_image');
  return flags;
}

/** The median: one frame that is off says little, either way. */
function similarityOf({ similarities, faces, front }: HostedEvidence): Measure {
  if (faces.length === 0) return unavailable(NO_FACE);
  return similarities.length > 0
    ? median(similarities)
    : noMeasure(front, 'document image', 'There is no face on the document to compare with.');
}

/** An even number has two in the middle: the lower counts. What could not be measured leaves the rest to speak. */
function median(measures: readonly Measure[]): Measure {
  const values = measures.flatMap((one) => ('value' in one ? [one.value] : [])).toSorted((a, b) => a - b);
  const middle = values[(values.length - 1) >> 1];
  return middle === undefined ? (measures[0] ?? unavailable(NO_FACE)) : measured(middle);
}

const medianLiveness = (faces: readonly Face[]): Measure => median(comparableOf(faces).map(({ liveness }) => liveness));

/** Faces clear enough to say something; all where none is. */
function comparableOf(faces: readonly Face[]): readonly Face[] {
  const comparable = faces.filter(({ quality }) => quality >= COMPARABLE);
  return comparable.length > 0 ? comparable : faces;
}

function faceVisible(counts: readonly number[], policy: Policy): Signal {
  const shown = counts.filter((count) => count > 0).length;
  const share = counts.length === 0 ? 0 : shown / counts.length;
  return signal(
    'face_visible',
    measured(Math.min(share, (leastVisible * shown) / LEAST_FACES)),
    {
      threshold: leastVisible,
      passes: 'The face is visible throughout the video.',
      fails:
        shown === 0
          ? 'There is no face in the video.'
          : `The face is visible in ${shown} of ${counts.length} frames of the video.`,
      failFlags: [shown === 0 ? 'no_face_in_selfie' : 'face_often_missing'],
    },
    policy,
  );
}

function alone(counts: readonly number[], policy: Policy): Signal {
  const several = counts.filter((count) => count > 1).length;
  return signal(
    'alone',
    measured(1 - several / counts.length),
    {
      threshold: leastAlone,
      passes: 'One person alone is in the video.',
      fails: `${several} of ${counts.length} frames of the video show more than one person.`,
      failFlags: ['multiple_faces_in_selfie'],
    },
    policy,
  );
}

/**
 * Frames that look the same way as the neutral one have to be surely of one person. Of one that is turned, less is sure, and it counts
 * where nothing speaks for the same person. Is such a frame clear, it is a cut; is it blurred, it leaves a doubt.
 */
function samePerson({ faces, neutral, relations }: HostedEvidence, policy: Policy): Signal {
  if (relations.length === 0) return signal('same_person', unavailable(ONE_FACE), NOTHING, policy);
  const ahead = faces[neutral]?.pose;
  const compared = faces
    .filter((_, place) => place !== neutral)
    .flatMap(({ pose, quality }, i) => {
      const likeness = relations[i]?.samePerson;
      if (!likeness || !ahead) return [];
      const another = 'value' in likeness && likeness.value < other;
      const turned = Math.max(Math.abs(pose.yaw - ahead.yaw), Math.abs(pose.pitch - ahead.pitch)) > mostTurned;
      return !turned || another ? [{ likeness, cut: another && quality >= COMPARABLE }] : [];
    });
  if (compared.length === 0) return signal('same_person', unavailable(ALL_TURNED), NOTHING, policy);
  const changed = compared.some(({ cut }) => cut);
  return onePerson(weakest(compared.map(({ likeness }) => likeness)), changed ? ['person_changed'] : [], policy);
}

/** A camera that films a person sees them move, breathing at least; frames that are all copies of one are a picture. */
function moves({ faces, neutral }: HostedEvidence, policy: Policy): Signal {
  const reference = faces[neutral]?.fingerprint ?? '';
  const still = faces.every(({ fingerprint }) => isCopy(fingerprint, reference));
  return signal(
    'frames_differ',
    faces.length > 1 ? measured(still ? 0 : 1) : unavailable(ONE_FACE),
    {
      threshold: 1,
      passes: 'The person moves in the video.',
      fails: 'The video shows one still picture.',
      failFlags: ['still_picture'],
    },
    policy,
  );
}

function challenged({ faces, neutral, relations, challenge }: HostedEvidence, policy: Policy): Signal {
  if (!challenge) return unchallenged(policy);
  // Whoever's engine follows no points cannot tell what a head does: a person has to look.
  const unknown = relations.map(({ parallax }) => parallax).find((one) => 'unavailable' in one);
  if (unknown) return signal('challenge', unknown, NOTHING, policy);
  const done = promptsFollowed(challenge, faces.slice(neutral), relations.slice(neutral));
  return followed(challenge, done, ['challenge_not_followed'], policy);
}
