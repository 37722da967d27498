/** Points and affine maps of the plane, pure. */
import type { Box } from '../domain/evidence.ts';

export type Point = readonly [x: number, y: number];

/** x' = a·x + b·y + c, y' = d·x + e·y + f. */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

export const apply = (map: Affine, point: Point): Point => [
  map[0] * point[0] + map[1] * point[1] + map[2],
  map[3] * point[0] + map[4] * point[1] + map[5],
];

/** Maps by `first`, then by `second`. */
export function compose(second: Affine, first: Affine): Affine {
  const [a, b, c, d, e, f] = second;
  const [g, h, i, j, k, l] = first;
  return [a * g + b * j, a * h + b * k, a * i + b * l + c, d * g + e * j, d * h + e * k, d * i + e * l + f];
}

/** The inverse map. Throws on a matrix without one: that is a bug of the caller's. */
export function invert([a, b, c, d, e, f]: Affine): Affine {
  const det = a * e - b * d;
  if (!Number.isFinite(1 / det)) throw new RangeError('an affine map without an inverse');
  return [e / det, -b / det, (b * f - e * c) / det, -d / det, a / det, (d * c - a * f) / det];
}

/** Length factor: the square root of the area factor. */
export const scaleOf = ([a, b, , d, e]: Affine): number => Math.sqrt(Math.abs(a * e - b * d));

/**
 * Least-squares similarity (rotation, uniform scale, shift, no reflection) that maps `from` onto `to`.
 * S. Umeyama, "Least-squares estimation of transformation parameters between two point patterns", 1991; in the plane it
 * has this closed form. Throws RangeError unless both hold the same number (≥ 2) of points and `from` has extent.
 */
export function similarity(from: readonly Point[], to: readonly Point[]): Affine {
  if (from.length !== to.length || from.length < 2) throw new RangeError('similarity needs two equal lists of points');
  const [mx, my] = centroid(from);
  const [nx, ny] = centroid(to);
  let dot = 0;
  let cross = 0;
  let spread = 0;
  from.forEach(([px, py], i) => {
    const [qx, qy] = to[i] as Point;
    const [sx, sy, tx, ty] = [px - mx, py - my, qx - nx, qy - ny];
    dot += sx * tx + sy * ty;
    cross += sx * ty - sy * tx;
    spread += sx * sx + sy * sy;
  });
  if (!(spread > 0)) throw new RangeError('similarity needs points that differ');
  const c = dot / spread;
  const s = cross / spread;
  return [c, -s, nx - c * mx + s * my, s, c, ny - s * mx - c * my];
}

function centroid(points: readonly Point[]): Point {
  let [x, y] = [0, 0];
  for (const p of points) [x, y] = [x + p[0], y + p[1]];
  return [x / points.length, y / points.length];
}

export const distance = (p: Point, q: Point): number => Math.hypot(p[0] - q[0], p[1] - q[1]);

/** Smallest box around the points. */
export function boxAround(points: readonly Point[]): Box {
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (const point of points) {
    left = Math.min(left, point[0]);
    top = Math.min(top, point[1]);
    right = Math.max(right, point[0]);
    bottom = Math.max(bottom, point[1]);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

export const centreOf = (box: Box): Point => [box.x + box.width / 2, box.y + box.height / 2];
