/** One side of a document → what can be read on it. Prepare → run → interpret; every decision about it is taken elsewhere. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type DocumentQualityReason,
  type DocumentReading,
  type MrzReading,
  measured,
  unavailable,
} from '../../domain/evidence.ts';
import { parseMrz } from '../../domain/mrz.ts';
import { invert } from '../affine.ts';
import type { Picture } from '../picture.ts';
import { loadSession } from '../session.ts';
import { type Stopwatch, startStopwatch } from '../stopwatch.ts';
import { detectText } from './detect.ts';
import { findZone, isGood, type ReadLine, type ZoneSearch } from './mrz-read.ts';
import type { Zone } from './mrz-zone.ts';
import { isSideways, type QuarterTurns, type Turned, turned, upsideDown } from './orient.ts';
import { measureQuality } from './quality.ts';
import { createPpOcrRecogniser, type LineRecogniser } from './recognise.ts';
import { boxOf, moved, type RotatedRect } from './rotated-rect.ts';
import { readVisualLines } from './visual-lines.ts';

export interface DocumentEngine {
  /** Never rejects because of what is on the picture: without text it is `found: false`. One reading at a time is fastest. */
  read(picture: Picture): Promise<DocumentReading>;
  close(): Promise<void>;
}

export interface DocumentEngineOptions {
  /** Folder with the PP-OCR models and dictionary that `models/manifest.json` names. */
  readonly folder: string;
  /** Threads of one model run. */
  readonly threads: number;
  /** Milliseconds after which no further attempt at the MRZ is begun; one attempt takes about half a second. Default 6000. */
  readonly mrzBudget?: number;
  /** Milliseconds for the lines outside the MRZ. Default 1500. */
  readonly linesBudget?: number;
}

/** Longer sides that detection sees, in turn: most documents need the first, some small or busy ones the second. */
const SIDES = [960, 640] as const;

/** Below this mean log-probability a zone is no zone: right ones score −0.25 and better, a passport read upside down −3. */
const LEAST_SCORE = -0.5;

export async function createDocumentEngine(options: DocumentEngineOptions): Promise<DocumentEngine> {
  const { folder, threads, mrzBudget = 6000, linesBudget = 1500 } = options;
  const load = (file: string, id: string) => loadSession(join(folder, file), { id, threads, fixedShapes: false });
  const [detector, classifier, recognition, dictionary] = await Promise.all([
    load('ch_PP-OCRv4_det_infer.onnx', 'text-detect'),
    load('ch_ppocr_mobile_v2.0_cls_infer.onnx', 'text-angle'),
    load('ch_PP-OCRv4_rec_infer.onnx', 'text-read'),
    readFile(join(folder, 'ppocr_keys_v1.txt'), 'utf8'),
  ]);
  const recogniser = createPpOcrRecogniser(recognition, dictionary);

  const look = async (picture: Picture, watch: Stopwatch): Promise<Look> => {
    const deadline = performance.now() + mrzBudget;
    const timeLeft = () => performance.now() < deadline;
    let best: Look = { view: turned(picture, 0), boxes: [], search: NOTHING };
    for (const side of SIDES) {
      const found = await detectText(detector, picture, side, watch);
      if (found.length === 0) break;
      const sideways = isSideways(found);
      const { raster, map } = turned(picture, sideways ? 1 : 0);
      const head = await upsideDown(
        classifier,
        raster,
        found.map((rect) => moved(rect, map)),
        watch,
      );
      for (const flipped of head > 0.5 ? [true, false] : [false, true]) {
        const view = turned(picture, (((sideways ? 1 : 0) + (flipped ? 2 : 0)) % 4) as QuarterTurns);
        const boxes = found.map((rect) => moved(rect, view.map));
        const search = await findZone({ recogniser, raster: view.raster, watch, timeLeft }, boxes);
        if (best.boxes.length === 0 || betterThan(search, best.search)) best = { view, boxes, search };
        if (isGood(search.zone) || !timeLeft()) return best;
        if (!search.promising || (search.zone && search.zone.score > -0.6)) break;
      }
      if (!best.search.promising) break;
    }
    return best;
  };

  return {
    async read(picture) {
      const watch = startStopwatch();
      const seen = await watch.time('mrz', () => look(picture, watch));
      return interpret(picture, seen, recogniser, linesBudget, watch);
    },
    close: async () => {
      await Promise.all([detector, classifier, recognition].map((session) => session.release()));
    },
  };
}

/** One way of looking at the picture: how it was turned, the text boxes there, and what came of the search. */
interface Look {
  readonly view: Turned;
  readonly boxes: readonly RotatedRect[];
  readonly search: ZoneSearch;
}

const NOTHING: ZoneSearch = { rects: [], rows: [], promising: false };

const betterThan = (a: ZoneSearch, b: ZoneSearch): boolean => (a.zone?.rank ?? -Infinity) > (b.zone?.rank ?? -Infinity);

async function interpret(
  _picture: Picture,
  { view, boxes, search }: Look,
  recogniser: LineRecogniser,
  budget: number,
  watch: Stopwatch,
): Promise<DocumentReading> {
  const zone = search.zone && search.zone.score >= LEAST_SCORE ? search.zone : undefined;
  const zoneRects = zone ? search.rects : [];
  const lines = await watch.time('lines', () =>
    readVisualLines({ recogniser, raster: view.raster, boxes, read: search.rows, exclude: zoneRects, budget, watch }),
  );
  const back = invert(view.map);
  const quality = await watch.time('quality', () =>
    measureQuality({
      raster: view.raster,
      boxes,
      ...(zone ? { zone: { rects: zoneRects, characters: zone.lines[0]?.length ?? 0 } } : {}),
    }),
  );
  const found = zone !== undefined || lines.length >= 2;
  const reasons: DocumentQualityReason[] = [
    ...quality.reasons,
    ...(view.turns === 0 || !found ? [] : (['orientation'] as const)),
  ];
  return {
    found,
    ocrConfidence: confidenceOf(zone, lines),
    quality: found ? measured(quality.value) : unavailable('no_document'),
    reasons: found ? reasons : [],
    ...(zone ? { mrz: mrzReading(zone) } : {}),
    lines: lines.map(({ text, confidence, rect }) => ({ text, confidence, box: boxOf(moved(rect, back)) })),
    stages: watch.stages(),
  };
}

function confidenceOf(zone: Zone | undefined, lines: readonly ReadLine[]) {
  if (zone) return measured(zone.confidence);
  if (lines.length === 0) return unavailable('no_text');
  const characters = lines.reduce((sum, { text }) => sum + text.length, 0);
  return measured(lines.reduce((sum, { text, confidence }) => sum + confidence * text.length, 0) / characters);
}

function mrzReading({ format, lines, raw, corrected, checks, confidence }: Zone): MrzReading {
  return { format, lines, raw, corrected, checks, confidence, fields: parseMrz(format, lines) };
}
