import { utcDay } from '../domain/age.ts';
import {
  assessHosted,
  clearest,
  type HostedEvidence,
  neutralOf,
  upright,
  uprightness,
} from '../domain/assess-hosted.ts';
import type { Prompt } from '../domain/challenge.ts';
import type { Face, FaceReading, FrameRelation, ImageFault, Measure, Stages, VideoFault } from '../domain/evidence.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { decide, type Policy } from '../domain/verdict.ts';
import type { Outcome } from '../domain/verification.ts';
import type { Clock, Digest } from '../ports/system.ts';
import type { Video, VideoFrame, Videos, Vision } from '../ports/vision.ts';
import { scoresOf, sumStages } from './outcome-figures.ts';

export interface JudgeHosted {
  readonly clock: Clock;
  readonly digest: Digest;
  readonly vision: Pick<
    Vision,
    'capabilities' | 'readFace' | 'readDocumentFront' | 'readDocumentBack' | 'compare' | 'relate'
  >;
  readonly videos: Videos;
}

/** What a person sent of themselves: a video of their face, and a photo of their document. */
export interface HostedFiles {
  readonly selfieVideo: Uint8Array;
  readonly idPhoto: Uint8Array;
  /** The back of the document, where it was wanted. */
  readonly idBack?: Uint8Array;
  /** What the person was asked to do in the video. */
  readonly challenge?: readonly Prompt[];
  /** The moment to judge by, ms; differs from now with test keys alone. */
  readonly asOf: number;
  /** Ms since the epoch by which there has to be an answer. */
  readonly deadline: number;
}

/** A file that nothing can be seen in. */
export type HostedFault =
  | { readonly file: 'selfie_video'; readonly fault: VideoFault }
  | { readonly file: 'id_photo'; readonly fault: ImageFault };

/** Looks at both files and judges them; an error where one of them cannot be looked at. What was seen gets a verdict, whatever it is. */
export async function judgeHosted(
  deps: JudgeHosted,
  files: HostedFiles,
  policy: Policy,
): Promise<Result<Outcome, HostedFault>> {
  const { clock, digest, vision } = deps;
  const started = clock.now();
  // Side by side: a model runs on one thread, and the video is taken apart in another process.
  const [selfie, front] = await Promise.all([
    lookAtVideo(deps, files),
    readable(deps, files.idPhoto, vision.readDocumentFront),
  ]);
  if (!front.ok) return fail({ file: 'id_photo', fault: front.error });
  if (!selfie.ok) return fail({ file: 'selfie_video', fault: selfie.error });
  const back = files.idBack && (await readable(deps, files.idBack, vision.readDocumentBack));
  const { readings } = selfie.value;
  const faces = readings.flatMap(({ face }) => face ?? []);
  const neutral = neutralOf(faces);
  const evidence: HostedEvidence = {
    front: { reading: front.value },
    ...(back && { back: back.ok ? { reading: back.value } : { fault: back.error } }),
    counts: readings.map((reading) => reading.faces),
    ...{ faces, neutral },
    relations: await relationsOf(deps, faces, neutral),
    similarities: await similaritiesOf(deps, faces, front.value.portrait.face),
    ...(files.challenge && { challenge: files.challenge }),
    today: utcDay(files.asOf),
  };
  const { signals, flags } = assessHosted(evidence, policy);
  const stages = sumStages([
    selfie.value.stages,
    ...[front.value.document, front.value.portrait, ...(back?.ok ? [back.value] : []), ...readings].map(
      (one) => one.stages,
    ),
  ]);
  return ok({
    ...decide(signals, flags, policy),
    policy,
    policyHash: digest.sha256(JSON.stringify(policy)),
    models: vision.capabilities.models,
    scores: scoresOf(signals),
    stages: { ...stages, total: clock.now() - started },
  });
}

/** Frames that are looked at, at most, and ms between them: a prompt that is followed for a second is seen twice. */
const FRAMES = 16;
const EVERY_MS = 400;
/** Fewest that have to have been looked at, where there are so many. */
const LEAST = 8;
/** Frames by which it is told how the camera was held. */
const GLANCE = 4;
/** Of `uprightness`: by less another turn is none that is clearly better. */
const CLEARLY = 0.15;
/** Faces that are compared with the document's. */
const COMPARED = 5;
/** Ms that are left for what comes after the video is taken apart, and after its frames have been looked at. */
const LEFT_FOR_FACES = 3000;
const LEFT_FOR_VERDICT = 1000;

/** Reads a photo as it is, or where its format is one that is not taken otherwise, as JPEG (P-23: HEIC, BMP). */
async function readable<T>(
  { videos }: JudgeHosted,
  image: Uint8Array,
  read: (image: Uint8Array) => Promise<Result<T, ImageFault>>,
): Promise<Result<T, ImageFault>> {
  const direct = await read(image);
  if (direct.ok || direct.error !== 'image_unsupported_format') return direct;
  const still = await videos.still(image);
  return still.ok ? read(still.value) : still;
}

function readVideo(
  { clock, videos }: JudgeHosted,
  { selfieVideo, deadline }: HostedFiles,
  how: Parameters<Videos['read']>[1] = {},
) {
  const milliseconds = Math.max(1, Math.min(10_000, deadline - clock.now() - LEFT_FOR_FACES));
  return videos.read(selfieVideo, { frames: FRAMES, everyMs: EVERY_MS, milliseconds, ...how });
}

interface Seen {
  readonly readings: readonly FaceReading[];
  /** Of taking the video apart. */
  readonly stages: Stages;
}

/** The frames as they are to be shown; where no head stands upright in them, as they would be had the camera been held another way. */
async function lookAtVideo(deps: JudgeHosted, files: HostedFiles): Promise<Result<Seen, VideoFault>> {
  const video = await readVideo(deps, files);
  if (!video.ok) return video;
  const { stages } = video.value;
  const readings = await look(deps, files, video.value);
  // What there was no time for says nothing about the person.
  if (readings.length < Math.min(LEAST, video.value.frames.length)) return fail('video_timeout');
  const quarterTurns = uprightness(readings) < upright ? await betterTurn(deps, files, readings) : 0;
  const turned = quarterTurns > 0 ? await readVideo(deps, files, { quarterTurns }) : video;
  if (quarterTurns === 0 || !turned.ok) return ok({ readings, stages });
  return ok({ readings: await look(deps, files, turned.value), stages });
}

/** The quarter turns by which heads stand clearly better upright; 0 where they do by none. */
async function betterTurn(deps: JudgeHosted, files: HostedFiles, readings: readonly FaceReading[]): Promise<number> {
  let best = { quarterTurns: 0, standing: uprightness(readings) + CLEARLY };
  for (const quarterTurns of [2, 1, 3]) {
    if (deps.clock.now() > files.deadline - LEFT_FOR_FACES) break;
    const turned = await readVideo(deps, files, { quarterTurns, frames: GLANCE });
    if (!turned.ok) break;
    const standing = uprightness(await look(deps, files, turned.value));
    if (standing > best.standing) best = { quarterTurns, standing };
  }
  return best.quarterTurns;
}

/** As many of the frames as there is time for, evenly over the video. */
async function look(
  { clock, vision }: JudgeHosted,
  { deadline }: HostedFiles,
  { frames }: Video,
): Promise<readonly FaceReading[]> {
  const readings = new Map<number, FaceReading>();
  for (const place of evenly(frames.length)) {
    if (clock.now() > deadline - LEFT_FOR_VERDICT) break;
    const reading = await vision.readFace((frames[place] as VideoFrame).image);
    // A picture of a few pixels is a picture all the same: there is nobody in it.
    if (!reading.ok && reading.error !== 'image_too_small') throw new Error(`A frame of ours: ${reading.error}`);
    readings.set(place, reading.ok ? reading.value : { faces: 0, stages: {} });
  }
  return [...readings].toSorted(([a], [b]) => a - b).map(([, reading]) => reading);
}

/** The places of a row in an order that is spread over it wherever it is broken off: every eighth, those between, … */
const evenly = (length: number): readonly number[] => {
  const places = Array.from({ length }, (_, place) => place);
  const step = (place: number) => [8, 4, 2, 1].findIndex((every) => place % every === 0);
  return places.toSorted((a, b) => step(a) - step(b) || a - b);
};

/** Of the neutral face with each other one. */
async function relationsOf(
  { vision }: JudgeHosted,
  faces: readonly Face[],
  neutral: number,
): Promise<readonly FrameRelation[]> {
  const relations: FrameRelation[] = [];
  for (const [place, face] of faces.entries()) {
    if (place !== neutral) relations.push(await vision.relate(faces[neutral] as Face, face));
  }
  return relations;
}

async function similaritiesOf(
  { vision }: JudgeHosted,
  faces: readonly Face[],
  portrait: Face | undefined,
): Promise<readonly Measure[]> {
  if (!portrait) return [];
  const similarities: Measure[] = [];
  for (const { template } of clearest(faces, COMPARED)) {
    similarities.push(await vision.compare(template, portrait.template));
  }
  return similarities;
}
