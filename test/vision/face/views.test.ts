import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply, invert, type Point } from '../../../lambdas/vision/affine.ts';
import { DETECTOR_SIDE } from '../../../lambdas/vision/face/boxes.ts';
import { tileViews, wholeView } from '../../../lambdas/vision/face/views.ts';

const size = fc.record({ width: fc.integer({ min: 32, max: 5000 }), height: fc.integer({ min: 32, max: 5000 }) });
const turns = fc.constantFrom<0 | 1 | 2 | 3>(0, 1, 2, 3);
const inside = ([x, y]: Point, margin = 1e-6) =>
  x >= -margin && y >= -margin && x <= DETECTOR_SIDE + margin && y <= DETECTOR_SIDE + margin;

describe('the whole view', () => {
  it('holds every corner of the picture, and its centre in the middle', () => {
    fc.assert(
      fc.property(size, turns, ({ width, height }, turn) => {
        const view = wholeView({ width, height }, turn);
        const corners: Point[] = [
          [0, 0],
          [width, 0],
          [0, height],
          [width, height],
        ];
        for (const corner of corners) expect(inside(apply(view, corner))).toBe(true);
        const [x, y] = apply(view, [width / 2, height / 2]);
        expect(x).toBeCloseTo(DETECTOR_SIDE / 2, 6);
        expect(y).toBeCloseTo(DETECTOR_SIDE / 2, 6);
      }),
    );
  });

  it('turned once shows the left edge of the picture on top', () => {
    const [, y] = apply(wholeView({ width: 100, height: 100 }, 1), [0, 50]);
    expect(y).toBeCloseTo(0, 9);
    const [x] = apply(wholeView({ width: 100, height: 100 }, 1), [50, 0]);
    expect(x).toBeCloseTo(DETECTOR_SIDE, 9);
  });
});

describe('tiles', () => {
  it('show any face of up to half a tile whole, in at least one of them', () => {
    const where = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(size, fc.constantFrom(1 / 2, 1 / 4), turns, where, where, (picture, share, turn, u, v) => {
        const views = tileViews(picture, share, turn);
        fc.pre(views.length > 0);
        const side = Math.max(picture.width, picture.height) * share;
        const face = Math.min(side / 2, picture.width, picture.height);
        const [x, y] = [u * (picture.width - face), v * (picture.height - face)];
        const corners: Point[] = [
          [x, y],
          [x + face, y],
          [x, y + face],
          [x + face, y + face],
        ];
        expect(views.some((view) => corners.every((corner) => inside(apply(view, corner), 1e-3)))).toBe(true);
      }),
    );
  });

  it('lie within the picture along its longer side', () => {
    for (const view of tileViews({ width: 1200, height: 800 }, 1 / 2)) {
      const [left, top] = apply(invert(view), [0, 0]);
      const [right, bottom] = apply(invert(view), [DETECTOR_SIDE, DETECTOR_SIDE]);
      expect(left).toBeGreaterThanOrEqual(-1e-9);
      expect(right).toBeLessThanOrEqual(1200 + 1e-9);
      expect(top).toBeGreaterThanOrEqual(-1e-9);
      expect(bottom).toBeLessThanOrEqual(800 + 1e-9);
    }
  });

  it('are few, and none where they would only enlarge', () => {
    expect(tileViews({ width: 1200, height: 800 }, 1 / 2)).toHaveLength(6);
    expect(tileViews({ width: 1200, height: 1200 }, 1 / 4)).toHaveLength(49);
    expect(tileViews({ width: 200, height: 150 }, 1 / 2)).toHaveLength(0);
  });
});
