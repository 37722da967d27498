import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawText } from '../../../bin/specimen/glyphs.ts';
import { type SpecimenOptions, specimen, specimenLines } from '../../../bin/specimen/specimen.ts';
import type { DocumentReading } from '../../../lambdas/domain/evidence.ts';
import { createDocumentEngine, DOCUMENT_MODELS, type DocumentEngine } from '../../../lambdas/vision/document/engine.ts';
import { turned } from '../../../lambdas/vision/document/orient.ts';
import { decodePicture } from '../../../lambdas/vision/image.ts';
import { ensureModels } from '../../../models/ensure.ts';
import { manifest } from '../../../models/manifest.ts';
import { DOCUMENTS, measureDocuments } from '../../bench/documents.ts';
import { portrait } from '../../support/faces.ts';
import { bertasBack } from '../../support/licence.ts';
import { ohioLicence } from '../../support/printed-page.ts';

let engine: DocumentEngine;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'documents-'));
  const models = manifest.models.filter(({ id }) => DOCUMENT_MODELS.includes(id));
  for (const { path, model } of await ensureModels({ models }))
    if (path) await copyFile(path, join(folder, model.file));
  engine = await createDocumentEngine({ folder, threads: 1 });
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

async function read(bytes: Uint8Array): Promise<DocumentReading> {
  const picture = await decodePicture(bytes);
  if (!picture.ok) throw new Error(picture.error);
  return engine.read(picture.value);
}
const readSpecimen = async (options: SpecimenOptions) => read(await specimen(options));

describe('a drawn document', () => {
  test('C-50 a passport page is read: zone, fields, checks, visual zone, quality, stages', async () => {
    const reading = await readSpecimen({ portrait: await portrait('ana') });
    const lines = specimenLines();
    expect(reading).toMatchObject({
      found: true,
      reasons: [],
      mrz: { format: 'TD3', lines, raw: lines, corrected: false },
    });
    expect(reading.mrz?.fields).toMatchObject({ surname: 'ERIKSSON', givenNames: 'ANNA MARIA', birthDate: '740812' });
    expect(Object.values(reading.mrz?.checks ?? { none: false })).not.toContain(false);
    const confidence = 'value' in reading.ocrConfidence ? reading.ocrConfidence.value : 0;
    expect(confidence).toBeGreaterThan(0.9);
    expect(confidence).toBeLessThanOrEqual(1);
    const texts = reading.lines.map(({ text }) => text.replaceAll(' ', ''));
    for (const text of ['UTOPIA', 'ERIKSSON', 'L898902C3', '12AUG1974']) expect(texts).toContain(text);
    expect(texts.filter((text) => text.includes('<<'))).toEqual([]);
    const tops = reading.lines.map(({ box }) => box.y + box.height / 2);
    expect(tops).toEqual(tops.toSorted((a, b) => a - b));
    for (const stage of [
      'detect',
      'recognise',
      'mrz-decode',
      'quality',
      'model:ppocr-detector',
      'model:ppocr-recogniser',
      'model:mrz-recogniser',
    ])
      expect(reading.stages[stage]).toBeGreaterThan(0);
  });

  test('C-50 a card lying on its head is read, and its lines have boxes where they are on the photo', async () => {
    const [reading, straight] = [
      await readSpecimen({ format: 'TD1', rotation: 180 }),
      await sharp(await specimen({ format: 'TD1' })).metadata(),
    ];
    const lines = specimenLines({ format: 'TD1' });
    expect(reading).toMatchObject({
      found: true,
      reasons: ['orientation'],
      mrz: { format: 'TD1', lines, corrected: false },
    });
    const heading = reading.lines.find(({ text }) => text === 'UTOPIA');
    // Top left of the card, so bottom right of the photo.
    expect(heading?.box.x).toBeGreaterThan((straight.width * 3) / 5);
    expect(heading?.box.y).toBeGreaterThan((straight.height * 3) / 5);
  });

  test('C-50 a visa on its side is read', async () => {
    const options: SpecimenOptions = { format: 'MRV-B', rotation: 90 };
    expect(await readSpecimen(options)).toMatchObject({
      reasons: ['orientation'],
      mrz: { format: 'MRV-B', lines: specimenLines(options) },
    });
  });

  test('C-50 a wrong check digit is reported, not repaired away', async () => {
    const options: SpecimenOptions = { format: 'TD2', brokenCheckDigit: 'expiryDate' };
    const { mrz } = await readSpecimen(options);
    expect(mrz).toMatchObject({
      corrected: false,
      lines: specimenLines(options),
      checks: { expiryDate: false, birthDate: true },
    });
  });

  test('C-50 the drawn zero is that of OCR-B: told from the drawn O, in a number that nothing else tells', async () => {
    const options: SpecimenOptions = { fields: { documentNumber: 'O0OO00QD0' } };
    const { mrz } = await readSpecimen(options);
    expect(mrz).toMatchObject({ corrected: false, raw: specimenLines(options) });
  });

  test('a blurred photo says so', async () => {
    expect((await readSpecimen({ format: 'MRV-A', blur: 2.5 })).reasons).toContain('blur');
  });
});

describe('a drawn licence', () => {
  /** Twice as large as the lines are placed. */
  const drawn = (turn = 0) => {
    const texts = ohioLicence.map(({ text, box: { x, y, height } }) =>
      drawText(text, x * 2, (y + height * 0.15) * 2, height, height * 1.3),
    );
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1300" height="660"><rect width="100%" height="100%" fill="#eef2f4"/>${texts.join('')}</svg>`;
    return sharp(Buffer.from(svg)).rotate(turn, { background: '#eef2f4' }).png().toBuffer();
  };

  test.each([0, 3, 180])('M-47 C-50 its printed fields are read, turned by %i°', async (turn) => {
    const { visual, mrz } = await read(await drawn(turn));
    expect(mrz).toBeUndefined();
    expect(visual).toMatchObject({ kind: 'drivers_license', layout: 'US-OH licence' });
    expect(visual?.fields).toMatchObject({
      surname: { value: 'QUILLFEATHER' },
      birthDate: { value: '1991-04-09' },
      issueDate: { value: '2021-05-11' },
      expiryDate: { value: '2025-04-09' },
      documentNumber: { value: 'RT918273' },
      issuingState: { value: 'USA' },
    });
  });

  test('M-47 the printed side of a card without a title is of the kind that its zone says', async () => {
    const permit = await specimen({ format: 'TD1', fields: { documentCode: 'IR' }, pixelsPerMillimetre: 7 });
    const picture = await decodePicture(permit);
    if (!picture.ok) throw new Error(picture.error);
    expect((await engine.read(picture.value, 'whole')).visual?.kind).toBe('residence_permit');
  });

  test('a passport is read wholly where that is asked for', async () => {
    const picture = await decodePicture(await specimen({ portrait: await portrait('ana') }));
    if (!picture.ok) throw new Error(picture.error);
    const [brief, whole] = [await engine.read(picture.value), await engine.read(picture.value, 'whole')];
    expect(whole.mrz).toEqual(brief.mrz);
    expect(whole.lines.length).toBeGreaterThan(brief.lines.length);
    expect(whole.visual).toMatchObject({ kind: 'passport', fields: { surname: { value: 'ERIKSSON' } } });
  });
});

describe('a licence’s back', () => {
  const photographed = async (turns: 0 | 2): Promise<DocumentReading> => {
    const { raster } = turned(await bertasBack(), turns);
    return engine.read({ ...raster, format: 'png', scale: 1 });
  };

  test('M-28 is found by its barcode alone, is sure of it, and has its quality', async () => {
    const reading = await photographed(0);
    expect(reading).toMatchObject({ found: true, ocrConfidence: { value: 1 }, reasons: [] });
    expect(reading).not.toHaveProperty('mrz');
    expect(reading.barcode?.fields.expiryDate).toEqual({ value: '2031-04-17', confidence: 1 });
    expect('value' in reading.quality ? reading.quality.value : 0).toBeGreaterThan(0.8);
    expect(reading.stages.barcode).toBeGreaterThan(0);
  });

  test('on its head is turned by its barcode', async () => {
    expect(await photographed(2)).toMatchObject({ found: true, reasons: ['orientation'], barcode: { version: 8 } });
  });
});

describe('what is no document', () => {
  const nothing = {
    found: false,
    quality: { unavailable: 'No document was found in the photo.' },
    reasons: [],
    lines: [],
  };
  const blank = (width: number, height: number) => ({
    create: { width, height, channels: 3 as const, background: '#777' },
  });
  const noise = { ...blank(300, 300).create, noise: { type: 'gaussian' as const, mean: 128, sigma: 60 } };

  test.each([
    ['an empty page', () => sharp(blank(800, 600)).png().toBuffer()],
    ['noise', () => sharp({ create: noise }).png().toBuffer()],
    ['the smallest picture', () => sharp(blank(32, 32)).png().toBuffer()],
    ['a strip', () => sharp(blank(4000, 33)).png().toBuffer()],
    ['a face', () => portrait('bea')],
  ])('%s is not found, without a word read', async (_, draw) => {
    const reading = await read(await draw());
    expect(reading).toMatchObject(nothing);
    expect(reading.ocrConfidence).toEqual({ unavailable: 'No text of a document was found.' });
    expect(reading.stages['model:ppocr-recogniser'] ?? 0).toBeLessThan(200);
  });

  test('models that are missing stop the engine from being made, by name', async () => {
    await expect(createDocumentEngine({ folder: join(folder, 'none'), threads: 1 })).rejects.toThrow(/ppocr|ENOENT/);
  });
});

describe.skipIf(!existsSync(DOCUMENTS))('real specimens (skipped where ../shared is absent)', () => {
  test.each([
    ['truth', ['ij_id1', 'arg_id_c_Serbia', 'arg_resi_Germany']],
    ['hard_truth', ['yu_4__upside']],
  ] as const)('C-50 of %s: %j are read exactly', async (set, only) => {
    expect(await measureDocuments(set, only)).toMatchObject(only.map(() => ({ exact: true })));
  });
});
