/**
 * Pixels and resampling, pure. Coordinates are continuous: pixel (i, j) covers [i, i+1) × [j, j+1), so that a resize is
 * a plain scale and a half-size level is an exact ×0.5.
 */
import { type Affine, apply, boxAround, invert, scaleOf } from './affine.ts';
import { blendWords, halveBytes, halveWords, type Words } from './half-sizes.ts';

/** RGB, interleaved, 8 bits, sRGB: `data.length === width * height * 3`. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A decoded upload, upright, or a page of one. */
export interface Picture extends Raster {
  readonly format: 'jpeg' | 'png' | 'webp' | 'avif' | 'tiff' | 'gif' | 'pdf';
  /** Pixels of this raster per pixel of the upload: 1, or less where the upload was shrunk to the side limit. */
  readonly scale: number;
}

/** A part of a raster, not yet resampled: `matrix` maps the source to whatever size is asked for. */
export interface View {
  readonly source: Raster;
  readonly matrix: Affine;
  /** Default: black. */
  readonly outside?: Outside;
}

/** What lies outside the source: black, as most networks were trained with, or the nearest edge pixel. */
export type Outside = 'black' | 'edge';

// Half-size levels, made once per raster and dropped with it: detection, mesh, chips and quality look at one photo
// ten times, at different scales.
const halves = new WeakMap<Raster | Words, Words>();

/**
 * Resamples `width` × `height` pixels of `source`. `matrix` maps source to target. Bilinear; where it shrinks by more
 * than two the source is first averaged in 2×2 steps, so that fine texture does not alias.
 * @param data memory for the result; what it held is lost
 */
export function warp(
  source: Raster,
  matrix: Affine,
  width: number,
  height: number,
  outside: Outside = 'black',
  data: Uint8Array = new Uint8Array(width * height * 3),
): Raster {
  let level: Raster | Words = source;
  let [a, b, c, d, e, f] = invert(matrix);
  for (let scale = scaleOf(matrix); scale <= 0.5 && level.width > 1 && level.height > 1; scale *= 2) {
    level = half(level);
    [a, b, c, d, e, f] = [a / 2, b / 2, c / 2, d / 2, e / 2, f / 2];
  }
  data.fill(0);
  if (!('words' in level)) fetchLines(level, [a, b, c, d, e, f], width, height);
  // How far from the outermost pixels' centres the source still shows.
  const reach = outside === 'black' ? 1 : Number.POSITIVE_INFINITY;
  const [right, bottom] = [level.width - 1, level.height - 1];
  for (let y = 0; y < height; y++) {
    // Target pixel centres, then minus the source's half pixel: u, v count from the centre of source pixel (0, 0).
    const u = a * 0.5 + b * (y + 0.5) + c - 0.5;
    const v = d * 0.5 + e * (y + 0.5) + f - 0.5;
    const begin = Math.max(0, firstStep(u, a, -reach, right + reach), firstStep(v, d, -reach, bottom + reach));
    const end = Math.min(width, lastStep(u, a, -reach, right + reach), lastStep(v, d, -reach, bottom + reach));
    const from = Math.min(
      end,
      Math.max(begin, firstStep(u, a, EDGE, right - EDGE), firstStep(v, d, EDGE, bottom - EDGE)),
    );
    const to = Math.max(from, Math.min(end, lastStep(u, a, EDGE, right - EDGE), lastStep(v, d, EDGE, bottom - EDGE)));
    const o = y * width * 3;
    for (let x = begin; x < from; x++) blendAtBorder(level, u + a * x, v + d * x, outside, data, o + x * 3);
    if ('words' in level) blendWords(level, u + a * from, v + d * from, a, d, data, o + from * 3, o + to * 3);
    else blendBytes(level, u + a * from, v + d * from, a, d, data, o + from * 3, o + to * 3);
    for (let x = to; x < end; x++) blendAtBorder(level, u + a * x, v + d * x, outside, data, o + x * 3);
  }
  return { width, height, data };
}

/** Bytes of a line of the processor's cache. */
const LINE = 64;
let fetched = 0;

/**
 * Reads one byte of each line of memory that the samples lie in. Between two looks at a picture a network has run, and its pixels are out of
 * the cache: here many lines are on their way at once, where sampling would wait for each. Halves the time of a face's crop.
 */
function fetchLines({ width, height, data }: Raster, map: Affine, across: number, down: number): void {
  const corners = [apply(map, [0, 0]), apply(map, [across, 0]), apply(map, [0, down]), apply(map, [across, down])];
  const { x, y, width: wide, height: high } = boxAround(corners);
  const [left, right] = [clamp(Math.floor(x), width), clamp(Math.ceil(x + wide), width)];
  const [top, bottom] = [clamp(Math.floor(y), height), clamp(Math.ceil(y + high), height)];
  for (let row = top; row <= bottom; row++) {
    const end = (row * width + right) * 3;
    for (let i = (row * width + left) * 3; i < end; i += LINE) fetched = (fetched + at(data, i)) | 0;
  }
}

/** So far within the source, in its pixels, that no rounding leads out. */
const EDGE = 1 / 64;

/** The first i for which start + step·i lies within the bounds; beyond every row where there is none. */
function firstStep(start: number, step: number, least: number, most: number): number {
  if (step === 0) return start >= least && start <= most ? 0 : Number.POSITIVE_INFINITY;
  return Math.ceil(((step > 0 ? least : most) - start) / step);
}

/** One more than the last such i. */
function lastStep(start: number, step: number, least: number, most: number): number {
  if (step === 0) return start >= least && start <= most ? Number.POSITIVE_INFINITY : 0;
  return Math.floor(((step > 0 ? most : least) - start) / step) + 1;
}

/**
 * Pixels of one row whose four neighbours all lie in the source. Every network input and every page passes here: whole numbers only,
 * places in 1/65,536 and weights in 1/256 of a pixel.
 */
function blendBytes(
  { width, data }: Raster,
  u: number,
  v: number,
  du: number,
  dv: number,
  out: Uint8Array,
  from: number,
  to: number,
): void {
  const row = width * 3;
  const across = Math.round(du * 65536) | 0;
  const down = Math.round(dv * 65536) | 0;
  let x = Math.round(u * 65536) | 0;
  let y = Math.round(v * 65536) | 0;
  for (let o = from; o < to; o += 3) {
    const fx = (x >> 8) & 255;
    const fy = (y >> 8) & 255;
    const w11 = Math.imul(fx, fy);
    const w10 = ((fx << 8) - w11) | 0;
    const w01 = ((fy << 8) - w11) | 0;
    const w00 = (65536 - (fx << 8) - w01) | 0;
    const i = (Math.imul(y >> 16, row) + Math.imul(x >> 16, 3)) | 0;
    const j = (i + row) | 0;
    // Written out, not looped over the channels: a third faster.
    out[o] = blend(at(data, i), at(data, i + 3), at(data, j), at(data, j + 3), w00, w10, w01, w11);
    out[o + 1] = blend(at(data, i + 1), at(data, i + 4), at(data, j + 1), at(data, j + 4), w00, w10, w01, w11);
    out[o + 2] = blend(at(data, i + 2), at(data, i + 5), at(data, j + 2), at(data, j + 5), w00, w10, w01, w11);
    x = (x + across) | 0;
    y = (y + down) | 0;
  }
}

/** Weights are shares of 65,536. */
const blend = (a: number, b: number, c: number, d: number, wa: number, wb: number, wc: number, wd: number): number =>
  (Math.imul(a, wa) + Math.imul(b, wb) + Math.imul(c, wc) + Math.imul(d, wd) + 32768) >> 16;

/** One pixel whose four neighbours do not all lie in the source. */
function blendAtBorder(level: Raster | Words, u: number, v: number, outside: Outside, out: Uint8Array, o: number) {
  const { width, height } = level;
  if (outside === 'black' && !(u > -1 && v > -1 && u < width && v < height)) return;
  const x0 = Math.floor(u);
  const y0 = Math.floor(v);
  const sums = [0.5, 0.5, 0.5];
  for (const y of [y0, y0 + 1]) {
    for (const x of [x0, x0 + 1]) {
      if (outside === 'black' && (x < 0 || y < 0 || x >= width || y >= height)) continue;
      const weight = (1 - Math.abs(u - x)) * (1 - Math.abs(v - y));
      const i = clamp(y, height) * width + clamp(x, width);
      for (let k = 0; k < 3; k++) sums[k] = (sums[k] as number) + channel(level, i, k) * weight;
    }
  }
  out.set(sums, o);
}

/** The whole raster at another size. */
export function resize(source: Raster, width: number, height: number): Raster {
  return warp(source, [width / source.width, 0, 0, 0, height / source.height, 0], width, height, 'edge');
}

/** Luma (Rec. 601), one byte per pixel. */
export function luma({ width, height, data }: Raster): Uint8Array {
  const out = new Uint8Array(width * height);
  for (let i = 0, j = 0; i < out.length; i++, j += 3) {
    out[i] = (at(data, j) * 77 + at(data, j + 1) * 150 + at(data, j + 2) * 29 + 128) >> 8;
  }
  return out;
}

/** The brightest channel, one byte per pixel: coloured print, as most of what stands behind a machine-readable zone, all but vanishes. */
export function brightest({ width, height, data }: Raster): Uint8Array {
  const out = new Uint8Array(width * height);
  for (let i = 0, j = 0; i < out.length; i++, j += 3) out[i] = Math.max(at(data, j), at(data, j + 1), at(data, j + 2));
  return out;
}

function half(source: Raster | Words): Words {
  const known = halves.get(source);
  if (known) return known;
  const made = 'words' in source ? halveWords(source) : halveBytes(source);
  halves.set(source, made);
  return made;
}

/** Red, green or blue of the i-th pixel. */
const channel = (level: Raster | Words, i: number, k: number): number =>
  'words' in level ? ((level.words[i] as number) >> (8 * k)) & 255 : at(level.data, i * 3 + k);

// Typed-array reads inside proven bounds; the compiler cannot know.
const at = (data: Uint8Array, i: number): number => data[i] as number;
const clamp = (i: number, n: number): number => (i < 0 ? 0 : i >= n ? n - 1 : i);
