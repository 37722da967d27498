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
  const places = new Map<string, number>();
  const placed = pairs.map(({ people }) =>
    people.map((person) => places.get(person) ?? places.set(person, places.size).size - 1),
  );
  const random = seededRandom(seed);
  const seen: number[][] = figures.map(() => []);
  for (let i = 0; i < drawings; i++) {
    const roc = drawn(ranked, placed, places.size, random);
    if (!roc) continue;
    for (const [k, figure] of figures.entries()) seen[k]?.push(figure(roc));
  }
  return seen.map((values) => {
    if (values.length === 0) return [0, 1];
    const sorted = Float64Array.from(values).sort();
    return [quantile(sorted, 0.025), quantile(sorted, 0.975)];
  });
}

function drawn(
  ranked: Ranked,
  placed: readonly (readonly number[])[],
  people: number,
  random: Random,
): Roc | undefined {
  const times = new Float64Array(people);
  for (let i = 0; i < people; i++) {
    const person = Math.floor(random() * people);
    times[person] = (times[person] as number) + 1;
  }
  let [genuine, impostor] = [0, 0];
  const weights = placed.map(([one, two], i) => {
    const [a, b] = [times[one as number] as number, times[two as number] as number];
    if (!ranked.pairs[i]?.genuine) {
      impostor += a * b;
      return a * b;
    }
    genuine += a;
    return a;
  });
  return genuine > 0 && impostor > 0 ? rocOfRanked(ranked, weights) : undefined;
}
