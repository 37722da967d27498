/** One side of a document → what can be read on it. Prepare → run → interpret; every decision about it is taken elsewhere. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DocumentReading, type MrzReading, measured, unavailable } from '../../domain/evidence.ts';
import { parseMrz } from '../../domain/mrz.ts';
import { invert } from '../affine.ts';
import type { Picture } from '../picture.ts';
import { loadSession } from '../session.ts';
import { type Stopwatch, startStopwatch } from '../stopwatch.ts';
import { detectText } from './detect.ts';
import { findZone, isGood, type ReadLine, type ZoneSearch } from './mrz-read.ts';
import { createMrzRecogniser } from './mrz-recogniser.ts';
import { isZone, type Zone } from './mrz-zone.ts';
import { likelyTurns, type Turned, turned } from './orient.ts';
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
  /** Folder with the files of `DOCUMENT_MODELS`. */
  readonly folder: string;
  /** Threads of one model run. */
  readonly threads: number;
}

/** Their ids in `models/manifest.json`. */
export const DOCUMENT_MODELS: readonly string[] = [
  'mrz-recogniser',
  'ppocr-detector',
  'ppocr-recogniser',
  'ppocr-orientation',
  'ppocr-dictionary',
];

/** Longer sides that detection sees, in turn: most documents need the first, some small or busy ones the second. */
const SIDES = [960, 640] as const;

/** Fewer lines are a sign on a wall or a shirt, not a document. */
const LEAST_LINES = 3;

/** Steps of our recogniser per reading: 90 lines, half a second of one thread. Most zones take three to eight lines. */
const MRZ_STEPS = 16_000;
/**
 * Steps of the generic recogniser for the other lines: half a second too, or an eighth of one beside an MRZ: the largest lines, which
 * hold the values.
 */
const LINE_STEPS = 1200;
const LINE_STEPS_BESIDE_MRZ = 300;

export async function createDocumentEngine(options: DocumentEngineOptions): Promise<DocumentEngine> {
  const { folder, threads } = options;
  const load = (file: string, id: string) => loadSession(join(folder, file), { id, threads, fixedShapes: false });
  const [mrzRecognition, detector, classifier, recognition, dictionary] = await Promise.all([
    load('mrz-recogniser.onnx', 'mrz-recogniser'),
    load('ch_PP-OCRv4_det_infer.onnx', 'ppocr-detector'),
    load('ch_ppocr_mobile_v2.0_cls_infer.onnx', 'ppocr-orientation'),
    load('ch_PP-OCRv4_rec_infer.onnx', 'ppocr-recogniser'),
    readFile(join(folder, 'ppocr_keys_v1.txt'), 'utf8'),
  ]);
  const recogniser = createPpOcrRecogniser(recognition, dictionary);
  const mrzRecogniser = createMrzRecogniser(mrzRecognition);

  const look = async (picture: Picture, watch: Stopwatch): Promise<Look> => {
    const allowance = { steps: MRZ_STEPS };
    let best: Look | undefined;
    for (const side of SIDES) {
      const found = await detectText(detector, picture, side, watch);
      for (const turns of await likelyTurns(classifier, picture, found, watch)) {
        const view = turned(picture, turns);
        const boxes = found.map((rect) => moved(rect, view.map));
        const search = await findZone({ recogniser: mrzRecogniser, raster: view.raster, watch, allowance }, boxes);
        if (!best || rankOf(search) > rankOf(best.search)) best = { view, boxes, search };
        if (isGood(search.zone) || allowance.steps <= 0) return best;
        if (search.zone && search.zone.score > -0.6) break;
      }
      // A zone that leaves no trace at the first size leaves none at the second.
      if (!best?.search.promising) break;
    }
    return best ?? { view: turned(picture, 0), boxes: [], search: NOTHING };
  };

  return {
    async read(picture) {
      const watch = startStopwatch();
      return interpret(await look(picture, watch), recogniser, watch);
    },
    close: async () => {
      await Promise.all([mrzRecognition, detector, classifier, recognition].map((session) => session.release()));
    },
  };
}

/** One way of looking at the picture: how it was turned, the text boxes there, and what came of the search. */
interface Look {
  readonly view: Turned;
  readonly boxes: readonly RotatedRect[];
  readonly search: ZoneSearch;
}

const NOTHING: ZoneSearch = { rects: [], promising: false };

const rankOf = ({ zone, promising }: ZoneSearch): number => zone?.rank ?? (promising ? -1e3 : -1e4);

async function interpret(
  { view, boxes, search }: Look,
  recogniser: LineRecogniser,
  watch: Stopwatch,
): Promise<DocumentReading> {
  const zone = search.zone && isZone(search.zone) ? search.zone : undefined;
  const zoneRects = zone ? search.rects : [];
  const reader = {
    recogniser,
    raster: view.raster,
    watch,
    allowance: { steps: zone ? LINE_STEPS_BESIDE_MRZ : LINE_STEPS },
  };
  const lines = await readVisualLines(reader, { boxes, read: [], exclude: zoneRects });
  const ocrConfidence = confidenceOf(zone, lines);
  if (!zone && lines.length < LEAST_LINES)
    return {
      found: false,
      ocrConfidence,
      quality: unavailable('No document was found in the photo.'),
      reasons: [],
      lines: [],
      stages: watch.stages(),
    };
  const quality = await watch.time('quality', () =>
    measureQuality({
      raster: view.raster,
      boxes,
      ...(zone ? { zone: { rects: zoneRects, characters: zone.lines[0]?.length ?? 0 } } : {}),
    }),
  );
  const back = invert(view.map);
  return {
    found: true,
    ocrConfidence,
    quality: measured(quality.value),
    reasons: view.turns === 0 ? quality.reasons : [...quality.reasons, 'orientation'],
    ...(zone ? { mrz: mrzReading(zone) } : {}),
    lines: lines.map(({ text, confidence, rect }) => ({ text, confidence, box: boxOf(moved(rect, back)) })),
    stages: watch.stages(),
  };
}

function confidenceOf(zone: Zone | undefined, lines: readonly ReadLine[]) {
  if (zone) return measured(zone.confidence);
  if (lines.length === 0) return unavailable('No text of a document was found.');
  const characters = lines.reduce((sum, { text }) => sum + text.length, 0);
  return measured(lines.reduce((sum, { text, confidence }) => sum + confidence * text.length, 0) / characters);
}

function mrzReading({ format, lines, raw, corrected, checks, confidence }: Zone): MrzReading {
  return { format, lines, raw, corrected, checks, confidence, fields: parseMrz(format, lines) };
}
