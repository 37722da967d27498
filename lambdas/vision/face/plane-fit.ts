/** How well the motion of one plane lays a face's picture over that of the next frame. Pure. */
import type { FaceView } from '../../domain/evidence.ts';
import { chain, type Homography, project, reverse } from '../homography.ts';
import { solver } from '../least-squares.ts';

/** Grey values, and the map from coordinates about the middle (1 is half the width) to pixels. */
interface Layer {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

const ROUNDS = 20;
/** Squared grey values per half width: keeps still what a face without contrast leaves open. */
const DAMPING = 16;
/** Of `a`'s contrast: with less in `b` there is no face to follow. */
const LEAST_GAIN = 0.05;

/**
 * Correlation of the two faces' grey values once the best homography has laid `a` on `b`: 1 for copies, whatever their
 * brightness and contrast. Coarse to fine, by S. Baker, I. Matthews, "Lucas-Kanade 20 years on", 2004 (inverse compositional).
 * @param start a first guess, from the picture of `a` to the picture of `b`
 */
export function planeFit(a: FaceView, b: FaceView, start: Homography): number {
  let map = chain(toMiddle(b), chain(start, reverse(toMiddle(a))));
  let fit = -1;
  for (const blur of [6, 1]) {
    const [from, to] = [layer(a, blur), layer(b, blur)];
    const found = align(from, to, map);
    map = found.map;
    fit = found.fit;
  }
  return fit;
}

/** Picture → coordinates about the view's middle. */
function toMiddle({ left, top, scale, width, height }: FaceView): Homography {
  const unit = (2 * scale) / width;
  return [unit, 0, -left * unit - 1, 0, unit, -top * unit - height / width, 0, 0];
}

function align(from: Layer, to: Layer, start: Homography): { readonly map: Homography; readonly fit: number } {
  const points = facePoints(from);
  const own = Float64Array.from(points, (point) => valueAt(from, point));
  const step = solver(
    points.map(([x, y], i) => steepestDescent(from, x, y, own[i] as number)),
    10,
    DAMPING,
  );
  let best = { map: start, fit: -1 };
  let map = start;
  for (let round = 0; round < ROUNDS; round++) {
    const seen = Float64Array.from(points, (point) => valueAt(to, project(map, point)));
    const fit = correlation(own, seen);
    const gained = fit - best.fit;
    if (gained > 0) best = { map, fit };
    if (!(Math.abs(gained) > 1e-5) || gained < -0.1) break;
    const [p0 = 0, p1 = 0, p2 = 0, p3 = 0, p4 = 0, p5 = 0, p6 = 0, p7 = 0, gain = 0] = step(seen);
    if (!(gain > LEAST_GAIN)) break;
    // The step was found in the contrast of `to`.
    const [a, b, c, d, e, f, g, h] = [p0, p1, p2, p3, p4, p5, p6, p7].map((p) => p / gain) as unknown as Homography;
    map = chain(map, reverse([1 + a, b, c, d, 1 + e, f, g, h]));
  }
  return best;
}

/** How a pixel's value changes with each number of the map, and with gain and offset. */
function steepestDescent(layer: Layer, x: number, y: number, value: number): Float64Array {
  const step = 2 / layer.width;
  const gx = (valueAt(layer, [x + step, y]) - valueAt(layer, [x - step, y])) / (2 * step);
  const gy = (valueAt(layer, [x, y + step]) - valueAt(layer, [x, y - step])) / (2 * step);
  const turn = -(gx * x + gy * y);
  return Float64Array.of(gx * x, gx * y, gx, gy * x, gy * y, gy, turn * x, turn * y, value, 1);
}

/** Pixels of the ellipse that is face, whatever stands around it. */
function facePoints({ width, height }: Layer): (readonly [number, number])[] {
  return Array.from({ length: width * height }, (_, i): readonly [number, number] => [
    ((i % width) + 0.5) * (2 / width) - 1,
    (Math.floor(i / width) + 0.5) * (2 / width) - height / width,
  ]).filter(([x, y]) => (x / 0.72) ** 2 + (y / 0.9) ** 2 < 1);
}

function correlation(one: Float64Array, other: Float64Array): number {
  let [sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0];
  for (let i = 0; i < one.length; i++) {
    const [a, b] = [one[i] as number, other[i] as number];
    sa += a;
    sb += b;
    saa += a * a;
    sbb += b * b;
    sab += a * b;
  }
  const n = one.length;
  return (n * sab - sa * sb) / Math.sqrt((n * saa - sa * sa) * (n * sbb - sb * sb) + 1e-9);
}

/** Bilinear, in coordinates about the middle; the nearest edge outside. */
function valueAt({ width, height, values }: Layer, [x, y]: readonly [number, number]): number {
  const u = Math.min(Math.max(((x + 1) * width) / 2 - 0.5, 0), width - 1.001);
  const v = Math.min(Math.max((y * width + height) / 2 - 0.5, 0), height - 1.001);
  const [i, j] = [Math.floor(u), Math.floor(v)];
  const [fx, fy] = [u - i, v - j];
  const at = j * width + i;
  const upper = (values[at] as number) * (1 - fx) + (values[at + 1] as number) * fx;
  const lower = (values[at + width] as number) * (1 - fx) + (values[at + width + 1] as number) * fx;
  return upper * (1 - fy) + lower * fy;
}

/** The view, averaged with its neighbour pixels so many times. */
function layer({ width, height, luma }: FaceView, times: number): Layer {
  let values = Float32Array.from(luma);
  for (let time = 0; time < times; time++) values = average(average(values, 1, width), width, width);
  return { width, height, values };
}

/** ¼, ½, ¼ with the values `step` before and after; the border rows stay. */
function average(values: Float32Array<ArrayBuffer>, step: number, margin: number): Float32Array<ArrayBuffer> {
  const out = values.slice();
  for (let i = margin; i < values.length - margin; i++) {
    out[i] = ((values[i - step] as number) + 2 * (values[i] as number) + (values[i + step] as number)) / 4;
  }
  return out;
}
