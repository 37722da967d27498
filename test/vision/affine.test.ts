import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Affine,
  apply,
  compose,
  distance,
  invert,
  type Point,
  scaleOf,
  similarity,
} from '../../lambdas/vision/affine.ts';

const number = fc.double({ min: -500, max: 500, noNaN: true });
const point = fc.tuple(number, number);
const motion = fc
  .tuple(
    fc.double({ min: 0.05, max: 20, noNaN: true }),
    fc.double({ min: -Math.PI, max: Math.PI, noNaN: true }),
    number,
    number,
  )
  .map(([s, t, x, y]): Affine => [s * Math.cos(t), -s * Math.sin(t), x, s * Math.sin(t), s * Math.cos(t), y]);
const near = (p: Point, q: Point, tolerance = 1e-6) => {
  expect(distance(p, q)).toBeLessThan(tolerance);
};

describe('affine maps', () => {
  it('the inverse undoes the map', () => {
    fc.assert(fc.property(motion, point, (m, p) => near(apply(invert(m), apply(m, p)), p)));
  });
  it('a composition is one map after the other', () => {
    fc.assert(
      fc.property(motion, motion, point, (m, n, p) => near(apply(compose(m, n), p), apply(m, apply(n, p)), 1e-5)),
    );
  });
  it('a map that flattens the plane has no inverse', () => {
    expect(() => invert([1, 2, 0, 2, 4, 0])).toThrow(RangeError);
  });
});

describe('similarity', () => {
  it('finds the motion that moved the points', () => {
    fc.assert(
      fc.property(motion, fc.array(point, { minLength: 2, maxLength: 12 }), point, (m, points, probe) => {
        const [first, ...others] = points;
        fc.pre(others.some((other) => distance(first as Point, other) > 1));
        const found = similarity(
          points,
          points.map((p) => apply(m, p)),
        );
        near(apply(found, probe), apply(m, probe), 1e-3);
      }),
    );
  });

  it('is the best one: no small change of it brings the points nearer', () => {
    const list = fc.array(point, { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(list, list, (from, to) => {
        fc.pre(distance(from[0] as Point, from[1] as Point) > 1);
        const m = similarity(from, to);
        const error = (n: Affine) => from.reduce((sum, p, i) => sum + distance(apply(n, p), to[i] as Point) ** 2, 0);
        const best = error(m);
        const [a, b, c, d, e, f] = m;
        for (const h of [-0.01, 0.01]) {
          expect(error([a + h, b, c, d, e + h, f])).toBeGreaterThanOrEqual(best - 1e-6 * (1 + best));
          expect(error([a, b - h, c, d + h, e, f])).toBeGreaterThanOrEqual(best - 1e-6 * (1 + best));
          expect(error([a, b, c + h, d, e, f + h])).toBeGreaterThanOrEqual(best - 1e-6 * (1 + best));
        }
      }),
    );
  });

  it('never reflects', () => {
    const square: Point[] = [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ];
    const [a, b, , d, e] = similarity(
      square,
      square.map(([x, y]): Point => [-x, y]),
    );
    expect(a * e - b * d).toBeGreaterThanOrEqual(0);
    expect(
      scaleOf(
        similarity(
          square,
          square.map(([x, y]): Point => [3 * x, 3 * y]),
        ),
      ),
    ).toBeCloseTo(3, 9);
  });

  it('refuses points that say nothing', () => {
    expect(() => similarity([[1, 1]], [[2, 2]])).toThrow(RangeError);
    expect(() =>
      similarity(
        [
          [1, 1],
          [1, 1],
        ],
        [
          [2, 2],
          [3, 3],
        ],
      ),
    ).toThrow(RangeError);
  });
});
