/** Maps of one plane's picture onto another picture of the same plane. Pure. */
import type { Point } from './affine.ts';

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

/** What is left of the motion `from` → `to` under the best homography: root mean square in pixels of `to`. */
export function planeResidual(from: readonly Point[], to: readonly Point[]): number {
  const { map, scale } = bestMap(from, to);
  return rootMeanSquare(map, to.map(scale.to), from.map(scale.from)) / scale.factor;
}

interface Fit {
  readonly map: Homography;
  readonly scale: { from(point: Point): Point; to(point: Point): Point; readonly factor: number };
}

/**
 * Least squares of ‖w·to − (map · from)‖ on points shifted to their centre and scaled to unit spread (R. Hartley, "In
 * defence of the eight-point algorithm", 1997), then reweighted by w twice, which makes it the distance in the picture.
 * Throws RangeError unless both lists are equally long, hold at least 4 points, and are not all on one line.
 */
function bestMap(from: readonly Point[], to: readonly Point[]): Fit {
  if (from.length !== to.length || from.length < 4)
    throw new RangeError('a homography needs two equal lists of points');
  const [source, target] = [unit(from), unit(to)];
  const pairs = from.map((point, i) => [source.map(point), target.map(to[i] as Point)] as const);
  let map: Homography = [1, 0, 0, 0, 1, 0, 0, 0];
  for (let round = 0; round < 3; round++) map = solveWeighted(pairs, map);
  return { map, scale: { from: source.map, to: target.map, factor: target.factor } };
}

function solveWeighted(pairs: readonly (readonly [Point, Point])[], last: Homography): Homography {
  const normal = Array.from({ length: 8 }, () => new Float64Array(9));
  for (const [[x, y], [u, v]] of pairs) {
    const weight = 1 / (last[6] * x + last[7] * y + 1) ** 2;
    addRow(normal, [x, y, 1, 0, 0, 0, -u * x, -u * y, u], weight);
    addRow(normal, [0, 0, 0, x, y, 1, -v * x, -v * y, v], weight);
  }
  return solve(normal) as unknown as Homography;
}

/** One equation, into the normal equations. */
function addRow(normal: Float64Array[], row: readonly number[], weight: number): void {
  for (const [i, line] of normal.entries()) {
    for (let j = 0; j < 9; j++) line[j] = (line[j] as number) + weight * (row[i] as number) * (row[j] as number);
  }
}

/** Gauss–Jordan with row pivots; each row holds the coefficients, then the right side. */
function solve(rows: Float64Array[]): number[] {
  const n = rows.length;
  for (let column = 0; column < n; column++) {
    const at = (row: Float64Array) => Math.abs(row[column] as number);
    const pivot = rows.slice(column).toSorted((a, b) => at(b) - at(a))[0] as Float64Array;
    if (!(at(pivot) > 1e-9)) throw new RangeError('a homography needs points that do not lie on one line');
    const rest = rows.filter((row) => row !== pivot);
    rows = [...rest.slice(0, column), pivot, ...rest.slice(column)];
    for (const row of rest) {
      const factor = (row[column] as number) / (pivot[column] as number);
      for (let j = column; j <= n; j++) row[j] = (row[j] as number) - factor * (pivot[j] as number);
    }
  }
  return rows.map((row, i) => (row[n] as number) / (row[i] as number));
}

/** Shifts the points' centre to the origin and scales their spread to 1. */
function unit(points: readonly Point[]): { readonly map: (point: Point) => Point; readonly factor: number } {
  const [cx, cy] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const spread = Math.sqrt(mean(points.map((point) => squaredDistance(point, [cx, cy]))));
  if (!(spread > 0)) throw new RangeError('a homography needs points that differ');
  return { map: ([x, y]) => [(x - cx) / spread, (y - cy) / spread], factor: 1 / spread };
}

const rootMeanSquare = (map: Homography, to: readonly Point[], from: readonly Point[]): number =>
  Math.sqrt(mean(from.map((point, i) => squaredDistance(project(map, point), to[i] as Point))));

const squaredDistance = ([x, y]: Point, [u, v]: Point): number => (x - u) ** 2 + (y - v) ** 2;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
