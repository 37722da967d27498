import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { type DocumentReading, type MrzReading, measured, unavailable } from '../../../lambdas/domain/evidence.ts';
import { readDocument } from '../../../lambdas/vision/document/read-document.ts';
import type { Picture } from '../../../lambdas/vision/picture.ts';
import { mrz } from '../../support/evidence.ts';
import { lockedPdf, type PdfPage, pdf } from '../../support/pdf.ts';

const reading = (found: boolean, zone?: MrzReading): DocumentReading => ({
  found,
  ocrConfidence: found ? measured(0.9) : unavailable('No text of a document was found.'),
  quality: measured(0.9),
  reasons: [],
  lines: [],
  stages: { detect: 1 },
  ...(zone && { mrz: zone }),
});

/** Tells pages by the colour in their middle: blue has a zone, green text, anything else nothing. */
function engine() {
  const seen: string[] = [];
  const read = async ({ width, height, data }: Picture): Promise<DocumentReading> => {
    const i = (Math.floor(height / 2) * width + Math.floor(width / 2)) * 3;
    const [, green = 0, blue = 0] = data.subarray(i, i + 3);
    const kind = blue > 128 && green < 128 ? 'zone' : green > 128 && blue < 128 ? 'text' : 'nothing';
    seen.push(kind);
    return reading(kind !== 'nothing', kind === 'zone' ? mrz() : undefined);
  };
  return { seen, read };
}

const page = (colour: string): PdfPage => ({ content: `${colour} rg 100 100 400 650 re f` });
const [zone, text, other] = [page('0 0 1'), page('0 1 0'), page('1 0 0')];

async function of(pages: readonly PdfPage[]) {
  const { seen, read } = engine();
  const result = await readDocument({ read }, pdf(pages));
  if (!result.ok) throw new Error(result.error);
  const { document, picture } = result.value;
  expect(picture.format).toBe('pdf');
  return { seen, document };
}

describe('M-17 the page of a PDF that is read', () => {
  test('is the first with a machine-readable zone, and the ones after it are not looked at', async () => {
    const { seen, document } = await of([other, text, zone, zone]);
    expect(seen).toEqual(['nothing', 'text', 'zone']);
    expect(document.mrz).toBeDefined();
    expect((await of([zone, text])).seen).toEqual(['zone']);
  });

  test('else the first with text', async () => {
    const { seen, document } = await of([other, text, other]);
    expect(seen).toEqual(['nothing', 'text', 'nothing']);
    expect(document).toMatchObject({ found: true });
    expect(document).not.toHaveProperty('mrz');
  });

  test('is never beyond the third; empty pages cost no reading', async () => {
    const { seen, document } = await of([{}, other, {}, zone]);
    expect(seen).toEqual(['nothing']);
    expect(document.found).toBe(false);
    expect((await of([{}, {}])).seen).toEqual(['nothing']);
  });

  test('is none that is too small to see anything in it', async () => {
    const line: PdfPage = { ...zone, mediaBox: [0, 0, 14400, 1] };
    expect(await readDocument(engine(), pdf([line]))).toEqual({ ok: false, error: 'image_too_small' });
    expect((await of([line, zone])).document.mrz).toBeDefined();
  });

  test('has the time for all that was looked at', async () => {
    const { document } = await of([text, other, other]);
    expect(document.stages).toMatchObject({ detect: 3, decode: expect.any(Number) });
    expect(document.stages.decode).toBeGreaterThan(0);
  });
});

test('a picture is read as before, and a PDF that is none is a fault', async () => {
  const { read } = engine();
  const blue = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#0000ff' } })
    .png()
    .toBuffer();
  expect(await readDocument({ read }, blue)).toMatchObject({
    ok: true,
    value: { picture: { format: 'png', width: 60 }, document: { found: true, stages: { decode: expect.any(Number) } } },
  });
  expect(await readDocument({ read }, lockedPdf())).toEqual({ ok: false, error: 'pdf_encrypted' });
  expect(await readDocument({ read }, blue.subarray(0, 40))).toMatchObject({ ok: false });
});

describe('M-29 a program for editing pictures that a file names', () => {
  const blank = sharp({ create: { width: 60, height: 40, channels: 3, background: '#0000ff' } });
  const xmp =
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="GIMP 2.10"/></rdf:RDF></x:xmpmeta>';
  const software = (Software: string) => blank.clone().withExif({ IFD0: { Software } });

  test.each([
    ['in the EXIF of a JPEG', () => software('Adobe Photoshop 25.0').jpeg().toBuffer(), 'Adobe Photoshop'],
    ['in the EXIF of a PNG', () => software('Pixelmator 3.9').png().toBuffer(), 'Pixelmator'],
    ['in the XMP of a JPEG', () => blank.clone().withXmp(xmp).jpeg().toBuffer(), 'GIMP'],
    ['nowhere: a camera is none', () => software('Firmware 1.0.4').jpeg().toBuffer(), null],
    ['nowhere: no metadata', () => blank.clone().jpeg().toBuffer(), null],
  ])('is found %s', async (_, make, editor) => {
    const seen = await readDocument(engine(), await make(), { effort: 'whole' });
    expect(seen.ok && seen.value.document.editor).toBe(editor);
  });

  test('is not looked for in PDFs, nor where the zone is enough', async () => {
    expect((await of([zone])).document).not.toHaveProperty('editor');
    const seen = await readDocument(engine(), await software('Adobe Photoshop 25.0').jpeg().toBuffer(), {
      effort: 'zone',
    });
    expect(seen.ok && seen.value.document).not.toHaveProperty('editor');
  });
});
