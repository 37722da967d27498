/** Two frames against each other. Pure. */
import { type Face, type FrameRelation, type Measure, measured, unavailable } from '../../domain/evidence.ts';
import { fingerprintDifference } from '../../domain/fingerprint.ts';
import type { Point } from '../affine.ts';
import { bestHomography, reverse } from '../homography.ts';
import { depthTurn, type Space } from './depth-turn.ts';
import { planeFit } from './plane-fit.ts';

/** @param samePerson the two templates compared */
export const relate = (a: Face, b: Face, samePerson: Measure): FrameRelation => ({
  samePerson,
  parallax: parallax(a, b),
  difference: fingerprintDifference(a.fingerprint, b.fingerprint),
});

function parallax(a: Face, b: Face): Measure {
  if (!a.view || !b.view || a.landmarks.length !== b.landmarks.length) {
    return unavailable('The face engine gives no points to follow.');
  }
  const [from, to] = [pointsOf(a.landmarks), pointsOf(b.landmarks)];
  const start = bestHomography(from.map(flat), to.map(flat));
  const fit = Math.max(planeFit(a.view, b.view, start), planeFit(b.view, a.view, reverse(start)));
  return measured(Math.min(depthTurn(from, to), Math.sqrt(2 * (1 - fit))));
}

const pointsOf = (landmarks: Float32Array): Space[] =>
  Array.from({ length: landmarks.length / 3 }, (_, i) => [...landmarks.subarray(i * 3, i * 3 + 3)] as unknown as Space);

const flat = ([x, y]: Space): Point => [x, y];
