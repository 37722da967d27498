/** Barcodes of licences read right, what the search costs where there is none, and what a PDF costs. */
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { specimen } from '../../bin/specimen/specimen.ts';
import { findBarcode } from '../../lambdas/vision/document/barcode/find-barcode.ts';
import { createZxing, type DecodeSymbol } from '../../lambdas/vision/document/barcode/zxing.ts';
import { openPdf } from '../../lambdas/vision/document/pdf.ts';
import { decodePicture } from '../../lambdas/vision/image.ts';
import type { Raster } from '../../lambdas/vision/picture.ts';
import { berta, bertasBack, outOfFocus } from '../support/licence.ts';
import { imageBomb, pdf } from '../support/pdf.ts';
import { type Held, heldUp } from '../support/scene.ts';
import { DOCUMENTS } from './documents.ts';
import { type Figure, percentile } from './figure.ts';

/** Pictures with a barcode whose text is known. Milliseconds are those of the search, decoding of the picture excluded. */
export interface BarcodeFigures {
  readonly pictures: number;
  readonly decoded: number;
  /** Every element of the truth, and no other. */
  readonly everyFieldRight: number;
  readonly milliseconds: readonly number[];
}

/** Elements as the truth's text has them: one to a line, the subfile's type before the first. Not by the parser that is measured. */
function elementsOf(text: string): Record<string, string> {
  const lines = text
    .slice(text.search(/(?:DL|ID)D[A-C][A-Z]/) + 2)
    .split(/[\n\r]+/)
    .map((line) => line.replace(/^Z(.)(?=Z\1)/, ''));
  return Object.fromEntries(
    lines.filter((line) => line !== '').map((line) => [line.slice(0, 3), line.slice(3).trim()]),
  );
}

async function measure(
  decode: DecodeSymbol,
  pictures: AsyncIterable<{ readonly raster: Raster; readonly truth: string }>,
): Promise<BarcodeFigures> {
  const figures = { pictures: 0, decoded: 0, everyFieldRight: 0, milliseconds: [] as number[] };
  for await (const { raster, truth } of pictures) {
    const start = performance.now();
    const found = await findBarcode(decode, raster);
    figures.milliseconds.push(performance.now() - start);
    figures.pictures++;
    if (!found) continue;
    figures.decoded++;
    const [read, wanted] = [found.reading.elements, elementsOf(truth)].map((elements) =>
      JSON.stringify(Object.entries(elements).toSorted()),
    );
    if (read === wanted) figures.everyFieldRight++;
  }
  return figures;
}

async function rasterOf(file: string): Promise<Raster> {
  const picture = await decodePicture(await readFile(file));
  if (!picture.ok) throw new Error(`${file}: ${picture.error}`);
  return picture.value;
}

async function* backs() {
  const truths: Record<string, string> = JSON.parse(await readFile(join(DOCUMENTS, 'licence_back_truth.json'), 'utf8'));
  for (const file of readdirSync(join(DOCUMENTS, 'licence-back'))) {
    const truth = truths[/_(\w\w)_/.exec(file)?.[1] ?? ''];
    if (truth) yield { raster: await rasterOf(join(DOCUMENTS, 'licence-back', file)), truth };
  }
}

/** The backs beside the project; `undefined` without them. */
export async function measureBacks(): Promise<BarcodeFigures | undefined> {
  return existsSync(join(DOCUMENTS, 'licence-back')) ? measure(await createZxing(), backs()) : undefined;
}

/** What is drawn here: how the card is held, and how far out of focus, pixels. Every one in three widths of symbol. */
const CONDITIONS: Readonly<Record<string, { readonly held: readonly Held[]; readonly soft: number }>> = {
  'lying straight': { held: [0, 90, 180, 270].map((roll) => ({ roll })), soft: 0.7 },
  'at any angle': { held: [17, 64, 131, 203, 318].map((roll) => ({ roll })), soft: 0.7 },
  'seen from 20°': { held: [0, 100, 190].map((roll) => ({ roll, yaw: 20, pitch: -14 })), soft: 0.7 },
  'seen from 30°': { held: [8, 95, 170].map((roll) => ({ roll, yaw: -24, pitch: 18 })), soft: 0.7 },
  'out of focus': { held: [3, 98].map((roll) => ({ roll, yaw: 10 })), soft: 2 },
};

async function* drawn({ held, soft }: (typeof CONDITIONS)[string]) {
  for (const columns of [8, 12, 16]) {
    const back = await bertasBack({ columns });
    const table = { ...back, data: new Uint8Array(back.data.length).fill(110) };
    for (const one of held)
      yield { raster: await outOfFocus(heldUp(back, table, { zoom: 0.8, ...one }), soft), truth: berta };
  }
}

/** Pictures without any barcode: what a front pays for the search. */
async function costOfNone(decode: DecodeSymbol): Promise<number[]> {
  const folder = join(DOCUMENTS, 'licence-front');
  const files = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  const rasters = await Promise.all(files.map(rasterOf));
  const passport = await decodePicture(await specimen());
  if (passport.ok) rasters.push(passport.value);
  const spent: number[] = [];
  for (let round = 0; round < 3; round++) {
    for (const { width, height, data } of rasters) {
      // A picture of its own each time: what was halved before is halved again.
      const raster = { width, height, data };
      const start = performance.now();
      await findBarcode(decode, raster);
      if (round > 0) spent.push(performance.now() - start);
    }
  }
  return spent;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const figuresOf = (name: string, { pictures, decoded, everyFieldRight, milliseconds }: BarcodeFigures): Figure[] => [
  { name: `${name}: decoded`, value: (100 * decoded) / pictures, unit: `% of ${pictures}` },
  { name: `${name}: every field right`, value: (100 * everyFieldRight) / pictures, unit: '%' },
  { name: `${name}: a picture`, value: mean(milliseconds), unit: 'ms' },
];

export async function benchBarcodes(): Promise<readonly Figure[]> {
  const decode = await createZxing();
  const figures: Figure[] = [];
  const own = await measureBacks();
  if (own) figures.push(...figuresOf('licence backs', (await measureBacks()) ?? own));
  for (const [name, condition] of Object.entries(CONDITIONS))
    figures.push(...figuresOf(`drawn, ${name}`, await measure(decode, drawn(condition))));
  const none = await costOfNone(decode);
  figures.push(
    { name: 'no barcode: the search, p50', value: percentile(none, 0.5), unit: 'ms' },
    { name: 'no barcode: the search, p95', value: percentile(none, 0.95), unit: 'ms' },
  );
  return [...figures, ...(await benchPdf())];
}

const megabytes = (): number => process.memoryUsage().rss / 1e6;

async function benchPdf(): Promise<Figure[]> {
  const photo = await specimen({ pixelsPerMillimetre: 24 });
  const { width, height } = await sharp(photo).metadata();
  const scan = pdf([{ image: { width, height, jpeg: photo }, mediaBox: [0, 0, 595, (595 * height) / width] }]);
  const spent: number[] = [];
  const before = megabytes();
  for (let round = 0; round < 8; round++) {
    const start = performance.now();
    const opened = await openPdf(scan);
    if (!opened.ok) throw new Error(opened.error);
    await opened.value.draw(0);
    if (round > 1) spent.push(performance.now() - start);
    await opened.value.close();
  }
  const bytes = imageBomb(30_000);
  const start = performance.now();
  let peak = 0;
  const sampling = setInterval(() => {
    peak = Math.max(peak, megabytes());
  }, 20);
  const bomb = await openPdf(bytes);
  const fault = bomb.ok ? await bomb.value.draw(0) : bomb;
  clearInterval(sampling);
  const bombSeconds = (performance.now() - start) / 1000;
  if (bomb.ok) await bomb.value.close();
  return [
    { name: `a PDF of a ${width} × ${height} scan: opened and drawn`, value: mean(spent), unit: 'ms' },
    {
      name: 'a PDF bomb of 900 megapixels: ends after',
      value: bombSeconds,
      unit: fault.ok ? 's' : `s: ${fault.error}`,
    },
    { name: 'a PDF bomb: memory at most', value: peak - before, unit: 'MB more' },
    { name: 'after all PDFs: memory', value: megabytes() - before, unit: 'MB more' },
  ];
}
