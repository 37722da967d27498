/** Where the detector looks: squares of the picture, each mapped to the detector's input. Pure. */
import { type Affine, compose } from '../affine.ts';
import { DETECTOR_SIDE } from './boxes.ts';

/** Clockwise quarter turns that would make the picture upright. */
export type QuarterTurns = 0 | 1 | 2 | 3;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The whole picture, centred, with black bars. Maps picture → input. */
export function wholeView({ width, height }: Size, turns: QuarterTurns = 0): Affine {
  const side = Math.max(width, height);
  return squareView((width - side) / 2, (height - side) / 2, side, turns);
}

/**
 * Half-overlapping squares that cover the picture, `share` of its longer side each, so that a face of up to half a
 * square lies whole in at least one. Empty where squares would be smaller than `leastSide` pixels: enlarging shows the
 * detector nothing new.
 */
export function tileViews({ width, height }: Size, share: number, turns: QuarterTurns = 0, leastSide = 128): Affine[] {
  const side = Math.max(width, height) * share;
  if (side < leastSide) return [];
  const starts = (length: number) => {
    if (length <= side) return [(length - side) / 2];
    const steps = Math.ceil((length - side) / (side / 2));
    return Array.from({ length: steps + 1 }, (_, i) => ((length - side) * i) / steps);
  };
  return starts(height).flatMap((y) => starts(width).map((x) => squareView(x, y, side, turns)));
}

function squareView(x: number, y: number, side: number, turns: QuarterTurns): Affine {
  const scale = DETECTOR_SIDE / side;
  const view: Affine = [scale, 0, -x * scale, 0, scale, -y * scale];
  return compose(TURN[turns], view);
}

const S = DETECTOR_SIDE;
/** Clockwise turns of the input square onto itself (y grows downwards). */
const TURN: readonly [Affine, Affine, Affine, Affine] = [
  [1, 0, 0, 0, 1, 0],
  [0, -1, S, 1, 0, 0],
  [-1, 0, S, 0, -1, S],
  [0, 1, 0, -1, 0, S],
];
