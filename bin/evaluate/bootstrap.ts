/** How far figures would move with other people in front of the camera. Pure; the same seed gives the same intervals. */
import { type Interval, quantile, type Ranked, type Roc, rankedOf, rocOfRanked, type ScoredPair } from './metrics.ts';
import { type Random, seededRandom } from './seeded-random.ts';

export interface PairOfPeople extends ScoredPair {
  readonly people: readonly [string, string];
}

/**
 * 95% percentile intervals of several figures of one ROC, by drawing people, not pairs, with replacement: pairs that
 * share a person are no independent trials, and an interval over pairs would be far too narrow. A genuine pair counts as
 * often as its person was drawn, an impostor pair as often as its two people together (vertex bootstrap: T. Snijders,
 * S. Borgatti, 1999).
 * @param figures what to read off each ROC
 * @returns one interval for each figure; where no drawing held genuine and impostor pairs, [0, 1]
 */
export function bootstrap(
  pairs: readonly PairOfPeople[],
  figures: readonly ((roc: Roc) => number)[],
  { drawings = 1000, seed = 1 }: { readonly drawings?: number; readonly seed?: number } = {},
): Interval[] {
  const ranked = rankedOf(pairs);
  const places = new Map([...new Set(pairs.flatMap(({ people }) => people))].map((person, i) => [person, i]));
  const place = (k: 0 | 1) =>
    Uint32Array.from(ranked.order, (i) => places.get(pairs[i]?.people[k] as string) as number);
  const [ones, twos] = [place(0), place(1)];
  const random = seededRandom(seed);
  const seen: number[][] = figures.map(() => []);
  for (let i = 0; i < drawings; i++) {
    const roc = rocOfPeople(ranked, ones, twos, timesDrawn(places.size, random));
    if (!roc) continue;
    for (const [k, figure] of figures.entries()) seen[k]?.push(figure(roc));
  }
  return seen.map((values) => {
    if (values.length === 0) return [0, 1];
    const sorted = Float64Array.from(values).sort();
    return [quantile(sorted, 0.025), quantile(sorted, 0.975)];
  });
}

function timesDrawn(people: number, random: Random): Float64Array {
  const times = new Float64Array(people);
  for (let i = 0; i < people; i++) {
    const person = Math.floor(random() * people);
    times[person] = (times[person] as number) + 1;
  }
  return times;
}

/** `ones` and `twos`: whose photos each pair shows, in the order of `ranked`. Undefined where one kind of pairs is left. */
function rocOfPeople(ranked: Ranked, ones: Uint32Array, twos: Uint32Array, times: Float64Array): Roc | undefined {
  const weights = new Float64Array(ones.length);
  let [own, strangers] = [0, 0];
  for (let i = 0; i < weights.length; i++) {
    const one = times[ones[i] as number] as number;
    if (ranked.genuine[i] === 1) {
      weights[i] = one;
      own += one;
    } else {
      weights[i] = one * (times[twos[i] as number] as number);
      strangers += weights[i] as number;
    }
  }
  return own > 0 && strangers > 0 ? rocOfRanked(ranked, weights) : undefined;
}
