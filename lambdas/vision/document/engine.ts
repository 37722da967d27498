/** One side of a document → what can be read on it. Prepare → run → interpret; every decision about it is taken elsewhere. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DocumentReading, type MrzReading, measured, unavailable } from '../../domain/evidence.ts';
import { parseMrz } from '../../domain/mrz.ts';
import { readVisualZone } from '../../domain/visual-zone/read-visual-zone.ts';
import { invert } from '../affine.ts';
import type { Picture } from '../picture.ts';
import { loadSession } from '../session.ts';
import { type Stopwatch, startStopwatch } from '../stopwatch.ts';
import { detectText } from './detect.ts';
import { findZone, isGood, type ReadLine, type ZoneSearch } from './mrz-read.ts';
import { isZone, type Zone } from './mrz-zone.ts';
import { likelyTurns, type Turned, turned } from './orient.ts';
import { levelled } from './page-lines.ts';
import { measureQuality } from './quality.ts';
import { createPpOcrRecogniser, type LineRecogniser } from './recognise.ts';
import { boxOf, moved, type RotatedRect } from './rotated-rect.ts';
import { readVisualLines } from './visual-lines.ts';

export interface DocumentEngine {
  /** Never rejects because of what is on the picture: without text it is `found: false`. One reading at a time is fastest. */
  read(picture: Picture, effort?: ReadingEffort): Promise<DocumentReading>;
  close(): Promise<void>;
}

/**
 * How much of the printed side is read beside an MRZ: its largest lines, or as much as without one, up to a second more; which
 * is what the comparison of the two needs.
 */
type ReadingEffort = 'brief' | 'whole';

export interface DocumentEngineOptions {
  /** Folder with the PP-OCR models and dictionary that `models/manifest.json` names. */
  readonly folder: string;
  /** Threads of one model run. */
  readonly threads: number;
}

/** Longer sides that detection sees, in turn: most documents need the first, some small or busy ones the second. */
const SIDES = [960, 640] as const;

/** Fewer lines are a sign on a wall or a shirt, not a document. */
const LEAST_LINES = 3;

/**
 * Steps of the recogniser per reading: about four seconds of one thread for the MRZ at most, and for the other lines one second:
 * the fronts of 16 licences took 715 to 1121. A brief reading beside an MRZ takes the largest lines, which hold the values.
 */
const MRZ_STEPS = 6000;
const LINE_STEPS = 2000;
const LINE_STEPS_BESIDE_MRZ = 300;

export async function createDocumentEngine(options: DocumentEngineOptions): Promise<DocumentEngine> {
  const { folder, threads } = options;
  const load = (file: string, id: string) => loadSession(join(folder, file), { id, threads, fixedShapes: false });
  const [detector, classifier, recognition, dictionary] = await Promise.all([
    load('ch_PP-OCRv4_det_infer.onnx', 'ppocr-detector'),
    load('ch_ppocr_mobile_v2.0_cls_infer.onnx', 'ppocr-orientation'),
    load('ch_PP-OCRv4_rec_infer.onnx', 'ppocr-recogniser'),
    readFile(join(folder, 'ppocr_keys_v1.txt'), 'utf8'),
  ]);
  const recogniser = createPpOcrRecogniser(recognition, dictionary);

  const look = async (picture: Picture, watch: Stopwatch): Promise<Look> => {
    const allowance = { steps: MRZ_STEPS };
    let best: Look | undefined;
    for (const side of SIDES) {
      const found = await detectText(detector, picture, side, watch);
      for (const turns of await likelyTurns(classifier, picture, found, watch)) {
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
  };

  return {
    async read(picture, effort = 'brief') {
      const watch = startStopwatch();
      return interpret(await look(picture, watch), recogniser, watch, effort);
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

/** What the formats of ICAO Doc 9303 stand on; a residence permit says itself that it is one. */
const KINDS = {
  TD1: 'national_id',
  TD2: 'national_id',
  'FRA-ID': 'national_id',
  TD3: 'passport',
  'MRV-A': 'visa',
  'MRV-B': 'visa',
} as const;

const NOTHING: ZoneSearch = { rects: [], rows: [], promising: false };

const rankOf = ({ zone, promising }: ZoneSearch): number => zone?.rank ?? (promising ? -1e3 : -1e4);

async function interpret(
  { view, boxes, search }: Look,
  recogniser: LineRecogniser,
  watch: Stopwatch,
  effort: ReadingEffort,
): Promise<DocumentReading> {
  const zone = search.zone && isZone(search.zone) ? search.zone : undefined;
  const zoneRects = zone ? search.rects : [];
  const reader = {
    recogniser,
    raster: view.raster,
    watch,
    allowance: { steps: zone && effort === 'brief' ? LINE_STEPS_BESIDE_MRZ : LINE_STEPS },
  };
  const words = await readVisualLines(reader, { boxes, read: search.rows, exclude: zoneRects });
  const visual = await watch.time('visual', () => readVisualZone(levelled(words), zone && KINDS[zone.format]));
  const lines = words.filter(({ text }) => text.length > 1);
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
    ...(visual ? { visual } : {}),
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
