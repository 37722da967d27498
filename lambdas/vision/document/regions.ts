/** Connected regions of a map, pure. */
import type { Point } from '../affine.ts';

/** One number per pixel. */
export interface ScoreMap {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

export interface Region {
  /** Pixels. */
  readonly count: number;
  readonly mean: number;
  /** Centres of the first and last pixel of each row: the others are inside their hull. */
  readonly outline: readonly Point[];
}

/** What hangs together, corners included, at the threshold or above. */
export function regionsOf({ width, height, data }: ScoreMap, threshold: number): Region[] {
  const seen = new Uint8Array(width * height);
  const stack: number[] = [];
  const starts = new Int32Array(height).fill(width);
  const ends = new Int32Array(height).fill(-1);
  const regions: Region[] = [];
  for (let seed = 0; seed < data.length; seed++) {
    if (seen[seed] || (data[seed] as number) < threshold) continue;
    const top = Math.floor(seed / width);
    let bottom = top;
    let sum = 0;
    let count = 0;
    seen[seed] = 1;
    stack.push(seed);
    for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
      sum += data[i] as number;
      count++;
      const x = i % width;
      const y = (i - x) / width;
      if (x < (starts[y] as number)) starts[y] = x;
      if (x > (ends[y] as number)) ends[y] = x;
      if (y > bottom) bottom = y;
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
        for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
          const j = row * width + column;
          if (seen[j] || (data[j] as number) < threshold) continue;
          seen[j] = 1;
          stack.push(j);
        }
      }
    }
    const outline: Point[] = [];
    for (let y = top; y <= bottom; y++) {
      outline.push([(starts[y] as number) + 0.5, y + 0.5], [(ends[y] as number) + 0.5, y + 0.5]);
    }
    starts.fill(width, top, bottom + 1);
    ends.fill(-1, top, bottom + 1);
    regions.push({ count, mean: sum / count, outline });
  }
  return regions;
}
