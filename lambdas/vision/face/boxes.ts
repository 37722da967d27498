/** BlazeFace's anchors, its raw output → faces, and non-maximum suppression. Pure. */
import type { Box } from '../../domain/evidence.ts';
import { type Affine, apply, type Point } from '../affine.ts';

/** One face as the detector saw it, in pixels of the picture. */
export interface Detection {
  readonly box: Box;
  /** 0..1. */
  readonly score: number;
  /** Right eye, left eye (the person's own sides), nose tip, mouth, right ear, left ear. */
  readonly points: readonly Point[];
}

/** Side of the detector's square input, pixels. */
export const DETECTOR_SIDE = 256;

/**
 * Centres of the 896 anchors in input pixels: 16 × 16 cells of 16 pixels with two anchors each, then 8 × 8 cells of 32
 * with six. BlazeFace's back-camera layout: V. Bazarevsky et al., "BlazeFace", 2019.
 */
export const ANCHORS: readonly Point[] = [
  { cells: 16, perCell: 2 },
  { cells: 8, perCell: 6 },
].flatMap(({ cells, perCell }) =>
  Array.from({ length: cells * cells * perCell }, (_, i): Point => {
    const cell = Math.floor(i / perCell);
    const stride = DETECTOR_SIDE / cells;
    return [((cell % cells) + 0.5) * stride, (Math.floor(cell / cells) + 0.5) * stride];
  }),
);

/** Values of one anchor: box centre and size, then six points; offsets in input pixels. */
const VALUES = 16;

/**
 * Detections at or above `least`, unsorted and overlapping.
 * @param logits 896 scores before the sigmoid
 * @param boxes 896 × 16 offsets from the anchors
 * @param toPicture maps input pixels to picture pixels; may scale, shift and turn by quarters
 */
export function decodeDetections(
  logits: Float32Array,
  boxes: Float32Array,
  toPicture: Affine,
  least: number,
): Detection[] {
  const found: Detection[] = [];
  for (let i = 0; i < ANCHORS.length; i++) {
    const score = 1 / (1 + Math.exp(-(logits[i] as number)));
    if (score >= least) found.push({ score, ...decodeAnchor(i, boxes, toPicture) });
  }
  return found;
}

function decodeAnchor(i: number, boxes: Float32Array, toPicture: Affine): Omit<Detection, 'score'> {
  const [ax, ay] = ANCHORS[i] as Point;
  const value = (k: number) => boxes[i * VALUES + k] as number;
  const place = (x: number, y: number) => apply(toPicture, [ax + x, ay + y]);
  const [halfWidth, halfHeight] = [value(2) / 2, value(3) / 2];
  const [left, top] = place(value(0) - halfWidth, value(1) - halfHeight);
  const [right, bottom] = place(value(0) + halfWidth, value(1) + halfHeight);
  const points = Array.from({ length: 6 }, (_, k) => place(value(4 + 2 * k), value(5 + 2 * k)));
  const box = {
    x: Math.min(left, right),
    y: Math.min(top, bottom),
    width: Math.abs(right - left),
    height: Math.abs(bottom - top),
  };
  return { box, points };
}

/** Intersection over union, 0..1. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}

/** The best-scored of every cluster of boxes that overlap by more than `most`; best first. */
export function suppress<T extends { readonly box: Box; readonly score: number }>(
  found: readonly T[],
  most: number,
): T[] {
  const kept: T[] = [];
  for (const candidate of found.toSorted((a, b) => b.score - a.score)) {
    if (kept.every((better) => overlap(better.box, candidate.box) <= most)) kept.push(candidate);
  }
  return kept;
}
