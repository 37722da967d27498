/** The search behind `decodeLine`, pure: the most likely path through (position, character or blank after it, running sum). */
import { mrzValue } from '../../domain/mrz.ts';
import { MRZ_CHARACTERS } from '../../domain/mrz-layout.ts';

export interface Lattice {
  readonly steps: number;
  /** Steps × 38, as in `LineScores`. */
  readonly logs: Float32Array;
  /** Position × character: 1 where it may stand. */
  readonly admitted: Uint8Array;
  /** Of each position in the running sum, or `CHECK`. */
  readonly weights: Uint8Array;
  /** 10, or 1 without checks: then the sum is always 0. */
  readonly sums: 1 | 10;
}

export interface Path {
  /** Index of the character at each position. */
  readonly characters: Uint8Array;
  /** Highest score of each character over its steps, and the step that has it. */
  readonly peaks: Float32Array;
  readonly peakSteps: Int32Array;
  /** Sum over all steps. */
  readonly score: number;
}

/** The weight of a check digit: the sum must equal it, and begins anew. */
export const CHECK = 255;

const CLASSES = MRZ_CHARACTERS.length;
const STEP = CLASSES + 1;
const BLANK = CLASSES;
const VALUES = Uint8Array.from(MRZ_CHARACTERS, mrzValue);

/** Positions that a path may be ahead of or behind even pitch: a crop's margins, or a cut end. */
const BAND = 9;
const BAND_WIDTH = 2 * BAND + 3;

// Typed-array reads inside proven bounds; the compiler cannot know. One per kind: a function that sees several is slow.
const at = (data: Float32Array, i: number): number => data[i] as number;
const byteAt = (data: Uint8Array, i: number): number => data[i] as number;
const intAt = (data: Int32Array, i: number): number => data[i] as number;

/** Step after step, the characters that a path may be on: `likely[starts[t]]` to `likely[starts[t + 1]]`, excluded. */
export type LikelyCharacters = Readonly<{ likely: Uint8Array; starts: Int32Array }>;

/** The best path that is at no step more than `limit` nats behind the likeliest classes up to there; `tops`: their sums. */
export function bestPath(
  lattice: Lattice,
  { likely, starts }: LikelyCharacters,
  tops: Float64Array,
  limit: number,
): Path | undefined {
  const { steps, logs, admitted, weights, sums } = lattice;
  const length = weights.length;
  const cells = CLASSES * sums;

  let inked = new Float32Array(length * cells);
  let blank = new Float32Array(length * sums);
  let nextInked = new Float32Array(length * cells);
  let nextBlank = new Float32Array(length * sums);
  // Where each state came from. Inked: 0 itself, 1 the blank before it, 2 + c the character c before it. Blank: 0 itself, 1 + c its character c.
  const inkedFrom = new Uint8Array(steps * BAND_WIDTH * cells);
  const blankFrom = new Uint8Array(steps * BAND_WIDTH * sums);
  const lows = new Int32Array(steps);
  const ranks = newRanks(sums);

  let beginning = 0;
  let lastLow = 0;
  let lastHigh = -1;
  for (let t = 0; t < steps; t++) {
    const even = Math.floor(((t + 0.5) / steps) * length);
    const bandLow = Math.min(Math.max(0, even - BAND, length - (steps - t)), length - 1);
    lows[t] = bandLow;
    const least = (tops[t] as number) - limit;
    const begins = bandLow === 0 && beginning >= (tops[t - 1] ?? 0) - limit;
    const low = begins ? 0 : Math.max(bandLow, lastLow);
    const high = Math.min(length - 1, even + BAND, t, bandLow + BAND_WIDTH - 1, lastHigh + 1);
    let [aliveLow, aliveHigh] = [length, -1];
    const row = t * STEP;
    const logBlank = at(logs, row + BLANK);
    const [from, to] = [intAt(starts, t), intAt(starts, t + 1)];
    const lastFrom = t > 0 ? intAt(starts, t - 1) : from;
    nextInked.fill(-Infinity, low * cells, (high + 1) * cells);
    nextBlank.fill(-Infinity, low * sums, (high + 1) * sums);
    for (let p = low; p <= high; p++) {
      const here = p * cells;
      const trace = (t * BAND_WIDTH + p - bandLow) * cells;
      let alive = false;
      if (p >= lastLow && p <= lastHigh) {
        const traceBlank = (t * BAND_WIDTH + p - bandLow) * sums;
        for (let s = 0; s < sums; s++) {
          let value = at(blank, p * sums + s);
          let source = 0;
          for (let k = lastFrom; k < from; k++) {
            const c = byteAt(likely, k);
            const before = at(inked, here + c * sums + s);
            if (before > value) {
              value = before;
              source = 1 + c;
            }
          }
          if (value + logBlank < least) continue;
          nextBlank[p * sums + s] = value + logBlank;
          blankFrom[traceBlank + s] = source;
          alive = true;
        }
        for (let k = from; k < to; k++) {
          const c = byteAt(likely, k);
          const emission = at(logs, row + c);
          for (let cell = here + c * sums; cell < here + (c + 1) * sums; cell++) {
            if (at(inked, cell) + emission < least) continue;
            nextInked[cell] = at(inked, cell) + emission;
            alive = true;
          }
        }
      }
      const entered = p - 1 >= lastLow && p - 1 <= lastHigh;
      if (entered) rank(ranks, inked, (p - 1) * cells, likely, lastFrom, from, sums);
      const weight = byteAt(weights, p);
      for (let k = entered || p === 0 ? from : to; k < to; k++) {
        const c = byteAt(likely, k);
        if (byteAt(admitted, p * CLASSES + c) === 0) continue;
        const emission = at(logs, row + c);
        const value = byteAt(VALUES, c);
        for (let s = 0; s < sums; s++) {
          const sum = sums === 1 ? 0 : sumBefore(s, value, weight);
          if (sum < 0) continue;
          let score = -Infinity;
          let source = 1;
          if (p === 0) score = sum === 0 ? beginning : -Infinity;
          else {
            score = at(blank, (p - 1) * sums + sum);
            const same = intAt(ranks.first, sum) === c;
            const ink = same ? at(ranks.second, sum) : at(ranks.best, sum);
            if (ink > score) {
              score = ink;
              source = 2 + intAt(same ? ranks.runnerUp : ranks.first, sum);
            }
          }
          const cell = here + c * sums + s;
          if (score + emission < least || score + emission <= at(nextInked, cell)) continue;
          nextInked[cell] = score + emission;
          inkedFrom[trace + c * sums + s] = source;
          alive = true;
        }
      }
      if (!alive) continue;
      aliveLow = Math.min(aliveLow, p);
      aliveHigh = p;
    }
    beginning += logBlank;
    [lastLow, lastHigh] = [aliveLow, aliveHigh];
    [inked, nextInked] = [nextInked, inked];
    [blank, nextBlank] = [nextBlank, blank];
  }
  if (lastHigh !== length - 1) return undefined;
  return traceBack(lattice, { inked, blank, inkedFrom, blankFrom, lows });
}

/** The sum before a character, from the sum after it; −1 where no sum leads there. A check digit equals the sum and clears it. */
function sumBefore(after: number, value: number, weight: number): number {
  if (weight === CHECK) return after === 0 && value < 10 ? value : -1;
  return (after + 350 - value * weight) % 10;
}

/** Best and second-best inked character of one position, per sum. */
type Ranks = Readonly<Record<'best' | 'second', Float32Array> & Record<'first' | 'runnerUp', Int32Array>>;

const newRanks = (sums: number): Ranks => ({
  best: new Float32Array(sums),
  first: new Int32Array(sums),
  second: new Float32Array(sums),
  runnerUp: new Int32Array(sums),
});

function rank(
  { best, first, second, runnerUp }: Ranks,
  inked: Float32Array,
  offset: number,
  likely: Uint8Array,
  from: number,
  to: number,
  sums: number,
): void {
  best.fill(-Infinity);
  second.fill(-Infinity);
  first.fill(-1);
  for (let k = from; k < to; k++) {
    const c = byteAt(likely, k);
    for (let s = 0; s < sums; s++) {
      const value = at(inked, offset + c * sums + s);
      if (value > at(best, s)) {
        second[s] = at(best, s);
        runnerUp[s] = intAt(first, s);
        best[s] = value;
        first[s] = c;
      } else if (value > at(second, s)) {
        second[s] = value;
        runnerUp[s] = c;
      }
    }
  }
}

type Trace = Readonly<
  Record<'inked' | 'blank', Float32Array> & Record<'inkedFrom' | 'blankFrom', Uint8Array> & { lows: Int32Array }
>;

function traceBack(
  { steps, logs, weights, sums }: Lattice,
  { inked, blank, inkedFrom, blankFrom, lows }: Trace,
): Path | undefined {
  const length = weights.length;
  const last = length - 1;
  // All checks are closed at the end, so the sum is 0 there.
  let [score, character] = [at(blank, last * sums), -1];
  for (let c = 0; c < CLASSES; c++) {
    const value = at(inked, (last * CLASSES + c) * sums);
    if (value > score) {
      score = value;
      character = c;
    }
  }
  if (score === -Infinity) return undefined;
  const characters = new Uint8Array(length);
  const peaks = new Float32Array(length).fill(-Infinity);
  const peakSteps = new Int32Array(length);
  let p = last;
  let sum = 0;
  for (let t = steps - 1; t >= 0 && p >= 0; t--) {
    const cell = (t * BAND_WIDTH + p - intAt(lows, t)) * sums;
    if (character < 0) {
      const from = byteAt(blankFrom, cell + sum);
      if (from > 0) character = from - 1;
      continue;
    }
    characters[p] = character;
    if (at(logs, t * STEP + character) > at(peaks, p)) {
      peaks[p] = at(logs, t * STEP + character);
      peakSteps[p] = t;
    }
    const from = byteAt(inkedFrom, cell * CLASSES + character * sums + sum);
    if (from === 0) continue;
    if (sums > 1) sum = sumBefore(sum, byteAt(VALUES, character), byteAt(weights, p));
    p--;
    character = from === 1 ? -1 : from - 2;
  }
  return { characters, peaks, peakSteps, score };
}
