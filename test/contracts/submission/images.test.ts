import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { specimen } from '../../../bin/specimen/specimen.ts';
import { integrator, type Json, type TestTenant } from '../../support/client.ts';
import { portrait, selfie } from '../../support/faces.ts';
import * as hostile from '../../support/hostile-images.ts';
import { imageWorkers } from '../../support/local-cloud.ts';
import { lockedPdf, pdf } from '../../support/pdf.ts';

const { api, tenant, uploaded, verdict } = integrator(inject('service'));
const spoofs = join(import.meta.dirname, '../../../../shared/data/faces/spoof');
const hasSpoofs = existsSync(spoofs);

let acme: TestTenant;
let ana: { selfie: Uint8Array; docFront: Uint8Array };
let peakBytes = 0;
let sampling: NodeJS.Timeout;

/** What the worker has taken at most since it started, bytes; where the system does not keep it, what it takes now. */
function peakOf({ pid, rss }: { readonly pid: number; readonly rss: number }): number {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) * 1024;
  } catch {
    return rss;
  }
}

beforeAll(async () => {
  acme = await tenant();
  ana = { selfie: await selfie('ana'), docFront: await specimen({ portrait: await portrait('ana') }) };
  sampling = setInterval(() => {
    for (const worker of imageWorkers(inject('service').pid)) peakBytes = Math.max(peakBytes, peakOf(worker));
  }, 250);
});

afterAll(() => clearInterval(sampling));

async function submit(images: { docFront: Uint8Array; selfie: Uint8Array }, of = acme, more: object = {}) {
  const body = await uploaded(of.keys.pkTest, images);
  const accepted = await api('POST', '/v1/verify/submit', { key: of.keys.pkTest, body: { ...body, ...more } });
  expect(accepted.status).toBe(202);
  return body.verificationId as string;
}

async function judge(images: { docFront: Uint8Array; selfie: Uint8Array }, more: object = {}): Promise<Json> {
  const judged = await verdict(acme.keys.skTest, await submit(images, acme, more));
  // Whatever came in: the verdict is one of three, and says why in sentences.
  expect(['approved', 'review', 'rejected']).toContain(judged.verdict);
  expect(judged.flags).not.toContain('processing_failed');
  expect(judged.signals.length).toBeGreaterThan(0);
  for (const { reason, score, passed } of judged.signals) {
    expect(reason).toMatch(/^[A-Z].+\.$/);
    if (score === null) expect(passed).toBe(false);
  }
  return judged;
}

const reasonOf = (judged: Json, name: string): string => judged.signals.find((one: Json) => one.name === name).reason;

describe('submission, uploads that are no pictures', () => {
  test.each<[string, () => Uint8Array | Promise<Uint8Array>, RegExp]>([
    ['text', () => hostile.foreign.text as Uint8Array, /no image of a format/],
    ['SVG', () => hostile.foreign.svg as Uint8Array, /no image of a format/],
    ['a zip', () => hostile.foreign.zip as Uint8Array, /no image of a format/],
    ['a JPEG that was cut short', () => hostile.truncated(ana.selfie), /cut short/],
    ['a PNG that claims 60,000 × 60,000 pixels', hostile.hugeHeader, /more pixels/],
    ['a bomb of 30,000 × 30,000 pixels', hostile.bomb, /more pixels/],
    ['one pixel', hostile.onePixel, /too small/],
  ])('X-33 %s in both places is rejected, with a flag and its reason', async (_, make, words) => {
    const image = await make();
    const judged = await judge({ selfie: image, docFront: image });
    expect(judged).toMatchObject({
      verdict: 'rejected',
      flags: expect.arrayContaining(['selfie_unreadable', 'document_unreadable']),
      scores: { faceMatch: null, liveness: null, ocrConfidence: null, docQuality: null },
    });
    expect(reasonOf(judged, 'selfie_quality')).toMatch(words);
    expect(reasonOf(judged, 'document_quality')).toMatch(words);
  });

  test('X-33 a PDF is no selfie, and one that is locked no document', async () => {
    const judged = await judge({ selfie: lockedPdf(), docFront: lockedPdf() });
    expect(judged).toMatchObject({
      verdict: 'rejected',
      flags: expect.arrayContaining(['selfie_unreadable', 'document_unreadable']),
    });
    expect(reasonOf(judged, 'selfie_quality')).toMatch(/no image of a format/);
    expect(reasonOf(judged, 'document_quality')).toBe('The document image is a PDF that is locked by a password.');
  });

  test('X-33 one good image does not make up for one that is none', async () => {
    const noSelfie = await judge({ ...ana, selfie: hostile.truncated(ana.selfie) });
    expect(noSelfie).toMatchObject({ verdict: 'rejected', flags: expect.arrayContaining(['selfie_unreadable']) });
    expect(noSelfie.flags).not.toContain('document_unreadable');
    const noDocument = await judge({ ...ana, docFront: hostile.bomb() });
    expect(noDocument).toMatchObject({ verdict: 'rejected', flags: expect.arrayContaining(['document_unreadable']) });
    expect(noDocument.flags).not.toContain('selfie_unreadable');
  });

  test('X-33 a JPEG with damaged insides never passes', async () => {
    const judged = await judge({ selfie: hostile.damaged(ana.selfie), docFront: hostile.damaged(ana.docFront) });
    expect(judged.verdict).not.toBe('approved');
  });

  test('a bomb holds up nobody else', { timeout: 60_000 }, async () => {
    const other = await tenant();
    const [bomb, largest] = [hostile.bomb(), hostile.largestTaken()];
    await Promise.all([
      submit({ selfie: bomb, docFront: bomb }),
      submit({ selfie: largest, docFront: largest }),
      submit({ selfie: largest, docFront: largest }),
    ]);
    const began = Date.now();
    const id = await submit({ selfie: hostile.foreign.text as Uint8Array, docFront: bomb }, other);
    await verdict(other.keys.skTest, id);
    expect(Date.now() - began).toBeLessThan(20_000);
  });
});

describe('submission, odd but honest pictures', () => {
  test.each(Object.entries(hostile.odd))('%s as selfie is judged as the picture in it', async (_, dress) => {
    const judged = await judge({ ...ana, selfie: await dress(ana.selfie) });
    expect(judged.flags).not.toContain('selfie_unreadable');
    expect(judged.scores.faceMatch).toBeGreaterThan(80);
  });

  test('CMYK, 16 bits and EXIF orientation do not hide a document', async () => {
    for (const name of ['CMYK', '16-bit PNG', 'turned, with EXIF orientation 6']) {
      const judged = await judge({ ...ana, docFront: (await hostile.odd[name]?.(ana.docFront)) as Uint8Array });
      expect(judged.scores, name).toMatchObject({ ocrConfidence: expect.any(Number), faceMatch: expect.any(Number) });
      expect(
        judged.signals.find((one: Json) => one.name === 'mrz_check_digits'),
        name,
      ).toMatchObject({ passed: true });
    }
  });

  test('X-33 a document upside down is read, or left to a person', async () => {
    const docFront = await specimen({ portrait: await portrait('ana'), rotation: 180 });
    const judged = await judge({ ...ana, docFront });
    expect(judged.signals.find((one: Json) => one.name === 'mrz_check_digits')).toMatchObject({ passed: true });
    expect(judged.verdict).not.toBe('rejected');
  });

  test('a document as the second page of a PDF is read, with its portrait', async () => {
    const { width, height } = await sharp(ana.docFront).metadata();
    const scanned = pdf([
      {},
      { image: { width, height, jpeg: ana.docFront }, mediaBox: [0, 0, width / 3, height / 3] },
    ]);
    const judged = await judge({ ...ana, docFront: scanned });
    expect(judged.signals.find((one: Json) => one.name === 'mrz_check_digits')).toMatchObject({ passed: true });
    expect(judged.scores.faceMatch).toBeGreaterThan(80);
  });

  test('X-33 two faces in the selfie are for a person to look at', async () => {
    const judged = await judge({ ...ana, selfie: await hostile.twoPeople() });
    expect(judged.flags).toContain('multiple_faces_in_selfie');
    expect(judged.verdict).not.toBe('approved');
  });

  test('X-33 a selfie without a face is rejected', async () => {
    const judged = await judge({ ...ana, selfie: await hostile.nothing() });
    expect(judged).toMatchObject({ verdict: 'rejected', flags: expect.arrayContaining(['no_face_in_selfie']) });
    expect(reasonOf(judged, 'face_match')).toBe('There is no face in the selfie to compare.');
  });

  test('X-33 a document without a portrait is not approved', async () => {
    const judged = await judge({ ...ana, docFront: await specimen() });
    expect(judged.flags).toContain('no_face_in_document');
    expect(judged.verdict).not.toBe('approved');
  });

  test('X-33 a picture of nothing is no document', async () => {
    const judged = await judge({ ...ana, docFront: await hostile.nothing() });
    expect(judged.flags).toEqual(expect.arrayContaining(['document_not_recognised', 'no_face_in_document']));
    expect(judged.verdict).not.toBe('approved');
  });

  test('X-33 one picture in both places is at best for a person to look at', async () => {
    for (const image of [ana.docFront, ana.selfie]) {
      const judged = await judge({ selfie: image, docFront: image });
      expect(judged.flags).toContain('same_image');
      expect(judged.verdict).not.toBe('approved');
    }
  });
});

describe('submission, a photo of a photo', () => {
  test.skipIf(!hasSpoofs)(
    'X-09 K-23 a browser that claims 100 for a spoof changes nothing (skipped without ../shared)',
    async () => {
      const files = readdirSync(spoofs).filter((file) => /_F\d\.jpg$/.test(file));
      for (const file of files) {
        const spoof = readFileSync(join(spoofs, file));
        // The face on the screen is the holder's: everything but liveness fits.
        const face = await sharp(spoof).jpeg({ quality: 92 }).toBuffer();
        const docFront = await specimen({ portrait: face });
        const judged = await judge({ selfie: spoof, docFront }, { livenessScore: 100 });
        if (judged.scores.liveness === null) {
          expect(judged.flags, file).toContain('liveness_unavailable');
          expect(judged.verdict, file).not.toBe('approved');
        } else {
          expect(judged, file).toMatchObject({
            verdict: 'rejected',
            flags: expect.arrayContaining(['liveness_failed', 'client_liveness_disagrees']),
          });
        }
      }
    },
  );
});

test('after all of it the service is up, and its worker has stayed within the memory that it has on AWS', async () => {
  expect((await api('GET', '/health')).status).toBe(200);
  expect((await api('GET', '/ready')).status).toBe(200);
  expect(peakBytes).toBeGreaterThan(0);
  expect(peakBytes).toBeLessThan(3008 * 1024 * 1024);
});
