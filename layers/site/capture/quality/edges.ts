import type { Grey } from './grey.ts';

/** Where the frame that the person sees lies in the picture: distance from each edge, share of that side. */
export interface Frame {
  readonly insetX: number;
  readonly insetY: number;
}

/** A side is looked for so far to both sides of the frame's line, share of the picture. */
const BAND = 0.1;
/** Grey levels between the two sides of a document's edge, over most of its length. */
const LEAST_STEP = 14;
/** So many times as strong as what else is in its band. */
const LEAST_PROMINENCE = 2;

/**
 * How many sides of the frame have an edge of something along them, 0..4: a document in it has four, a hand over one leaves three,
 * an empty table none.
 */
export function framedSides(grey: Grey, frame: Frame): number {
  const { width, height } = grey;
  const columns = profile(width, height, (x, y) => Math.abs(at(grey, x + 1, y) - at(grey, x - 1, y)));
  const rows = profile(height, width, (y, x) => Math.abs(at(grey, x, y + 1) - at(grey, x, y - 1)));
  return [
    stands(columns, frame.insetX),
    stands(columns, 1 - frame.insetX),
    stands(rows, frame.insetY),
    stands(rows, 1 - frame.insetY),
  ].filter(Boolean).length;
}

const at = ({ width, height, data }: Grey, x: number, y: number): number =>
  data[Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))] ?? 0;

/** Mean of `step` along the middle of each line, so that rounded corners do not count. */
function profile(lines: number, length: number, step: (line: number, along: number) => number): readonly number[] {
  const [from, to] = [Math.round(length * 0.2), Math.round(length * 0.8)];
  return Array.from({ length: lines }, (_, line) => {
    let sum = 0;
    for (let along = from; along < to; along += 1) sum += step(line, along);
    return sum / Math.max(1, to - from);
  });
}

function stands(profile: readonly number[], place: number): boolean {
  const half = BAND * profile.length;
  const middle = place * profile.length;
  const band = profile.slice(
    Math.max(1, Math.floor(middle - half)),
    Math.min(profile.length - 1, Math.ceil(middle + half)),
  );
  const strongest = Math.max(0, ...band);
  const usual = band.toSorted((a, b) => a - b)[band.length >> 1] ?? 0;
  return strongest >= LEAST_STEP && strongest >= usual * LEAST_PROMINENCE;
}
