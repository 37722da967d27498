import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Point } from '../../lambdas/vision/affine.ts';
import { type Homography, planeResidual, project } from '../../lambdas/vision/homography.ts';

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
/** Points spread over a face of about 200 pixels, so that none lies on the line of others. */
const grid: readonly Point[] = Array.from({ length: 30 }, (_, i) => [
  300 + (i % 6) * 40 + (i % 7) * 3,
  200 + Math.floor(i / 6) * 45 + (i % 5) * 4,
]);
/** Moved, zoomed, turned and tilted, as a photo in a hand. */
const anyPlane: fc.Arbitrary<Homography> = fc
  .tuple(
    between(0.5, 2),
    between(-3, 3),
    between(-200, 200),
    between(-200, 200),
    between(-5e-4, 5e-4),
    between(-5e-4, 5e-4),
  )
  .map(([zoom, angle, x, y, g, h]) => {
    const [c, s] = [zoom * Math.cos(angle), zoom * Math.sin(angle)];
    return [c, -s, x, s, c, y, g, h];
  });

describe('what a plane cannot explain', () => {
  it('is nothing for a photo moved, zoomed, turned and tilted', () => {
    fc.assert(
      fc.property(anyPlane, (map) => {
        expect(
          planeResidual(
            grid,
            grid.map((point) => project(map, point)),
          ),
        ).toBeLessThan(1e-6);
      }),
    );
  });

  it('is the noise of the points, less what the eight numbers of the map take up', () => {
    fc.assert(
      fc.property(
        anyPlane,
        fc.array(fc.tuple(between(-2, 2), between(-2, 2)), { minLength: 30, maxLength: 30 }),
        (map, noise) => {
          const moved = grid.map((point) => project(map, point));
          const shaken = moved.map(([x, y], i): Point => [x + (noise[i]?.[0] ?? 0), y + (noise[i]?.[1] ?? 0)]);
          const sent = Math.sqrt(noise.reduce((sum, [x, y]) => sum + x * x + y * y, 0) / noise.length);
          expect(planeResidual(grid, shaken)).toBeLessThanOrEqual(sent * 1.01 + 1e-6);
        },
      ),
    );
  });

  it('grows with the depth of what is turned', () => {
    const residual = (depth: number) => {
      const turned = grid.map(([x, y], i): Point => {
        const [px, pz, yaw] = [x - 400, depth * Math.sin(i), 0.3];
        return [400 + px * Math.cos(yaw) + pz * Math.sin(yaw), y];
      });
      return planeResidual(grid, turned);
    };
    const values = [0, 10, 20, 40].map(residual);
    expect(values[0]).toBeLessThan(1e-6);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    expect(values[3]).toBeGreaterThan(5);
  });

  it('scales with the picture', () => {
    const to = grid.map(([x, y], i): Point => [x + Math.sin(i * 9) * 3, y + Math.cos(i * 7) * 3]);
    const twice = to.map(([x, y]): Point => [2 * x, 2 * y]);
    expect(planeResidual(grid, twice)).toBeCloseTo(2 * planeResidual(grid, to), 9);
  });

  it('is refused for points on one line, too few, or unequal lists', () => {
    const line = grid.map((_, i): Point => [i, 2 * i]);
    expect(() => planeResidual(line, line)).toThrow(RangeError);
    expect(() => planeResidual(grid.slice(0, 3), grid.slice(0, 3))).toThrow(RangeError);
    expect(() => planeResidual(grid, grid.slice(1))).toThrow(RangeError);
  });
});
