/** Frames of photos that somebody holds up, and of heads that turn: rendered from the photos that ride in @vladmandic/face-api. */
import { join } from 'node:path';
import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Prompt } from '../../../lambdas/domain/challenge.ts';
import type { Face } from '../../../lambdas/domain/evidence.ts';
import { isCopy } from '../../../lambdas/domain/fingerprint.ts';
import { judgeLiveness } from '../../../lambdas/domain/liveness.ts';
import type { LivenessMode } from '../../../lambdas/domain/verification.ts';
import { createFaceEngine, type FaceEngine } from '../../../lambdas/vision/face/engine.ts';
import { relate } from '../../../lambdas/vision/face/relate.ts';
import { decodePicture } from '../../../lambdas/vision/image.ts';
import type { Raster } from '../../../lambdas/vision/picture.ts';
import { ensureModels, modelsFolder } from '../../../models/ensure.ts';
import { defaultPolicy } from '../../support/evidence.ts';
import { type Held, headTurned, heldUp, type Turn } from '../../support/scene.ts';

const demo = join(import.meta.dirname, '../../../node_modules/@vladmandic/face-api/demo');
const people = [
  { file: 'sample6.jpg', left: 1330, top: 140, width: 480, height: 600 },
  { file: 'sample3.jpg', left: 470, top: 218, width: 416, height: 520 },
  { file: 'sample3.jpg', left: 952, top: 110, width: 416, height: 520 },
] as const;

interface Person {
  readonly picture: Raster;
  readonly face: Face;
}
let engine: FaceEngine;
let persons: readonly Person[];
const wall: Raster = { width: 480, height: 600, data: new Uint8Array(480 * 600 * 3).fill(90) };

beforeAll(async () => {
  await ensureModels();
  engine = await createFaceEngine({ folder: modelsFolder(), threads: 1 });
  persons = await Promise.all(
    people.map(async ({ file, ...region }) => {
      const image = await sharp(join(demo, file)).extract(region).resize(480, 600).png().toBuffer();
      const picture = await decodePicture(image);
      if (!picture.ok) throw new Error(picture.error);
      return { picture: picture.value, face: await look(picture.value) };
    }),
  );
});
afterAll(() => engine.close());

/** What a camera makes of it: noise, and a JPEG. */
async function look({ data, width, height }: Raster): Promise<Face> {
  let seed = 11;
  const noisy = data.map((value) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.min(255, Math.max(0, value + (seed / 2147483648 - 0.5) * 9));
  });
  const jpeg = await sharp(noisy, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 85 })
    .toBuffer();
  const picture = await decodePicture(jpeg);
  if (!picture.ok) throw new Error(picture.error);
  const { face } = await engine.read(picture.value);
  if (!face) throw new Error('no face found');
  return face;
}
const held = ({ picture }: Person, how: Held) => look(heldUp(picture, wall, how));
const turned = ({ picture, face }: Person, turn: Turn) => look(headTurned(picture, face, 1, turn));

/** The rungs' own evidence: what MiniFASNet says of the frames, where it is there, is left out. */
function judge(mode: LivenessMode, frames: readonly Face[], challenge?: readonly Prompt[]) {
  const [first, ...later] = frames as [Face, ...Face[]];
  const relations = later.map((face) => relate(first, face, engine.compare(first.template, face.template)));
  const evidence = { mode, frames, relations, replayed: false, ...(challenge && { challenge }) };
  return judgeLiveness(evidence, { ...defaultPolicy, liveness: 0 });
}
const failed = (judgement: ReturnType<typeof judge>) =>
  judgement.signals.flatMap(({ name, passed, score }) => (passed || score === undefined ? [] : [name]));

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const anyHold = fc.record({
  yaw: between(-40, 40),
  pitch: between(-30, 30),
  roll: between(-20, 20),
  zoom: between(0.6, 1.1),
  shift: fc.tuple(between(-60, 60), between(-60, 60)),
});

describe('a photo that is moved, zoomed and tilted', () => {
  it('never passes dual frame or active', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(2), fc.tuple(anyHold, anyHold, anyHold), async (who, holds) => {
        const frames = [];
        for (const hold of holds) frames.push(await held(persons[who] as Person, hold));
        const [a, b, c] = frames as [Face, Face, Face];
        for (const pair of [
          [a, b],
          [a, c],
          [b, c],
        ] as const)
          expect(failed(judge('dual_frame', pair))).toContain('depth_motion');
        expect(failed(judge('active', frames))).toContain('depth_motion');
        expect(judge('active', frames, ['turn_left', 'smile']).passed).toBe(false);
      }),
      { numRuns: 10, seed: 20_261_120, endOnFailure: true },
    );
  });

  it('is no person either when it is only zoomed, or only moved', async () => {
    const [bea] = persons as [Person];
    const frames = [];
    for (const hold of [{ zoom: 0.7 }, { zoom: 1.05 }, { zoom: 0.7, shift: [70, -50] }] as const)
      frames.push(await held(bea, hold));
    expect(judge('active', frames).passed).toBe(false);
  });
});

describe('a head that turns', () => {
  it.each([0, 1, 2])('passes dual frame and active from 15° on, to either side (person %i)', async (who) => {
    const person = persons[who] as Person;
    const frontal = await turned(person, {});
    for (const yaw of [-20, -15, 15, 20]) {
      expect([yaw, failed(judge('dual_frame', [frontal, await turned(person, { yaw })]))]).toEqual([yaw, []]);
    }
    expect(
      judge('active', [frontal, await turned(person, { yaw: -8 }), await turned(person, { yaw: -16 })]).passed,
    ).toBe(true);
  });

  it('L-64 follows the prompts to turn and to look up, in their order alone', async () => {
    const person = persons[1] as Person;
    const turns = [{}, { yaw: 18 }, { pitch: 12 }, { yaw: -18 }];
    const frames = [];
    for (const turn of turns) frames.push(await turned(person, turn));
    expect(failed(judge('active', frames, ['turn_left', 'look_up', 'turn_right']))).toEqual([]);
    expect(failed(judge('active', frames, ['turn_right', 'look_up', 'turn_left']))).toEqual(['challenge']);
    expect(failed(judge('active', frames, ['turn_left', 'blink']))).toEqual(['challenge']);
  });

  it('L-57 its frames are no copies of one another', async () => {
    const person = persons[0] as Person;
    const [a, b] = [await turned(person, {}), await turned(person, { yaw: 4, pitch: 2 })];
    expect(isCopy(a.fingerprint, b.fingerprint)).toBe(false);
  });
});

describe('L-57 a copy of a frame', () => {
  it.each([
    ['compressed again', (image: Sharp) => image.jpeg({ quality: 40 })],
    ['at half the size', (image: Sharp) => image.resize(240)],
    ['enlarged', (image: Sharp) => image.resize(720)],
    ['brightened', (image: Sharp) => image.modulate({ brightness: 1.15 })],
    ['darkened', (image: Sharp) => image.gamma(1.5)],
    ['slightly cropped', (image: Sharp) => image.extract({ left: 20, top: 25, width: 440, height: 550 })],
  ] as const)('is known as one: %s', async (_, change) => {
    for (const { picture, face } of persons) {
      const { data, width, height } = picture;
      const bytes = await change(sharp(data, { raw: { width, height, channels: 3 } }))
        .toFormat('jpeg')
        .toBuffer();
      const copy = await decodePicture(bytes);
      const again = copy.ok ? (await engine.read(copy.value)).face : undefined;
      expect(isCopy(face.fingerprint, again?.fingerprint ?? '')).toBe(true);
    }
  });

  it('another photo of the same person, or of another, is none', () => {
    const [a, b, c] = persons as [Person, Person, Person];
    for (const [one, other] of [
      [a, b],
      [a, c],
      [b, c],
    ] as const)
      expect(isCopy(one.face.fingerprint, other.face.fingerprint)).toBe(false);
  });
});
