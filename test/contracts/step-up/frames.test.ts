import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { damaged, foreign, nothing, truncated } from '../../support/hostile-images.ts';
import { base64, type StepUpClient, stepUp } from './step-up.ts';

const crowdPhoto = join(import.meta.dirname, '../../../node_modules/@vladmandic/face-api/demo/sample1.jpg');

describe('step-up, frames as nobody should send them', () => {
  let acme: StepUpClient;
  let user: string;
  let photo: Buffer;
  let kept: number;
  const verify = (frames: readonly unknown[], more: object = {}) => acme.verify(user, [], { frames, ...more });
  const flat = (background: string, width = 600, height = 800): Promise<Buffer> =>
    sharp({ create: { width, height, channels: 3, background } })
      .jpeg()
      .toBuffer();

  beforeAll(async () => {
    acme = await stepUp();
    user = await acme.enrolled();
    photo = await acme.genuine();
    kept = (await acme.ledger()).length;
  });

  const malformed: Readonly<Record<string, () => Promise<unknown> | unknown>> = {
    'a PNG': async () => base64(await sharp(photo).png().toBuffer()),
    'a WebP': async () => base64(await sharp(photo).webp().toBuffer()),
    'an animated GIF': async () => base64(await sharp(photo).resize(64).gif().toBuffer()),
    'an SVG': () => base64(foreign.svg as Uint8Array),
    'a PDF': () => base64(foreign.pdf as Uint8Array),
    'a text': () => base64(foreign.text as Uint8Array),
    'the first bytes of a JPEG alone': () => '/9j/4AAQ',
    'a truncated JPEG': () => base64(truncated(photo)),
    'a damaged JPEG': () => base64(damaged(photo)),
    'no base64': () => 'not base64!',
    'base64 with a hole': () => `${base64(photo).slice(0, 400)}*${base64(photo).slice(400)}`,
    'base64 cut within a byte': () => base64(photo).slice(0, 401),
    'a data URI of another type': () => `data:image/png;base64,${base64(photo)}`,
    'a data URI of no base64': () => `data:image/jpeg,${base64(photo)}`,
    'an address': () => 'https://example.com/a.jpg',
    'an empty string': () => '',
    'a number': () => 5,
    nothing: () => null,
    'more pixels than are taken': async () => base64(await flat('#888', 9000, 6000)),
    '10 MB of base64 that is no JPEG': () => 'A'.repeat(10 * 1024 * 1024),
  };
  test.each(Object.entries(malformed))(
    'L-19 L-45 %s is invalid_request, and the frame is named',
    async (_what, make) => {
      const reply = await verify([await make()]);
      expect(reply).toMatchObject({ status: 400, body: { error: 'invalid_request', code: 'invalid_request' } });
      expect(Object.keys(reply.body.fields)).toEqual(['frames.0']);
    },
  );

  test.each([
    ['no frames', {}, []],
    ['passive with eleven', {}, 11],
    ['dual_frame with one', { live: 'dual_frame' }, 1],
    ['active with two', { live: 'active' }, 2],
  ])('L-17 %s is invalid_request that names the shortfall', async (_what, more, count) => {
    const frames = Array.from({ length: Number(count) || 0 }, () => base64(photo));
    const reply = await verify(frames, more);
    expect(reply).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect(Object.keys(reply.body.fields)).toEqual(['frames']);
  });

  const faceless: Readonly<Record<string, () => Promise<Buffer>>> = {
    black: () => flat('#000'),
    white: () => flat('#fff'),
    'a smooth picture of nothing': nothing,
    'one of 16 pixels': () => sharp(photo).resize(16, 16).jpeg().toBuffer(),
  };
  test.each(Object.entries(faceless))('L-43 %s is no_face_detected', async (_what, make) => {
    expect(await verify([base64(await make())])).toMatchObject({
      status: 422,
      body: { error: 'no_face_detected', code: 'no_face_detected' },
    });
  });

  test('L-49 three faces are multiple_faces_detected, also beside a good frame', async () => {
    const three = await sharp(crowdPhoto).resize(1200).jpeg().toBuffer();
    expect(await verify([base64(photo), base64(three)])).toMatchObject({
      status: 422,
      body: { error: 'multiple_faces_detected', code: 'multiple_faces_detected' },
    });
  });

  test('of all these nothing was stored and nothing charged', async () => {
    expect(await acme.ledger()).toHaveLength(kept);
    expect(await acme.records()).toEqual([]);
    expect((await acme.api('GET', `/v1/users/${user}/verifications`)).body.verifications).toEqual([]);
  });

  const odd: Readonly<Record<string, () => Promise<Buffer>>> = {
    'turned by EXIF': () => sharp(photo).rotate(-90).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    grey: () => sharp(photo).greyscale().jpeg().toBuffer(),
    CMYK: () => sharp(photo).toColourspace('cmyk').jpeg().toBuffer(),
    progressive: () => sharp(photo).jpeg({ progressive: true }).toBuffer(),
    'made of 16 bits': () => sharp(photo).toColourspace('rgb16').jpeg().toBuffer(),
    large: () => sharp(photo).resize(3000).jpeg().toBuffer(),
    'with the face at its edge': () =>
      sharp(photo).extract({ left: 60, top: 0, width: 660, height: 931 }).jpeg().toBuffer(),
  };
  test.each(Object.entries(odd))('a frame that is %s is judged like any other', async (_what, make) => {
    const someone = await acme.enrolled();
    const reply = await acme.verify(someone, [await make()]);
    expect(reply).toMatchObject({ status: 200, body: { match: true } });
  });
});
