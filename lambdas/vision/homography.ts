/** Maps of one plane's picture onto another picture of the same plane. Pure. */
import type { Point } from './affine.ts';
import { leastSquares } from './least-squares.ts';

/** (x, y) → ((a·x + b·y + c) / w, (d·x + e·y + f) / w) with w = g·x + h·y + 1. */
export type Homography = readonly [
  a: number,
  b: number,
  c: number,
  d: number,
  e: number,
  f: number,
  g: number,
  h: number,
];

/** Infinite where the point's ray never meets the other picture. */
export function project([a, b, c, d, e, f, g, h]: Homography, [x, y]: Point): Point {
  const w = g * x + h * y + 1;
  return [(a * x + b * y + c) / w, (d * x + e * y + f) / w];
}

/** Maps by `first`, then by `second`. */
export function chain(second: Homography, first: Homography): Homography {
  const [p, q] = [
    [...second, 1],
    [...first, 1],
  ];
  const at = (i: number, j: number) =>
    [0, 1, 2].reduce((sum, k) => sum + (p[i * 3 + k] as number) * (q[k * 3 + j] as number), 0);
  const w = at(2, 2);
  return [0, 1, 2, 3, 4, 5, 6, 7].map((n) => at(Math.floor(n / 3), n % 3) / w) as unknown as Homography;
}

/** The inverse map. */
export function reverse([a, b, c, d, e, f, g, h]: Homography): Homography {
  const w = a * e - b * d;
  return [e - f * h, c * h - b, b * f - c * e, f * g - d, a - c * g, c * d - a * f, d * h - e * g, b * g - a * h].map(
    (v) => v / w,
  ) as unknown as Homography;
}

/**
 * Least squares of ‖w·to − (map · from)‖ on points shifted to their centre and scaled to unit spread (R. Hartley, "In
 * defence of the eight-point algorithm", 1997), then twice reweighted by w, which makes it the distance in the picture.
 * Throws RangeError unless both lists are equally long, hold at least 4 points, and are not all on one line.
 */
export function bestHomography(from: readonly Point[], to: readonly Point[]): Homography {
  if (from.length !== to.length || from.length < 4)
    throw new RangeError('a homography needs two equal lists of points');
  const [source, target] = [unitSpread(from), unitSpread(to)];
  const pairs = from.map((point, i) => [project(source, point), project(target, to[i] as Point)] as const);
  let map: Homography = [1, 0, 0, 0, 1, 0, 0, 0];
  for (let round = 0; round < 3; round++) {
    const equations = leastSquares(8);
    for (const [[x, y], [u, v]] of pairs) {
      const weight = 1 / (map[6] * x + map[7] * y + 1) ** 2;
      equations.add([x, y, 1, 0, 0, 0, -u * x, -u * y], u, weight);
      equations.add([0, 0, 0, x, y, 1, -v * x, -v * y], v, weight);
    }
    map = equations.solve() as unknown as Homography;
  }
  return chain(reverse(target), chain(map, source));
}

/** Shifts the points' centre to the origin and scales their spread to 1. */
function unitSpread(points: readonly Point[]): Homography {
  const [cx, cy] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const spread = Math.sqrt(mean(points.map((point) => squaredDistance(point, [cx, cy]))));
  if (!(spread > 0)) throw new RangeError('a homography needs points that differ');
  return [1 / spread, 0, -cx / spread, 0, 1 / spread, -cy / spread, 0, 0];
}

const squaredDistance = ([x, y]: Point, [u, v]: Point): number => (x - u) ** 2 + (y - v) ** 2;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
