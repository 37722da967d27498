import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Face, FaceReading, Measure, Template } from '../../../lambdas/domain/evidence.ts';
import { createFaceEngine, type FaceEngine } from '../../../lambdas/vision/face/engine.ts';
import { decodePicture } from '../../../lambdas/vision/image.ts';
import { ensureModels, modelsFolder } from '../../../models/ensure.ts';
import { modelById } from '../../../models/manifest.ts';

/** The photos that ride in @vladmandic/face-api: groups of people, 1920 pixels wide. */
const demo = (n: number) =>
  join(import.meta.dirname, '../../../node_modules/@vladmandic/face-api/demo', `sample${n}.jpg`);

/** The npm-carried models alone: what every machine has. */
let engine: FaceEngine;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faces-'));
  const models = ['blazeface', 'facemesh', 'dlib-resnet'].map(modelById);
  for (const { path, model } of await ensureModels({ models }))
    if (path) await copyFile(path, join(folder, model.file));
  engine = await createFaceEngine({ folder, threads: 1 });
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

async function read(bytes: Uint8Array): Promise<FaceReading> {
  const picture = await decodePicture(bytes);
  if (!picture.ok) throw new Error(picture.error);
  return engine.read(picture.value);
}
async function faceOf(image: Sharp): Promise<Face> {
  const { face } = await read(await image.jpeg({ quality: 95 }).toBuffer());
  if (!face) throw new Error('no face found');
  return face;
}
/** One person of sample 6, with surroundings. */
const portrait = async (left = 1330) =>
  sharp(await sharp(demo(6)).extract({ left, top: 160, width: 480, height: 560 }).png().toBuffer());
const score = (measure: Measure) => ('value' in measure ? measure.value : Number.NaN);
const similarity = (a: Face, b: Face) => score(engine.compare(a.template, b.template));

describe('finding faces', () => {
  it.each([
    [3, 3],
    [4, 4],
    [5, 5],
    [6, 4],
  ])('in group photo %i counts %i', async (photo, people) => {
    expect((await read(await readFile(demo(photo)))).faces).toBe(people);
  });

  it('finds none on an empty page, in noise and in stripes: no error, no invented face', async () => {
    const blank = { create: { width: 400, height: 300, channels: 3 as const, background: '#eee' } };
    const noise = { ...blank, create: { ...blank.create, noise: { type: 'gaussian' as const, mean: 128, sigma: 60 } } };
    const stripes = Uint8Array.from({ length: 400 * 300 * 3 }, (_, i) => (Math.floor(i / 60) % 2) * 255);
    const raw = { raw: { width: 400, height: 300, channels: 3 as const } };
    for (const image of [sharp(blank), sharp(noise), sharp(stripes, raw)]) {
      const { faces, face } = await read(await image.png().toBuffer());
      expect([faces, face]).toEqual([0, undefined]);
    }
  });

  it('finds a face that is a twelfth of the page, as a portrait on a scan is', async () => {
    const small = await (await portrait()).resize({ width: 260 }).png().toBuffer();
    const page = sharp({ create: { width: 2400, height: 1700, channels: 3, background: '#f4f1e8' } });
    const found = await faceOf(page.composite([{ input: small, left: 180, top: 420 }]));
    expect(found.box.x).toBeGreaterThan(180);
    expect(found.box.y).toBeGreaterThan(420);
    expect(found.box.x + found.box.width).toBeLessThan(440);
    expect(similarity(found, await faceOf(await portrait()))).toBeGreaterThan(0.8);
  });

  it.each([90, 180, 270])('finds a face turned by %i degrees, says so, and knows it again', async (degrees) => {
    const [upright, turned] = [await faceOf(await portrait()), await faceOf((await portrait()).rotate(degrees))];
    const roll = turned.pose.roll - upright.pose.roll - degrees;
    expect(Math.abs(roll - 360 * Math.round(roll / 360))).toBeLessThan(8);
    expect(similarity(upright, turned)).toBeGreaterThan(0.9);
  });
});

describe('measuring a face', () => {
  it('gives box, pose, quality, template and stage times', async () => {
    const { face, stages } = await read(await (await portrait()).png().toBuffer());
    expect(face?.detection).toBeGreaterThan(0.75);
    expect(face?.box.width).toBeGreaterThan(150);
    expect(Math.abs(face?.pose.yaw ?? 99)).toBeLessThan(25);
    expect(face?.quality).toBeGreaterThan(0.6);
    expect(face?.reasons).toEqual([]);
    expect(face?.template.modelSet).toBe(engine.modelSet);
    expect(
      Object.keys(stages)
        .filter((name) => name.startsWith('model:'))
        .toSorted(),
    ).toEqual(['model:blazeface', 'model:dlib-resnet', 'model:facemesh']);
  });

  it('says what is wrong: blurred, dark, small', async () => {
    expect((await faceOf((await portrait()).blur(9))).reasons).toContain('face_blurred');
    expect((await faceOf((await portrait()).linear(0.12, 0))).reasons).toContain('face_too_dark');
    expect((await faceOf((await portrait()).resize({ width: 80 }))).reasons).toContain('face_too_small');
  });

  it.each([
    ['eyes', 0.05, 0.35],
    ['nose and mouth', 0.52, 0.95],
  ] as const)('says that %s are covered, and finds the face all the same', async (_, from, to) => {
    const { box } = await faceOf(await portrait());
    const width = Math.round(box.width);
    const height = Math.round(box.height * (to - from));
    const cloth = await sharp({ create: { width, height, channels: 3, background: '#1d2733' } })
      .png()
      .toBuffer();
    const over = { input: cloth, left: Math.round(box.x), top: Math.round(box.y + box.height * from) };
    const covered = await faceOf(sharp(await (await portrait()).composite([over]).png().toBuffer()));
    expect(covered.reasons).toContain('face_occluded');
    expect(covered.quality).toBeLessThan(0.5);
  });

  it('S-05 without its models, passive liveness is unavailable: neither a zero nor a pass', async () => {
    expect(engine.capabilities).toEqual({ secondEmbedder: false, passiveLiveness: false });
    expect((await faceOf(await portrait())).liveness).toEqual({
      unavailable: expect.stringContaining('No model for passive'),
    });
  });
});

describe('comparing faces', () => {
  it('a photo and a worse copy of it match', async () => {
    const copy = (await portrait()).resize({ width: 240 }).modulate({ brightness: 0.7 }).jpeg({ quality: 40 });
    const worse = await faceOf(sharp(await copy.toBuffer()));
    expect(similarity(await faceOf(await portrait()), worse)).toBeGreaterThan(0.9);
  });

  // 0.80 is a false-match rate of 1e-3: people of one origin come nearer to each other than any two of the world.
  it('two people of one photo do not', async () => {
    const people = [];
    for (const left of [1330, 1000, 80]) people.push(await faceOf(await portrait(left)));
    const [a, b, c] = people as [Face, Face, Face];
    for (const pair of [
      [a, b],
      [a, c],
      [b, c],
    ] as const)
      expect(similarity(...pair)).toBeLessThan(0.8);
  });

  it('templates of two model sets are never compared, nor of one that nobody measured', () => {
    const of = (modelSet: string, length: number) => ({ modelSet, vector: new Float32Array(length) });
    const [mine, other, next] = [of(engine.modelSet, 128), of('dlib-mesh68+mobilefacenet/2', 256), of('next/1', 9)];
    expect(engine.compare(mine, other)).toEqual({ unavailable: expect.stringContaining(other.modelSet) });
    expect(engine.compare(next, next)).toEqual({ unavailable: expect.stringContaining(next.modelSet) });
    const crop = { modelSet: mine.modelSet, crop: new Uint8Array() };
    expect(engine.compare(mine, crop)).toHaveProperty('unavailable');
    expect(engine.compare(mine, mine)).toEqual({ value: 1 });
    expect(engine.compare(other, other)).toEqual({ value: 1 });
  });
});

describe('starting the engine', () => {
  it('fails without a required model, and on anchors that cannot calibrate', async () => {
    await expect(createFaceEngine({ folder: tmpdir(), threads: 1 })).rejects.toThrow('cannot be loaded');
    await expect(createFaceEngine({ folder, threads: 1, anchors: [] })).rejects.toThrow('anchors');
  });

  it('uses every optional model (skipped where a file of one cannot be had)', async (context) => {
    const files = await ensureModels();
    if (files.some(({ model, path }) => model.optional && path === undefined)) {
      return context.skip('an optional model file cannot be had here');
    }
    const full = await createFaceEngine({ folder: modelsFolder(), threads: 1 });
    expect(full.capabilities).toEqual({ secondEmbedder: true, passiveLiveness: true });
    const picture = await decodePicture(await (await portrait()).png().toBuffer());
    const { face } = picture.ok ? await full.read(picture.value) : {};
    expect(face?.template).toEqual({
      modelSet: full.modelSet,
      vector: expect.toSatisfy((v: Float32Array) => v.length === 256),
    });
    expect(full.modelSet).not.toBe(engine.modelSet);
    expect(score(face?.liveness ?? { unavailable: '' })).toBeGreaterThan(0.5);
    // Whoever enrolled before the second embedder came is still known.
    const [older] = face?.olderTemplates ?? [];
    expect(older?.modelSet).toBe(engine.modelSet);
    expect(score(full.compare(older as Template, (await faceOf(await portrait())).template))).toBeGreaterThan(0.99);
    await full.close();
  });
});
