/** How far a head has turned in depth between two frames, by the points of its mesh. Pure. */
import { leastSquares } from '../least-squares.ts';

/** x and y in the picture, and the depth at the same scale. */
export type Space = readonly [x: number, y: number, z: number];

/**
 * Sine of the turn that the points' motion along their own depth shows, 0 for a plane.
 *
 * Seen from afar, a turned head moves its points by a linear map of the picture plus k times their depth. A photo needs no k: what
 * tilting it in perspective or bending it smoothly adds is of second order in the picture, and that is taken away first. Yet the
 * mesh is made by a network that knows faces only: in a photo tilted by 40° it sees a head that turns, with k up to 0.3. But what
 * turns as one piece is foreshortened by the cosine of the angle whose sine is k, a tilted photo by much more, and its mesh fits
 * no motion well. So k counts by its share of the foreshortening's sine, and by the share that it explains of the motion left.
 */
export const depthTurn = (from: readonly Space[], to: readonly Space[]): number =>
  (oneWay(from, to) + oneWay(to, from)) / 2;

function oneWay(from: readonly Space[], to: readonly Space[]): number {
  const [source, target] = [inUnits(from), inUnits(to)];
  const sheet = motion(source, target, ([x, y]) => [x, y, 1, x * x, x * y, y * y]);
  const head = motion(source, target, ([x, y, z]) => [x, y, 1, x * x, x * y, y * y, z]);
  const [largest, smallest] = stretches(head.across, head.down);
  const k = Math.hypot(head.across[6] as number, head.down[6] as number) / largest;
  const foreshortening = Math.sqrt(1 - (smallest / largest) ** 2);
  const explained = sheet.left > 0 ? 1 - head.left / sheet.left : 0;
  return k * (k < foreshortening ? k / foreshortening : 1) * explained;
}

/** The best map of this form, and the sum of squares that it leaves. */
function motion(from: readonly Space[], to: readonly Space[], terms: (point: Space) => readonly number[]) {
  const rows = from.map(terms);
  const [x, y] = [leastSquares(rows[0]?.length ?? 0), leastSquares(rows[0]?.length ?? 0)];
  rows.forEach((row, i) => {
    const [u, v] = to[i] as Space;
    x.add(row, u);
    y.add(row, v);
  });
  const [across, down] = [x.solve(), y.solve()];
  const place = (row: readonly number[], map: readonly number[]) =>
    row.reduce((sum, v, k) => sum + v * (map[k] as number), 0);
  const left = rows.reduce((sum, row, i) => {
    const [u, v] = to[i] as Space;
    return sum + (u - place(row, across)) ** 2 + (v - place(row, down)) ** 2;
  }, 0);
  return { across, down, left };
}

/** Singular values of the map's first two columns, the larger one first. */
function stretches([a = 0, b = 0]: readonly number[], [c = 0, d = 0]: readonly number[]): readonly [number, number] {
  const [sum, difference] = [Math.hypot(a + d, c - b) / 2, Math.hypot(a - d, c + b) / 2];
  return [sum + difference, Math.abs(sum - difference)];
}

/** About their middle, their spread in the picture being 1. */
function inUnits(points: readonly Space[]): Space[] {
  const middle = [0, 1, 2].map((k) => points.reduce((sum, point) => sum + (point[k] as number), 0) / points.length);
  const [cx = 0, cy = 0, cz = 0] = middle;
  const spread = Math.sqrt(points.reduce((sum, [x, y]) => sum + (x - cx) ** 2 + (y - cy) ** 2, 0) / points.length);
  return points.map(([x, y, z]) => [(x - cx) / spread, (y - cy) / spread, (z - cz) / spread]);
}
