/**
 * Where a picture has dense stripes of one direction, as a PDF417 symbol has and neither text nor a guilloche: by the structure tensor
 * (J. Bigün, G. Granlund, 1987). Pure.
 */
import type { Point } from '../../affine.ts';
import { luma, type Raster, resize } from '../../picture.ts';
import { type Region, regionsOf } from '../regions.ts';
import { minAreaRect } from '../rotated-rect.ts';
import { blur } from './blur.ts';
import { type Quad, quadAround, scaledQuad } from './quad.ts';

/** Longer side that is looked at, pixels: a symbol's modules are then two wide where it fills most of the picture. */
const SIDE = 800;
/** Side of a cell, pixels: the tensor is summed over it at once. */
const CELL = 4;
/** Cells to either side, twice: far enough to bridge the wide bars at both ends. */
const REACH = 2;

/** Mean squared grey levels per two pixels: less is no ink on paper; more than `STRONG` always counts. */
const STRONG = 2500;
const FAINT = 300;
const OF_STRONGEST = 0.3;

/** Share of the picture. */
const LEAST_AREA = 0.012;
/** Cells. */
const LEAST_HEIGHT = 6;
/** Times as wide as high: symbols on cards three to eight, a little less with what the blur adds. */
const LEAST_SLENDER = 1.8;
const MOST_SLENDER = 12;
/** Share of the region's rectangle: perspective leaves 0.9 of it. */
const LEAST_FILL = 0.75;
/** Share of all gradients that runs in the prevailing direction: symbols have 0.6, blurred ones 0.5. */
const LEAST_COHERENCE = 0.42;
/** Cosine between that direction and the longer side: lines of text have 0, for their stripes run along them. */
const LEAST_ALONG = 0.9;
const MOST = 2;

/** Quadrilaterals around the largest striped regions, in the raster's pixels. */
export function stripedQuads(raster: Raster): Quad[] {
  const tensor = tensorOf(raster);
  const { width, height, xx, yy, xy } = tensor;
  const strength = xx.map((value, i) => Math.hypot(value - (yy[i] as number), 2 * (xy[i] as number)));
  const strongest = strength.reduce((most, value) => Math.max(most, value), 0);
  const high = Math.max(FAINT, strongest * OF_STRONGEST);
  // The high level parts a symbol from the print beside it; the low one finds it where something else is stronger.
  const levels = high > STRONG ? [high, STRONG] : [high];
  return levels
    .flatMap((level) =>
      [
        ...regionsOf(
          Uint8Array.from(strength, (value) => (value >= level ? 1 : 0)),
          width,
        ),
      ]
        .filter((region) => region.pixels.length >= LEAST_AREA * width * height && isSymbolLike(region, tensor))
        .toSorted((a, b) => b.pixels.length - a.pixels.length),
    )
    .slice(0, MOST)
    .map((region) => quadAround(region.outline()))
    .filter((quad) => quad !== undefined)
    .map((quad) => scaledQuad(quad, raster.width / width, raster.height / height));
}

function isSymbolLike(region: Region, tensor: Tensor): boolean {
  const outline = region.outline();
  const rect = minAreaRect(outline);
  if (!rect || rect.height < LEAST_HEIGHT || region.pixels.length < LEAST_FILL * rect.width * rect.height) return false;
  const slender = rect.width / rect.height;
  if (slender < LEAST_SLENDER || slender > MOST_SLENDER) return false;
  const { coherence, angle } = prevailing(outline, tensor);
  return coherence >= LEAST_COHERENCE && Math.abs(Math.cos(angle - rect.angle)) >= LEAST_ALONG;
}

/** Direction of most gradients between the first and last cell of each row, radians, and its share of all, 0..1. */
function prevailing(outline: readonly Point[], { width, xx, yy, xy }: Tensor) {
  let [along, across, all] = [0, 0, 0];
  for (let row = 0; row < outline.length; row += 2) {
    const [[first, y], [last]] = outline.slice(row, row + 2) as [Point, Point];
    const start = Math.floor(y) * width;
    for (let i = start + Math.floor(first); i <= start + Math.floor(last); i++) {
      along += (xx[i] as number) - (yy[i] as number);
      across += 2 * (xy[i] as number);
      all += (xx[i] as number) + (yy[i] as number);
    }
  }
  return { coherence: Math.hypot(along, across) / all, angle: Math.atan2(across, along) / 2 };
}

/** Mean products of the gradients around each cell. */
interface Tensor {
  readonly width: number;
  readonly height: number;
  readonly xx: Float32Array;
  readonly yy: Float32Array;
  readonly xy: Float32Array;
}

function tensorOf(raster: Raster): Tensor {
  const scale = Math.min(1, SIDE / Math.max(raster.width, raster.height));
  const width = Math.max(1, Math.round((raster.width * scale) / CELL));
  const height = Math.max(1, Math.round((raster.height * scale) / CELL));
  const grey = luma(resize(raster, width * CELL, height * CELL));
  const [xx, yy, xy] = [0, 1, 2].map(() => new Float32Array(width * height)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const row = width * CELL;
  for (let y = 0; y < height * CELL - 1; y++) {
    for (let x = 0; x < row - 1; x++) {
      const i = y * row + x;
      // Of neighbours, not across a pixel: modules may be no wider than one.
      const falling = (grey[i + row + 1] as number) - (grey[i] as number);
      const rising = (grey[i + 1] as number) - (grey[i + row] as number);
      const gx = (falling + rising) / CELL;
      const gy = (falling - rising) / CELL;
      const cell = ((y / CELL) | 0) * width + ((x / CELL) | 0);
      xx[cell] = (xx[cell] as number) + gx * gx;
      yy[cell] = (yy[cell] as number) + gy * gy;
      xy[cell] = (xy[cell] as number) + gx * gy;
    }
  }
  for (const sums of [xx, yy, xy]) for (let round = 0; round < 2; round++) blur(sums, width, height, REACH);
  return { width, height, xx, yy, xy };
}
