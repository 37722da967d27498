/**
 * How well scores tell people apart: ROC, equal error rate, true-match rate at a false-match rate. Pure, and of any
 * engine: a score is any number that is higher for faces more alike; a distance is passed negated.
 */

export interface ScoredPair {
  readonly score: number;
  /** Two images of one person. */
  readonly genuine: boolean;
}

/** A point for each threshold, the strictest first: `(∞, 0, 0)`, then one for each score that occurs, down to the lowest. */
export interface Roc {
  /** A pair matches at or above it. */
  readonly thresholds: Float64Array;
  /** False-match rate: share of impostor pairs that match, 0..1, rising. */
  readonly fmr: Float64Array;
  /** True-match rate: share of genuine pairs that match, 0..1, rising. */
  readonly tpr: Float64Array;
}

/**
 * @param weights one for each pair, ≥ 0, as if the pair occurred so often; default 1
 * @throws RangeError on scores that are no numbers, or unless there is weight on genuine and on impostor pairs
 */
export function rocOf(pairs: readonly ScoredPair[], weights?: ArrayLike<number>): Roc {
  const ranked = rankedOf(pairs);
  return rocOfRanked(
    ranked,
    Float64Array.from(ranked.order, (i) => weights?.[i] ?? 1),
  );
}

/** Pairs in falling order of score: sorted once for the many weightings of a bootstrap. */
export interface Ranked {
  /** Where each stood before. */
  readonly order: Uint32Array;
  readonly scores: Float64Array;
  /** 1 or 0. */
  readonly genuine: Uint8Array;
}

export function rankedOf(pairs: readonly ScoredPair[]): Ranked {
  if (pairs.some(({ score }) => Number.isNaN(score))) throw new RangeError('a score that is no number');
  const at = (i: number) => pairs[i] as ScoredPair;
  const order = Uint32Array.from(pairs.keys()).sort((i, j) => at(j).score - at(i).score);
  return {
    order,
    scores: Float64Array.from(order, (i) => at(i).score),
    genuine: Uint8Array.from(order, (i) => Number(at(i).genuine)),
  };
}

/** @param weights in the order of `ranked` */
export function rocOfRanked({ scores, genuine }: Ranked, weights: Float64Array): Roc {
  const thresholds = new Float64Array(scores.length + 1);
  const [fmr, tpr] = [new Float64Array(scores.length + 1), new Float64Array(scores.length + 1)];
  thresholds[0] = Number.POSITIVE_INFINITY;
  let [strangers, own, last] = [0, 0, 0];
  // Written out: a bootstrap goes through all pairs a thousand times.
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] as number;
    if (genuine[i] === 1) own += weights[i] as number;
    else strangers += weights[i] as number;
    // Equal scores are one point: no threshold parts them.
    if (last === 0 || score !== thresholds[last]) thresholds[++last] = score;
    fmr[last] = strangers;
    tpr[last] = own;
  }
  if (!(own > 0 && strangers > 0)) throw new RangeError('rates need genuine and impostor pairs');
  for (let i = 0; i <= last; i++) {
    fmr[i] = (fmr[i] as number) / strangers;
    tpr[i] = (tpr[i] as number) / own;
  }
  const points = last + 1;
  return {
    thresholds: thresholds.subarray(0, points),
    fmr: fmr.subarray(0, points),
    tpr: tpr.subarray(0, points),
  };
}

/** The first of `length` indices for which `test`, once true, stays true; `length` where it never is. */
function firstWhere(length: number, test: (i: number) => boolean): number {
  let [from, to] = [0, length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (test(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** Where false matches and false non-matches are equally frequent, on the straight line between the two points around it. */
export function eerOf({ thresholds, fmr, tpr }: Roc): { readonly rate: number; readonly threshold: number } {
  const misses = (i: number) => 1 - (tpr[i] as number);
  const after = firstWhere(fmr.length, (i) => (fmr[i] as number) >= misses(i));
  const before = after - 1;
  const [f0, f1] = [fmr[before] as number, fmr[after] as number];
  const share = (misses(before) - f0) / (misses(before) - f0 + (f1 - misses(after)));
  return { rate: f0 + share * (f1 - f0), threshold: thresholds[after] as number };
}

/** The true-match rate at the lowest threshold whose false-match rate is at most `rate`. Ask `measurable` first. */
export function tprAt(
  { thresholds, fmr, tpr }: Roc,
  rate: number,
): { readonly rate: number; readonly threshold: number } {
  const i = firstWhere(fmr.length, (at) => (fmr[at] as number) > rate) - 1;
  return { rate: tpr[i] as number, threshold: thresholds[i] as number };
}

/** What happens at a threshold: the shares of impostor and of genuine pairs that match there. */
export function ratesAt(
  { thresholds, fmr, tpr }: Roc,
  threshold: number,
): { readonly fmr: number; readonly tpr: number } {
  const i = firstWhere(thresholds.length, (at) => (thresholds[at] as number) < threshold) - 1;
  return { fmr: fmr[i] as number, tpr: tpr[i] as number };
}

/**
 * Whether so many impostor pairs can show this false-match rate. Rule of three: where none of n pairs matches, the rate
 * is below 3/n with 95% confidence, and nothing finer can be said.
 */
export const measurable = (rate: number, impostors: number): boolean => rate * impostors >= 3;

/** Bounds of a rate, 0..1, with 95% confidence. */
export type Interval = readonly [low: number, high: number];

const Z95 = 1.959964;

/** Wilson's score interval for `hits` (may be a fraction) of `trials` independent trials. E. B. Wilson, 1927. */
export function wilson(hits: number, trials: number): Interval {
  if (!(trials > 0 && hits >= 0 && hits <= trials)) throw new RangeError(`no proportion: ${hits} of ${trials}`);
  const rate = hits / trials;
  const z2 = Z95 ** 2 / trials;
  const centre = (rate + z2 / 2) / (1 + z2);
  const half = (Z95 * Math.sqrt((rate * (1 - rate)) / trials + z2 / (4 * trials))) / (1 + z2);
  return [hits === 0 ? 0 : centre - half, hits === trials ? 1 : centre + half];
}

/** The value below which `share` of the sorted values lie, straight between neighbours. Throws RangeError on none. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) throw new RangeError('no values');
  const place = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number];
  return low === high ? low : low + (high - low) * (place % 1);
}
