/**
 * Rows of dense, even print, found without a network, pure: where a machine-readable zone may be. Print is darker than what surrounds it;
 * smeared by the gap between two characters, each line of a zone becomes one long blob, while other text falls into words.
 */
import { brightest, type Raster, resize } from '../picture.ts';
import { regionsOf } from './regions.ts';
import { along, corners, fromAlong, minAreaRect, type RotatedRect, scaled, upright } from './rotated-rect.ts';

/** Longer side that is looked at, pixels: a zone across half of it still has seven a character. */
const SIDE = 700;
/** A pixel is print if it is darker than the mean of the square around it by more than this share. */
const DARKER = 0.12;
const AROUND = 11;
/** Larger than a character of a zone that fills the picture: edges, photos, shadows. Pixels of the reduced picture. */
const LARGEST_PRINT = 50;
/** Fewer pixels are dust. */
const LEAST_PRINT = 4;
/** Half of the gaps that are closed, pixels: from small zones to ones that fill the picture. */
const SMEARS = [1.5, 2.5, 4, 6] as const;
const LEAST_HEIGHT = 4;
const MOST_HEIGHT = 60;
/** A line of thirty characters or more is longer than this many heights. */
const LEAST_SHAPE = 9;
/** Pieces with so many heights have an angle worth the name. */
const SEED_SHAPE = 3;
/** Between two characters of a row, heights: what glare or a stamp has erased. */
const WIDEST_GAP = 2.2;
/** More pieces than that at one smear are a pattern. */
const MOST_PIECES = 400;

/** Candidates in pixels of the raster, at any angle (−90° to 90°, which end is the left one is not known), the longest first. */
export function inkRows(raster: Raster): RotatedRect[] {
  const scale = Math.min(1, SIDE / Math.max(raster.width, raster.height));
  const width = Math.round(raster.width * scale);
  const height = Math.round(raster.height * scale);
  const distances = distancesTo(printOf(scale < 1 ? resize(raster, width, height) : raster), width);
  const rows: RotatedRect[] = [];
  for (const smear of SMEARS) {
    const pieces = piecesOf(distances, width, smear);
    if (pieces.length > MOST_PIECES) continue;
    for (const row of rowsOf(pieces)) {
      if (row.width < LEAST_SHAPE * row.height) continue;
      const at = rows.findIndex((known) => sameRow(known, row));
      // The smear that closes all gaps shows the whole line; a wider one that shows no more only runs into what is around.
      if (at < 0) rows.push(row);
      else if (row.width > (rows[at] as RotatedRect).width * 1.1) rows[at] = row;
    }
  }
  return rows
    .toSorted((a, b) => b.width - a.width)
    .map((row) => scaled(row, raster.width / width, raster.height / height));
}

/** 1 where there is print of the size of characters. */
function printOf(raster: Raster): Uint8Array {
  const { width, height } = raster;
  const grey = brightest(raster);
  const sums = sumsOf(grey, width);
  const dark = new Uint8Array(grey.length);
  const stride = width + 1;
  for (let y = 0; y < height; y++) {
    const [above, below] = [Math.max(0, y - AROUND), Math.min(height, y + AROUND + 1)];
    for (let x = 0; x < width; x++) {
      const [from, to] = [Math.max(0, x - AROUND), Math.min(width, x + AROUND + 1)];
      const at = (row: number, column: number) => sums[row * stride + column] as number;
      const sum = at(below, to) - at(above, to) - at(below, from) + at(above, from);
      const count = (below - above) * (to - from);
      if ((grey[y * width + x] as number) * count < sum * (1 - DARKER)) dark[y * width + x] = 1;
    }
  }
  const print = new Uint8Array(grey.length);
  for (const { pixels, left, right, top, bottom } of regionsOf(dark, width)) {
    const size = Math.max(right - left, bottom - top);
    if (pixels.length < LEAST_PRINT || size > LARGEST_PRINT) continue;
    for (const i of pixels) print[i] = 1;
  }
  return print;
}

/** Sums of all that lies above and to the left of each corner of a pixel. */
function sumsOf(grey: Uint8Array, width: number): Uint32Array {
  const height = grey.length / width;
  const stride = width + 1;
  const sums = new Uint32Array(stride * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += grey[y * width + x] as number;
      sums[(y + 1) * stride + x + 1] = (sums[y * stride + x + 1] as number) + row;
    }
  }
  return sums;
}

/** A step to a neighbour costs 3, to one across a corner 4: a third of it is nearly the distance (G. Borgefors, 1986). */
const STRAIGHT = 3;
const ACROSS = 4;
const FAR = 255 - ACROSS;

/** Thirds of pixels from each pixel to the nearest print; no more than 251. */
function distancesTo(print: Uint8Array, width: number): Uint8Array {
  // One pixel of margin on the left, right and top: no neighbour has to be asked whether it is there.
  const height = print.length / width;
  const stride = width + 2;
  const far = new Uint8Array(stride * (height + 2)).fill(FAR);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) if (print[y * width + x] === 1) far[(y + 1) * stride + x + 1] = 0;
  const pass = (start: number, step: number) => {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const i = start + step * (y * stride + x);
        const before = i - step * stride;
        const nearest = Math.min(far[i - step] as number, far[before] as number) + STRAIGHT;
        const across = Math.min(far[before - step] as number, far[before + step] as number) + ACROSS;
        far[i] = Math.min(far[i] as number, nearest, across);
      }
    }
  };
  pass(stride + 1, 1);
  pass(height * stride + width, -1);
  const distances = new Uint8Array(print.length);
  for (let y = 0; y < height; y++)
    distances.set(far.subarray((y + 1) * stride + 1, (y + 1) * stride + 1 + width), y * width);
  return distances;
}

/** Blobs of print that is smeared so far, as rectangles around the print itself. */
function piecesOf(distances: Uint8Array, width: number, smear: number): RotatedRect[] {
  const pieces: RotatedRect[] = [];
  const near = distances.map((distance) => (distance <= smear * STRAIGHT ? 1 : 0));
  for (const { top, bottom, left, right, outline } of regionsOf(near, width)) {
    if (Math.max(right - left, bottom - top) < LEAST_HEIGHT + 2 * smear) continue;
    const rect = minAreaRect(outline());
    if (!rect) continue;
    const piece = { ...rect, width: rect.width + 1 - 2 * smear, height: rect.height + 1 - 2 * smear };
    if (piece.width >= LEAST_HEIGHT && piece.height > 0 && piece.height <= MOST_HEIGHT) pieces.push(piece);
  }
  return pieces;
}

/** Pieces that stand in line, each next to an end of what is there already, so that a row may bend a little; longest first. */
function rowsOf(pieces: readonly RotatedRect[]): RotatedRect[] {
  const left = new Set(pieces);
  const seeds = pieces
    .filter(({ width, height }) => height >= LEAST_HEIGHT && width > SEED_SHAPE * height)
    .toSorted((a, b) => b.width - a.width);
  return seeds.flatMap((seed) => (left.delete(seed) ? [grown(seed, left)] : []));
}

/** Takes what belongs to the row out of `left`. */
function grown(seed: RotatedRect, left: Set<RotatedRect>): RotatedRect {
  const members = [seed];
  let row = seed;
  for (;;) {
    const { u, v } = along(row, row.angle);
    let [next, nearest] = [undefined as RotatedRect | undefined, WIDEST_GAP * row.height];
    for (const piece of left) {
      // Half of the piece's size in the row's direction and across it: single characters have no angle of their own.
      const [cos, sin] = [Math.abs(Math.cos(piece.angle - row.angle)), Math.abs(Math.sin(piece.angle - row.angle))];
      const across = (piece.width * sin + piece.height * cos) / 2;
      const at = along(piece, row.angle);
      if (across > 0.7 * row.height || across < 0.2 * row.height || Math.abs(at.v - v) > 0.35 * row.height) continue;
      const gap = Math.abs(at.u - u) - row.width / 2 - (piece.width * cos + piece.height * sin) / 2;
      if (gap < nearest && gap > -row.height) [next, nearest] = [piece, gap];
    }
    if (!next) return row;
    left.delete(next);
    members.push(next);
    row = through(members, seed);
  }
}

/** The row of these pieces: the straight line through their centres, each as weighty as it is long. */
function through(members: readonly RotatedRect[], { angle, height }: RotatedRect): RotatedRect {
  const places = members.map((piece) => ({ ...along(piece, angle), weight: piece.width * piece.height }));
  const mean = (read: (place: (typeof places)[number]) => number) =>
    places.reduce((sum, place) => sum + read(place) * place.weight, 0) /
    places.reduce((sum, { weight }) => sum + weight, 0);
  const [u, v] = [mean((place) => place.u), mean((place) => place.v)];
  const spread = mean((place) => (place.u - u) ** 2);
  // Within a piece lies what its own angle, which is the seed's, says; between pieces what their centres say.
  const longest = members[0] as RotatedRect;
  const turn = mean((place) => (place.u - u) * (place.v - v)) / (spread + longest.width ** 2 / 12);
  const line = angle + Math.atan(turn);
  const ends = members.flatMap((piece) => corners(piece).map(([cx, cy]) => along({ cx, cy }, line)));
  const [start, end] = [Math.min(...ends.map((at) => at.u)), Math.max(...ends.map((at) => at.u))];
  const middle = along(fromAlong(u, v, angle), line);
  return { ...fromAlong((start + end) / 2, middle.v, line), width: end - start, height, angle: upright(line) };
}

const sameRow = (a: RotatedRect, b: RotatedRect): boolean => {
  const [p, q] = [along(a, a.angle), along(b, a.angle)];
  const [low, high] = [Math.min(a.height, b.height), Math.max(a.height, b.height)];
  return high < 1.5 * low && Math.abs(p.v - q.v) < 0.5 * low && Math.abs(p.u - q.u) < 0.5 * Math.min(a.width, b.width);
};
