/** How well the motion of one plane lays a face's picture over that of the next frame. Pure. */
import type { FaceView } from '../../domain/evidence.ts';
import { chain, type Homography, reverse } from '../homography.ts';
import { solver } from '../least-squares.ts';

/** A grey picture with values between its pixels. Coordinates are counted from its middle, in half widths. */
interface Layer {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** Places in a layer. */
interface Places {
  readonly xs: Float64Array;
  readonly ys: Float64Array;
}

/** From coarse to fine: how often each layer is averaged, and which share of its pixels (one in so many, both ways) is looked at. */
const LEVELS = [
  { blur: 6, every: 3 },
  { blur: 1, every: 2 },
] as const;
const ROUNDS = 15;
/** Squared grey values per half width: keeps still what a face without contrast leaves open. */
const DAMPING = 16;
/** Of `a`'s contrast: with less in `b` there is no face to follow. */
const LEAST_GAIN = 0.05;

/**
 * Correlation of the two faces' grey values once the best homography has laid `a` on `b`: 1 for copies, whatever their brightness and
 * contrast. S. Baker, I. Matthews, "Lucas-Kanade 20 years on", 2004: inverse compositional, with gain and offset.
 * @param start a first guess, from the picture of `a` to the picture of `b`
 */
export function planeFit(a: FaceView, b: FaceView, start: Homography): number {
  let found = { map: chain(aboutMiddle(b), chain(start, reverse(aboutMiddle(a)))), fit: -1 };
  for (const { blur, every } of LEVELS) {
    found = align(layer(a, blur), layer(b, blur), facePlaces(a, every), found.map);
  }
  return found.fit;
}

/** Picture → coordinates about the view's middle. */
function aboutMiddle({ left, top, scale, width, height }: FaceView): Homography {
  const unit = (2 * scale) / width;
  return [unit, 0, -left * unit - 1, 0, unit, -top * unit - height / width, 0, 0];
}

function align(
  from: Layer,
  to: Layer,
  places: Places,
  start: Homography,
): { readonly map: Homography; readonly fit: number } {
  const own = sample(from, places, [1, 0, 0, 0, 1, 0, 0, 0]);
  const step = solver(steepestDescent(from, places, own), 10, DAMPING);
  let best = { map: start, fit: -1 };
  let map = start;
  for (let round = 0; round < ROUNDS; round++) {
    const seen = sample(to, places, map);
    const fit = correlation(own, seen);
    const gained = fit - best.fit;
    if (gained > 0) best = { map, fit };
    if (!(Math.abs(gained) > 2e-5) || gained < -0.1) break;
    const [p0 = 0, p1 = 0, p2 = 0, p3 = 0, p4 = 0, p5 = 0, p6 = 0, p7 = 0, gain = 0] = step(seen);
    if (!(gain > LEAST_GAIN)) break;
    // The step was found in the contrast of `to`.
    const [a, b, c, d, e, f, g, h] = [p0, p1, p2, p3, p4, p5, p6, p7].map((p) => p / gain) as unknown as Homography;
    map = chain(map, reverse([1 + a, b, c, d, 1 + e, f, g, h]));
  }
  return best;
}

/** How each value changes with the eight numbers of a map, and with gain and offset. */
function steepestDescent(layer: Layer, places: Places, values: Float64Array): Float64Array[] {
  const step = 2 / layer.width;
  const shifted = (x: number, y: number) => sample(layer, places, [1, 0, x, 0, 1, y, 0, 0]);
  const [right, left, below, above] = [shifted(step, 0), shifted(-step, 0), shifted(0, step), shifted(0, -step)];
  return Array.from(values, (value, i) => {
    const [x, y] = [places.xs[i] as number, places.ys[i] as number];
    const gx = ((right[i] as number) - (left[i] as number)) / (2 * step);
    const gy = ((below[i] as number) - (above[i] as number)) / (2 * step);
    const turn = -(gx * x + gy * y);
    return Float64Array.of(gx * x, gx * y, gx, gy * x, gy * y, gy, turn * x, turn * y, value, 1);
  });
}

/** Pixels of the ellipse that is face, whatever stands around it. */
function facePlaces({ width, height }: FaceView, every: number): Places {
  const [xs, ys]: [number[], number[]] = [[], []];
  for (let j = 0; j < height; j += every) {
    for (let i = 0; i < width; i += every) {
      const [x, y] = [((i + 0.5) * 2) / width - 1, ((j + 0.5) * 2 - height) / width];
      if ((x / 0.72) ** 2 + (y / 0.9) ** 2 >= 1) continue;
      xs.push(x);
      ys.push(y);
    }
  }
  return { xs: Float64Array.from(xs), ys: Float64Array.from(ys) };
}

/** Values at the mapped places, bilinear; the nearest edge outside. */
function sample({ width, height, values }: Layer, { xs, ys }: Places, map: Homography): Float64Array {
  const [a, b, c, d, e, f, g, h] = map;
  const out = new Float64Array(xs.length);
  const [right, bottom] = [width - 1.001, height - 1.001];
  for (let i = 0; i < out.length; i++) {
    const [x, y] = [xs[i] as number, ys[i] as number];
    const w = g * x + h * y + 1;
    const u = Math.min(Math.max((((a * x + b * y + c) / w + 1) * width) / 2 - 0.5, 0), right);
    const v = Math.min(Math.max((((d * x + e * y + f) / w) * width + height) / 2 - 0.5, 0), bottom);
    const [fx, fy] = [u - Math.floor(u), v - Math.floor(v)];
    const at = Math.floor(v) * width + Math.floor(u);
    const upper = (values[at] as number) * (1 - fx) + (values[at + 1] as number) * fx;
    const lower = (values[at + width] as number) * (1 - fx) + (values[at + width + 1] as number) * fx;
    out[i] = upper * (1 - fy) + lower * fy;
  }
  return out;
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
