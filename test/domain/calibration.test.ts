import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Anchor, anchorsRise, similarityScore } from '../../lambdas/domain/calibration.ts';
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

describe('the manifest calibrates every model set', () => {
  it.each(Object.entries(manifest.calibration))('%s', (_, calibration) => {
    expect(anchorsRise(calibration.anchors)).toBe(true);
    const at = (rate: number) => calibration.anchors.find(({ falseMatchRate }) => falseMatchRate === rate)?.distance;
    const scores = [1e-4, 1e-3, 1e-2].map((rate) => similarityScore(at(rate) ?? Number.NaN, calibration.anchors));
    expect(scores).toEqual([0.9, 0.8, 0.5]);
  });
});
