import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { decodePicture } from '../../../lambdas/vision/image.ts';
import type { Raster } from '../../../lambdas/vision/picture.ts';
import { heifPicture } from '../../../lambdas/vision/video/heif.ts';
import { createVideos } from '../../../lambdas/vision/video/videos.ts';
import { bmp, heic } from '../../support/heic.ts';
import { encodeVideo } from '../../support/video.ts';

const SIDE = 64;
const colours = { red: [210, 20, 20], green: [20, 170, 20], blue: [20, 20, 210], white: [240, 240, 240] } as const;
type Colour = keyof typeof colours;

const tile = (colour: Colour, width = SIDE, height = SIDE): Raster => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => colours[colour][i % 3] as number),
});
const quarters: readonly Colour[] = ['red', 'green', 'blue', 'white'];
const tiles = quarters.map((colour) => tile(colour));
/** A last column and row that are cut off by half. */
const cropped = { columns: 2, width: SIDE * 1.5, height: SIDE * 1.5 };
const videos = createVideos();

/** Size, and the colours in the middle of its quarters as its tiles divide it, from the upper left. */
async function seen(file: Uint8Array) {
  const still = await videos.still(file);
  if (!still.ok) return still.error;
  const picture = await decodePicture(still.value);
  if (!picture.ok) return picture.error;
  const { width, height, data } = picture.value;
  const at = (x: number, y: number) => {
    const i = (Math.floor(y * height) * width + Math.floor(x * width)) * 3;
    const near = (colour: Colour) =>
      colours[colour].every((value, k) => Math.abs(value - (data[i + k] as number)) < 25);
    return quarters.find(near);
  };
  return { width, height, colours: [at(0.3, 0.3), at(0.85, 0.3), at(0.3, 0.85), at(0.85, 0.85)] };
}

let grid: Buffer;
beforeAll(async () => {
  grid = await heic(tiles, cropped);
});

describe('a photo of a format that only FFmpeg knows', () => {
  test('P-23 HEIC in tiles: put together and cropped', async () => {
    expect(await seen(grid)).toEqual({ width: 96, height: 96, colours: ['red', 'green', 'blue', 'white'] });
  });

  test('P-23 HEIC in one piece, turned', async () => {
    const size = { width: SIDE * 2, height: SIDE };
    const one = await heic([tile('green', size.width, size.height)], { columns: 1, ...size, rotation: 1 });
    expect(await seen(one)).toEqual({ width: SIDE, height: SIDE * 2, colours: Array(4).fill('green') });
  });

  test('HEIC in tiles, turned counter-clockwise', async () => {
    const whole = { columns: 2, width: SIDE * 2, height: SIDE * 2, rotation: 1 };
    expect(await seen(await heic(tiles, whole))).toMatchObject({ colours: ['green', 'white', 'red', 'blue'] });
  });

  test('P-23 BMP', async () => {
    expect(await seen(bmp(tile('blue', 50, 40)))).toEqual({ width: 50, height: 40, colours: Array(4).fill('blue') });
  });

  test.each<[string, string, () => Uint8Array | Promise<Uint8Array>]>([
    ['a JPEG', 'image_unsupported_format', () => Buffer.from('\xff\xd8\xff\xe0'.padEnd(200), 'latin1')],
    [
      'text',
      'image_unsupported_format',
      () => Buffer.from('BM is how bitmaps begin, and so does this text of some length.'),
    ],
    ['a film', 'image_unsupported_format', () => encodeVideo({ pictures: tiles, fps: 1 })],
    ['HEIC cut short', 'image_undecodable', () => grid.subarray(0, grid.length - 200)],
    [
      'HEIC without what says what is in it',
      'image_unsupported_format',
      () => Buffer.from(String(grid.toString('latin1')).replace('pitm', 'junk'), 'latin1'),
    ],
    ['HEIC of 30,000 by 30,000 pixels', 'image_too_many_pixels', () => sized(grid, 30_000)],
    ['BMP of 30,000 by 30,000 pixels', 'image_undecodable', () => sizedBmp(30_000)],
  ])('%s: %s', async (_, fault, file) => {
    expect(await seen(await file())).toBe(fault);
  });

  test('whatever stands in a file, what it says of its picture is read or refused', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(grid.indexOf('mdat')), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        (changes) => {
          const file = Buffer.from(grid);
          for (const [at, value] of changes) file[at] = value;
          const picture = heifPicture(file);
          if (picture) expect(picture.items.length).toBeGreaterThan(0);
        },
      ),
    );
  });
});

function sized(file: Buffer, side: number): Buffer {
  const copy = Buffer.from(file);
  const data = copy.indexOf('idat') + 4;
  copy.writeUInt16BE(side, data + 4);
  copy.writeUInt16BE(side, data + 6);
  return copy;
}

function sizedBmp(side: number): Buffer {
  const file = bmp(tile('red', 8, 8));
  file.writeUInt32LE(side, 18);
  file.writeUInt32LE(side, 22);
  return file;
}
