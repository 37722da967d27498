/** Connected regions of a mask, pure. */
import type { Point } from '../affine.ts';

export interface Region {
  /** Indices into the mask, in no order. */
  readonly pixels: Int32Array;
  /** Bounds, in pixels. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Centres of the first and the last pixel of each row: the others are inside their hull. */
  outline(): Point[];
}

/** Regions of pixels that touch each other by side or corner, in the order of their first pixel. `mask` is emptied on the way. */
export function* regionsOf(mask: Uint8Array, width: number): Generator<Region> {
  const height = mask.length / width;
  // Every pixel is queued once: the regions lie in it one after the other.
  const queue = new Int32Array(mask.length);
  let length = 0;
  for (let seed = 0; seed < mask.length; seed++) {
    if (mask[seed] === 0) continue;
    mask[seed] = 0;
    const start = length;
    queue[length++] = seed;
    const top = Math.floor(seed / width);
    let [left, right, bottom] = [width, -1, top];
    for (let next = start; next < length; next++) {
      const i = queue[next] as number;
      const y = Math.floor(i / width);
      const x = i - y * width;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y > bottom) bottom = y;
      const [x0, x1] = [x > 0 ? -1 : 0, x < width - 1 ? 1 : 0];
      const [y0, y1] = [y > 0 ? -width : 0, y < height - 1 ? width : 0];
      for (let row = y0; row <= y1; row += width) {
        for (let j = i + row + x0; j <= i + row + x1; j++) {
          if (mask[j] === 0) continue;
          mask[j] = 0;
          queue[length++] = j;
        }
      }
    }
    const pixels = queue.subarray(start, length);
    yield { pixels, left, right, top, bottom, outline: () => outlineOf(pixels, width, top, bottom) };
  }
}

function outlineOf(pixels: Int32Array, width: number, top: number, bottom: number): Point[] {
  const starts = new Int32Array(bottom - top + 1).fill(width);
  const ends = new Int32Array(bottom - top + 1).fill(-1);
  for (const i of pixels) {
    const y = Math.floor(i / width);
    const x = i - y * width;
    if (x < (starts[y - top] as number)) starts[y - top] = x;
    if (x > (ends[y - top] as number)) ends[y - top] = x;
  }
  const points: Point[] = [];
  for (let y = 0; y <= bottom - top; y++)
    points.push([(starts[y] as number) + 0.5, top + y + 0.5], [(ends[y] as number) + 0.5, top + y + 0.5]);
  return points;
}
