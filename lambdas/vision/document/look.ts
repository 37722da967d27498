/** Where on a picture the zone is, and which way up: by the print alone, without a network that finds text; by one where that leaves doubt. */
import type { Picture } from '../picture.ts';
import type { ModelSession } from '../session.ts';
import type { Stopwatch } from '../stopwatch.ts';
import { type FoundBarcode, turnsUpright } from './barcode/find-barcode.ts';
import { detectText } from './detect.ts';
import { inkRows } from './ink-rows.ts';
import { mrzLikeness } from './mrz-locate.ts';
import { findZone, isGood, readLine, type ZoneReader, type ZoneSearch } from './mrz-read.ts';
import type { ZoneRecogniser } from './mrz-recogniser.ts';
import { likelyTurns, type QuarterTurns, type Turned, turned, turnsFor } from './orient.ts';
import { moved, type RotatedRect } from './rotated-rect.ts';

/** One way of looking at the picture: how it was turned, the text boxes there, and what came of the search. */
export interface Look {
  readonly view: Turned;
  readonly boxes: readonly RotatedRect[];
  readonly search: ZoneSearch;
}

export interface LookModels {
  /** Of the zone's lines. */
  readonly recogniser: ZoneRecogniser;
  readonly detector: ModelSession;
  readonly classifier: ModelSession;
}

/** Steps of the recogniser per way of looking: 90 lines, half a second of one thread. Most zones take three to eight lines. */
const MRZ_STEPS = 16_000;
/** Lines that are read both ways up. */
const ASKED = 3;
/** The longest: shorter ones are words and ornaments. */
const MOST_ROWS = 12;

/** The zone among the rows of print, only where it is good: then there is nothing to gain from anything costlier. */
export async function lookByPrint(
  { recogniser }: LookModels,
  picture: Picture,
  watch: Stopwatch,
): Promise<Look | undefined> {
  const rows = (await watch.time('print', () => inkRows(picture))).slice(0, MOST_ROWS).map(withPaper);
  if (rows.length === 0) return undefined;
  const reader = { recogniser, raster: picture, watch, allowance: { steps: MRZ_STEPS } };
  const head = await turnsOf(reader, rows);
  if (head === undefined) return undefined;
  const view = await watch.time('print', () => turned(picture, head));
  const boxes = rows.map((row) => moved(row, view.map));
  const search = await findZone({ ...reader, raster: view.raster }, boxes);
  // Where a stamp or a wave touches a line, print alone may cut it, and a repair then hides that.
  return isGood(search.zone) && !search.zone?.corrected ? { view, boxes, search } : undefined;
}

/** The paper around the print that the recogniser was made with: of 63 scans it then reads 62 exactly, with half as much 59. */
const withPaper = (row: RotatedRect): RotatedRect => ({
  ...row,
  width: row.width + 0.6 * row.height,
  height: 1.6 * row.height,
});

/** Turns that set upright what reads like a zone, of the longest rows read both ways; `undefined` where none does. */
async function turnsOf(reader: ZoneReader, rows: readonly RotatedRect[]): Promise<QuarterTurns | undefined> {
  let best: { readonly likeness: number; readonly angle: number } | undefined;
  for (const row of rows.slice(0, ASKED)) {
    for (const angle of [row.angle, row.angle + Math.PI]) {
      const { text, confidence } = await readLine(reader, { ...row, angle });
      const likeness = mrzLikeness(text) * confidence;
      if (!best || likeness > best.likeness) best = { likeness, angle };
    }
  }
  if (!best || best.likeness < 0.5) return undefined;
  return turnsFor(best.angle);
}

/** Longer sides that detection sees, in turn: most documents need the first, some small or busy ones the second. */
const SIDES = [960, 640] as const;

const NOTHING: ZoneSearch = { rects: [], promising: false };

/** The best of what detected text shows, in every turn that is likely. */
export async function lookByDetection(
  { recogniser, detector, classifier }: LookModels,
  picture: Picture,
  barcode: FoundBarcode | undefined,
  watch: Stopwatch,
): Promise<Look> {
  const allowance = { steps: MRZ_STEPS };
  let best: Look | undefined;
  for (const side of SIDES) {
    const found = await detectText(detector, picture, side, watch);
    const likely = barcode ? [turnsUpright(barcode)] : await likelyTurns(classifier, picture, found, watch);
    for (const turns of likely) {
      const view = turned(picture, turns);
      const boxes = found.map((rect) => moved(rect, view.map));
      const search = await findZone({ recogniser, raster: view.raster, watch, allowance }, boxes);
      if (!best || rankOf(search) > rankOf(best.search)) best = { view, boxes, search };
      if (isGood(search.zone) || allowance.steps <= 0) return best;
      if (search.zone && search.zone.score > -0.6) break;
    }
    // A zone that leaves no trace at the first size leaves none at the second.
    if (!best?.search.promising) break;
  }
  return best ?? { view: turned(picture, 0), boxes: [], search: NOTHING };
}

const rankOf = ({ zone, promising }: ZoneSearch): number => zone?.rank ?? (promising ? -1e3 : -1e4);

/** The same look with all text that there is, not the zone's rows alone. */
export async function withAllText(
  { detector }: LookModels,
  picture: Picture,
  look: Look,
  watch: Stopwatch,
): Promise<Look> {
  const found = await detectText(detector, picture, SIDES[0], watch);
  return { ...look, boxes: found.map((rect) => moved(rect, look.view.map)) };
}
