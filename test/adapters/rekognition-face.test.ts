import type { FaceDetail } from '@aws-sdk/client-rekognition';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxOf, expressionOf, poseOf, qualityOf, scoreOf } from '../../lambdas/adapters/rekognition-face.ts';

const [width, height] = [1000, 1000];
const good: FaceDetail = {
  BoundingBox: { Left: 0.3, Top: 0.3, Width: 0.3, Height: 0.4 },
  Confidence: 99.9,
  Pose: { Yaw: 2, Pitch: -3, Roll: 1 },
  Quality: { Sharpness: 80, Brightness: 60 },
  FaceOccluded: { Value: false, Confidence: 98 },
};
const judged = (change: FaceDetail = {}, side = width) => {
  const face = { ...good, ...change };
  return qualityOf(face, boxOf(face.BoundingBox, side, side), side, side);
};

describe('the score of a similarity', () => {
  it.each([
    [0, 0],
    [40, 0.25],
    [80, 0.5],
    [95, 0.8],
    [97, 0.85],
    [99, 0.9],
    [99.9, 0.99],
    [100, 1],
  ])('%d is %d', (similarity, score) => {
    expect(scoreOf(similarity)).toBeCloseTo(score, 6);
  });

  it('rises with it, from 0 to 1', () => {
    const similarity = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(similarity, similarity, (a, b) => {
        const [less, more] = [scoreOf(Math.min(a, b)), scoreOf(Math.max(a, b))];
        expect(less).toBeLessThanOrEqual(more);
        expect(less).toBeGreaterThanOrEqual(0);
        expect(more).toBeLessThanOrEqual(1);
      }),
    );
  });
});

/** The faces of the API's own examples (IndexFaces, DetectFaces): where eyes, nose and mouth lie, and the pose that was read. */
const examples = [
  {
    eyes: [0.3977, 0.6248, 0.4811, 0.6317],
    nose: [0.4199, 0.7112],
    mouthY: 0.7528,
    yaw: -24.4,
    pitch: -9.7,
    roll: 4.7,
  },
  { eyes: [0.6395, 0.4082, 0.7267, 0.4104], nose: [0.6912, 0.4424], mouthY: 0.4691, yaw: 13.7, pitch: 4.1, roll: 1.0 },
] as const;

describe('the pose of a face', () => {
  it.each(examples)('has our signs: yaw $yaw turns to where the nose goes', ({ eyes, nose, ...read }) => {
    const pose = poseOf({ Pose: { Yaw: read.yaw, Pitch: read.pitch, Roll: read.roll } });
    const [leftX, leftY, rightX, rightY] = eyes;
    expect(Math.sign(pose.yaw)).toBe(Math.sign(nose[0] - (leftX + rightX) / 2));
    expect(Math.sign(pose.roll)).toBe(Math.sign(rightY - leftY));
  });

  it('pitches up where the nose goes up between eyes and mouth', () => {
    const [lower, higher] = examples.map(({ eyes, nose, mouthY, pitch }) => {
      const eyesY = (eyes[1] + eyes[3]) / 2;
      return { share: (nose[1] - eyesY) / (mouthY - eyesY), pitch };
    }) as [{ share: number; pitch: number }, { share: number; pitch: number }];
    expect(Math.sign(higher.pitch - lower.pitch)).toBe(Math.sign(lower.share - higher.share));
    expect(poseOf({ Pose: { Pitch: 12 } }).pitch).toBe(12);
  });
});

describe('the expression of a face', () => {
  const sure = (Value: boolean, Confidence = 100) => ({ Value, Confidence });

  it('is neutral, or what the service is sure of', () => {
    const neutral = { eyes: 0.28, mouth: 0, smile: 0.55 };
    expect(expressionOf({ EyesOpen: sure(true), MouthOpen: sure(false), Smile: sure(false) })).toEqual(neutral);
    expect(expressionOf({ EyesOpen: sure(false), MouthOpen: sure(true), Smile: sure(true) })).toEqual({
      eyes: 0,
      mouth: 0.6,
      smile: 0.75,
    });
    const half = expressionOf({ EyesOpen: sure(false, 75), MouthOpen: sure(true, 75), Smile: sure(true, 75) });
    expect(half.eyes).toBeCloseTo(0.14, 6);
    expect(half.mouth).toBeCloseTo(0.3, 6);
    expect(half.smile).toBeCloseTo(0.65, 6);
  });

  it.each<[string, FaceDetail]>([
    ['nothing was told', {}],
    ['it is unsure', { EyesOpen: sure(true, 51), MouthOpen: sure(false, 51), Smile: sure(false, 51) }],
    ['it is as unsure the other way', { EyesOpen: sure(false, 50), MouthOpen: sure(true, 50), Smile: sure(true, 50) }],
  ])('is neutral where %s: no challenge is followed by doubt', (_, detail) => {
    expect(expressionOf(detail)).toEqual({ eyes: 0.28, mouth: 0, smile: 0.55 });
  });
});

describe('the quality of a face', () => {
  it('that is near, sharp, lit and frontal is whole', () => {
    expect(judged()).toEqual({ quality: 1, reasons: [] });
  });

  it.each<[string, FaceDetail, number]>([
    ['face_too_small', { BoundingBox: { Left: 0.3, Top: 0.3, Width: 0.3, Height: 0.4 } }, 160],
    ['face_cut_off', { BoundingBox: { Left: -0.1, Top: 0.3, Width: 0.4, Height: 0.4 } }, width],
    ['face_blurred', { Quality: { Sharpness: 4, Brightness: 60 } }, width],
    ['face_too_dark', { Quality: { Sharpness: 80, Brightness: 12 } }, width],
    ['face_too_bright', { Quality: { Sharpness: 80, Brightness: 99 } }, width],
    ['face_turned_away', { Pose: { Yaw: -50, Pitch: 0 } }, width],
    ['face_turned_away', { Pose: { Yaw: 0, Pitch: -35 } }, width],
    ['face_occluded', { FaceOccluded: { Value: true, Confidence: 97 } }, width],
  ])('names what to do better: %s', (reason, change, side) => {
    expect(judged(change, side)).toEqual({
      quality: expect.toSatisfy((value: number) => value < 0.5),
      reasons: [reason],
    });
  });

  it('allows more upwards than downwards, as the service does', () => {
    expect(judged({ Pose: { Pitch: 40 } }).reasons).toEqual([]);
    expect(judged({ Pose: { Pitch: -40 } }).reasons).toEqual(['face_turned_away']);
  });

  it('of a face that nothing is told of is nothing', () => {
    const face = {};
    expect(qualityOf(face, boxOf(undefined, width, height), width, height).quality).toBe(0);
  });
});
