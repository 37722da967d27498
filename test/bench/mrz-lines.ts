/** Our recogniser of machine-readable zones and others on the same crops of the specimens beside the project (never part of it). */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import type { MrzFormat } from '../../lambdas/domain/evidence.ts';
import { MRZ_CHARACTERS, MRZ_LAYOUTS } from '../../lambdas/domain/mrz-layout.ts';
import { decodeLine, type LineScores, likeliest } from '../../lambdas/vision/document/decode.ts';
import { detectText } from '../../lambdas/vision/document/detect.ts';
import { findZone } from '../../lambdas/vision/document/mrz-read.ts';
import { createMrzRecogniser, type ZoneRecogniser } from '../../lambdas/vision/document/mrz-recogniser.ts';
import { readZone } from '../../lambdas/vision/document/mrz-zone.ts';
import { likelyTurns, turned } from '../../lambdas/vision/document/orient.ts';
import { moved, onto, type RotatedRect } from '../../lambdas/vision/document/rotated-rect.ts';
import { decodePicture } from '../../lambdas/vision/image.ts';
import { type Raster, warp } from '../../lambdas/vision/picture.ts';
import { loadSession } from '../../lambdas/vision/session.ts';
import { startStopwatch } from '../../lambdas/vision/stopwatch.ts';
import { ensureModels, modelsFolder } from '../../models/ensure.ts';
import { documentSets, type Truth, truthsOf } from './documents.ts';
import type { Figure } from './figure.ts';
import { createGenericZoneRecogniser } from './generic-zone-recogniser.ts';

/** The lines of one document, upright, and what stands there. */
interface Crops {
  readonly raster: Raster;
  readonly rects: readonly RotatedRect[];
  readonly truth: readonly string[];
  readonly format: MrzFormat;
}

/** Lines read exactly: by the likeliest class of each step; of the right length and alphabets; with check digits. */
interface Tally {
  plain: number;
  decoded: number;
  repaired: number;
  milliseconds: number;
}

export async function benchMrzLines(): Promise<Figure[]> {
  await ensureModels();
  const { recognisers, locate, close } = await loadAll();
  const tesseract = (await run('tesseract', ['--version']).catch(() => undefined)) !== undefined;
  const figures: Figure[] = [];
  for (const set of documentSets) {
    const tallies = new Map(Object.keys(recognisers).map((name) => [name, { ...NOTHING }]));
    let [lines, byTesseract] = [0, 0];
    for (const truth of (await truthsOf(set)) ?? []) {
      const crops = await locate(truth);
      if (!crops) continue;
      lines += crops.truth.length;
      for (const [name, recogniser] of Object.entries(recognisers))
        await measure(recogniser, crops, tallies.get(name) as Tally);
      if (tesseract) byTesseract += await readByTesseract(crops);
    }
    const add = (name: string, value: number, unit: string) =>
      figures.push({ name: `${set === 'truth' ? 'scans' : 'hard photos'}: ${name}`, value, unit });
    add('lines', lines, lines > 0 ? '' : 'left out: ../shared is not there');
    if (lines === 0) continue;
    const share = (exact: number): number => (100 * exact) / lines;
    for (const [name, tally] of tallies) {
      add(`${name}, likeliest classes`, share(tally.plain), '% exact');
      add(`${name}, length and alphabets`, share(tally.decoded), '% exact');
      add(`${name}, check digits`, share(tally.repaired), '% exact');
      add(`${name}, a line`, tally.milliseconds / lines, 'ms of processor');
    }
    const [own, generic] = [...tallies.values()];
    add('generic ÷ ours, a line', (generic?.milliseconds ?? Number.NaN) / (own?.milliseconds ?? Number.NaN), '×');
    if (tesseract) add('tesseract eng', share(byTesseract), '% exact');
    else add('tesseract', Number.NaN, 'left out: not installed');
  }
  await close();
  return figures;
}

async function loadAll() {
  const folder = modelsFolder();
  const load = (file: string) => loadSession(join(folder, file), { threads: 1, fixedShapes: false });
  const sessions = await Promise.all([
    load('mrz-recogniser.onnx'),
    load('ch_PP-OCRv4_rec_infer.onnx'),
    load('ch_PP-OCRv4_det_infer.onnx'),
    load('ch_ppocr_mobile_v2.0_cls_infer.onnx'),
  ]);
  const [mrz, ppOcr, detector, classifier] = sessions;
  const generic = createGenericZoneRecogniser(ppOcr, await readFile(join(folder, 'ppocr_keys_v1.txt'), 'utf8'));
  const recognisers = { ours: createMrzRecogniser(mrz), generic };

  /** Where either recogniser finds the zone; none where neither does. */
  const locate = async ({ bytes, lines: truth }: Truth): Promise<Crops | undefined> => {
    const picture = await decodePicture(bytes);
    if (!picture.ok) throw new Error(picture.error);
    const watch = startStopwatch();
    for (const side of [960, 640]) {
      const found = await detectText(detector, picture.value, side, watch);
      for (const turns of await likelyTurns(classifier, picture.value, found, watch)) {
        const { raster, map } = turned(picture.value, turns);
        const boxes = found.map((rect) => moved(rect, map));
        for (const recogniser of Object.values(recognisers)) {
          const { zone, rects } = await findZone({ recogniser, raster, watch, allowance: { steps: 1e6 } }, boxes);
          if (zone && rects.length === truth.length && likeness(zone.lines, truth) > 0.8)
            return { raster, rects, truth, format: zone.format };
        }
      }
    }
    return undefined;
  };
  const close = () => Promise.all(sessions.map((session) => session.release()));
  return { recognisers, locate, close };
}

/** Share of places with the same character. */
function likeness(lines: readonly string[], truth: readonly string[]): number {
  const [a, b] = [lines.join(), truth.join()];
  return a.length === b.length ? [...a].filter((character, i) => character === b[i]).length / a.length : 0;
}

const NOTHING: Readonly<Tally> = { plain: 0, decoded: 0, repaired: 0, milliseconds: 0 };

/**
 * Milliseconds that a processor was at it for this thread, on which the models run. The clock on the wall would count what others do on a busy machine, and the process's
 * time what is cleaned up beside it on an idle one.
 */
const processorTime = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

/** Of two more looks, the first having made the half-size levels of the picture: what else the machine does only adds. */
async function leastTime(look: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 2; i++) {
    const start = processorTime();
    await look();
    times.push(processorTime() - start);
  }
  return Math.min(...times);
}

/** Adds what the recogniser makes of the lines of one document. */
async function measure(
  recogniser: ZoneRecogniser,
  { raster, rects, truth, format }: Crops,
  tally: Tally,
): Promise<void> {
  const watch = startStopwatch();
  const { width: characters, patterns } = MRZ_LAYOUTS[format];
  const scores: LineScores[] = [];
  for (const [row, rect] of rects.entries()) {
    const look = () => recogniser.recognise(raster, rect, { characters }, watch);
    const line = await look();
    tally.milliseconds += await leastTime(look);
    if (likeliest(line.scores).text === truth[row]) tally.plain++;
    if (decodeLine(line.scores, patterns[row] as string)?.text === truth[row]) tally.decoded++;
    scores.push(line.scores);
  }
  const { lines = [] } = readZone(scores, characters) ?? {};
  tally.repaired += truth.filter((line, row) => lines[row] === line).length;
}

const run = promisify(execFile);

/** Exact lines: crops of 48 pixels' height with a white border, one line each, limited to the characters of a zone. */
async function readByTesseract({ raster, rects, truth }: Crops): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'lines-'));
  const file = join(folder, 'line.png');
  const options = ['--psm', '7', '-l', 'eng', '-c', `tessedit_char_whitelist=${MRZ_CHARACTERS}`];
  let exact = 0;
  for (const [row, rect] of rects.entries()) {
    const width = Math.round((rect.width / rect.height) * 48);
    const { data } = warp(raster, onto(rect, width, 48), width, 48, 'edge');
    await sharp(data, { raw: { width, height: 48, channels: 3 } })
      .extend({ top: 16, bottom: 16, left: 16, right: 16, background: 'white' })
      .toFile(file);
    const env = { ...process.env, OMP_THREAD_LIMIT: '1' };
    const { stdout } = await run('tesseract', [file, '-', ...options], { env });
    if (stdout.replaceAll(/\s/g, '') === truth[row]) exact++;
  }
  await rm(folder, { recursive: true });
  return exact;
}
