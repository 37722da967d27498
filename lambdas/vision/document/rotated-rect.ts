/** Rectangles at any angle, pure. */

import type { Box } from '../../domain/evidence.ts';
import { type Affine, apply, boxAround, type Point } from '../affine.ts';

/** Pixels of the image; `angle` in radians from the x axis to `width`, which is the longer side of what a detector found. */
export interface RotatedRect {
  readonly cx: number;
  readonly cy: number;
  readonly width: number;
  readonly height: number;
  readonly angle: number;
}

/** Coordinates along and across a direction. */
export const along = ({ cx, cy }: { cx: number; cy: number }, angle: number): { u: number; v: number } => ({
  u: cx * Math.cos(angle) + cy * Math.sin(angle),
  v: -cx * Math.sin(angle) + cy * Math.cos(angle),
});

/** The point at `u` along and `v` across a direction. */
export const fromAlong = (u: number, v: number, angle: number): { cx: number; cy: number } => ({
  cx: u * Math.cos(angle) - v * Math.sin(angle),
  cy: u * Math.sin(angle) + v * Math.cos(angle),
});

/** Moved by `du` along and `dv` across its own direction. */
export const shifted = (rect: RotatedRect, du: number, dv: number): RotatedRect => {
  const { u, v } = along(rect, rect.angle);
  return { ...rect, ...fromAlong(u + du, v + dv, rect.angle) };
};

/** Maps the rectangle onto `width` × `height` pixels. */
export const onto = (rect: RotatedRect, width: number, height: number): Affine => {
  const sx = width / rect.width;
  const sy = height / rect.height;
  const [cos, sin] = [Math.cos(rect.angle), Math.sin(rect.angle)];
  return [
    cos * sx,
    sin * sx,
    width / 2 - (rect.cx * cos + rect.cy * sin) * sx,
    -sin * sy,
    cos * sy,
    height / 2 - (rect.cy * cos - rect.cx * sin) * sy,
  ];
};

export const corners = (rect: RotatedRect): Point[] => {
  const { u, v } = along(rect, rect.angle);
  return [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ].map(([i = 0, j = 0]) => {
    const { cx, cy } = fromAlong(u + (i * rect.width) / 2, v + (j * rect.height) / 2, rect.angle);
    return [cx, cy] as const;
  });
};

/** The rectangle under a rotation by a multiple of 90° (or any map that keeps angles and lengths). */
export const moved = (rect: RotatedRect, map: Affine): RotatedRect => {
  const [cx, cy] = apply(map, [rect.cx, rect.cy]);
  return { ...rect, cx, cy, angle: upright(rect.angle + Math.atan2(map[3], map[0])) };
};

/** Under scales that differ little between the axes: the rectangle stays one. */
export function scaled(rect: RotatedRect, sx: number, sy: number): RotatedRect {
  const [cos, sin] = [Math.cos(rect.angle), Math.sin(rect.angle)];
  return {
    cx: rect.cx * sx,
    cy: rect.cy * sy,
    width: rect.width * Math.hypot(cos * sx, sin * sy),
    height: rect.height * Math.hypot(sin * sx, cos * sy),
    angle: upright(Math.atan2(sin * sy, cos * sx)),
  };
}

/** An angle of a line of text that has no direction yet: −90° (excluded) to 90°. */
export const upright = (angle: number): number => {
  let a = angle;
  while (a > Math.PI / 2) a -= Math.PI;
  while (a <= -Math.PI / 2) a += Math.PI;
  return a;
};

export const boxOf = (rect: RotatedRect): Box => boxAround(corners(rect));

/** Corners of the convex hull, in order (A. M. Andrew's monotone chain, 1979). */
export function convexHull(points: readonly Point[]): Point[] {
  const sorted = points.toSorted(([ax, ay], [bx, by]) => ax - bx || ay - by);
  const chain = (ordered: readonly Point[]): Point[] => {
    const hull: Point[] = [];
    for (const point of ordered) {
      while (hull.length > 1 && turn(hull.at(-2) as Point, hull.at(-1) as Point, point) <= 0) hull.pop();
      hull.push(point);
    }
    return hull.slice(0, -1);
  };
  return [...chain(sorted), ...chain(sorted.toReversed())];
}

const turn = ([ox, oy]: Point, [ax, ay]: Point, [bx, by]: Point): number =>
  (ax - ox) * (by - oy) - (ay - oy) * (bx - ox);

/** The rectangle of least area around the points; its longer side is the width. `undefined` if they lie on one line. */
export function minAreaRect(points: readonly Point[]): RotatedRect | undefined {
  const hull = convexHull(points);
  if (hull.length < 3) return undefined;
  let least = Infinity;
  let found: RotatedRect | undefined;
  hull.forEach(([ax, ay], i) => {
    const [bx, by] = hull[(i + 1) % hull.length] as Point;
    const angle = Math.atan2(by - ay, bx - ax);
    const box = boxAround(hull.map(([cx, cy]) => Object.values(along({ cx, cy }, angle)) as [number, number]));
    if (box.width * box.height >= least) return;
    least = box.width * box.height;
    const centre = fromAlong(box.x + box.width / 2, box.y + box.height / 2, angle);
    found =
      box.width >= box.height
        ? { ...centre, width: box.width, height: box.height, angle: upright(angle) }
        : { ...centre, width: box.height, height: box.width, angle: upright(angle + Math.PI / 2) };
  });
  return found;
}
