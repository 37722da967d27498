/** A face as Amazon Rekognition describes it → our measurements. Pure. */
import type { BoundingBox, FaceDetail } from '@aws-sdk/client-rekognition';
import type { Box, Expression, Pose } from '../domain/evidence.ts';
import { type Aspect, type FaceQuality, judgeAspects } from '../domain/face-quality.ts';

/**
 * Of the templates that Rekognition stands behind. One for all its versions: comparing is its own business, and it compares an old
 * collection with the model that the collection was made with. The number counts our readings of its answers.
 */
export const MODEL_SET = 'rekognition/1';

/** What is asked for besides box, pose, sharpness and brightness. */
export const ATTRIBUTES = ['DEFAULT', 'EYES_OPEN', 'MOUTH_OPEN', 'SMILE', 'FACE_OCCLUDED'] as const;

/**
 * Similarity, 0..100, → score. The knots are AWS's guidance and no measurement of ours: 99 is what it asks for where identity is
 * verified, 80 its default. It publishes no false-match rate, so that the rates which our scores stand for are not claimed here.
 */
const KNOTS = [
  [0, 0],
  [80, 0.5],
  [95, 0.8],
  [99, 0.9],
  [100, 1],
] as const;

/** 0..1, rising with `similarity` (0..100). */
export function scoreOf(similarity: number): number {
  const [from, score] = KNOTS.findLast(([at]) => at <= similarity) ?? [0, 0];
  const [to, next] = KNOTS.find(([at]) => at > similarity) ?? [from + 1, score];
  return score + ((next - score) * (similarity - from)) / (to - from);
}

/** Pixels, from shares of the picture. May reach beyond it, as Rekognition's boxes do. */
export const boxOf = (box: BoundingBox | undefined, width: number, height: number): Box => ({
  x: (box?.Left ?? 0) * width,
  y: (box?.Top ?? 0) * height,
  width: (box?.Width ?? 0) * width,
  height: (box?.Height ?? 0) * height,
});

/** Signs as ours: in the examples of the API a nose right of the eyes' middle has positive yaw, one near the eyes positive pitch. */
export const poseOf = ({ Pose: pose }: FaceDetail): Pose => ({
  yaw: pose?.Yaw ?? 0,
  pitch: pose?.Pitch ?? 0,
  roll: pose?.Roll ?? 0,
});

interface YesOrNo {
  readonly Value?: boolean | undefined;
  readonly Confidence?: number | undefined;
}

/** How sure it is of a yes: 1 where it is certain, 0 where it is not at all, says no, or says nothing. */
const certainty = ({ Value = false, Confidence = 50 }: YesOrNo = {}): number =>
  Value ? Math.max(0, Confidence / 50 - 1) : 0;

/**
 * Rekognition says yes or no, and how sure it is (50..100); it measures nothing. A neutral face has the ratios that our own engine
 * finds on one, and only what it is sure of moves them towards those of a face that blinks, speaks or smiles: where it is unsure or
 * silent, no challenge is followed.
 */
export const expressionOf = ({ EyesOpen, MouthOpen, Smile }: FaceDetail): Expression => ({
  eyes: 0.28 * (1 - certainty({ ...EyesOpen, Value: EyesOpen?.Value === false })),
  mouth: 0.6 * certainty(MouthOpen),
  smile: 0.55 + 0.2 * certainty(Smile),
});

/**
 * Size and angles: Rekognition's "Recommendations for facial comparison input images". For sharpness and brightness it names no
 * limits; those here refuse what is plainly useless and are no measurement.
 * @param box of the face, in pixels of an upload of that width and height
 */
export function qualityOf(face: FaceDetail, box: Box, width: number, height: number): FaceQuality {
  const { yaw, pitch } = poseOf(face);
  const { Sharpness = 0, Brightness = 0 } = face.Quality ?? {};
  const inside = overlap(box.x, box.width, width) * overlap(box.y, box.height, height);
  const turned = Math.max(Math.abs(yaw) / 45, pitch < 0 ? -pitch / 30 : pitch / 45);
  const aspects: readonly Aspect[] = [
    { reason: 'face_too_small', value: Math.min(box.width, box.height), bad: 25, limit: 50, good: 100 },
    { reason: 'face_cut_off', value: inside, bad: 0.75, limit: 0.95, good: 1 },
    { reason: 'face_blurred', value: Sharpness, bad: 0, limit: 10, good: 40 },
    { reason: 'face_too_dark', value: Brightness, bad: 0, limit: 20, good: 40 },
    { reason: 'face_too_bright', value: -Brightness, bad: -100, limit: -97, good: -90 },
    { reason: 'face_turned_away', value: -turned, bad: -2, limit: -1, good: -0.5 },
    { reason: 'face_occluded', value: -certainty(face.FaceOccluded), bad: -1.1, limit: -0.8, good: 0 },
  ];
  return judgeAspects(aspects);
}

/** Share of the stretch from `start` that lies within 0..`end`. */
const overlap = (start: number, length: number, end: number): number =>
  length > 0 ? Math.max(0, Math.min(start + length, end) - Math.max(start, 0)) / length : 0;
