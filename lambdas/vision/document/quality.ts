/** How fit a picture of a document is for reading, pure: sharpness, exposure and resolution of the part that bears text. */
import type { DocumentQualityReason } from '../../domain/evidence.ts';
import { boxAround } from '../affine.ts';
import { luma, type Raster, warp } from '../picture.ts';
import { corners, type RotatedRect } from './rotated-rect.ts';

export interface DocumentQuality {
  /** 0..1: the product of the three. */
  readonly value: number;
  readonly reasons: readonly DocumentQualityReason[];
  readonly figures: QualityFigures;
}

/** What is measured; see `judge` for what it means. */
export interface QualityFigures {
  /** Laplacian variance ÷ contrast² × 100 in the most textured tenth of 25-pixel blocks, long side 1000: blurred photos 0.4–1.5, sharp ones about 4. */
  readonly sharpness: number;
  /** Median luma, 0..255. */
  readonly brightness: number;
  /** Share of pixels at 250 and above, 0..1. */
  readonly saturated: number;
  /** Pixels from one character to the next in the smallest text that matters. */
  readonly pitch: number;
}

/** The text that the quality is measured on. */
export interface QualityInput {
  readonly raster: Raster;
  /** All text boxes. */
  readonly boxes: readonly RotatedRect[];
  /** Lines of the MRZ, where there is one, and how many characters they hold. */
  readonly zone?: { readonly rects: readonly RotatedRect[]; readonly characters: number };
}

const SIDE = 1000;
const BLOCK = 25;

export function measureQuality(input: QualityInput): DocumentQuality {
  const page = textRegion(input);
  const grey = luma(page);
  return judge({
    sharpness: sharpness(grey, page.width, page.height),
    ...exposure(grey),
    pitch: pitchOf(input),
  });
}

/** The part of the picture that holds text, a tenth wider, at most 1000 pixels long. */
function textRegion({ raster, boxes }: QualityInput): Raster {
  if (boxes.length === 0) return raster;
  const { x, y, width, height } = boxAround(boxes.flatMap(corners));
  const left = Math.max(0, x - width / 20);
  const top = Math.max(0, y - height / 20);
  const right = Math.min(raster.width, x + width * 1.05);
  const bottom = Math.min(raster.height, y + height * 1.05);
  const scale = Math.min(1, SIDE / Math.max(right - left, bottom - top));
  const size = (length: number) => Math.max(BLOCK, Math.round(length * scale));
  return warp(
    raster,
    [scale, 0, -left * scale, 0, scale, -top * scale],
    size(right - left),
    size(bottom - top),
    'edge',
  );
}

function sharpness(grey: Uint8Array, width: number, height: number): number {
  const blocks: { laplacian: number; contrast: number }[] = [];
  for (let top = 0; top + BLOCK <= height; top += BLOCK) {
    for (let left = 0; left + BLOCK <= width; left += BLOCK) blocks.push(blockFigures(grey, width, height, left, top));
  }
  const textured = blocks
    .toSorted((a, b) => b.laplacian - a.laplacian)
    .slice(0, Math.max(1, Math.floor(blocks.length / 10)));
  const sum = (pick: (block: { laplacian: number; contrast: number }) => number) =>
    textured.reduce((total, block) => total + pick(block), 0) / textured.length;
  const contrast = sum((block) => block.contrast);
  return contrast > 0 ? (sum((block) => block.laplacian) / contrast ** 2) * 100 : 0;
}

function blockFigures(grey: Uint8Array, width: number, height: number, left: number, top: number) {
  let [sum, squares, count, low, high] = [0, 0, 0, 255, 0];
  for (let y = Math.max(1, top); y < Math.min(height - 1, top + BLOCK); y++) {
    for (let x = Math.max(1, left); x < Math.min(width - 1, left + BLOCK); x++) {
      const i = y * width + x;
      const value = at(grey, i);
      const laplacian = 4 * value - at(grey, i - 1) - at(grey, i + 1) - at(grey, i - width) - at(grey, i + width);
      sum += laplacian;
      squares += laplacian * laplacian;
      count++;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return { laplacian: squares / count - (sum / count) ** 2, contrast: high - low };
}

function exposure(grey: Uint8Array): { brightness: number; saturated: number } {
  const histogram = new Uint32Array(256);
  for (const value of grey) histogram[value] = (histogram[value] as number) + 1;
  let [seen, brightness] = [0, 0];
  while (brightness < 255 && seen + (histogram[brightness] as number) <= grey.length / 2)
    seen += histogram[brightness++] as number;
  const saturated = histogram.subarray(250).reduce((sum, count) => sum + count, 0) / grey.length;
  return { brightness, saturated };
}

/** Of the MRZ, else from the lower quartile of the lines' heights: a box is about 1.9 pitches high. */
function pitchOf({ boxes, zone }: QualityInput): number {
  if (zone) return (zone.rects[0]?.width ?? 0) / zone.characters;
  const heights = boxes.map(({ height }) => height).toSorted((a, b) => a - b);
  return (heights[heights.length >> 2] ?? 0) / 1.9;
}

/** Paper brighter than this saturates without any glare. */
const WHITE_PAPER = 205;

/** Figures → 0..1 and the reasons that a person can act on. */
export function judge(figures: QualityFigures): DocumentQuality {
  const { sharpness: sharp, brightness, saturated, pitch } = figures;
  const glare = brightness < WHITE_PAPER ? saturated : 0;
  const reasons: DocumentQualityReason[] = [];
  if (pitch < 6) reasons.push('resolution');
  if (sharp < 1.5) reasons.push('blur');
  if (glare > 0.04) reasons.push('glare');
  if (brightness < 60) reasons.push('dark');
  const value =
    ramp(pitch, 3, 9) * ramp(sharp, 0.3, 2) * Math.min(ramp(brightness, 15, 75), 1 - ramp(glare, 0.04, 0.4));
  return { value, reasons, figures };
}

const ramp = (value: number, none: number, full: number): number =>
  Math.min(1, Math.max(0, (value - none) / (full - none)));
const at = (data: Uint8Array, i: number): number => data[i] as number;
