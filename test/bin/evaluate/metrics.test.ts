import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrap } from '../../../bin/evaluate/bootstrap.ts';
import { eerOf, measurable, quantile, rocOf, type ScoredPair, tprAt, wilson } from '../../../bin/evaluate/metrics.ts';
import { sample, seededRandom } from '../../../bin/evaluate/seeded-random.ts';

/** Few levels, so that equal scores are common. */
const score = fc.integer({ min: 0, max: 12 }).map((n) => n / 12);
const scores = fc.array(score, { minLength: 1, maxLength: 40 });
const pairsOf = (genuine: readonly number[], impostor: readonly number[]): ScoredPair[] => [
  ...genuine.map((value) => ({ score: value, genuine: true })),
  ...impostor.map((value) => ({ score: value, genuine: false })),
];
const shareAtOrAbove = (values: readonly number[], threshold: number) =>
  values.filter((value) => value >= threshold).length / values.length;

describe('the ROC of scored pairs', () => {
  it('is what counting says at each threshold, rises, and runs from no match to all', () => {
    fc.assert(
      fc.property(scores, scores, (genuine, impostor) => {
        const { thresholds, fmr, tpr } = rocOf(pairsOf(genuine, impostor));
        expect(thresholds).toEqual(
          Float64Array.from([Infinity, ...new Set([...genuine, ...impostor].sort((a, b) => b - a))]),
        );
        thresholds.forEach((threshold, i) => {
          expect(fmr[i]).toBeCloseTo(shareAtOrAbove(impostor, threshold), 12);
          expect(tpr[i]).toBeCloseTo(shareAtOrAbove(genuine, threshold), 12);
        });
        expect([fmr[0], tpr[0], fmr.at(-1), tpr.at(-1)]).toEqual([0, 0, 1, 1]);
      }),
    );
  });

  it('takes a weight for so many equal pairs', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(score, fc.boolean(), fc.nat(3)), { minLength: 2, maxLength: 30 }), (rows) => {
        const pairs = rows.map(([value, genuine]) => ({ score: value, genuine }));
        const repeated = rows.flatMap(([value, genuine, times]) =>
          Array.from({ length: times }, () => ({ score: value, genuine })),
        );
        fc.pre(repeated.some(({ genuine }) => genuine) && repeated.some(({ genuine }) => !genuine));
        const [weighted, plain] = [
          rocOf(
            pairs,
            rows.map(([, , times]) => times),
          ),
          rocOf(repeated),
        ];
        expect(eerOf(weighted).rate).toBeCloseTo(eerOf(plain).rate, 9);
        for (const rate of [0, 0.1, 0.5]) expect(tprAt(weighted, rate).rate).toBeCloseTo(tprAt(plain, rate).rate, 9);
      }),
    );
  });

  it('does not exist of scores that are no numbers, or of one kind of pairs', () => {
    expect(() => rocOf(pairsOf([Number.NaN], [0]))).toThrow(RangeError);
    expect(() => rocOf(pairsOf([1], []))).toThrow(RangeError);
    expect(() => rocOf(pairsOf([], [1]))).toThrow(RangeError);
  });
});

describe('the equal error rate', () => {
  it('lies between the errors of the two thresholds around it', () => {
    fc.assert(
      fc.property(scores, scores, (genuine, impostor) => {
        const roc = rocOf(pairsOf(genuine, impostor));
        const { rate } = eerOf(roc);
        const worst = Array.from(roc.fmr, (fmr, i) => Math.max(fmr, 1 - (roc.tpr[i] as number)));
        const best = Array.from(roc.fmr, (fmr, i) => Math.min(fmr, 1 - (roc.tpr[i] as number)));
        expect(rate).toBeLessThanOrEqual(Math.min(...worst) + 1e-12);
        expect(rate).toBeGreaterThanOrEqual(Math.max(...best) - 1e-12);
      }),
    );
  });

  it('is the same on any rising scale, and with both sides exchanged', () => {
    fc.assert(
      fc.property(scores, scores, (genuine, impostor) => {
        const { rate } = eerOf(rocOf(pairsOf(genuine, impostor)));
        const stretch = (values: readonly number[]) => values.map((value) => Math.exp(3 * value) - 7);
        const negate = (values: readonly number[]) => values.map((value) => -value);
        expect(eerOf(rocOf(pairsOf(stretch(genuine), stretch(impostor)))).rate).toBe(rate);
        expect(eerOf(rocOf(pairsOf(negate(impostor), negate(genuine)))).rate).toBeCloseTo(rate, 12);
      }),
    );
  });

  it.each([
    ['0 where a threshold parts them', [0.8, 0.9], [0.1, 0.7], 0],
    ['1 where all are the wrong way round', [0.1, 0.2], [0.8, 0.9], 1],
    ['a half where scores say nothing', [0.5, 0.5], [0.5, 0.5], 0.5],
    ['a quarter where one of four errs on either side', [0.9, 0.8, 0.7, 0.3], [0.6, 0.2, 0.1, 0.05], 0.25],
  ])('is %s', (_, genuine, impostor, rate) => {
    expect(eerOf(rocOf(pairsOf(genuine, impostor))).rate).toBeCloseTo(rate, 12);
  });
});

describe('the true-match rate at a false-match rate', () => {
  it('is the best of all thresholds that keep to the rate, and that threshold gives it', () => {
    fc.assert(
      fc.property(scores, scores, fc.double({ min: 0, max: 1, noNaN: true }), (genuine, impostor, rate) => {
        const at = tprAt(rocOf(pairsOf(genuine, impostor)), rate);
        const allowed = [Infinity, ...genuine, ...impostor].filter((t) => shareAtOrAbove(impostor, t) <= rate);
        expect(at.rate).toBeCloseTo(Math.max(...allowed.map((t) => shareAtOrAbove(genuine, t))), 12);
        expect(shareAtOrAbove(genuine, at.threshold)).toBeCloseTo(at.rate, 12);
        expect(shareAtOrAbove(impostor, at.threshold)).toBeLessThanOrEqual(rate);
      }),
    );
  });

  it('is measurable from three expected false matches on', () => {
    expect([measurable(1e-2, 300), measurable(1e-2, 299), measurable(1e-4, 30_000)]).toEqual([true, false, true]);
  });
});

describe('intervals', () => {
  it.each([
    // Published: R. Newcombe, "Two-sided confidence intervals for the single proportion", 1998, method 3.
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("Wilson's of %i of %i is %f to %f", (hits, trials, low, high) => {
    expect(wilson(hits, trials)[0]).toBeCloseTo(low, 4);
    expect(wilson(hits, trials)[1]).toBeCloseTo(high, 4);
  });

  it('Wilson’s hold the rate and mirror it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(500), (trials, seed) => {
        const hits = seed % (trials + 1);
        const [low, high] = wilson(hits, trials);
        expect(low).toBeLessThanOrEqual(hits / trials);
        expect(high).toBeGreaterThanOrEqual(hits / trials);
        expect(wilson(trials - hits, trials)[1]).toBeCloseTo(1 - low, 12);
      }),
    );
    expect(() => wilson(2, 1)).toThrow(RangeError);
    expect(() => wilson(0, 0)).toThrow(RangeError);
  });

  /** Each of `people` has a difficulty of their own that all their pairs share. */
  function population(people: number, seed: number) {
    const random = seededRandom(seed);
    const names = Array.from({ length: people }, (_, i) => `p${i}`);
    const hard = names.map(() => random() < 0.2);
    return names.flatMap((one, i) => [
      ...Array.from({ length: 6 }, () => ({
        score: hard[i] ? random() : 1 + random(),
        genuine: true,
        people: [one, one] as const,
      })),
      ...names.slice(i + 1).map((two) => ({ score: random(), genuine: false, people: [one, two] as const })),
    ]);
  }
  const missed = (roc: ReturnType<typeof rocOf>) => 1 - tprAt(roc, 0).rate;

  it('by bootstrap are the same with the same seed, and hold the figure', () => {
    const pairs = population(20, 3);
    const [one] = bootstrap(pairs, [missed], { drawings: 300, seed: 5 });
    expect(bootstrap(pairs, [missed], { drawings: 300, seed: 5 })).toEqual([one]);
    const rate = missed(rocOf(pairs));
    expect(one?.[0]).toBeLessThanOrEqual(rate);
    expect(one?.[1]).toBeGreaterThanOrEqual(rate);
  });

  it('by bootstrap are wider than over pairs where errors come in people, and narrower with more people', () => {
    const width = ([low, high]: readonly [number, number]) => high - low;
    const few = population(20, 7);
    const [byPeople] = bootstrap(few, [missed], { drawings: 300 });
    const trials = few.filter(({ genuine }) => genuine).length;
    expect(width(byPeople as [number, number])).toBeGreaterThan(
      1.3 * width(wilson(missed(rocOf(few)) * trials, trials)),
    );
    const [many] = bootstrap(population(120, 7), [missed], { drawings: 100 });
    expect(width(many as [number, number])).toBeLessThan(width(byPeople as [number, number]));
  });

  it('by bootstrap are all there is to say where drawings hold one kind of pair only', () => {
    const pairs = [{ score: 1, genuine: false, people: ['a', 'a'] as const }];
    expect(bootstrap(pairs, [missed], { drawings: 5 })).toEqual([[0, 1]]);
  });
});

describe('samples and quantiles', () => {
  it('a sample has the wanted size, keeps the order, repeats nothing, and differs by seed', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(80), fc.integer(), (length, count, seed) => {
        const items = Array.from({ length }, (_, i) => i);
        const drawn = [...sample(items, length, count, seededRandom(seed))];
        expect(drawn).toHaveLength(Math.min(count, length));
        expect(drawn).toEqual([...new Set(drawn)].sort((a, b) => a - b));
        expect([...sample(items, length, count, seededRandom(seed))]).toEqual(drawn);
      }),
    );
    const hundred = Array.from({ length: 100 }, (_, i) => i);
    const [one, two] = [1, 2].map((seed) => [...sample(hundred, 100, 10, seededRandom(seed))]);
    expect(one).not.toEqual(two);
  });

  it('quantiles lie straight between the values', () => {
    expect([0, 0.25, 0.5, 1].map((share) => quantile([1, 2, 4], share))).toEqual([1, 1.5, 2, 4]);
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });
});
