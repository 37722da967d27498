/** The machine-readable zone by our own recogniser; by the generic one where that leaves doubt. */
import type { Raster } from '../picture.ts';
import type { Stopwatch } from '../stopwatch.ts';
import { findZone, isGood, type ZoneSearch } from './mrz-read.ts';
import type { LineRecogniser } from './recognise.ts';
import type { RotatedRect } from './rotated-rect.ts';

/** Steps that each recogniser may still spend on one picture, all sizes and turns of it together. */
export interface MrzAllowance {
  readonly own: { steps: number };
  readonly generic: { steps: number };
}

/** 90 lines of ours and 13 of the generic one: half a second and one and a half of one thread. */
export const mrzAllowance = (): MrzAllowance => ({ own: { steps: 16_000 }, generic: { steps: 2_400 } });

export interface MrzReaders {
  readonly own: LineRecogniser;
  readonly generic: LineRecogniser;
}

/** `rows` are those that the generic recogniser read: ours reads no other print. */
export async function searchZone(
  { own, generic }: MrzReaders,
  raster: Raster,
  boxes: readonly RotatedRect[],
  allowance: MrzAllowance,
  watch: Stopwatch,
): Promise<ZoneSearch> {
  const first = await findZone({ recogniser: own, raster, watch, allowance: allowance.own }, boxes);
  if (isGood(first.zone) || !first.promising) return { ...first, rows: [] };
  const second = await findZone({ recogniser: generic, raster, watch, allowance: allowance.generic }, boxes);
  return second.zone && second.zone.rank > (first.zone?.rank ?? -Infinity) ? second : { ...first, rows: second.rows };
}
