import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Point } from '../../lambdas/vision/affine.ts';
import { bestHomography, chain, type Homography, project, reverse } from '../../lambdas/vision/homography.ts';

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
/** Points spread over a face of about 200 pixels. */
const grid: readonly Point[] = Array.from({ length: 30 }, (_, i) => [
  300 + (i % 6) * 40 + (i % 7) * 3,
  200 + Math.floor(i / 6) * 45 + (i % 5) * 4,
]);
/** Moved, zoomed, turned and tilted, as a photo in a hand. */
const anyPlane: fc.Arbitrary<Homography> = fc
  .record({
    zoom: between(0.5, 2),
    angle: between(-3, 3),
    shift: fc.tuple(between(-200, 200), between(-200, 200)),
    tilt: fc.tuple(between(-5e-4, 5e-4), between(-5e-4, 5e-4)),
  })
  .map(({ zoom, angle, shift, tilt }) => {
    const [c, s] = [zoom * Math.cos(angle), zoom * Math.sin(angle)];
    return [c, -s, shift[0], s, c, shift[1], ...tilt];
  });
const close = ([x, y]: Point, [u, v]: Point) => expect(Math.hypot(x - u, y - v)).toBeLessThan(1e-6);
const move = (map: Homography, points: readonly Point[]) => points.map((point) => project(map, point));

/** Root mean square of what the map leaves. */
const residual = (map: Homography, from: readonly Point[], to: readonly Point[]): number =>
  Math.hypot(...from.flatMap((point, i) => project(map, point).map((v, k) => v - (to[i]?.[k] as number)))) /
  Math.sqrt(from.length);

describe('the best homography', () => {
  it('finds the map of a photo that was moved, zoomed, turned and tilted', () => {
    fc.assert(
      fc.property(anyPlane, (map) => {
        const found = bestHomography(grid, move(map, grid));
        for (const point of grid) close(project(found, point), project(map, point));
      }),
    );
  });

  it('leaves no more than the noise of the points', () => {
    const noise = fc.array(fc.tuple(between(-2, 2), between(-2, 2)), { minLength: 30, maxLength: 30 });
    fc.assert(
      fc.property(anyPlane, noise, (map, shakes) => {
        const moved = move(map, grid);
        const shaken = moved.map(([x, y], i): Point => [x + (shakes[i]?.[0] ?? 0), y + (shakes[i]?.[1] ?? 0)]);
        const left = residual(bestHomography(grid, shaken), grid, shaken);
        expect(left).toBeLessThanOrEqual(residual(map, grid, shaken) * 1.01 + 1e-6);
      }),
    );
  });

  it('is undone by its reverse, and chains as maps do', () => {
    fc.assert(
      fc.property(anyPlane, anyPlane, fc.constantFrom(...grid), (first, second, point) => {
        close(project(reverse(first), project(first, point)), point);
        close(project(chain(second, first), point), project(second, project(first, point)));
      }),
    );
  });

  it('is refused for points on one line, too few, or unequal lists', () => {
    const line = grid.map((_, i): Point => [i, 2 * i]);
    expect(() => bestHomography(line, line)).toThrow(RangeError);
    expect(() => bestHomography(grid.slice(0, 3), grid.slice(0, 3))).toThrow(RangeError);
    expect(() => bestHomography(grid, grid.slice(1))).toThrow(RangeError);
  });
});
