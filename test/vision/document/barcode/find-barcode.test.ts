import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { apply, type Point } from '../../../../lambdas/vision/affine.ts';
import {
  type FoundBarcode,
  findBarcode,
  turnsUpright,
} from '../../../../lambdas/vision/document/barcode/find-barcode.ts';
import { type Grey, greyOf } from '../../../../lambdas/vision/document/barcode/grey.ts';
import { stripedQuads } from '../../../../lambdas/vision/document/barcode/stripes.ts';
import { createZxing, type DecodeSymbol } from '../../../../lambdas/vision/document/barcode/zxing.ts';
import { type QuarterTurns, turned } from '../../../../lambdas/vision/document/orient.ts';
import { type Raster, resize } from '../../../../lambdas/vision/picture.ts';
import { measureBacks } from '../../../bench/barcodes.ts';
import { DOCUMENTS } from '../../../bench/documents.ts';
import { berta, bertasBack, outOfFocus } from '../../../support/licence.ts';
import { type Held, heldUp } from '../../../support/scene.ts';

let decode: DecodeSymbol;
let back: Raster;
beforeAll(async () => {
  [decode, back] = await Promise.all([createZxing(), bertasBack()]);
});

const find = async (picture: Raster): Promise<FoundBarcode> => {
  const found = await findBarcode(decode, picture);
  if (!found) throw new Error('no barcode');
  return found;
};
/** Photographed: on a table, as far away as it just fits. */
function photo(held: Held): Raster {
  const table = { ...back, data: new Uint8Array(back.data.length).fill(110) };
  return heldUp(back, table, { zoom: 0.8, ...held });
}

describe('the barcode of a licence', () => {
  test('M-28 is read from a straight picture, every element of it', async () => {
    const { reading } = await find(back);
    expect(reading).toMatchObject({ version: 8, issuer: '636045' });
    expect(Object.keys(reading.elements)).toHaveLength(24);
    expect(reading.elements).toMatchObject({ DCS: 'LINDQVIST', DAQ: 'WDLABCD456DG', ZWA: '20120417' });
    expect(reading.fields.birthDate).toEqual({ value: '1988-02-29', confidence: 1 });
  });

  test.each([0, 1, 2, 3] as const)(
    'turned by %i quarters it is read, lies where it is, and says which way is up',
    async (turns) => {
      const { raster, map } = turned(back, turns as QuarterTurns);
      const { reading, corners } = await find(raster);
      expect(reading.fields.surname?.value).toBe('LINDQVIST');
      expect((turns + turnsUpright({ reading, corners })) % 4).toBe(0);
      // 14 pixels to a millimetre; a corner may be off by one and a half of them.
      const upperLeft: Point = [(12 + 6.8) * 14, (12 + 32) * 14];
      const [x, y] = apply(map, upperLeft);
      expect(Math.hypot(corners[0][0] - x, corners[0][1] - y)).toBeLessThan(20);
    },
  );

  test.each<[string, Held]>([
    ['at an angle', { roll: 23 }],
    ['at an angle and on its head', { roll: 160 }],
    ['from the side', { yaw: 30 }],
    ['from above', { pitch: 30, roll: 8 }],
    ['from a corner, on its side', { yaw: -22, pitch: 22, roll: 96 }],
  ])('photographed %s it is read', async (_, held) => {
    expect((await find(photo(held))).reading.elements.DAQ).toBe('WDLABCD456DG');
  });

  test('out of focus, small or large it is read', async () => {
    const small = resize(back, back.width / 2, back.height / 2);
    const large = resize(back, back.width * 2.5, back.height * 2.5);
    for (const picture of [await outOfFocus(photo({ roll: 5 }), 2), small, large])
      expect((await find(picture)).reading.elements.DAQ).toBe('WDLABCD456DG');
  });
});

describe('what is no barcode of a licence', () => {
  test('a barcode of something else is none', async () => {
    expect(
      await findBarcode(
        decode,
        await bertasBack({ text: 'M1DESMARAIS/LUC EABC123 YULFRAAC 0834 226F001A0025'.repeat(4) }),
      ),
    ).toBeUndefined();
  });

  test('one that is too blurred is none: nothing is guessed', async () => {
    expect(await findBarcode(decode, await outOfFocus(back, 6))).toBeUndefined();
  });

  test.each([
    ['nothing', () => 128],
    ['noise', (i: number) => (Math.imul(i, 2654435761) >>> 24) & 255],
    ['bars like a zebra’s', (i: number) => ((i % 1200) % 40 < 20 ? 0 : 255)],
    ['lines of text', (i: number) => (Math.floor(i / 1200) % 40 < 18 && (i * 7919) % 13 < 6 ? 20 : 230)],
  ])('%s: no barcode', async (_, level) => {
    const data = new Uint8Array(1200 * 900 * 3);
    for (let i = 0; i < 1200 * 900; i++) data.fill(level(i), i * 3, i * 3 + 3);
    expect(await findBarcode(decode, { width: 1200, height: 900, data })).toBeUndefined();
  });

  test.each([
    [1, 1],
    [4000, 3],
    [3, 4000],
    [33, 32],
  ])('a picture of %i × %i pixels has no stripes', (width, height) => {
    expect(stripedQuads({ width, height, data: new Uint8Array(width * height * 3).fill(9) })).toEqual([]);
  });
});

describe('a symbol with little error correction, damaged', () => {
  /** So many specks of ink and light on it, always in the same places. */
  async function specked(specks: number, seed: number): Promise<Grey> {
    const plain = greyOf(await bertasBack({ margin: 2, correction: 2, pixelsPerMillimetre: 10 }));
    let state = seed;
    const random = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const data = Uint8Array.from(plain.data);
    for (let speck = 0; speck < specks; speck++) {
      const [left, top] = [Math.floor((14.8 + random() * 58) * 10), Math.floor((34 + random() * 15) * 10)];
      const level = random() < 0.5 ? 0 : 255;
      for (let y = top; y < top + 8; y++) data.fill(level, y * plain.width + left, y * plain.width + left + 8);
    }
    return { ...plain, data };
  }

  test('is read right where the damage is small', async () => {
    const found = await decode(await specked(2, 1));
    expect(new TextDecoder().decode(found?.bytes)).toBe(berta);
  });

  // ZXing makes gibberish of each of them: their error correction is used up, and can be made to fit anything.
  test.each([5, 48, 66, 87, 101])('is not read at all where it would be read wrong (damage %i)', async (seed) => {
    expect(await decode(await specked(45, seed))).toBeUndefined();
  });
});

test('a decoder that breaks down refuses no picture, and works again', async () => {
  const broken = {
    width: 10,
    height: 10,
    get data(): Uint8Array {
      throw new Error('out of memory');
    },
  };
  expect(await decode(broken)).toBeUndefined();
  expect((await find(back)).reading.version).toBe(8);
});

test.skipIf(!existsSync(DOCUMENTS))(
  'M-28 of the backs at hand every field is right (skipped where ../shared is absent)',
  async () => {
    const { pictures, everyFieldRight } = (await measureBacks()) ?? { pictures: 0, everyFieldRight: 0 };
    expect(pictures).toBeGreaterThan(10);
    expect(everyFieldRight).toBe(pictures);
  },
);
