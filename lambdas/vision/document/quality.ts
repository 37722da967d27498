/** How fit a picture of a document is for reading, pure: sharpness, exposure and resolution of the part that bears text. */
import type { DocumentQualityReason } from '../../domain/evidence.ts';
import { boxAround } from '../affine.ts';
import { luma, type Raster, warp } from '../picture.ts';
import { corners, onto, type RotatedRect, shifted } from './rotated-rect.ts';

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
  /** Share of the text, in pieces of four characters, whose paper is burnt out while most of the paper is not, or whose ink is, 0..1. */
  readonly glare: number;
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
  /** The barcode, where it is what was read: then it alone counts. */
  readonly symbol?: RotatedRect;
}

const SIDE = 1000;
const BLOCK = 25;

export function measureQuality(input: QualityInput): DocumentQuality {
  const strips = textStrips(input);
  return judge({
    sharpness: sharpness(strips),
    brightness: levelOf(strips, input.symbol ? LIGHT_OF_SYMBOL : 0.5),
    glare: glareOf(input),
    pitch: pitchOf(input),
  });
}

/** Luma. */
interface Strip {
  readonly width: number;
  readonly grey: Uint8Array;
}

/**
 * The part of the picture that holds text, a tenth wider, at most 1000 pixels long: every second strip of it, one block
 * high. The others would say the same.
 */
function textStrips({ raster, boxes: all, symbol }: QualityInput): Strip[] {
  const boxes = symbol ? [symbol] : all;
  const { x, y, width, height } = boxes.length > 0 ? boxAround(boxes.flatMap(corners)) : { ...raster, x: 0, y: 0 };
  const left = Math.max(0, x - width / 20);
  const top = Math.max(0, y - height / 20);
  const right = Math.min(raster.width, x + width * 1.05);
  const bottom = Math.min(raster.height, y + height * 1.05);
  const scale = Math.min(1, SIDE / Math.max(right - left, bottom - top));
  const size = (length: number) => Math.max(BLOCK, Math.round(length * scale));
  const columns = size(right - left);
  return Array.from({ length: Math.ceil(Math.floor(size(bottom - top) / BLOCK) / 2) }, (_, i) => {
    const down = -top * scale - 2 * i * BLOCK;
    return {
      width: columns,
      grey: luma(warp(raster, [scale, 0, -left * scale, 0, scale, down], columns, BLOCK, 'edge')),
    };
  });
}

function sharpness(strips: readonly Strip[]): number {
  const blocks = strips.flatMap((strip) =>
    Array.from({ length: Math.floor(strip.width / BLOCK) }, (_, i) => blockFigures(strip, i * BLOCK)),
  );
  const textured = blocks
    .toSorted((a, b) => b.laplacian - a.laplacian)
    .slice(0, Math.max(1, Math.floor(blocks.length / 10)));
  const sum = (pick: (block: { laplacian: number; contrast: number }) => number) =>
    textured.reduce((total, block) => total + pick(block), 0) / textured.length;
  const contrast = sum((block) => block.contrast);
  return contrast > 0 ? (sum((block) => block.laplacian) / contrast ** 2) * 100 : 0;
}

function blockFigures({ grey, width }: Strip, left: number) {
  let [sum, squares, count, low, high] = [0, 0, 0, 255, 0];
  for (let y = 1; y < BLOCK - 1; y++) {
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

/** Half of a barcode is ink: its paper is what the middle of the lighter half shows. */
const LIGHT_OF_SYMBOL = 0.75;

/** The level that a share of all pixels does not exceed, without sorting them: 0.5 is the median. */
function levelOf(strips: readonly Strip[], share: number): number {
  const histogram = new Uint32Array(256);
  let count = 0;
  for (const { grey } of strips) {
    for (let i = 0; i < grey.length; i++) histogram[at(grey, i)] = (histogram[at(grey, i)] as number) + 1;
    count += grey.length;
  }
  let [level, seen] = [0, histogram[0] as number];
  while (seen <= count * share) seen += histogram[++level] as number;
  return level;
}

/** Pieces of text: four characters of the MRZ each, as long ones of a barcode, or whole boxes where there is neither. */
function pieces(input: QualityInput): RotatedRect[] {
  const zone = input.zone ?? (input.symbol && { rects: [input.symbol], characters: SYMBOL_CHARACTERS });
  if (!zone) return [...input.boxes];
  const count = Math.ceil(zone.characters / 4);
  return zone.rects.flatMap((line) => {
    const width = line.width / count;
    return Array.from({ length: count }, (_, i) => shifted({ ...line, width }, (i + 0.5) * width - line.width / 2, 0));
  });
}

/** Of small print, beside a barcode as long as cards have them. */
const SYMBOL_CHARACTERS = 36;
const BURNT = 248;

function glareOf(input: QualityInput): number {
  // Fine enough that neither strokes nor modules melt into the paper.
  const [width, height] = input.symbol ? [128, 64] : [32, 16];
  const levels = pieces(input).map((piece) => {
    const sorted = luma(warp(input.raster, onto(piece, width, height), width, height, 'edge')).toSorted();
    const paper = at(sorted, Math.floor(sorted.length * 0.8));
    return { paper, contrast: paper - at(sorted, Math.floor(sorted.length * 0.05)) };
  });
  if (levels.length === 0) return 0;
  const paper = median(levels.map((level) => level.paper));
  const contrast = median(levels.map((level) => level.contrast));
  const glared = levels.filter(
    (level) => level.paper >= BURNT && (paper < BURNT - 8 || level.contrast < contrast * 0.35),
  );
  return glared.length / levels.length;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

/** Of the MRZ or beside the barcode, else from the lower quartile of the lines' heights: a box is about 1.9 pitches high. */
function pitchOf({ boxes, zone, symbol }: QualityInput): number {
  if (symbol) return symbol.width / SYMBOL_CHARACTERS;
  if (zone) return (zone.rects[0]?.width ?? 0) / zone.characters;
  const heights = boxes.map(({ height }) => height).toSorted((a, b) => a - b);
  return (heights[heights.length >> 2] ?? 0) / 1.9;
}

/** Figures → 0..1 and the reasons that a person can act on. Limits: between the clean and the spoilt photos of one set of specimens. */
export function judge(figures: QualityFigures): DocumentQuality {
  const { sharpness: sharp, brightness, glare, pitch } = figures;
  const reasons: DocumentQualityReason[] = [];
  if (pitch < 6) reasons.push('resolution');
  if (sharp < 1) reasons.push('blur');
  if (glare > 0.08) reasons.push('glare');
  if (brightness < 95) reasons.push('dark');
  const value =
    ramp(pitch, 3, 9) * ramp(sharp, 0.2, 1.6) * Math.min(ramp(brightness, 15, 120), 1 - ramp(glare, 0.02, 0.5));
  return { value, reasons, figures };
}

const ramp = (value: number, none: number, full: number): number =>
  Math.min(1, Math.max(0, (value - none) / (full - none)));
const at = (data: Uint8Array, i: number): number => data[i] as number;
