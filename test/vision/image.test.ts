import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePicture, type ImageLimits } from '../../lambdas/vision/image.ts';
import type { Raster } from '../../lambdas/vision/picture.ts';

const [width, height] = [90, 60];
/** Red grows to the right, green downwards, so that every orientation looks different. */
const pixels = new Uint8Array(width * height * 3);
for (let i = 0; i < width * height; i++) {
  pixels.set([Math.round(((i % width) / width) * 255), Math.round((Math.floor(i / width) / height) * 255), 60], i * 3);
}
const source = () => sharp(pixels, { raw: { width, height, channels: 3 } });
const noise = (w: number, h: number) => {
  let seed = 1;
  const data = Uint8Array.from({ length: w * h * 3 }, () => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed >> 16;
  });
  return sharp(data, { raw: { width: w, height: h, channels: 3 } });
};

async function decoded(bytes: Uint8Array, limits?: ImageLimits) {
  const result = await decodePicture(bytes, limits);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

async function fault(bytes: Uint8Array, limits?: ImageLimits) {
  const result = await decodePicture(bytes, limits);
  return result.ok ? 'decoded' : result.error;
}

function meanDifference(a: Raster, b: Pick<Raster, 'data'>): number {
  expect(a.data.length).toBe(b.data.length);
  return a.data.reduce((sum, value, i) => sum + Math.abs(value - (b.data[i] ?? 0)), 0) / a.data.length;
}

/** A black square PNG of one bit per pixel: 900 megapixels from a few hundred kilobytes. */
function blackPng(side: number): Uint8Array {
  const chunk = (type: string, body: Buffer) => {
    const typed = Buffer.concat([Buffer.from(type), body]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(body.length);
    sum.writeUInt32BE(crc32(typed));
    return Buffer.concat([length, typed, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 1; // bit depth; the rest: grey, deflate, no filter, not interlaced
  const rows = deflateSync(Buffer.alloc(side * (side / 8 + 1)), { level: 1 });
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}

describe('decodePicture reads', () => {
  it.each([
    ['jpeg', () => source().jpeg({ quality: 95 })],
    ['jpeg', () => source().jpeg({ quality: 95, progressive: true })],
    ['png', () => source().png()],
    ['webp', () => source().webp({ quality: 95 })],
    ['avif', () => source().avif({ quality: 80, effort: 0 })],
    ['tiff', () => source().tiff({ compression: 'lzw' })],
    ['gif', () => source().gif()],
  ] as const)('%s to the same pixels', async (format, encode) => {
    const picture = await decoded(await encode().toBuffer());
    expect(picture).toMatchObject({ format, width, height, scale: 1 });
    expect(meanDifference(picture, { data: pixels })).toBeLessThan(6);
  });

  it('16-bit, grey, 16-bit grey, palette and CMYK files as 8-bit RGB', async () => {
    const sixteen = await decoded(await source().toColourspace('rgb16').png().toBuffer());
    expect(meanDifference(sixteen, { data: pixels })).toBeLessThan(1);
    for (const space of ['b-w', 'grey16']) {
      const grey = await decoded(await source().greyscale().toColourspace(space).png().toBuffer());
      expect(grey.data.length).toBe(width * height * 3);
      for (let i = 0; i < grey.data.length; i += 3) {
        expect([grey.data[i + 1], grey.data[i + 2]]).toEqual([grey.data[i], grey.data[i]]);
      }
    }
    expect(
      meanDifference(await decoded(await source().png({ palette: true }).toBuffer()), { data: pixels }),
    ).toBeLessThan(12);
    expect(
      meanDifference(await decoded(await source().toColourspace('cmyk').jpeg().toBuffer()), { data: pixels }),
    ).toBeLessThan(40);
  });

  it('a wide-gamut profile as sRGB: the numbers change, the colour does not', async () => {
    const p3 = await source().png().withIccProfile('p3').toBuffer();
    const raw = await sharp(p3).raw().toBuffer();
    expect(meanDifference(await decoded(p3), { data: pixels })).toBeLessThan(3);
    expect(raw.length).toBe(pixels.length);
  });

  it('transparent pixels as white', async () => {
    const clear = sharp({ create: { width: 40, height: 40, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0 } } });
    expect((await decoded(await clear.png().toBuffer())).data.every((value) => value === 255)).toBe(true);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'EXIF orientation %i upright, as if it had been saved upright',
    async (orientation) => {
      const picture = await decoded(await source().withMetadata({ orientation }).png().toBuffer());
      const upright = await source().keepMetadata().withMetadata({ orientation }).png().toBuffer();
      const expected = await sharp(upright).autoOrient().raw().toBuffer({ resolveWithObject: true });
      expect([picture.width, picture.height]).toEqual(orientation < 5 ? [width, height] : [height, width]);
      expect(meanDifference(picture, expected)).toBe(0);
    },
  );

  it('the first frame of animated GIF and WebP', async () => {
    const frames = ['#f00', '#00f'].map((background) => ({
      create: { width: 48, height: 48, channels: 3 as const, background },
    }));
    for (const format of ['gif', 'webp'] as const) {
      const pngs = await Promise.all(frames.map((frame) => sharp(frame).png().toBuffer()));
      const animated = await sharp(pngs, { join: { animated: true } })
        .toFormat(format)
        .toBuffer();
      expect((await sharp(animated).metadata()).pages).toBe(2);
      const picture = await decoded(animated);
      expect([picture.width, picture.height]).toEqual([48, 48]);
      expect(picture.data[0]).toBeGreaterThan(240);
      expect(picture.data[2]).toBeLessThan(15);
    }
  });

  it('large photos at the side limit, and says by how much it shrank them', async () => {
    const picture = await decoded(await source().resize(3000, 2000).jpeg().toBuffer(), { maxSide: 1500 });
    expect(picture).toMatchObject({ width: 1500, height: 1000, scale: 0.5 });
    const rotated = await source().resize(3000, 2000).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(await decoded(rotated, { maxSide: 1500 })).toMatchObject({ width: 1000, height: 1500, scale: 0.5 });
  });

  it('larger photos at a quarter or an eighth, while that is enough', async () => {
    const photo = await source().resize(3001, 2002).jpeg().toBuffer();
    expect(await decoded(photo, { enough: 751 })).toMatchObject({ width: 3001, height: 2002, scale: 1 });
    expect(await decoded(photo, { enough: 750 })).toMatchObject({ width: 751, height: 501 });
    expect(await decoded(photo, { enough: 375 })).toMatchObject({ width: 376, height: 251 });
    expect((await decoded(photo, { enough: 100 })).scale).toBeCloseTo(1 / 8, 3);
  });
});

describe('decodePicture refuses', () => {
  it('nothing, text, SVG and PDF', async () => {
    expect(await fault(new Uint8Array())).toBe('image_empty');
    for (const text of ['hello', '<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"/>', '%PDF-1.7', 'x']) {
      expect(await fault(new TextEncoder().encode(text))).toBe('image_unsupported_format');
    }
  });

  it('a format that the caller does not take', async () => {
    expect(await fault(await source().webp().toBuffer(), { formats: ['jpeg', 'png'] })).toBe(
      'image_unsupported_format',
    );
  });

  it.each([
    ['jpeg', () => noise(200, 200).jpeg()],
    ['progressive jpeg', () => noise(200, 200).jpeg({ progressive: true })],
    ['png', () => noise(200, 200).png()],
    ['webp', () => noise(200, 200).webp()],
    ['avif', () => noise(200, 200).avif({ effort: 0 })],
    ['tiff', () => noise(200, 200).tiff()],
    ['gif', () => noise(200, 200).gif()],
  ] as const)('a %s that breaks off, at any place', async (_, encode) => {
    const whole = await encode().toBuffer();
    for (const share of [0.01, 0.1, 0.5, 0.9, 0.99]) {
      expect(await fault(whole.subarray(0, Math.ceil(whole.length * share)))).toBe('image_truncated');
    }
  });

  it('a file that is whole but damaged', async () => {
    const bytes = await noise(200, 200).png().toBuffer();
    bytes.fill(0x55, bytes.length >> 1, (bytes.length >> 1) + 64);
    expect(await fault(bytes)).toBe('image_undecodable');
  });

  it('a decompression bomb by its header, before any pixel is decoded', async () => {
    const bomb = blackPng(30_000);
    expect(bomb.length).toBeLessThan(5e5);
    const start = performance.now();
    expect(await fault(bomb)).toBe('image_too_many_pixels');
    expect(performance.now() - start).toBeLessThan(500);
  });

  it('pictures below the smallest useful side', async () => {
    expect(await fault(await source().resize(20, 400, { fit: 'fill' }).png().toBuffer())).toBe('image_too_small');
  });
});
