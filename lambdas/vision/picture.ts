/**
 * Pixels and resampling, pure. Coordinates are continuous: pixel (i, j) covers [i, i+1) × [j, j+1), so that a resize is
 * a plain scale and a half-size level is an exact ×0.5.
 */
import { type Affine, invert, scaleOf } from './affine.ts';

/** RGB, interleaved, 8 bits, sRGB: `data.length === width * height * 3`. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A decoded upload, upright. */
export interface Picture extends Raster {
  readonly format: 'jpeg' | 'png' | 'webp' | 'avif' | 'tiff' | 'gif';
  /** Pixels of this raster per pixel of the upload: 1, or less where the upload was shrunk to the side limit. */
  readonly scale: number;
}

/** What lies outside the source: black, as most networks were trained with, or the nearest edge pixel. */
export type Outside = 'black' | 'edge';

// Half-size levels, made once per raster and dropped with it: detection, mesh, chips and quality look at one photo
// ten times, at different scales.
const halves = new WeakMap<Raster, Raster>();

/**
 * Resamples `width` × `height` pixels of `source`. `matrix` maps source to target. Bilinear; where it shrinks by more
 * than two the source is first averaged in 2×2 steps, so that fine texture does not alias.
 */
export function warp(
  source: Raster,
  matrix: Affine,
  width: number,
  height: number,
  outside: Outside = 'black',
): Raster {
  let level = source;
  let [a, b, c, d, e, f] = invert(matrix);
  for (let scale = scaleOf(matrix); scale <= 0.5 && level.width > 1 && level.height > 1; scale *= 2) {
    level = half(level);
    [a, b, c, d, e, f] = [a / 2, b / 2, c / 2, d / 2, e / 2, f / 2];
  }
  const data = new Uint8Array(width * height * 3);
  const { data: from, width: w, height: h } = level;
  const row = w * 3;
  let o = 0;
  for (let y = 0; y < height; y++) {
    // Target pixel centres, then minus the source's half pixel: u, v count from the centre of source pixel (0, 0).
    let u = a * 0.5 + b * (y + 0.5) + c - 0.5;
    let v = d * 0.5 + e * (y + 0.5) + f - 0.5;
    // Written out: every network input and every page passes here.
    for (let x = 0; x < width; x++, u += a, v += d, o += 3) {
      if (!(u >= 0 && v >= 0 && u < w - 1 && v < h - 1)) {
        blendAtBorder(level, u, v, outside, data, o);
        continue;
      }
      const x0 = u | 0;
      const y0 = v | 0;
      const fx = u - x0;
      const fy = v - y0;
      const w11 = fx * fy;
      const w10 = fx - w11;
      const w01 = fy - w11;
      const w00 = 1 - fx - w01;
      const i = y0 * row + x0 * 3;
      const j = i + row;
      data[o] = at(from, i) * w00 + at(from, i + 3) * w10 + at(from, j) * w01 + at(from, j + 3) * w11 + 0.5;
      data[o + 1] = at(from, i + 1) * w00 + at(from, i + 4) * w10 + at(from, j + 1) * w01 + at(from, j + 4) * w11 + 0.5;
      data[o + 2] = at(from, i + 2) * w00 + at(from, i + 5) * w10 + at(from, j + 2) * w01 + at(from, j + 5) * w11 + 0.5;
    }
  }
  return { width, height, data };
}

/** One pixel whose four neighbours do not all lie in the source. */
function blendAtBorder(
  { width, height, data }: Raster,
  u: number,
  v: number,
  outside: Outside,
  out: Uint8Array,
  o: number,
) {
  if (outside === 'black' && !(u > -1 && v > -1 && u < width && v < height)) return;
  const x0 = Math.floor(u);
  const y0 = Math.floor(v);
  const sums = [0.5, 0.5, 0.5];
  for (const y of [y0, y0 + 1]) {
    for (const x of [x0, x0 + 1]) {
      if (outside === 'black' && (x < 0 || y < 0 || x >= width || y >= height)) continue;
      const weight = (1 - Math.abs(u - x)) * (1 - Math.abs(v - y));
      const i = (clamp(y, height) * width + clamp(x, width)) * 3;
      for (let k = 0; k < 3; k++) sums[k] = (sums[k] as number) + at(data, i + k) * weight;
    }
  }
  out.set(sums, o);
}

/** The whole raster at another size. */
export function resize(source: Raster, width: number, height: number): Raster {
  return warp(source, [width / source.width, 0, 0, 0, height / source.height, 0], width, height, 'edge');
}

/** Left and right swapped. */
export function mirror({ width, height, data }: Raster): Raster {
  const out = new Uint8Array(data.length);
  const row = width * 3;
  for (let start = 0; start < data.length; start += row) {
    for (let i = start, o = start + row - 3; i < start + row; i += 3, o -= 3) {
      out[o] = at(data, i);
      out[o + 1] = at(data, i + 1);
      out[o + 2] = at(data, i + 2);
    }
  }
  return { width, height, data: out };
}

/** Luma (Rec. 601), one byte per pixel. */
export function luma({ width, height, data }: Raster): Uint8Array {
  const out = new Uint8Array(width * height);
  for (let i = 0, j = 0; i < out.length; i++, j += 3) {
    out[i] = (at(data, j) * 77 + at(data, j + 1) * 150 + at(data, j + 2) * 29 + 128) >> 8;
  }
  return out;
}

function half(source: Raster): Raster {
  const known = halves.get(source);
  if (known) return known;
  const { width, height, data } = source;
  const w = (width + 1) >> 1;
  const h = (height + 1) >> 1;
  const out = new Uint8Array(w * h * 3);
  const pairs = width >> 1;
  const row = width * 3;
  for (let y = 0, o = 0; y < h; y++) {
    let i = y * 2 * row;
    // A last odd row or column is averaged with itself.
    const below = y * 2 + 1 < height ? row : 0;
    // Written out: this loop sees every pixel of the upload.
    for (let x = 0; x < pairs; x++, o += 3, i += 6) {
      const j = i + below;
      out[o] = (at(data, i) + at(data, i + 3) + at(data, j) + at(data, j + 3) + 2) >> 2;
      out[o + 1] = (at(data, i + 1) + at(data, i + 4) + at(data, j + 1) + at(data, j + 4) + 2) >> 2;
      out[o + 2] = (at(data, i + 2) + at(data, i + 5) + at(data, j + 2) + at(data, j + 5) + 2) >> 2;
    }
    for (; o < (y + 1) * w * 3; o++, i++) out[o] = (at(data, i) + at(data, i + below) + 1) >> 1;
  }
  const made = { width: w, height: h, data: out };
  halves.set(source, made);
  return made;
}

// Typed-array reads inside proven bounds; the compiler cannot know.
const at = (data: Uint8Array, i: number): number => data[i] as number;
const clamp = (i: number, n: number): number => (i < 0 ? 0 : i >= n ? n - 1 : i);
