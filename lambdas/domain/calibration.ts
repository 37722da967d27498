/**
 * Distance of two templates → similarity score 0..1. The score means a false-match rate: 0.90 ≙ 1e-4, 0.80 ≙ 1e-3,
 * 0.50 ≙ 1e-2, whatever the models are, so that a threshold keeps its meaning when the models change.
 */

/** A distance, and the share of pairs of different people that lie below it. */
export interface Anchor {
  readonly distance: number;
  readonly falseMatchRate: number;
}

/** Score by false-match rate. Rates below 1e-4 are beyond what was measured: see `similarityScore`. */
const SCORES = [
  { falseMatchRate: 1e-4, score: 0.9 },
  { falseMatchRate: 1e-3, score: 0.8 },
  { falseMatchRate: 1e-2, score: 0.5 },
  { falseMatchRate: 1, score: 0 },
] as const;

/** True if the anchors can calibrate: at least two, distances and rates both rising, rates in (0, 1], distances > 0. */
export function anchorsRise(anchors: readonly Anchor[]): boolean {
  return (
    anchors.length >= 2 &&
    anchors.every(({ distance, falseMatchRate }, i) => {
      const before = anchors[i - 1] ?? { distance: 0, falseMatchRate: 0 };
      return distance > before.distance && falseMatchRate > before.falseMatchRate && falseMatchRate <= 1;
    })
  );
}

/**
 * Score of a distance, 0..1, never rising with it. Between anchors the logarithm of the rate is linear in the distance,
 * and the score linear in that logarithm. Below the first anchor nothing was measured: the score rises straight to 1 at
 * distance 0, and claims no rate. Above the last anchor its last slope goes on, down to 0.
 * @param anchors as `anchorsRise` wants them; throws RangeError otherwise, and on a distance that is no number ≥ 0
 */
export function similarityScore(distance: number, anchors: readonly Anchor[]): number {
  if (!anchorsRise(anchors)) throw new RangeError('calibration anchors must rise');
  if (!(distance >= 0)) throw new RangeError(`no distance: ${distance}`);
  const [first] = anchors as readonly [Anchor, ...Anchor[]];
  if (distance <= first.distance) {
    const least = scoreOfRate(first.falseMatchRate);
    return least + (1 - least) * (1 - distance / first.distance);
  }
  return scoreOfRate(falseMatchRate(distance, anchors));
}

/** Share of pairs of different people below this distance, at most 1, by the anchors. Not below the first anchor. */
function falseMatchRate(distance: number, anchors: readonly Anchor[]): number {
  const above = anchors.findIndex((anchor) => anchor.distance >= distance);
  const i = above === -1 ? anchors.length - 1 : above;
  const [low, high] = [anchors[i - 1] as Anchor, anchors[i] as Anchor];
  if (distance === high.distance) return high.falseMatchRate;
  const [from, to] = [Math.log(low.falseMatchRate), Math.log(high.falseMatchRate)];
  const share = (distance - low.distance) / (high.distance - low.distance);
  return Math.min(1, Math.exp(from + (to - from) * share));
}

function scoreOfRate(rate: number): number {
  const [best] = SCORES;
  if (rate <= best.falseMatchRate) return best.score;
  const i = SCORES.findIndex((knot) => knot.falseMatchRate >= rate);
  const [low, high] = [SCORES[i - 1], SCORES[i]];
  if (!low || !high) return 0;
  const [from, to] = [Math.log(low.falseMatchRate), Math.log(high.falseMatchRate)];
  return low.score + ((high.score - low.score) * (Math.log(rate) - from)) / (to - from);
}

/** Anchors read off measured distances, and the lowest rate that those could show. */
export interface FittedAnchors {
  readonly anchors: readonly Anchor[];
  /** Anchors of lower rates go on with the steps of the curve that was known before. */
  readonly measuredDownTo: number;
}

/**
 * Anchors at 1e-4, 1e-3, 1e-2, 1e-1 and 1 from the distances of pairs of different people. At most the rate's share of the
 * pairs lies at or below an anchor. Rates below 3/n are not claimed of n pairs (rule of three): from the lowest that is, the
 * anchors go on downwards by the steps of `known`, for these pairs say nothing about it.
 * @param known anchors that were measured on more pairs
 * @returns undefined for fewer than 30 pairs, or pairs too much alike for anchors that rise
 */
export function fitAnchors(distances: readonly number[], known: readonly Anchor[]): FittedAnchors | undefined {
  const sorted = Float64Array.from(distances).sort();
  const measured = [1e-4, 1e-3, 1e-2, 1e-1, 1]
    .filter((rate) => rate * sorted.length >= 3)
    .flatMap((rate) => {
      const most = Math.floor(rate * sorted.length + 1e-9);
      // Equal distances are all in or all out.
      const distance = sorted.subarray(0, most).findLast((one) => one !== sorted[most]);
      return distance === undefined ? [] : [{ distance, falseMatchRate: rate }];
    });
  const [lowest] = measured;
  if (!lowest || lowest.falseMatchRate === 1) return undefined;
  const shift = lowest.distance - distanceAtRate(lowest.falseMatchRate, known);
  const extended = known
    .filter(({ falseMatchRate }) => falseMatchRate < lowest.falseMatchRate)
    .map(({ distance, falseMatchRate }) => ({ distance: distance + shift, falseMatchRate }));
  const anchors = [...extended.filter(({ distance }) => distance > 0), ...measured];
  return anchorsRise(anchors) ? { anchors, measuredDownTo: lowest.falseMatchRate } : undefined;
}

/** Where the anchors' curve has this rate; beyond them the outermost anchor. */
function distanceAtRate(rate: number, anchors: readonly Anchor[]): number {
  const above = anchors.findIndex(({ falseMatchRate }) => falseMatchRate >= rate);
  const high = anchors.at(above) as Anchor;
  const low = anchors[above - 1];
  if (above <= 0 || !low) return high.distance;
  const share = Math.log(rate / low.falseMatchRate) / Math.log(high.falseMatchRate / low.falseMatchRate);
  return low.distance + (high.distance - low.distance) * share;
}
