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
  return rocOfRanked(
    rankedOf(pairs),
    weights === undefined ? pairs.map(() => 1) : Array.from(pairs, (_, i) => weights[i] as number),
  );
}

/** Pairs in falling order of score, as indices; sorted once for the many weightings of a bootstrap. */
export interface Ranked {
  readonly pairs: readonly ScoredPair[];
  readonly order: readonly number[];
}

export function rankedOf(pairs: readonly ScoredPair[]): Ranked {
  if (pairs.some(({ score }) => Number.isNaN(score))) throw new RangeError('a score that is no number');
  const order = pairs.map((_, i) => i).sort((i, j) => (pairs[j] as ScoredPair).score - (pairs[i] as ScoredPair).score);
  return { pairs, order };
}

export function rocOfRanked({ pairs, order }: Ranked, weights: ArrayLike<number>): Roc {
  const thresholds = new Float64Array(pairs.length + 1);
  const [fmr, tpr] = [new Float64Array(pairs.length + 1), new Float64Array(pairs.length + 1)];
  thresholds[0] = Number.POSITIVE_INFINITY;
  let [genuine, impostor, last] = [0, 0, 0];
  for (const i of order) {
    const pair = pairs[i] as ScoredPair;
    if (pair.genuine) genuine += weights[i] as number;
    else impostor += weights[i] as number;
    // Equal scores are one point: no threshold parts them.
    if (pair.score !== thresholds[last] || last === 0) thresholds[++last] = pair.score;
    fmr[last] = impostor;
    tpr[last] = genuine;
  }
  if (!(genuine > 0 && impostor > 0)) throw new RangeError('rates need genuine and impostor pairs');
  const points = last + 1;
  return {
    thresholds: thresholds.subarray(0, points),
    fmr: fmr.subarray(0, points).map((sum) => sum / impostor),
    tpr: tpr.subarray(0, points).map((sum) => sum / genuine),
  };
}

/** Where false matches and false non-matches are equally frequent, on the straight line between the two points around it. */
export function eerOf({ thresholds, fmr, tpr }: Roc): { readonly rate: number; readonly threshold: number } {
  const misses = (i: number) => 1 - (tpr[i] as number);
  const after = fmr.findIndex((rate, i) => rate >= misses(i));
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
  const above = fmr.findIndex((at) => at > rate);
  const i = (above === -1 ? fmr.length : above) - 1;
  return { rate: tpr[i] as number, threshold: thresholds[i] as number };
}

/** What happens at a threshold: the shares of impostor and of genuine pairs that match there. */
export function ratesAt(
  { thresholds, fmr, tpr }: Roc,
  threshold: number,
): { readonly fmr: number; readonly tpr: number } {
  const below = thresholds.findIndex((at) => at < threshold);
  const i = (below === -1 ? thresholds.length : below) - 1;
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
