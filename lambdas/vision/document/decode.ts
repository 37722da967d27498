/**
 * Scores over time → the best text of exactly one length, pure: the Viterbi path of connectionist temporal classification
 * (A. Graves et al., 2006), each position limited to its own alphabet, check digits optionally enforced.
 */
import { MRZ_CHARACTERS, POSITION_ALPHABETS } from '../../domain/mrz-layout.ts';
import { bestPath, CHECK, type Lattice, type LikelyCharacters, type Path } from './lattice.ts';

const CLASSES = MRZ_CHARACTERS.length;
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
  /** The least probability of a character among those that its position admits, 0..1: what stands beside it may well be a look-alike that does not. */
  readonly weakest: number;
  /** Highest probability of the first character, 0..1. */
  readonly first: number;
  /** Nats by which the path is less likely than the likeliest class of every step, whether that makes a text or not. */
  readonly cost: number;
}

const ALPHABETS = new Map(
  Object.entries(POSITION_ALPHABETS).map(([code, characters]) => [
    code,
    Uint8Array.from(characters, (character) => MRZ_CHARACTERS.indexOf(character)),
  ]),
);

/** Nats that a path may cost, search after search. Most lines cost less than the first; at the last nothing is left out. */
const LIMITS = [8, 25, 75, 1e9];

/**
 * The best path's text. `pattern` has one code of `POSITION_ALPHABETS` per character. `undefined` if the line is too short in time
 * for its length, or no text meets the checks at a cost of at most `most` nats.
 *
 * Exact, though it looks at few characters: costs only grow along a path, so all paths that cost less than a limit are found among the
 * steps that do. Only where there is none, the next search looks further.
 */
export function decodeLine(
  line: LineScores,
  pattern: string,
  checks: readonly LineCheck[] = [],
  most = Infinity,
): DecodedLine | undefined {
  if (line.steps < pattern.length) return undefined;
  const peaks = peaksOf(line);
  const tops = Float64Array.from(peaks);
  for (let t = 1; t < tops.length; t++) tops[t] = (tops[t] as number) + (tops[t - 1] as number);
  const lattice: Lattice = {
    steps: line.steps,
    logs: line.logs,
    admitted: admittedBy(pattern),
    weights: weightsOf(pattern.length, checks),
    sums: checks.length > 0 ? 10 : 1,
  };
  for (const limit of LIMITS) {
    const path = bestPath(lattice, likelyCharacters(line, peaks, limit), tops, Math.min(limit, most));
    if (path) return decoded(lattice, path, (tops.at(-1) as number) - path.score);
    if (limit >= most) break;
  }
  return undefined;
}

/** Highest probability, at any step, of a character that the code admits: a bound for every path. */
export function peakOf({ steps, logs }: LineScores, code: string): number {
  let peak = -Infinity;
  for (const c of ALPHABETS.get(code) ?? []) {
    for (let t = 0; t < steps; t++) peak = Math.max(peak, logs[t * STEP + c] as number);
  }
  return Math.exp(peak);
}

/** The likeliest class of each step, repeats folded, blanks dropped; and the mean probability of its characters, 0 for none. */
export function likeliest({ steps, logs }: LineScores): { text: string; confidence: number } {
  let text = '';
  let sum = 0;
  let last = CLASSES;
  for (let t = 0; t < steps; t++) {
    const row = t * STEP;
    let best = CLASSES;
    for (let c = 0; c < CLASSES; c++) if ((logs[row + c] as number) > (logs[row + best] as number)) best = c;
    if (best !== CLASSES && best !== last) {
      text += MRZ_CHARACTERS.charAt(best);
      sum += Math.exp(logs[row + best] as number);
    }
    last = best;
  }
  return { text, confidence: text.length > 0 ? sum / text.length : 0 };
}

function peaksOf({ steps, logs }: LineScores): Float64Array {
  const peaks = new Float64Array(steps).fill(-Infinity);
  for (let t = 0; t < steps; t++) {
    for (let c = 0; c < STEP; c++) peaks[t] = Math.max(peaks[t] as number, logs[t * STEP + c] as number);
  }
  return peaks;
}

/** Those that are less likely than the likeliest class of their step by no more than `limit` nats. */
function likelyCharacters({ steps, logs }: LineScores, peaks: Float64Array, limit: number): LikelyCharacters {
  const likely = new Uint8Array(steps * CLASSES);
  const starts = new Int32Array(steps + 1);
  let count = 0;
  for (let t = 0; t < steps; t++) {
    const least = (peaks[t] as number) - limit;
    for (let c = 0; c < CLASSES; c++) if ((logs[t * STEP + c] as number) >= least) likely[count++] = c;
    starts[t + 1] = count;
  }
  return { likely, starts };
}

/** Position × character: 1 where the pattern admits it. */
function admittedBy(pattern: string): Uint8Array {
  const admitted = new Uint8Array(pattern.length * CLASSES);
  [...pattern].forEach((code, p) => {
    for (const c of ALPHABETS.get(code) as Uint8Array) admitted[p * CLASSES + c] = 1;
  });
  return admitted;
}

/** Weight of each position in a running sum; `CHECK` where the sum must equal the character; 0 outside. */
function weightsOf(length: number, checks: readonly LineCheck[]): Uint8Array {
  const weights = new Uint8Array(length);
  for (const { start, end, at } of checks) {
    for (let i = start; i < end; i++) weights[i] = [7, 3, 1][(i - start) % 3] as number;
    weights[at] = CHECK;
  }
  return weights;
}

function decoded(lattice: Lattice, path: Path, cost: number): DecodedLine {
  const { characters, peaks, score } = path;
  const { length } = characters;
  const confidence = peaks.reduce((sum, peak) => sum + Math.exp(peak), 0) / length;
  return {
    text: Array.from(characters, (c) => MRZ_CHARACTERS.charAt(c)).join(''),
    score: score / length,
    confidence: Math.min(1, confidence),
    weakest: weakestOf(lattice, path),
    first: Math.exp(peaks[0] as number),
    cost,
  };
}

function weakestOf({ logs, admitted }: Lattice, { characters, peaks, peakSteps }: Path): number {
  let weakest = 1;
  for (let p = 0; p < characters.length; p++) {
    let sum = 0;
    for (let c = 0; c < CLASSES; c++)
      if (admitted[p * CLASSES + c]) sum += Math.exp(logs[(peakSteps[p] as number) * STEP + c] as number);
    weakest = Math.min(weakest, Math.exp(peaks[p] as number) / sum);
  }
  return weakest;
}
