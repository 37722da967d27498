import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { demoFace } from '../../bin/specimen/faces.ts';
import { createFaceEngine, type FaceEngine } from '../../lambdas/vision/face/engine.ts';
import { readFace } from '../../lambdas/vision/read-face.ts';
import { ensureModels } from '../../models/ensure.ts';
import { modelById } from '../../models/manifest.ts';

let engine: FaceEngine;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-face-'));
  const models = ['blazeface', 'facemesh', 'dlib-resnet'].map(modelById);
  for (const { path, model } of await ensureModels({ models })) if (path) await symlink(path, join(folder, model.file));
  engine = await createFaceEngine({ folder, threads: 1 });
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

async function readingOf(image: Uint8Array) {
  const reading = await readFace(engine, image);
  if (!reading.ok) throw new Error(reading.error);
  return reading.value;
}
const jpeg = (photo: Sharp) => photo.jpeg({ quality: 92 }).toBuffer();

it('a phone photo of twelve megapixels is the same face as a small one, measured in its own pixels', async () => {
  const face = await demoFace('selfie');
  const [small, large] = [await jpeg(sharp(face).resize(900)), await jpeg(sharp(face).resize(3600))];
  const [one, other] = [(await readingOf(small)).face, (await readingOf(large)).face];
  if (!one || !other) throw new Error('no face');
  expect(engine.compare(one.template, other.template)).toEqual({ value: expect.closeTo(1, 1) });
  for (const length of ['x', 'y', 'width', 'height'] as const)
    expect(Math.abs(other.box[length] / 4 - one.box[length])).toBeLessThan(one.box.width / 50);
  expect(Math.abs((other.landmarks[300] ?? 0) / 4 - (one.landmarks[300] ?? 0))).toBeLessThan(one.box.width / 50);
  expect((other.view?.scale ?? 0) * 4).toBeCloseTo(one.view?.scale ?? 0, 1);
});

it('a face that is small in a large photo is looked at in full', async () => {
  const face = await jpeg(sharp(await demoFace('selfie')).resize(360));
  const background = { create: { width: 4000, height: 3000, channels: 3 as const, background: '#765' } };
  const page = await jpeg(sharp(background).composite([{ input: face, left: 2500, top: 400 }]));
  const alone = (await readingOf(face)).face;
  const found = (await readingOf(page)).face;
  if (!alone || !found) throw new Error('no face');
  expect(found.box.x - 2500).toBeCloseTo(alone.box.x, -1.5);
  // In a quarter of the size its template would have moved four times as far.
  expect(engine.compare(alone.template, found.template)).toEqual({ value: expect.closeTo(1, 1) });
});
