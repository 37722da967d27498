/** Two frames against each other. Pure. */

import { type Face, type FrameRelation, type Measure, measured, unavailable } from '../../domain/evidence.ts';
import { fingerprintDifference } from '../../domain/fingerprint.ts';
import { distance, type Point } from '../affine.ts';
import { planeResidual } from '../homography.ts';
import { POINT } from './mesh-points.ts';

/** @param samePerson the two templates compared */
export const relate = (a: Face, b: Face, samePerson: Measure): FrameRelation => ({
  samePerson,
  parallax: parallax(a.landmarks, b.landmarks),
  difference: fingerprintDifference(a.fingerprint, b.fingerprint),
});

function parallax(a: Float32Array, b: Float32Array): Measure {
  const [from, to] = [pointsOf(a), pointsOf(b)];
  const [right, left] = [to[POINT.rightEyeOuter], to[POINT.leftEyeOuter]];
  if (from.length !== to.length || !right || !left) return unavailable('The face engine gives no points to follow.');
  return measured(planeResidual(from, to) / distance(right, left));
}

const pointsOf = (landmarks: Float32Array): Point[] =>
  Array.from({ length: landmarks.length / 2 }, (_, i) => [landmarks[i * 2] as number, landmarks[i * 2 + 1] as number]);
