/** One face, however its picture was saved; and pictures that hold none. On a photo that rides in @vladmandic/face-api. */
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Face, FaceReading } from '../../../lambdas/domain/evidence.ts';
import { createFaceEngine, type FaceEngine } from '../../../lambdas/vision/face/engine.ts';
import { decodePicture } from '../../../lambdas/vision/image.ts';
import { ensureModels, modelsFolder } from '../../../models/ensure.ts';
import { nothing, odd } from '../../support/hostile-images.ts';

const photo = join(import.meta.dirname, '../../../node_modules/@vladmandic/face-api/demo/sample6.jpg');

let engine: FaceEngine;
let plain: Buffer;
let known: Face;
beforeAll(async () => {
  await ensureModels();
  engine = await createFaceEngine({ folder: modelsFolder(), threads: 1 });
  plain = await sharp(photo).extract({ left: 1330, top: 160, width: 480, height: 560 }).png().toBuffer();
  known = await faceOf(plain);
});
afterAll(() => engine.close());

async function read(bytes: Uint8Array): Promise<FaceReading> {
  const picture = await decodePicture(bytes);
  if (!picture.ok) throw new Error(picture.error);
  return engine.read(picture.value);
}
async function faceOf(bytes: Uint8Array): Promise<Face> {
  const { faces, face } = await read(bytes);
  expect(faces).toBe(1);
  return face as Face;
}
function alike(face: Face): number {
  const measure = engine.compare(known.template, face.template);
  return 'value' in measure ? measure.value : Number.NaN;
}

describe('the same face is read', () => {
  /** What undoes each EXIF orientation, done to the stored pixels beforehand. */
  const stored = {
    1: { turn: 0, mirrored: false },
    2: { turn: 0, mirrored: true },
    3: { turn: 180, mirrored: false },
    4: { turn: 180, mirrored: true },
    5: { turn: 90, mirrored: true },
    6: { turn: 270, mirrored: false },
    7: { turn: 270, mirrored: true },
    8: { turn: 90, mirrored: false },
  } as const;
  it.each(Object.keys(stored).map(Number) as (keyof typeof stored)[])(
    'from EXIF orientation %i',
    async (orientation) => {
      const { turn, mirrored } = stored[orientation];
      const turned = await sharp(plain).rotate(turn).png().toBuffer();
      const bytes = await sharp(turned).flop(mirrored).withMetadata({ orientation }).png().toBuffer();
      const { template, box, landmarks } = await faceOf(bytes);
      expect({ template, box, landmarks }).toEqual({
        template: known.template,
        box: known.box,
        landmarks: known.landmarks,
      });
    },
  );

  it.each([0.35, 0.6, 1.7, 3])('at %f times the size, with points and box that scale', async (factor) => {
    const face = await faceOf(
      await sharp(plain)
        .resize(Math.round(480 * factor))
        .png()
        .toBuffer(),
    );
    expect(alike(face)).toBeGreaterThan(0.95);
    expect(face.box.width / known.box.width / factor).toBeCloseTo(1, 1);
    for (const angle of ['yaw', 'pitch', 'roll'] as const)
      expect(Math.abs(face.pose[angle] - known.pose[angle])).toBeLessThan(4);
    expect(Math.abs(face.expression.eyes / known.expression.eyes - 1)).toBeLessThan(0.2);
  });

  it.each(Object.keys(odd))('from %s', async (form) => {
    const face = await faceOf((await odd[form]?.(plain)) as Buffer);
    // Grey alone costs a little: the embedders know colour.
    expect(alike(face)).toBeGreaterThan(form === 'grey' ? 0.9 : 0.97);
  });

  it('in a mirror: angles about the vertical change their sign, and nothing else changes much', async () => {
    const face = await faceOf(await sharp(plain).flop().png().toBuffer());
    // Faces are not quite even, and each embedder looks once: still far above one false match in 10,000.
    expect(alike(face)).toBeGreaterThan(0.95);
    expect(Math.abs(face.pose.yaw + known.pose.yaw)).toBeLessThan(4);
    expect(Math.abs(face.pose.roll + known.pose.roll)).toBeLessThan(3);
    expect(Math.abs(face.pose.pitch - known.pose.pitch)).toBeLessThan(4);
    expect(Math.abs(face.quality - known.quality)).toBeLessThan(0.15);
  });
});

describe('several faces, or part of one', () => {
  it('counts three people, and measures the one that fills most of the picture', async () => {
    const { faces, face } = await read(
      await sharp(photo).extract({ left: 600, top: 100, width: 1320, height: 800 }).toBuffer(),
    );
    expect(faces).toBe(3);
    expect(face?.box.width).toBeGreaterThan(100);
  });

  it('a face at the edge is a face that is cut off, and says so', async () => {
    const { x, y, width, height } = known.box;
    const region = { left: Math.round(x + width * 0.3), top: Math.round(y - height * 0.3) };
    const bytes = await sharp(plain)
      .extract({ ...region, width: 480 - region.left, height: 560 - region.top })
      .png()
      .toBuffer();
    const { face } = await read(bytes);
    expect(face?.reasons).toContain('face_cut_off');
    expect(face?.quality).toBeLessThan(0.5);
  });
});

describe('no face is found', () => {
  const flat = (background: string, width = 640, height = 480) =>
    sharp({ create: { width, height, channels: 3, background } })
      .jpeg()
      .toBuffer();
  it.each([
    ['black', () => flat('#000')],
    ['white', () => flat('#fff')],
    ['as small as is taken', () => flat('#987', 32, 32)],
    ['long and narrow', () => flat('#987', 4000, 40)],
    ['smooth', nothing],
  ] as const)('in a picture that is %s', async (_, make) => {
    const { faces, face } = await read(await make());
    expect([faces, face]).toEqual([0, undefined]);
  });
});
