import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { fingerprintDifference } from '../../lambdas/domain/fingerprint.ts';
import { type OpenPicture, openPicture, type PictureLimits } from '../../lambdas/vision/open-picture.ts';
import { nothing, truncated } from '../support/hostile-images.ts';

const limits: PictureLimits = { maxSide: 800, minSide: 80, maxBytes: 5_000_000 };

/** Grey, with a red square of `side` pixels at (x, y). */
const scene = (width: number, height: number, x: number, y: number, side: number) =>
  sharp({ create: { width, height, channels: 3, background: '#888' } }).composite([
    {
      input: { create: { width: side, height: side, channels: 3, background: '#c00' } },
      left: Math.max(0, x),
      top: Math.max(0, y),
    },
  ]);

async function opened(image: Uint8Array, more: Partial<PictureLimits> = {}): Promise<OpenPicture> {
  const result = await openPicture(image, { ...limits, ...more });
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

/** Width and height, and the share of the pixels that are red. */
async function seen(jpeg: Uint8Array) {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  let red = 0;
  for (let i = 0; i < data.length; i += info.channels) if ((data[i] ?? 0) > 150 && (data[i + 1] ?? 255) < 80) red++;
  return { width: info.width, height: info.height, red: red / (info.width * info.height) };
}

describe('an upload made ready', () => {
  it('is upright, as JPEG, no larger than asked for; its size is told as it was uploaded', async () => {
    const image = await scene(1600, 1200, 0, 0, 100).png().withMetadata({ orientation: 6 }).toBuffer();
    const picture = await opened(image);
    expect([picture.width, picture.height]).toEqual([1200, 1600]);
    expect(await sharp(picture.jpeg).metadata()).toMatchObject({ format: 'jpeg', width: 600, height: 800 });
    expect((await sharp(picture.jpeg).metadata()).orientation).toBeUndefined();
  });

  it('fits its bytes by quality, down to what cannot be made to fit', async () => {
    const data = Uint8Array.from({ length: 400 * 400 * 3 }, (_, i) => (i * 2654435761) >>> 24);
    const noise = await sharp(data, { raw: { width: 400, height: 400, channels: 3 } })
      .png()
      .toBuffer();
    const { length } = (await opened(noise)).jpeg;
    const smaller = await opened(noise, { maxBytes: length - 1 });
    expect(smaller.jpeg.length).toBeLessThan(length);
    await expect(openPicture(noise, { ...limits, maxBytes: 1000 })).rejects.toThrow(RangeError);
  });

  it.each([
    ['image_too_small', async () => await scene(79, 200, 0, 0, 20).png().toBuffer()],
    ['image_truncated', async () => truncated(await scene(400, 400, 0, 0, 90).jpeg().toBuffer())],
    ['image_unsupported_format', async () => Buffer.from('%PDF-1.7')],
  ])('is refused with the fault that it has: %s', async (fault, make) => {
    expect(await openPicture(await make(), limits)).toEqual({ ok: false, error: fault });
  });
});

describe('a face cut out', () => {
  it('has half of its width around it on each side, from pixels of the upload though the picture was shrunk', async () => {
    const picture = await opened(await scene(1600, 1600, 600, 500, 400).png().toBuffer());
    const { crop } = await picture.cut({ x: 600, y: 500, width: 400, height: 400 });
    const { width, height, red } = await seen(crop);
    expect([width, height]).toEqual([400, 400]);
    expect(red).toBeCloseTo(0.25, 1);
  });

  it('ends where the picture ends, also where the box does not', async () => {
    const picture = await opened(await scene(600, 600, 0, 0, 200).png().toBuffer());
    const { crop } = await picture.cut({ x: -20, y: -20, width: 220, height: 220 });
    const { width, height } = await seen(crop);
    expect([width, height]).toEqual([310, 310]);
  });

  it('is never smaller than what the engine takes, nor larger than what is compared', async () => {
    const picture = await opened(await scene(700, 700, 300, 300, 20).png().toBuffer());
    expect(await seen((await picture.cut({ x: 300, y: 300, width: 20, height: 30 })).crop)).toMatchObject({
      width: 80,
    });
    const whole = await seen((await picture.cut({ x: 0, y: 0, width: 700, height: 700 })).crop);
    expect(Math.max(whole.width, whole.height)).toBe(640);
  });

  it('has a fingerprint that stays with another encoding and differs for another face', async () => {
    const gradient = (turn: number) =>
      sharp({ create: { width: 400, height: 400, channels: 3, background: '#ccc' } })
        .composite([
          { input: { create: { width: 90, height: 60, channels: 3, background: '#222' } }, left: 100 + turn, top: 120 },
          {
            input: { create: { width: 40, height: 120, channels: 3, background: '#700' } },
            left: 180,
            top: 150 + turn,
          },
        ])
        .blur(6);
    const box = { x: 60, y: 60, width: 280, height: 280 };
    const hash = async (image: Buffer) => (await (await opened(image)).cut(box)).fingerprint;
    const original = await hash(await gradient(0).png().toBuffer());
    expect(original).toMatch(/^[0-9a-f]{64}$/);
    expect(
      fingerprintDifference(original, await hash(await gradient(0).jpeg({ quality: 60 }).toBuffer())),
    ).toBeLessThan(0.1);
    expect(fingerprintDifference(original, await hash(await gradient(70).png().toBuffer()))).toBeGreaterThan(0.2);
    expect(await hash(await nothing())).toMatch(/^[0-9a-f]{64}$/);
  });
});
