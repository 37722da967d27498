import type { Grey } from './grey.ts';

/** As bright as can be: nothing can be read there. */
const BRIGHTEST = 250;
/** The brighter part of a document is its paper. */
const PAPER_RANK = 0.8;
/** White paper in good light is not glare: only what is brighter than it can be told from it. */
const WHITE_PAPER = 236;

/** Share of a picture that is washed out by a reflection, 0..1; 0 where the paper itself is nearly as bright. */
export function glare({ data }: Grey): number {
  const counts = new Uint32Array(256);
  for (const value of data) counts[value] = (counts[value] ?? 0) + 1;
  const upTo = (level: number): number => counts.subarray(0, level).reduce((sum, count) => sum + count, 0);
  if (upTo(WHITE_PAPER) < PAPER_RANK * data.length) return 0;
  return 1 - upTo(BRIGHTEST) / Math.max(1, data.length);
}
