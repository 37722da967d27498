/** Head angles and facial ratios from a mesh. Pure. */
import type { Expression, Pose } from '../../domain/evidence.ts';
import { distance, type Point } from '../affine.ts';
import type { Mesh } from './mesh.ts';
import { EYES, POINT } from './mesh-points.ts';

const DEGREES = 180 / Math.PI;

/**
 * Pitch that the mesh of an upright, frontal face reads: its forehead lies behind its chin. Median over frontal photos.
 */
const NEUTRAL_PITCH = -8;

/**
 * Degrees; signs as in `Pose`. From the mesh's own depth, which is flatter than a head: a true profile reads 15–44° of
 * yaw. To judge a turn, compare with the same person's neutral frame.
 */
export function poseOf({ upright, angle }: Pick<Mesh, 'upright' | 'angle'>): Pose {
  const across = between(upright, POINT.rightCheek, POINT.leftCheek);
  const down = between(upright, POINT.forehead, POINT.chin);
  return {
    yaw: Math.atan2(across[2], across[0]) * DEGREES,
    pitch: Math.atan2(-down[2], down[1]) * DEGREES - NEUTRAL_PITCH,
    roll: wrap((angle + Math.atan2(across[1], across[0])) * DEGREES),
  };
}

/** @param points of the mesh, in the picture */
export const expressionOf = (points: readonly Point[]): Expression => ({
  eyes: eyeAspect(points),
  mouth: mouthAspect(points),
  smile: mouthWidth(points),
});

/**
 * Openness of both eyes: lid distance ÷ eye width, mean of the two. About 0.28 open; smiles and glasses read 0.14–0.2: a
 * blink is a drop against the person's own baseline. T. Soukupová, J. Čech, "Real-time eye blink detection", 2016.
 */
export function eyeAspect(points: readonly Point[]): number {
  const one = (eye: readonly number[]) => {
    const [outer, upper1, upper2, inner, lower2, lower1] = eye.map((i) => points[i] as Point) as [
      Point,
      Point,
      Point,
      Point,
      Point,
      Point,
    ];
    return (distance(upper1, lower1) + distance(upper2, lower2)) / (2 * distance(outer, inner));
  };
  return (one(EYES.right) + one(EYES.left)) / 2;
}

/** Openness of the mouth: inner lips' distance ÷ inner width. 0 closed. */
export const mouthAspect = (points: readonly Point[]): number =>
  span(points, POINT.innerLipUpper, POINT.innerLipLower) / span(points, POINT.innerMouthRight, POINT.innerMouthLeft);

/** Mouth width ÷ distance of the outer eye corners: grows with a smile, against the person's own baseline. */
export const mouthWidth = (points: readonly Point[]): number =>
  span(points, POINT.mouthRight, POINT.mouthLeft) / span(points, POINT.rightEyeOuter, POINT.leftEyeOuter);

const span = (points: readonly Point[], i: number, j: number): number =>
  distance(points[i] as Point, points[j] as Point);

function between(upright: Float32Array, from: number, to: number): readonly [number, number, number] {
  const axis = (k: number) => (upright[to * 3 + k] as number) - (upright[from * 3 + k] as number);
  return [axis(0), axis(1), axis(2)];
}

/** Into −180..180. */
const wrap = (degrees: number): number => degrees - 360 * Math.round(degrees / 360);
