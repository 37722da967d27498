/** Which way up the text stands: sideways from the boxes' shapes, upside down from PP-OCR's angle classifier. */
import type { Affine } from '../affine.ts';
import { type Raster, warp } from '../picture.ts';
import { type ModelSession, onlyInput } from '../session.ts';
import type { Stopwatch } from '../stopwatch.ts';
import { type Normalisation, planar } from '../tensor.ts';
import { moved, onto, type RotatedRect } from './rotated-rect.ts';

const INPUT: Normalisation = { order: 'bgr', mean: [127.5, 127.5, 127.5], deviation: [127.5, 127.5, 127.5] };
const WIDTH = 192;
const HEIGHT = 48;
const ASKED = 8;

/** Clockwise quarter turns that were applied. */
export type QuarterTurns = 0 | 1 | 2 | 3;

/** Turns that set upright what runs in this direction, radians clockwise from left to right. */
export const turnsFor = (direction: number): QuarterTurns =>
  (((-Math.round(direction / (Math.PI / 2)) % 4) + 4) % 4) as QuarterTurns;

/** A raster turned, and the map that turned it. */
export interface Turned {
  readonly raster: Raster;
  readonly turns: QuarterTurns;
  /** From the original's pixels to the turned one's. */
  readonly map: Affine;
}

/** The raster turned clockwise by quarters. */
export function turned(raster: Raster, turns: QuarterTurns): Turned {
  const { width: w, height: h } = raster;
  const map = (
    [
      [1, 0, 0, 0, 1, 0],
      [0, -1, h, 1, 0, 0],
      [-1, 0, w, 0, -1, h],
      [0, 1, 0, -1, 0, w],
    ] as const
  )[turns];
  if (turns === 0) return { raster, turns, map };
  const sideways = turns !== 2;
  return { raster: warp(raster, map, sideways ? h : w, sideways ? w : h, 'edge'), turns, map };
}

const isWide = ({ width, height }: RotatedRect): boolean => width > height * 3;

/** Share of the length of all lines that runs down the page, 0..1. */
export function sidewaysShare(rects: readonly RotatedRect[]): number {
  let [down, all] = [0, 0];
  for (const rect of rects.filter(isWide)) {
    all += rect.width;
    if (Math.abs(rect.angle) > Math.PI / 4) down += rect.width;
  }
  return all > 0 ? down / all : 0;
}

/**
 * Turns that may set the text upright, the likeliest first. Open passports mix: the page with the MRZ may be the one with less text;
 * and the classifier's word counts only where it is clear.
 */
export async function likelyTurns(
  session: ModelSession,
  raster: Raster,
  rects: readonly RotatedRect[],
  watch: Stopwatch,
): Promise<QuarterTurns[]> {
  const share = sidewaysShare(rects);
  const quarters = share > 0.5 ? ([1, 0] as const) : ([0, 1] as const);
  const turns: QuarterTurns[] = [];
  for (const quarter of quarters.slice(0, Math.min(share, 1 - share) > 0.15 ? 2 : 1)) {
    const view = turned(raster, quarter);
    const lines = rects.map((rect) => moved(rect, view.map));
    const head = await upsideDown(session, view.raster, lines, watch);
    const upright = quarter as QuarterTurns;
    const flipped = (quarter + 2) as QuarterTurns;
    turns.push(
      ...(head > 0.75 ? [flipped] : head > 0.5 ? [flipped, upright] : head > 0.25 ? [upright, flipped] : [upright]),
    );
  }
  return turns;
}

/** Mean probability, over the eight longest lines, that the text stands on its head; 0 without lines. */
async function upsideDown(
  session: ModelSession,
  raster: Raster,
  rects: readonly RotatedRect[],
  watch: Stopwatch,
): Promise<number> {
  const lines = rects
    .filter((rect) => isWide(rect) && Math.abs(rect.angle) < 0.7)
    .toSorted((a, b) => b.width - a.width)
    .slice(0, ASKED);
  let sum = 0;
  for (const line of lines) {
    const crop = await watch.time('orient', () =>
      planar(warp(raster, onto(line, WIDTH, HEIGHT), WIDTH, HEIGHT, 'edge'), INPUT),
    );
    const output = await session.run({ [onlyInput(session)]: crop }, watch);
    sum += output[session.outputs[0] as string]?.data[1] as number;
  }
  return lines.length > 0 ? sum / lines.length : 0;
}
