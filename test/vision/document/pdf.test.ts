import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { ImageFault } from '../../../lambdas/domain/evidence.ts';
import { isPdf, openPdf, type PdfLimits } from '../../../lambdas/vision/document/pdf.ts';
import { pixelsOf } from '../../../lambdas/vision/document/pdf-messages.ts';
import type { Picture } from '../../../lambdas/vision/picture.ts';
import { FIRST_MORE, imageBomb, lockedPdf, type PdfPage, pdf, streamObject } from '../../support/pdf.ts';

const red = await sharp({ create: { width: 90, height: 60, channels: 3, background: '#d02010' } })
  .jpeg({ quality: 95 })
  .toBuffer();
const scan: PdfPage = { image: { width: 90, height: 60, jpeg: red }, mediaBox: [0, 0, 300, 200] };

/** What becomes of the file's first page. */
async function firstPage(bytes: Uint8Array, limits?: PdfLimits): Promise<Picture | ImageFault> {
  const opened = await openPdf(bytes, limits);
  if (!opened.ok) return opened.error;
  const drawn = await opened.value.draw(0);
  await opened.value.close();
  return drawn.ok ? drawn.value : drawn.error;
}

const colourAt = ({ width, height, data }: Picture, x: number, y: number): number[] => {
  const i = (Math.floor(y * height) * width + Math.floor(x * width)) * 3;
  return [...data.subarray(i, i + 3)];
};

describe('a PDF', () => {
  test('M-17 is opened, and each page drawn upright in its colours, sooner or later', async () => {
    const halves = '0 0 1 rg 0 421 595 421 re f';
    const opened = await openPdf(pdf([scan, { content: halves }, { content: halves, more: '/Rotate 90' }]));
    if (!opened.ok) throw new Error(opened.error);
    expect(opened.value.pages).toBe(3);
    const pages = [];
    for (const page of [2, 0, 1]) pages.push(await opened.value.draw(page));
    await opened.value.close();
    const [turned, first, second] = pages.map((page) => (page.ok ? page.value : undefined)) as [
      Picture,
      Picture,
      Picture,
    ];
    expect(first).toMatchObject({ format: 'pdf', scale: 1, width: 1600, height: 1066 });
    const [r = 0, g = 0, b = 0] = colourAt(first, 0.5, 0.5);
    expect(Math.max(Math.abs(r - 0xd0), Math.abs(g - 0x20), Math.abs(b - 0x10))).toBeLessThan(6);
    // A4 at 200 dots to the inch: blue above, paper below; turned clockwise, blue to the right.
    expect(second).toMatchObject({ width: 1652, height: 2338 });
    expect([colourAt(second, 0.5, 0.2), colourAt(second, 0.5, 0.8)]).toEqual([
      [0, 0, 255],
      [255, 255, 255],
    ]);
    expect(turned).toMatchObject({ width: 2338, height: 1652 });
    expect([colourAt(turned, 0.8, 0.5), colourAt(turned, 0.2, 0.5)]).toEqual([
      [0, 0, 255],
      [255, 255, 255],
    ]);
  });

  const script = `<</S /JavaScript /JS (while \\(true\\) {} this.exportDataObject\\({}\\);)>>`;
  test.each<[string, Uint8Array]>([
    [
      'that runs a script when it is opened',
      pdf([scan], { objects: [script], catalogue: `/OpenAction ${FIRST_MORE} 0 R` }),
    ],
    ['whose page runs a script', pdf([{ ...scan, more: `/AA <</O ${script}>>` }])],
    ['that names scripts', pdf([scan], { catalogue: `/Names <</JavaScript <</Names [(a) ${script}]>>>>` })],
    ['with bytes in front of its header', Buffer.concat([Buffer.from('\r\n\r\njunk\n'), pdf([scan])])],
    ['of 10,000 pages', pdf([scan, ...Array<PdfPage>(9999).fill({})])],
  ])('%s is drawn like any other', async (_, bytes) => {
    const page = await firstPage(bytes);
    expect(page).toMatchObject({ width: 1600, height: 1066 });
    expect(colourAt(page as Picture, 0.5, 0.5)[0]).toBeGreaterThan(0xc0);
  });

  test.each<[string, PdfPage, number, number]>([
    ['a huge page', { mediaBox: [0, 0, 14400, 7200] }, 4000, 2000],
    ['a huge unit', { mediaBox: [0, 0, 14400, 14400], more: '/UserUnit 75000' }, 4000, 4000],
    ['a page beyond all bounds', { mediaBox: [0, 0, 1e9, 1e9] }, 4000, 4000],
    ['a thread', { mediaBox: [0, 0, 14400, 1] }, 4000, 1],
    ['a stamp', { mediaBox: [0, 0, 20, 10] }, 1600, 800],
  ])('%s is drawn at a size that can be borne', async (_, page, width, height) => {
    expect(await firstPage(pdf([page]))).toMatchObject({ width, height });
  });

  test('no page is larger than 4000 pixels or smaller than one, whatever it claims', () => {
    fc.assert(
      fc.property(fc.double(), fc.double(), (width, height) => {
        const size = pixelsOf(width, height);
        for (const length of [size.width, size.height]) {
          expect(Number.isInteger(length)).toBe(true);
          expect(length).toBeGreaterThanOrEqual(1);
          expect(length).toBeLessThanOrEqual(4000);
        }
      }),
    );
  });
});

describe('a PDF that is none, or no help', () => {
  const whole = pdf([scan]);
  test.each<[string, Uint8Array, ImageFault]>([
    ['M-17 locked by a password', lockedPdf(), 'pdf_encrypted'],
    ['M-17 without pages', pdf([]), 'pdf_no_pages'],
    ['cut off in the middle', whole.subarray(0, whole.length / 2), 'image_truncated'],
    ['cut off near its end', whole.subarray(0, -40), 'image_truncated'],
    ['no more than a header', Buffer.from('%PDF-1.7\n'), 'image_truncated'],
    ['garbage between header and end', Buffer.from(`%PDF-1.7\n${'Z'.repeat(5000)}\n%%EOF`), 'image_undecodable'],
  ])('%s', async (_, bytes, fault) => {
    expect(isPdf(bytes)).toBe(true);
    expect(await firstPage(bytes)).toBe(fault);
  });

  test('M-06 is told by its first bytes, as by the contract', () => {
    expect(isPdf(red)).toBe(false);
    expect(isPdf(Buffer.concat([red.subarray(0, 20), Buffer.from('%PDF-1.7')]))).toBe(false);
    expect(isPdf(new Uint8Array())).toBe(false);
    expect(isPdf(Buffer.concat([Buffer.from(' '), whole]))).toBe(false);
  });
});

describe('a PDF bomb', () => {
  const endless = deflateSync(Buffer.from('0 0 m 500 500 l S '.repeat(1_000_000)));
  const formsInForms = Array.from({ length: 20 }, (_, i) =>
    streamObject(
      '/F Do '.repeat(4),
      `/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources <</XObject <</F ${FIRST_MORE + ((i + 1) % 20)} 0 R>>>>`,
    ),
  );
  const forms = pdf([{ content: '/F Do', more: `/Resources <</XObject <</F ${FIRST_MORE} 0 R>>>>` }], {
    objects: formsInForms,
  });

  test.each<[string, Uint8Array]>([
    ['a million lines in a few kilobytes', pdf([{ content: endless, filter: '/FlateDecode' }])],
    ['forms that draw each other', forms],
    ['an image of 900 megapixels', imageBomb(30_000)],
  ])('%s ends in time, and holds up nobody', async (_, bytes) => {
    const startedAt = performance.now();
    let longest = 0;
    let last = startedAt;
    const beat = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 20);
    const [bomb, other] = await Promise.all([firstPage(bytes, { milliseconds: 1500 }), firstPage(pdf([scan]))]);
    clearInterval(beat);
    expect(bomb).toBe('pdf_too_complex');
    expect(other).toMatchObject({ width: 1600 });
    expect(performance.now() - startedAt).toBeLessThan(6000);
    expect(longest).toBeLessThan(1000);
  });

  test('what wants more memory than there may be is refused, and its memory comes back', async () => {
    const large = pdf([{ mediaBox: [0, 0, 9000, 9000] }]);
    expect(await firstPage(pdf([scan]), { memoryBytes: 32 * 2 ** 20 })).toMatchObject({ width: 1600 });
    expect(await firstPage(large, { memoryBytes: 32 * 2 ** 20 })).toBe('pdf_too_complex');
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 5; i++) await firstPage(large);
    // Each of them took 64 MB for its raster, and 48 MB for the picture.
    expect(process.memoryUsage().rss - before).toBeLessThan(250e6);
  });

  test('deep nesting is no trouble', async () => {
    const deep = pdf([{ content: `${'q '.repeat(200_000)}${'['.repeat(100_000)}` }], {
      objects: [`${'['.repeat(100_000)}${']'.repeat(100_000)}`],
      catalogue: `/X ${FIRST_MORE} 0 R`,
    });
    const page = await firstPage(deep);
    expect(page === 'pdf_too_complex' || typeof page === 'object').toBe(true);
    expect(await firstPage(pdf([scan]))).toMatchObject({ width: 1600 });
  });

  test('files with random changes are drawn or refused, and nothing else', { timeout: 60_000 }, async () => {
    const bytes = pdf([scan, { content: '1 0 0 rg 10 10 100 100 re f' }]);
    const change = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(change, async (changes) => {
        const changed = Uint8Array.from(bytes);
        for (const [at, value] of changes) changed[at] = value;
        const page = await firstPage(changed, { milliseconds: 3000 });
        if (typeof page === 'string')
          expect(page).toMatch(/^(image_(truncated|undecodable)|pdf_(encrypted|no_pages|too_complex))$/);
        else expect(page.data).toHaveLength(page.width * page.height * 3);
      }),
      { numRuns: 15 },
    );
  });
});
