/** One side of a document → what can be read on it. Prepare → run → interpret; every decision about it is taken elsewhere. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kindsOfZone } from '../../domain/document-kind.ts';
import { type DocumentReading, type MrzReading, measured, unavailable } from '../../domain/evidence.ts';
import { parseMrz } from '../../domain/mrz.ts';
import { readVisualZone } from '../../domain/visual-zone/read-visual-zone.ts';
import { apply, invert } from '../affine.ts';
import type { Picture } from '../picture.ts';
import { loadSession } from '../session.ts';
import { type Stopwatch, startStopwatch } from '../stopwatch.ts';
import { type FoundBarcode, findBarcode } from './barcode/find-barcode.ts';
import { createZxing } from './barcode/zxing.ts';
import { type Look, type LookModels, lookByDetection, lookByPrint, withAllText } from './look.ts';
import type { ReadLine } from './mrz-read.ts';
import { createMrzRecogniser } from './mrz-recogniser.ts';
import { isZone, type Zone } from './mrz-zone.ts';
import { levelled } from './page-lines.ts';
import { measureQuality } from './quality.ts';
import { createPpOcrRecogniser, type LineRecogniser } from './recognise.ts';
import { boxOf, minAreaRect, moved } from './rotated-rect.ts';
import { readVisualLines } from './visual-lines.ts';

export interface DocumentEngine {
  /** Never rejects because of what is on the picture: without text it is `found: false`. One reading at a time is fastest. */
  read(picture: Picture, effort?: ReadingEffort): Promise<DocumentReading>;
  close(): Promise<void>;
}

/**
 * How much is read beside an MRZ: nothing, the largest printed lines, or as much as without one, up to a second more, which is what the
 * comparison of the two needs. Where no zone is found, everything is read.
 */
export type ReadingEffort = 'zone' | 'brief' | 'whole';

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

/** Fewer lines are a sign on a wall or a shirt, not a document. */
const LEAST_LINES = 3;

/**
 * Steps of the generic recogniser per reading for the lines outside the MRZ: one second of one thread (the fronts of 16 licences took
 * 715 to 1121). A brief reading beside an MRZ takes the largest lines, which hold the values.
 */
const LINE_STEPS = 2000;
const LINE_STEPS_BESIDE_MRZ = 300;

export async function createDocumentEngine(options: DocumentEngineOptions): Promise<DocumentEngine> {
  const { folder, threads } = options;
  const load = (file: string, id: string) => loadSession(join(folder, file), { id, threads, fixedShapes: false });
  const [mrzRecognition, detector, classifier, recognition, dictionary, decodeSymbol] = await Promise.all([
    load('mrz-recogniser.onnx', 'mrz-recogniser'),
    load('ch_PP-OCRv4_det_infer.onnx', 'ppocr-detector'),
    load('ch_ppocr_mobile_v2.0_cls_infer.onnx', 'ppocr-orientation'),
    load('ch_PP-OCRv4_rec_infer.onnx', 'ppocr-recogniser'),
    readFile(join(folder, 'ppocr_keys_v1.txt'), 'utf8'),
    createZxing(),
  ]);
  const recogniser = createPpOcrRecogniser(recognition, dictionary);

  const models: LookModels = {
    recogniser: createMrzRecogniser(mrzRecognition),
    detector,
    classifier,
  };

  return {
    async read(picture, effort = 'brief') {
      const watch = startStopwatch();
      const printed = await lookByPrint(models, picture, watch);
      if (printed && effort === 'zone') return interpret(printed, undefined, recogniser, watch, effort);
      // Before text is looked for: it costs little where there is none, and where there is one, it says which way is up.
      const barcode = await watch.time('barcode', () => findBarcode(decodeSymbol, picture));
      const look = printed
        ? await withAllText(models, picture, printed, watch)
        : await lookByDetection(models, picture, barcode, watch);
      return interpret(look, barcode, recogniser, watch, effort);
    },
    close: async () => {
      await Promise.all([mrzRecognition, detector, classifier, recognition].map((session) => session.release()));
    },
  };
}

async function interpret(
  { view, boxes, search }: Look,
  barcode: FoundBarcode | undefined,
  recogniser: LineRecogniser,
  watch: Stopwatch,
  effort: ReadingEffort,
): Promise<DocumentReading> {
  const zone = search.zone && isZone(search.zone) ? search.zone : undefined;
  const mrz = zone && mrzReading(zone);
  const zoneRects = zone ? search.rects : [];
  const reader = {
    recogniser,
    raster: view.raster,
    watch,
    allowance: { steps: zone && effort === 'brief' ? LINE_STEPS_BESIDE_MRZ : LINE_STEPS },
  };
  const symbol = barcode && minAreaRect(barcode.corners.map((corner) => apply(view.map, corner)));
  const exclude = symbol ? [...zoneRects, symbol] : zoneRects;
  const words = zone && effort === 'zone' ? [] : await readVisualLines(reader, { boxes, exclude });
  const visual = await watch.time('visual', () =>
    readVisualZone(levelled(words), mrz && kindsOfZone(mrz.format, mrz.fields)[0]),
  );
  const lines = words.filter(({ text }) => text.length > 1);
  const ocrConfidence = barcode && !zone ? DECODED : confidenceOf(zone, lines);
  if (!zone && !barcode && lines.length < LEAST_LINES)
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
      ...(zone ? { zone: { rects: zoneRects, characters: zone.lines[0]?.length ?? 0 } } : symbol && { symbol }),
    }),
  );
  const back = invert(view.map);
  return {
    found: true,
    ocrConfidence,
    quality: measured(quality.value),
    reasons: view.turns === 0 ? quality.reasons : [...quality.reasons, 'orientation'],
    ...(mrz ? { mrz } : {}),
    ...(visual ? { visual } : {}),
    ...(barcode && { barcode: barcode.reading }),
    lines: lines.map(({ text, confidence, rect }) => ({ text, confidence, box: boxOf(moved(rect, back)) })),
    stages: watch.stages(),
  };
}

/** A symbol's error correction leaves no doubt, or no reading. */
const DECODED = measured(1);

function confidenceOf(zone: Zone | undefined, lines: readonly ReadLine[]) {
  if (zone) return measured(zone.confidence);
  if (lines.length === 0) return unavailable('No text of a document was found.');
  const characters = lines.reduce((sum, { text }) => sum + text.length, 0);
  return measured(lines.reduce((sum, { text, confidence }) => sum + confidence * text.length, 0) / characters);
}

function mrzReading({ format, lines, raw, corrected, checks, confidence }: Zone): MrzReading {
  return { format, lines, raw, corrected, checks, confidence, fields: parseMrz(format, lines) };
}
