/** Quadrilaterals, pure. */
import { distance, type Point } from '../../affine.ts';
import { convexHull } from '../rotated-rect.ts';

/** Corners in order around it. */
export type Quad = readonly [Point, Point, Point, Point];

export const scaledQuad = (quad: Quad, sx: number, sy: number): Quad =>
  quad.map(([x, y]) => [x * sx, y * sy] as const) as unknown as Quad;

/** Grown from its centre, each side in proportion. */
export function grownQuad(quad: Quad, times: number): Quad {
  const [cx, cy] = [0, 1].map((k) => quad.reduce((sum, point) => sum + (point[k] as number), 0) / 4) as [
    number,
    number,
  ];
  return quad.map(([x, y]) => [cx + (x - cx) * times, cy + (y - cy) * times] as const) as unknown as Quad;
}

/** Of the square of its base: a triangle that is only a rounding of a line. */
const FLAT = 1e-6;

/**
 * A small quadrilateral around the points: of their hull's edges, the one whose neighbours close the gap with the least new area goes,
 * until four are left. `undefined` where that closes nowhere.
 */
export function quadAround(points: readonly Point[]): Quad | undefined {
  const hull = convexHull(points);
  const corners = hull.filter((point, i) => {
    const [before, after] = [hull.at(i - 1) as Point, hull[(i + 1) % hull.length] as Point];
    return areaOf(before, point, after) > FLAT * distance(before, after) ** 2;
  });
  while (corners.length > 4) {
    let least = Infinity;
    let at = -1;
    let corner: Point = [0, 0];
    for (const [i, b] of corners.entries()) {
      const [a, c, d] = [corners.at(i - 1), corners[(i + 1) % corners.length], corners[(i + 2) % corners.length]];
      const meeting = meet(a as Point, b, d as Point, c as Point);
      if (!meeting) continue;
      const area = areaOf(b, meeting, c as Point);
      if (area >= least) continue;
      [least, at, corner] = [area, i, meeting];
    }
    if (at < 0) return undefined;
    // The edge from corner `at` to the next goes: both become the point where their other edges meet.
    corners.splice(at, 1, corner);
    corners.splice(at + 1 === corners.length ? 0 : at + 1, 1);
  }
  return corners.length === 4 ? (corners as unknown as Quad) : undefined;
}

/** Where a→b goes on beyond b and d→c beyond c to the same point. */
function meet(a: Point, b: Point, d: Point, c: Point): Point | undefined {
  const [ux, uy, vx, vy] = [b[0] - a[0], b[1] - a[1], c[0] - d[0], c[1] - d[1]];
  const cross = ux * vy - uy * vx;
  const s = ((c[0] - b[0]) * vy - (c[1] - b[1]) * vx) / cross;
  const t = ((c[0] - b[0]) * uy - (c[1] - b[1]) * ux) / cross;
  return s >= 0 && t >= 0 && Number.isFinite(s) && Number.isFinite(t) ? [b[0] + ux * s, b[1] + uy * s] : undefined;
}

const areaOf = (a: Point, b: Point, c: Point): number =>
  Math.abs((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])) / 2;
