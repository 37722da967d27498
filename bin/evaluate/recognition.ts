/** Scored pairs → what a report says of them. Pure. */
import { bootstrap, type PairOfPeople } from './bootstrap.ts';
import { eerOf, type Interval, measurable, quantile, type Roc, ratesAt, rocOf, tprAt, wilson } from './metrics.ts';
import type { Extreme, Latency, Rate, Recognition } from './report.ts';

const RATES = [1e-2, 1e-3, 1e-4];
const SCORES = [0.5, 0.8, 0.85, 0.9];
const BINS = 50;
const EXTREMES = 5;

export interface ComparedPair extends PairOfPeople {
  readonly names: readonly [string, string];
}

/**
 * Intervals are the wider of two: a bootstrap over people, and Wilson's over pairs as if these were independent, which
 * bounds what a bootstrap cannot see: an error that none of these pairs shows.
 */
export function recognitionOf(pairs: readonly ComparedPair[], seed = 1): Recognition {
  const roc = rocOf(pairs);
  const count = { genuine: 0, impostor: 0 };
  for (const { genuine } of pairs) count[genuine ? 'genuine' : 'impostor'] += 1;
  const rates = RATES.filter((rate) => measurable(rate, count.impostor));
  const figures: { readonly of: (roc: Roc) => number; readonly trials: number }[] = [
    { of: (one) => eerOf(one).rate, trials: Math.min(count.genuine, count.impostor) },
    ...[0, ...rates].map((rate) => ({ of: (one: Roc) => tprAt(one, rate).rate, trials: count.genuine })),
    ...SCORES.flatMap((score) => [
      { of: (one: Roc) => ratesAt(one, score).fmr, trials: count.impostor },
      { of: (one: Roc) => ratesAt(one, score).tpr, trials: count.genuine },
    ]),
  ];
  const drawn = bootstrap(
    pairs,
    figures.map(({ of }) => of),
    { seed },
  );
  const [eer, atNone, ...others] = figures.map(({ of, trials }, i) => {
    const rate = of(roc);
    return { rate, interval: wider(drawn[i] as Interval, wilson(rate * trials, trials)) };
  }) as [Rate, Rate, ...Rate[]];
  const [atRates, atScores] = [others.slice(0, rates.length), others.slice(rates.length)];
  const byScore = pairs.toSorted((a, b) => b.score - a.score);
  return {
    pairs: count,
    eer: { ...eer, threshold: eerOf(roc).threshold },
    tprAtFmr: RATES.map((fmr) => {
      const tpr = atRates[rates.indexOf(fmr)];
      return tpr ? { fmr, tpr: { ...tpr, threshold: tprAt(roc, fmr).threshold } } : { fmr };
    }),
    tprAtNone: { ...atNone, threshold: tprAt(roc, 0).threshold },
    atScores: SCORES.map((score, i) => ({
      score,
      fmr: atScores[2 * i] as Rate,
      tpr: atScores[2 * i + 1] as Rate,
    })),
    highestImpostors: extremes(byScore.filter(({ genuine }) => !genuine)),
    lowestGenuine: extremes(byScore.filter(({ genuine }) => genuine).reverse()),
    roc: thinned(roc),
    histogram: {
      genuine: histogram(pairs.filter(({ genuine }) => genuine)),
      impostor: histogram(pairs.filter(({ genuine }) => !genuine)),
    },
  };
}

const wider = (a: Interval, b: Interval): Interval => [Math.min(a[0], b[0]), Math.max(a[1], b[1])];

const extremes = (pairs: readonly ComparedPair[]): Extreme[] =>
  pairs.slice(0, EXTREMES).map(({ score, names }) => ({ score, names }));

function histogram(pairs: readonly ComparedPair[]): number[] {
  const bins = new Array<number>(BINS).fill(0);
  for (const { score } of pairs) {
    const bin = Math.min(BINS - 1, Math.floor(score * BINS));
    bins[bin] = (bins[bin] as number) + 1;
  }
  return bins;
}

/** Corners of the curve only: the points between lie on straight lines. */
function thinned({ thresholds, fmr, tpr }: Roc): Recognition['roc'] {
  const points = Array.from(thresholds, (threshold, i) => ({
    // JSON has no infinity; a score above 1 matches nobody.
    threshold: Number.isFinite(threshold) ? threshold : 2,
    fmr: fmr[i] as number,
    tpr: tpr[i] as number,
  }));
  return points.filter((point, i) => {
    const [before, after] = [points[i - 1], points[i + 1]];
    if (!before || !after) return true;
    const along = (key: 'fmr' | 'tpr') => before[key] === point[key] && point[key] === after[key];
    return !along('fmr') && !along('tpr');
  });
}

export function latencyOf(milliseconds: readonly number[]): Latency {
  const sorted = Float64Array.from(milliseconds).sort();
  return { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95), p99: quantile(sorted, 0.99) };
}
