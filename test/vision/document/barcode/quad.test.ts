import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Point } from '../../../../lambdas/vision/affine.ts';
import { grownQuad, quadAround } from '../../../../lambdas/vision/document/barcode/quad.ts';

const near = (from: number, to: number) => fc.double({ min: from, max: to, noNaN: true });
/** Four corners of a card that was seen from somewhere. */
const seen = fc.tuple(
  fc.tuple(near(0, 20), near(0, 20)),
  fc.tuple(near(180, 200), near(0, 20)),
  fc.tuple(near(180, 200), near(80, 100)),
  fc.tuple(near(0, 20), near(80, 100)),
);

test('around the points of a quadrilateral lies that quadrilateral', () => {
  fc.assert(
    fc.property(seen, (corners) => {
      const points = corners.flatMap(([ax, ay], i): Point[] => {
        const [bx, by] = corners[(i + 1) % 4] as Point;
        return [0, 0.2, 0.4, 0.6, 0.8].map((t) => [ax + (bx - ax) * t, ay + (by - ay) * t]);
      });
      const quad = quadAround(points);
      for (const [x, y] of corners)
        expect(Math.min(...(quad ?? []).map(([u, v]) => Math.hypot(u - x, v - y)))).toBeLessThan(0.5);
    }),
  );
});

test('rounded corners are given back', () => {
  const rounded: Point[] = [
    [5, 0],
    [95, 0],
    [98, 2],
    [100, 5],
    [100, 45],
    [95, 50],
    [5, 50],
    [2, 48],
    [0, 45],
    [0, 5],
    [2, 2],
  ];
  const expected = [
    [0, 0],
    [100, 0],
    [100, 50],
    [0, 50],
  ];
  const quad = quadAround(rounded)?.map((point) => point.map((length) => Math.round(length) + 0));
  expect(quad).toHaveLength(4);
  expect(quad).toEqual(expect.arrayContaining(expected));
});

test('points on a line, or fewer than four corners, have none', () => {
  expect(quadAround([])).toBeUndefined();
  expect(
    quadAround([
      [0, 0],
      [1, 1],
      [2, 2],
    ]),
  ).toBeUndefined();
  expect(
    quadAround([
      [0, 0],
      [4, 0],
      [0, 4],
    ]),
  ).toBeUndefined();
});

test('grows about its centre', () => {
  expect(
    grownQuad(
      [
        [0, 0],
        [10, 0],
        [10, 4],
        [0, 4],
      ],
      2,
    ),
  ).toEqual([
    [-5, -2],
    [15, -2],
    [15, 6],
    [-5, 6],
  ]);
});
