import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { mediaTypeOf } from '../../lambdas/domain/media-type.ts';
import { readBitmap } from '../../lambdas/vision/bmp.ts';
import { decodePicture } from '../../lambdas/vision/image.ts';
import type { Raster } from '../../lambdas/vision/picture.ts';

const [width, height] = [37, 41];
const data = Uint8Array.from({ length: width * height * 3 }, (_, at) => (at * 7919) % 251);
const picture: Raster = { width, height, data };

interface Kind {
  readonly bits: 8 | 24 | 32;
  readonly topDown?: boolean;
  readonly masks?: boolean;
}

/** A bitmap as Windows writes it; with 8 bits its palette is grey, and its pixels the picture's red. */
function bitmap({ bits, topDown = false, masks = false }: Kind): Buffer {
  const stride = Math.ceil((width * bits) / 32) * 4;
  const palette =
    bits === 8 ? Buffer.from(Array.from({ length: 256 }, (_, at) => [at, at, at, 0]).flat()) : Buffer.alloc(0);
  const colours = masks ? Buffer.from([0, 0, 0xff, 0, 0, 0xff, 0, 0, 0xff, 0, 0, 0]) : Buffer.alloc(0);
  const pixelsAt = 54 + palette.length + colours.length;
  const head = Buffer.alloc(54);
  head.write('BM', 'latin1');
  head.writeUInt32LE(pixelsAt + stride * height, 2);
  head.writeUInt32LE(pixelsAt, 10);
  head.writeUInt32LE(40, 14);
  head.writeInt32LE(width, 18);
  head.writeInt32LE(topDown ? -height : height, 22);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(bits, 28);
  head.writeUInt32LE(masks ? 3 : 0, 30);
  const rows = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 3;
      const [red = 0, green = 0, blue = 0] = data.subarray(from, from + 3);
      const to = stride * (topDown ? y : height - 1 - y) + (x * bits) / 8;
      rows.set(bits === 8 ? [red] : bits === 24 ? [blue, green, red] : [blue, green, red, 77], to);
    }
  return Buffer.concat([head, palette, colours, rows]);
}

describe('P-23 Windows bitmaps', () => {
  test.each<Kind>([{ bits: 24 }, { bits: 24, topDown: true }, { bits: 32 }, { bits: 32, masks: true }])(
    'of %j are read as they were drawn',
    async (kind) => {
      expect(readBitmap(bitmap(kind), 1e6)).toEqual({ ok: true, value: picture });
      const decoded = await decodePicture(bitmap(kind));
      expect(decoded).toMatchObject({ ok: true, value: { format: 'bmp', width, height } });
      expect(decoded.ok && Buffer.from(decoded.value.data).equals(Buffer.from(data))).toBe(true);
    },
  );

  test('of 8 bits have the colours of their palette', () => {
    const grey = Uint8Array.from(data, (_, at) => data[at - (at % 3)] ?? 0);
    expect(readBitmap(bitmap({ bits: 8 }), 1e6)).toEqual({ ok: true, value: { width, height, data: grey } });
  });

  test('that break off, claim more than they have, or are of another kind are refused', async () => {
    const whole = bitmap({ bits: 24 });
    expect(readBitmap(whole.subarray(0, whole.length - 1), 1e6)).toEqual({ ok: false, error: 'image_truncated' });
    expect(readBitmap(whole, width * height - 1)).toEqual({ ok: false, error: 'image_too_many_pixels' });
    const huge = Buffer.from(whole);
    huge.writeInt32LE(2 ** 31 - 1, 18);
    expect(readBitmap(huge, 5e7)).toEqual({ ok: false, error: 'image_too_many_pixels' });
    const packed = Buffer.from(whole);
    packed.writeUInt32LE(1, 30);
    expect(readBitmap(packed, 1e6)).toEqual({ ok: false, error: 'image_undecodable' });
    expect(await decodePicture(Buffer.from('BMnothing more'))).toEqual({ ok: false, error: 'image_truncated' });
  });

  test('of any bytes end with a picture or a reason', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const read = readBitmap(Buffer.concat([Buffer.from('BM'), bytes]), 1e6);
        if (read.ok) expect(read.value.data.length).toBe(read.value.width * read.value.height * 3);
      }),
    );
  });
});

test('P-23 the formats of photos that are read: what each is, is told by its bytes', async () => {
  const drawn = sharp(data, { raw: { width, height, channels: 3 } });
  const files = {
    'image/jpeg': await drawn.clone().jpeg().toBuffer(),
    'image/png': await drawn.clone().png().toBuffer(),
    'image/webp': await drawn.clone().webp().toBuffer(),
    'image/tiff': await drawn.clone().tiff().toBuffer(),
    'image/gif': await drawn.clone().gif().toBuffer(),
    'image/avif': await drawn.clone().avif({ effort: 0 }).toBuffer(),
    'image/bmp': bitmap({ bits: 24 }),
  };
  for (const [type, bytes] of Object.entries(files)) {
    expect(mediaTypeOf(bytes)).toBe(type);
    expect(await decodePicture(bytes)).toMatchObject({ ok: true, value: { width, height } });
  }
});
