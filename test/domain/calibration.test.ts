import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Anchor, anchorsRise, fitAnchors, similarityScore } from '../../lambdas/domain/calibration.ts';
import { manifest } from '../../models/manifest.ts';

const anchors: readonly Anchor[] = [
  { distance: 0.5, falseMatchRate: 1e-4 },
  { distance: 0.6, falseMatchRate: 1e-3 },
  { distance: 0.7, falseMatchRate: 1e-2 },
  { distance: 1.1, falseMatchRate: 1 },
];

/** Any anchors that rise: 2 to 6 distances in 0..4 with rates in 1e-7..1. */
const rising = fc
  .integer({ min: 2, max: 6 })
  .chain((n) => {
    const steps = fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: n, maxLength: n });
    return fc.tuple(steps, steps);
  })
  .map(([distances, rates]): Anchor[] => {
    const total = rates.reduce((sum, rate) => sum + rate, 0);
    let [distance, exponent] = [0, -7];
    return distances.map((step, i) => {
      distance += step;
      exponent += ((rates[i] as number) / total) * 7;
      return { distance, falseMatchRate: Math.min(1, 10 ** exponent) };
    });
  });
const distance = fc.double({ min: 0, max: 10, noNaN: true });

describe('similarity score', () => {
  it('C-11 K-05 is 0.90 at a false-match rate of 1e-4, 0.80 at 1e-3, 0.50 at 1e-2, whatever the distances', () => {
    expect(anchors.map((anchor) => similarityScore(anchor.distance, anchors))).toEqual([0.9, 0.8, 0.5, 0]);
  });

  it('is linear in the logarithm of the rate between anchors', () => {
    expect(similarityScore(0.55, anchors)).toBeCloseTo(0.85, 12);
    expect(similarityScore(0.65, anchors)).toBeCloseTo(0.65, 12);
    expect(similarityScore(0.9, anchors)).toBeCloseTo(0.25, 12);
  });

  it('is 1 only for equal templates', () => {
    fc.assert(
      fc.property(rising, distance, (any, d) => {
        expect(similarityScore(0, any)).toBe(1);
        if (d > 1e-6) expect(similarityScore(d, any)).toBeLessThan(1);
      }),
    );
  });

  it('stays in 0..1 and never rises with the distance', () => {
    fc.assert(
      fc.property(rising, distance, distance, (any, a, b) => {
        const [near, far] = [similarityScore(Math.min(a, b), any), similarityScore(Math.max(a, b), any)];
        expect(near).toBeGreaterThanOrEqual(far - 1e-12);
        expect(far).toBeGreaterThanOrEqual(0);
        expect(near).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('has no jumps: a small step in distance is a small step in score', () => {
    fc.assert(
      fc.property(rising, distance, (any, d) => {
        const step = 1e-9;
        expect(Math.abs(similarityScore(d, any) - similarityScore(d + step, any))).toBeLessThan(1e-6);
      }),
    );
  });

  it('goes on with its last slope where the anchors end early', () => {
    const early = anchors.slice(0, 2);
    expect(similarityScore(0.65, early)).toBeCloseTo(0.65, 12);
    expect(similarityScore(9, early)).toBe(0);
  });

  it.each([
    ['none', []],
    ['only one', anchors.slice(0, 1)],
    ['falling distances', anchors.toReversed()],
    [
      'falling rates',
      [
        { distance: 1, falseMatchRate: 0.1 },
        { distance: 2, falseMatchRate: 0.01 },
      ],
    ],
    [
      'a rate above 1',
      [
        { distance: 1, falseMatchRate: 0.1 },
        { distance: 2, falseMatchRate: 2 },
      ],
    ],
    [
      'a rate of 0',
      [
        { distance: 1, falseMatchRate: 0 },
        { distance: 2, falseMatchRate: 0.1 },
      ],
    ],
    [
      'no numbers',
      [
        { distance: Number.NaN, falseMatchRate: 0.1 },
        { distance: 2, falseMatchRate: 0.2 },
      ],
    ],
  ])('refuses anchors that cannot calibrate: %s', (_, bad) => {
    expect(anchorsRise(bad)).toBe(false);
    expect(() => similarityScore(1, bad)).toThrow(RangeError);
  });

  it.each([-1, Number.NaN])('refuses %d as a distance', (bad) => {
    expect(() => similarityScore(bad, anchors)).toThrow(RangeError);
  });
});

describe('anchors fitted to distances', () => {
  /** n distances whose share below d is 10^(10·(d − 1)): 1e-4 at 0.6, 1e-3 at 0.7, 1e-2 at 0.8, 1e-1 at 0.9, 1 at 1. */
  const known = (n: number) => Array.from({ length: n }, (_, i) => 1 + Math.log10((i + 1) / n) / 10);
  const steps: readonly Anchor[] = [
    { distance: 1.5, falseMatchRate: 1e-4 },
    { distance: 1.7, falseMatchRate: 1e-3 },
    { distance: 1.8, falseMatchRate: 1e-2 },
    { distance: 3, falseMatchRate: 1 },
  ];

  it('find the known rates of 50,000 pairs', () => {
    const fitted = fitAnchors(known(50_000), steps);
    expect(fitted?.measuredDownTo).toBe(1e-4);
    expect(fitted?.anchors.map(({ falseMatchRate }) => falseMatchRate)).toEqual([1e-4, 1e-3, 1e-2, 1e-1, 1]);
    expect(fitted?.anchors.map(({ distance }) => distance)).toEqual(
      [0.6, 0.7, 0.8, 0.9, 1].map((place) => expect.closeTo(place, 12)),
    );
  });

  it('claim no rate below 3/n, and go on there by the steps of the curve known before', () => {
    const fitted = fitAnchors(known(5000), steps);
    expect(fitted?.measuredDownTo).toBe(1e-3);
    expect(fitted?.anchors[1]?.distance).toBeCloseTo(0.7, 12);
    expect(fitted?.anchors[0]?.distance).toBeCloseTo(0.7 - 0.2, 12);
    // 1e-1 is no anchor of the known curve: half-way between 1e-2 and 1, at 2.4. A distance below 0 is no anchor.
    const few = fitAnchors(known(100), steps);
    expect(few?.measuredDownTo).toBe(1e-1);
    expect(few?.anchors.map(({ distance }) => distance)).toEqual(
      [0.9 - (2.4 - 1.7), 0.9 - (2.4 - 1.8), 0.9, 1].map((place) => expect.closeTo(place, 12)),
    );
  });

  it('rise, and never let more through than their rate', () => {
    const spread = fc.oneof(fc.double({ min: 0.5, max: 4, noNaN: true }), fc.constantFrom(0.7, 1, 2));
    const distances = fc.array(spread, { minLength: 1, maxLength: 600 });
    fc.assert(
      fc.property(distances, (values) => {
        const fitted = fitAnchors(values, steps);
        if (!fitted) return;
        expect(anchorsRise(fitted.anchors)).toBe(true);
        for (const { distance: anchor, falseMatchRate } of fitted.anchors) {
          if (falseMatchRate < fitted.measuredDownTo) continue;
          const through = values.filter((value) => value <= anchor).length / values.length;
          expect(through).toBeLessThanOrEqual(falseMatchRate + 1e-9);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('do not exist of fewer than 30 pairs, or of pairs that are all alike', () => {
    expect(fitAnchors(known(29), steps)).toBeUndefined();
    expect(fitAnchors(known(30), steps)).toBeDefined();
    expect(
      fitAnchors(
        Array.from({ length: 500 }, () => 2),
        steps,
      ),
    ).toBeUndefined();
  });
});

describe('the manifest calibrates every model set', () => {
  it.each(Object.entries(manifest.calibration))('%s', (_, calibration) => {
    expect(anchorsRise(calibration.anchors)).toBe(true);
    const at = (rate: number) => calibration.anchors.find(({ falseMatchRate }) => falseMatchRate === rate)?.distance;
    const scores = [1e-4, 1e-3, 1e-2].map((rate) => similarityScore(at(rate) ?? Number.NaN, calibration.anchors));
    expect(scores).toEqual([0.9, 0.8, 0.5]);
  });
});
