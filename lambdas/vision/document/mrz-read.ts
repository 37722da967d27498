/** Finds and reads a machine-readable zone among boxes of text: the cheapest reading first, more only where it leaves doubt. */
import { MRZ_LAYOUTS } from '../../domain/mrz-layout.ts';
import type { Raster } from '../picture.ts';
import type { Stopwatch } from '../stopwatch.ts';
import type { LineScores } from './decode.ts';
import { extensions } from './mrz-cut.ts';
import {
  aligned,
  type Candidate,
  candidateOf,
  groupsOf,
  isCandidate,
  isPromising,
  missingNeighbours,
  mrzLikeness,
  slimRows,
} from './mrz-locate.ts';
import type { ScoredLine } from './mrz-recogniser.ts';
import { isZone, readZone, tally, type Zone } from './mrz-zone.ts';
import type { LineRecogniser, RecognisedLine, Sampling } from './recognise.ts';
import type { RotatedRect } from './rotated-rect.ts';

/** What one reading works with. */
export interface Reader<Line extends RecognisedLine = RecognisedLine> {
  readonly recogniser: LineRecogniser<Line>;
  readonly raster: Raster;
  readonly watch: Stopwatch;
  readonly allowance: Allowance;
}

/**
 * Steps of the recogniser that may still be spent. Counted, not timed: a busy machine is slower, but
 * reads the same.
 */
interface Allowance {
  steps: number;
}

export type ZoneReader = Reader<ScoredLine>;

export type ReadLine<Line extends RecognisedLine = RecognisedLine> = Line & { readonly rect: RotatedRect };

export interface ZoneSearch {
  readonly zone?: Zone;
  /** The zone's lines in the raster, top to bottom; empty without a zone. */
  readonly rects: readonly RotatedRect[];
  /** Some row had the look of an MRZ line, whether or not a zone came of it. */
  readonly promising: boolean;
}

const MOST_ROWS = 10;
const FIRST_ROWS = 4;
const MOST_GROUPS = 3;

/** All checks hold, or what fails does so over text that was read with ease, and is printed wrong: nothing more to gain. */
export const isGood = (zone: Zone | undefined): boolean =>
  zone !== undefined && isZone(zone) && zone.score > ([-Infinity, -0.25][tally(zone).failed] ?? -0.15);

/** Every check holds without repair, and the text was read with ease. */
const isSure = (zone: Zone | undefined, score: number): boolean =>
  zone !== undefined && tally(zone).failed === 0 && !zone.corrected && zone.score > score;

/** Reads one line and pays for it. */
export async function readLine<Line extends RecognisedLine>(
  reader: Reader<Line>,
  rect: RotatedRect,
  sampling: Sampling = {},
): Promise<ReadLine<Line>> {
  const line = await reader.recogniser.recognise(reader.raster, rect, sampling, reader.watch);
  reader.allowance.steps -= line.steps;
  return { ...line, rect };
}

export async function findZone(reader: ZoneReader, boxes: readonly RotatedRect[]): Promise<ZoneSearch> {
  const slim = slimRows(boxes).slice(0, MOST_ROWS);
  const rows = new Map<RotatedRect, ReadLine<ScoredLine>>();
  const tried = new Set<string>();
  let best: Found | undefined;
  const candidates = (): Candidate[] => [...rows.values()].map(candidateOf).filter(isCandidate);
  const read = async (rects: readonly RotatedRect[], sampling?: Sampling): Promise<void> => {
    for (const rect of rects) {
      if (reader.allowance.steps <= 0) break;
      const line = await readLine(reader, rect, sampling);
      const before = rows.get(rect);
      if (!before || mrzLikeness(line.text) > mrzLikeness(before.text)) rows.set(rect, line);
    }
    best = better(await readGroups(reader, candidates(), rows, tried), best);
  };
  await read(slim.slice(0, FIRST_ROWS));
  if (!isGood(best?.zone)) await read(slim.slice(FIRST_ROWS));
  const promising = candidates().some(isPromising);
  if (promising && !isGood(best?.zone)) await read(slim.filter(isTight), { characters: CARD_CHARACTERS });
  if (promising && !isGood(best?.zone)) await read(missingNeighbours(candidates(), reader.raster.height));
  return { ...(best ?? { rects: [] }), promising };
}

const CARD_CHARACTERS = MRZ_LAYOUTS.TD1.width;

/**
 * The three lines of a card stand so close that the detector makes their boxes low; by a box's own shape its 30 characters would
 * be sampled at more pixels than the recogniser can read.
 */
const isTight = ({ width, height }: RotatedRect): boolean => width > 15 * height && width < 28 * height;

interface Found {
  readonly zone: Zone;
  readonly rects: readonly RotatedRect[];
}

const better = (a: Found | undefined, b: Found | undefined): Found | undefined =>
  a && (!b || a.zone.rank > b.zone.rank) ? a : b;

/** Tries the best groups that were not tried before. */
async function readGroups(
  reader: ZoneReader,
  candidates: readonly Candidate[],
  rows: ReadonlyMap<RotatedRect, ReadLine<ScoredLine>>,
  tried: Set<string>,
): Promise<Found | undefined> {
  let best: Found | undefined;
  for (const group of groupsOf(candidates).slice(0, MOST_GROUPS)) {
    const key = group.map(({ cx, cy }) => `${cx},${cy}`).join(' ');
    if (tried.has(key)) continue;
    tried.add(key);
    best = better(await readGroup(reader, group, rows), best);
    if (isGood(best?.zone) || reader.allowance.steps <= 0) break;
  }
  return best;
}

/** What was read already; then lines cut to one width, in colour and as ink; then wider ones, if the detector lost an end. */
async function readGroup(
  reader: ZoneReader,
  group: readonly RotatedRect[],
  rows: ReadonlyMap<RotatedRect, ReadLine<ScoredLine>>,
): Promise<Found | undefined> {
  const rects = aligned(group);
  const seen: Zone[] = [];
  let best: Found | undefined;
  const decode = async (scores: readonly LineScores[], at: readonly RotatedRect[], width?: number): Promise<void> => {
    const zone = await reader.watch.time('mrz-decode', () => readZone(scores, width));
    if (!zone) return;
    seen.push(zone);
    best = better({ zone, rects: at }, best);
  };
  await decode(
    group.flatMap((rect) => rows.get(rect)?.scores ?? []),
    rects,
  );
  if (isSure(best?.zone, -0.1)) return best;
  const pools = new Map<number, LineScores[][]>();
  for (const { characters, ink, enough } of attempts(rects, best?.zone)) {
    const samplings: LineScores[][] = [];
    const pool = pools.get(characters) ?? [];
    pools.set(characters, pool);
    // Two heights of crop: what one cuts off the other shows. Both together where the first leaves doubt.
    for (const height of [1, 0.85]) {
      if (reader.allowance.steps <= 0) return best;
      samplings.push(await sampled(reader, rects, height, { characters, ink }));
      pool.push(samplings.at(-1) as LineScores[]);
      await decode(mixed(samplings), rects, characters);
      if (pool.length > samplings.length) await decode(mixed(pool), rects, characters);
      if (isSure(best?.zone, enough) || agreed(seen)) return best;
      if ((seen.at(-1)?.score ?? -Infinity) < HOPELESS) break;
    }
  }
  if (best && best.zone.score > -0.2) return best;
  const texts = group.flatMap((rect) => rows.get(rect)?.text ?? []);
  if (!texts.every((text) => mrzLikeness(text) > LIKELY_CUT)) return best;
  for (const { at, characters } of extensions(rects, Math.max(...texts.map(({ length }) => length)))) {
    if (reader.allowance.steps <= 0) return best;
    const sampling = { characters, ink: true };
    const [full, tight] = [await sampled(reader, at, 1, sampling), await sampled(reader, at, 0.85, sampling)];
    await decode(mixed([full, tight]), at, characters);
    if (best && tally(best.zone).failed === 0 && best.zone.score > -0.2) return best;
  }
  return best;
}

/** Lines with so little of the look of a zone are none of which an end was lost. */
const LIKELY_CUT = 1.2;

/** Other text, or another length: licences score −3. Another height of crop would not help. */
const HOPELESS = -1.5;

/**
 * Two samplings gave the same text, and it holds every check, or both were read with ease: if a check digit fails then, it is
 * printed wrong.
 */
const agreed = (zones: readonly Zone[]): boolean =>
  zones.some((zone, i) => {
    const least = tally(zone).failed === 0 ? -0.2 : -0.12;
    return zones
      .slice(0, i)
      .some((other) => Math.min(zone.score, other.score) > least && zone.raw.join() === other.raw.join());
  });

interface Attempt {
  readonly characters: number;
  readonly ink: boolean;
  /** Score that is enough to stop, once all checks hold. */
  readonly enough: number;
}

function attempts(rects: readonly RotatedRect[], zone: Zone | undefined): Attempt[] {
  const widths = new Set([zone ? MRZ_LAYOUTS[zone.format].width : 0, rects.length === 3 ? 30 : 44]);
  if (rects.length === 2 && (!zone || zone.score < -0.25)) widths.add(36);
  widths.delete(0);
  return [...widths].flatMap((characters) => [
    { characters, ink: false, enough: -0.1 },
    { characters, ink: true, enough: -0.2 },
  ]);
}

async function sampled(
  reader: ZoneReader,
  rects: readonly RotatedRect[],
  height: number,
  sampling: Sampling,
): Promise<LineScores[]> {
  const scores: LineScores[] = [];
  for (const rect of rects)
    scores.push((await readLine(reader, { ...rect, height: rect.height * height }, sampling)).scores);
  return scores;
}

/** Mean probabilities of several samplings of the same lines. */
function mixed(samplings: readonly (readonly LineScores[])[]): readonly LineScores[] {
  const [first = []] = samplings;
  if (samplings.length < 2) return first;
  return first.map(({ steps, logs }, row) => {
    const sums = new Float32Array(logs.length);
    for (const lines of samplings) {
      const other = lines[row]?.logs ?? logs;
      for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + Math.exp(other[i] as number);
    }
    return { steps, logs: sums.map((sum) => Math.log(sum / samplings.length)) };
  });
}
