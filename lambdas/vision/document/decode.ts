/**
 * Scores over time → the best text of exactly one length, pure: the Viterbi path of connectionist temporal classification
 * (A. Graves et al., 2006), each position limited to its own alphabet, check digits optionally enforced.
 */
import { mrzValue } from '../../domain/mrz.ts';
import { MRZ_CHARACTERS, POSITION_ALPHABETS } from '../../domain/mrz-layout.ts';

const CLASSES = MRZ_CHARACTERS.length;
const BLANK = CLASSES;
/** Scores per step: the 37 characters in the order of `MRZ_CHARACTERS`, then blank. */
export const STEP = CLASSES + 1;

/** Natural logarithms of probabilities, `steps` × 38, left to right over the line. */
export interface LineScores {
  readonly steps: number;
  readonly logs: Float32Array;
}

/** Characters `start..end` (end excluded) sum up to the digit at `at`, which follows them. */
export interface LineCheck {
  readonly start: number;
  readonly end: number;
  readonly at: number;
}

export interface DecodedLine {
  readonly text: string;
  /** Log-probability of the path per character: 0 is certain. */
  readonly score: number;
  /** Mean over the characters of their highest probability, 0..1. */
  readonly confidence: number;
  /** Highest probability of the first character, 0..1. */
  readonly first: number;
}

/** Positions that a path may be ahead of or behind even pitch: a crop's margins, or a cut end. */
const BAND = 9;

const VALUES = Uint8Array.from(MRZ_CHARACTERS, mrzValue);
const ALPHABETS = new Map(
  Object.entries(POSITION_ALPHABETS).map(([code, characters]) => [
    code,
    Uint8Array.from(characters, (character) => MRZ_CHARACTERS.indexOf(character)),
  ]),
);

/** Weight of each position in a running sum; `CHECK` where the sum must equal the character; 0 outside. */
const CHECK = 255;

const weightsOf = (length: number, checks: readonly LineCheck[]): Uint8Array => {
  const weights = new Uint8Array(length);
  for (const { start, end, at } of checks) {
    for (let i = start; i < end; i++) weights[i] = [7, 3, 1][(i - start) % 3] as number;
    weights[at] = CHECK;
  }
  return weights;
};

// Typed-array reads inside proven bounds; the compiler cannot know. One per kind: a function that sees several is slow.
const at = (data: Float32Array, i: number): number => data[i] as number;
const byteAt = (data: Uint8Array, i: number): number => data[i] as number;
const intAt = (data: Int32Array, i: number): number => data[i] as number;

/**
 * The best path's text. `pattern` has one code of `POSITION_ALPHABETS` per character. `undefined` if the line is too short in time
 * for its length or no text meets the checks.
 *
 * A state is (position, character, running sum mod 10) or (position, blank after it, sum); without checks the sum is always 0.
 */
export function decodeLine(
  line: LineScores,
  pattern: string,
  checks: readonly LineCheck[] = [],
): DecodedLine | undefined {
  const { steps, logs } = line;
  const length = pattern.length;
  if (steps < length) return undefined;
  const sums = checks.length > 0 ? 10 : 1;
  const weights = weightsOf(length, checks);
  const alphabets = Array.from(pattern, (code) => ALPHABETS.get(code) as Uint8Array);
  const cells = CLASSES * sums;
  const width = 2 * BAND + 3;

  let inked = new Float32Array(length * cells).fill(-Infinity);
  let blank = new Float32Array(length * sums).fill(-Infinity);
  let nextInked = inked.slice();
  let nextBlank = blank.slice();
  // Where each state came from. Inked: 0 itself, 1 the blank before it, 2 + c the character c before it. Blank: 0 itself, 1 + c its character c.
  const inkedFrom = new Uint8Array(steps * width * cells);
  const blankFrom = new Uint8Array(steps * width * sums);
  const lows = new Int32Array(steps);
  // Best and second-best character per sum at the position before.
  const best = new Float32Array(sums);
  const bestCharacter = new Int32Array(sums);
  const second = new Float32Array(sums);
  const secondCharacter = new Int32Array(sums);

  let beginning = 0;
  let lastLow = 0;
  let lastHigh = -1;
  for (let t = 0; t < steps; t++) {
    const even = Math.floor(((t + 0.5) / steps) * length);
    const low = Math.min(Math.max(0, even - BAND, length - (steps - t)), length - 1);
    const high = Math.min(length - 1, even + BAND, t, low + width - 1);
    lows[t] = low;
    const row = t * STEP;
    const logBlank = at(logs, row + BLANK);
    nextInked.fill(-Infinity, low * cells, (high + 1) * cells);
    nextBlank.fill(-Infinity, low * sums, (high + 1) * sums);
    for (let p = low; p <= high; p++) {
      const alphabet = alphabets[p] as Uint8Array;
      const here = p * cells;
      const trace = (t * width + p - low) * cells;
      const traceBlank = (t * width + p - low) * sums;
      if (p >= lastLow && p <= lastHigh) {
        for (let s = 0; s < sums; s++) {
          let value = at(blank, p * sums + s);
          let from = 0;
          for (let k = 0; k < alphabet.length; k++) {
            const c = byteAt(alphabet, k);
            const before = at(inked, here + c * sums + s);
            if (before > value) {
              value = before;
              from = 1 + c;
            }
            nextInked[here + c * sums + s] = before + at(logs, row + c);
          }
          nextBlank[p * sums + s] = value + logBlank;
          blankFrom[traceBlank + s] = from;
        }
      }
      const entered = p - 1 >= lastLow && p - 1 <= lastHigh;
      if (p > 0 && !entered) continue;
      if (entered)
        rankBefore(
          inked,
          (p - 1) * cells,
          alphabets[p - 1] as Uint8Array,
          sums,
          best,
          bestCharacter,
          second,
          secondCharacter,
        );
      const weight = byteAt(weights, p);
      for (let k = 0; k < alphabet.length; k++) {
        const c = byteAt(alphabet, k);
        const emission = at(logs, row + c);
        const value = byteAt(VALUES, c);
        for (let s = 0; s < sums; s++) {
          const sum = sums === 1 ? 0 : sumBefore(s, value, weight);
          if (sum < 0) continue;
          let score = -Infinity;
          let from = 1;
          if (p === 0) score = sum === 0 ? beginning : -Infinity;
          else {
            score = at(blank, (p - 1) * sums + sum);
            const same = intAt(bestCharacter, sum) === c;
            const ink = same ? at(second, sum) : at(best, sum);
            if (ink > score) {
              score = ink;
              from = 2 + (same ? intAt(secondCharacter, sum) : intAt(bestCharacter, sum));
            }
          }
          const cell = here + c * sums + s;
          if (score + emission > at(nextInked, cell)) {
            nextInked[cell] = score + emission;
            inkedFrom[trace + c * sums + s] = from;
          }
        }
      }
    }
    beginning += logBlank;
    lastLow = low;
    lastHigh = high;
    [inked, nextInked] = [nextInked, inked];
    [blank, nextBlank] = [nextBlank, blank];
  }
  if (lastHigh !== length - 1) return undefined;
  return traceBack(line, { inked, blank, inkedFrom, blankFrom, lows, width, sums, length, weights });
}

/** Highest probability, at any step, of a character that the code admits: a bound for every path. */
export function peakOf({ steps, logs }: LineScores, code: string): number {
  let peak = -Infinity;
  for (const c of ALPHABETS.get(code) ?? []) {
    for (let t = 0; t < steps; t++) peak = Math.max(peak, at(logs, t * STEP + c));
  }
  return Math.exp(peak);
}

/** The sum before a character, from the sum after it; −1 where no sum leads there. A check digit equals the sum and clears it. */
function sumBefore(after: number, value: number, weight: number): number {
  if (weight === CHECK) return after === 0 && value < 10 ? value : -1;
  return (after + 350 - value * weight) % 10;
}

/** Best and second-best inked character of one position, per sum. */
function rankBefore(
  inked: Float32Array,
  offset: number,
  alphabet: Uint8Array,
  sums: number,
  best: Float32Array,
  bestCharacter: Int32Array,
  second: Float32Array,
  secondCharacter: Int32Array,
): void {
  best.fill(-Infinity);
  second.fill(-Infinity);
  bestCharacter.fill(-1);
  for (let k = 0; k < alphabet.length; k++) {
    const c = byteAt(alphabet, k);
    for (let s = 0; s < sums; s++) {
      const value = at(inked, offset + c * sums + s);
      if (value > at(best, s)) {
        second[s] = at(best, s);
        secondCharacter[s] = intAt(bestCharacter, s);
        best[s] = value;
        bestCharacter[s] = c;
      } else if (value > at(second, s)) {
        second[s] = value;
        secondCharacter[s] = c;
      }
    }
  }
}

interface Lattice {
  readonly inked: Float32Array;
  readonly blank: Float32Array;
  readonly inkedFrom: Uint8Array;
  readonly blankFrom: Uint8Array;
  readonly lows: Int32Array;
  readonly width: number;
  readonly sums: number;
  readonly length: number;
  readonly weights: Uint8Array;
}

function traceBack({ steps, logs }: LineScores, lattice: Lattice): DecodedLine | undefined {
  const { inked, blank, inkedFrom, blankFrom, lows, width, sums, length, weights } = lattice;
  const last = length - 1;
  // All checks are closed at the end, so the sum is 0 there.
  let total = at(blank, last * sums);
  let character = -1;
  for (let c = 0; c < CLASSES; c++) {
    const value = at(inked, (last * CLASSES + c) * sums);
    if (value > total) {
      total = value;
      character = c;
    }
  }
  if (total === -Infinity) return undefined;
  const text = new Uint8Array(length);
  const peaks = new Float32Array(length).fill(-Infinity);
  let p = last;
  let sum = 0;
  for (let t = steps - 1; t >= 0 && p >= 0; t--) {
    const cell = (t * width + p - intAt(lows, t)) * sums;
    if (character < 0) {
      const from = byteAt(blankFrom, cell + sum);
      if (from > 0) character = from - 1;
      continue;
    }
    text[p] = character;
    peaks[p] = Math.max(at(peaks, p), at(logs, t * STEP + character));
    const from = byteAt(inkedFrom, cell * CLASSES + character * sums + sum);
    if (from === 0) continue;
    const weight = byteAt(weights, p);
    if (sums > 1) sum = sumBefore(sum, byteAt(VALUES, character), weight);
    p--;
    character = from === 1 ? -1 : from - 2;
  }
  let confidence = 0;
  for (const peak of peaks) confidence += Math.exp(peak) / length;
  return {
    text: Array.from(text, (c) => MRZ_CHARACTERS.charAt(c)).join(''),
    score: total / length,
    confidence: Math.min(1, confidence),
    first: Math.exp(at(peaks, 0)),
  };
}
