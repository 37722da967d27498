/** Finds and reads a machine-readable zone among boxes of text: the cheapest reading first, more only where it leaves doubt. */
import { MRZ_LAYOUTS } from '../../domain/mrz-layout.ts';
import type { Raster } from '../picture.ts';
import type { Stopwatch } from '../stopwatch.ts';
import type { LineScores } from './decode.ts';
import {
  aligned,
  type Candidate,
  candidateOf,
  groupsOf,
  isCandidate,
  missingNeighbours,
  slimRows,
} from './mrz-locate.ts';
import { readZone, tally, type Zone } from './mrz-zone.ts';
import type { LineRecogniser, RecognisedLine } from './recognise.ts';
import { type RotatedRect, shifted } from './rotated-rect.ts';

/** What one reading works with. */
export interface Reader {
  readonly recogniser: LineRecogniser;
  readonly raster: Raster;
  readonly watch: Stopwatch;
  /** False once the time for further attempts is spent. */
  readonly timeLeft: () => boolean;
}

export interface ReadLine extends RecognisedLine {
  readonly rect: RotatedRect;
}

export interface ZoneSearch {
  readonly zone?: Zone;
  /** The zone's lines in the raster, top to bottom; empty without a zone. */
  readonly rects: readonly RotatedRect[];
  /** Every row that was read on the way. */
  readonly rows: readonly ReadLine[];
  /** Some row had the look of an MRZ line, whether or not a zone came of it. */
  readonly promising: boolean;
}

const MOST_ROWS = 10;
const FIRST_ROWS = 4;
const MOST_GROUPS = 3;

/** All checks hold, or all but one over text that was read with ease: nothing more to gain. */
export const isGood = (zone: Zone | undefined): boolean =>
  zone !== undefined && (tally(zone).failed === 0 || (zone.score > -0.25 && tally(zone).failed <= 1));

const isSure = (zone: Zone | undefined, score: number): boolean =>
  zone !== undefined && tally(zone).failed === 0 && !zone.corrected && zone.score > score;

export async function findZone(reader: Reader, boxes: readonly RotatedRect[]): Promise<ZoneSearch> {
  const slim = slimRows(boxes).slice(0, MOST_ROWS);
  const rows: ReadLine[] = [];
  let best: Found | undefined;
  for (const batch of [slim.slice(0, FIRST_ROWS), slim.slice(FIRST_ROWS)]) {
    if (batch.length === 0 || !reader.timeLeft()) break;
    rows.push(...(await readAll(reader, batch)));
    const candidates = rows.map(candidateOf).filter(isCandidate);
    const missing = await readAll(reader, missingNeighbours(candidates, reader.raster.height));
    rows.push(...missing);
    const found = await readGroups(reader, [...candidates, ...missing.map(candidateOf).filter(isCandidate)], rows);
    best = better(found, best);
    if (isGood(best?.zone)) break;
  }
  const promising = rows.some((row) => isCandidate(candidateOf(row)));
  return best ? { ...best, rows, promising } : { rects: [], rows, promising };
}

interface Found {
  readonly zone: Zone;
  readonly rects: readonly RotatedRect[];
}

const better = (a: Found | undefined, b: Found | undefined): Found | undefined =>
  a && (!b || a.zone.rank > b.zone.rank) ? a : b;

async function readAll({ recogniser, raster, watch }: Reader, rects: readonly RotatedRect[]): Promise<ReadLine[]> {
  const lines: ReadLine[] = [];
  for (const rect of rects) lines.push({ ...(await recogniser.recognise(raster, rect, {}, watch)), rect });
  return lines;
}

async function readGroups(reader: Reader, candidates: readonly Candidate[], rows: readonly ReadLine[]) {
  const known = new Map(rows.map(({ rect, scores }) => [rect, scores]));
  let best: Found | undefined;
  for (const group of groupsOf(candidates).slice(0, MOST_GROUPS)) {
    best = better(await readGroup(reader, group, known), best);
    if (isGood(best?.zone) || !reader.timeLeft()) break;
  }
  return best;
}

/** One way of sampling a group's lines anew. */
interface Attempt {
  readonly rects: readonly RotatedRect[];
  readonly characters: number;
  readonly ink: boolean;
  /** Enough to stop after this attempt. */
  readonly enough: number;
}

/** What was read already; then lines cut to one width, in colour and as ink; then wider ones, if the detector lost an end. */
async function readGroup(reader: Reader, group: readonly RotatedRect[], known: ReadonlyMap<RotatedRect, LineScores>) {
  const rects = aligned(group);
  const decode = (scores: readonly LineScores[], width?: number) =>
    reader.watch.time('decode', () => readZone(scores, width));
  const keep = (zone: Zone | undefined, at: readonly RotatedRect[]): Found | undefined =>
    zone ? { zone, rects: at } : undefined;
  let best = keep(await decode(group.map((rect) => known.get(rect) as LineScores)), rects);
  if (isSure(best?.zone, -0.1)) return best;
  for (const { rects: at, characters, ink, enough } of attempts(rects, best?.zone)) {
    if (!reader.timeLeft()) break;
    const zone = await decode(await sampleTwice(reader, at, characters, ink), characters);
    best = better(keep(zone, at), best);
    if (isSure(best?.zone, enough)) break;
  }
  if (rects.length !== 2 || (best && best.zone.score > -0.2)) return best;
  for (const at of extensions(rects)) {
    if (!reader.timeLeft()) break;
    const zone = await decode(await sampleTwice(reader, at, 44, true), 44);
    best = better(keep(zone, at), best);
    if (best && tally(best.zone).failed === 0 && best.zone.score > -0.2) break;
  }
  return best;
}

function attempts(rects: readonly RotatedRect[], zone: Zone | undefined): Attempt[] {
  const widths = new Set([zone ? MRZ_LAYOUTS[zone.format].width : 0, rects.length === 3 ? 30 : 44]);
  if (rects.length === 2 && (!zone || zone.score < -0.25)) widths.add(36);
  widths.delete(0);
  return [...widths].flatMap((characters) => [
    { rects, characters, ink: false, enough: -0.1 },
    { rects, characters, ink: true, enough: -0.2 },
  ]);
}

/** Two heights of crop, probabilities averaged: what one cuts off the other shows. */
async function sampleTwice(
  { recogniser, raster, watch }: Reader,
  rects: readonly RotatedRect[],
  characters: number,
  ink: boolean,
) {
  const scores: LineScores[] = [];
  for (const rect of rects) {
    const full = await recogniser.recognise(raster, rect, { characters, ink }, watch);
    const tight = await recogniser.recognise(
      raster,
      { ...rect, height: rect.height * 0.85 },
      { characters, ink },
      watch,
    );
    scores.push(averaged(full.scores, tight.scores));
  }
  return scores;
}

function averaged(a: LineScores, b: LineScores): LineScores {
  return {
    steps: a.steps,
    logs: a.logs.map((log, i) => Math.log((Math.exp(log) + Math.exp(b.logs[i] as number)) / 2)),
  };
}

/** Over a busy background the detector may lose eight characters at one end, or a little at both. */
function extensions(rects: readonly RotatedRect[]): RotatedRect[][] {
  const pitch = (rects[0]?.width ?? 0) / 36.5;
  return [
    [0, 8],
    [8, 0],
    [1, 1],
  ].map(([left = 0, right = 0]) =>
    rects.map((rect) =>
      shifted({ ...rect, width: rect.width + (left + right) * pitch }, ((right - left) * pitch) / 2, 0),
    ),
  );
}
