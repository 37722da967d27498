/** On labelled photos that lie beside the project on some machines; they never enter it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaceReading } from '../../../lambdas/domain/evidence.ts';
import { createFaceEngine, type FaceEngine } from '../../../lambdas/vision/face/engine.ts';
import { decodePicture } from '../../../lambdas/vision/image.ts';
import { ensureModels, modelsFolder } from '../../../models/ensure.ts';

const data = join(import.meta.dirname, '../../../../shared/data');
const pairs = join(data, 'faces/pairs');

describe.skipIf(!existsSync(data))('on the photos in ../shared (skipped where absent)', () => {
  let engine: FaceEngine;
  beforeAll(async () => {
    await ensureModels();
    engine = await createFaceEngine({ folder: modelsFolder(), threads: 1 });
  });
  afterAll(() => engine.close());

  const readings = new Map<string, FaceReading>();
  async function read(file: string): Promise<FaceReading> {
    const known = readings.get(file);
    if (known) return known;
    const picture = await decodePicture(readFileSync(file), { maxSide: 2048 });
    if (!picture.ok) throw new Error(`${file}: ${picture.error}`);
    const reading = await engine.read(picture.value);
    readings.set(file, reading);
    return reading;
  }

  it('every genuine pair scores above every impostor pair, at 0.80 and below it', async () => {
    const rows = readFileSync(join(pairs, 'master.csv'), 'utf8').trim().split(/\r?\n/).slice(1);
    const scores: Record<string, number[]> = { Yes: [], No: [] };
    for (const row of rows) {
      const [a, b, decision] = row.split(',') as [string, string, string];
      const [one, two] = [(await read(join(pairs, a))).face, (await read(join(pairs, b))).face];
      if (!one || !two) throw new Error(`no face in ${a} or ${b}`);
      const measure = engine.compare(one.template, two.template);
      scores[decision]?.push('value' in measure ? measure.value : Number.NaN);
    }
    expect([scores.Yes?.length, scores.No?.length]).toEqual([38, 262]);
    // 262 impostor pairs cannot show a rate of 1e-3, only that none of them comes near it.
    expect(Math.max(...(scores.No ?? []))).toBeLessThan(0.8);
    expect(Math.min(...(scores.Yes ?? []))).toBeGreaterThan(engine.capabilities.secondEmbedder ? 0.85 : 0.55);
  });

  it('calls hardly any bare face occluded: at most 2 in 100', async () => {
    const names = readdirSync(pairs).filter((name) => name.endsWith('.jpg'));
    const reasons = [];
    for (const name of names) reasons.push((await read(join(pairs, name))).face?.reasons ?? []);
    const alarms = reasons.filter((all) => all.includes('face_occluded'));
    expect(names.length).toBeGreaterThan(60);
    expect(alarms.length / names.length).toBeLessThanOrEqual(0.02);
  });

  it('passive liveness tells the real sample from the two fakes, or is unavailable', async () => {
    const [fake1, fake2, real] = await Promise.all(
      ['F1', 'F2', 'T1'].map(async (name) => (await read(join(data, `faces/spoof/image_${name}.jpg`))).face?.liveness),
    );
    if (!engine.capabilities.passiveLiveness) {
      for (const measure of [fake1, fake2, real]) expect(measure).toHaveProperty('unavailable');
      return;
    }
    expect(fake1).toEqual({ value: expect.toSatisfy((v: number) => v < 0.5) });
    expect(fake2).toEqual({ value: expect.toSatisfy((v: number) => v < 0.1) });
    expect(real).toEqual({ value: expect.toSatisfy((v: number) => v > 0.9) });
  });

  it('finds the portrait on every licence front, and no face on any licence back', async () => {
    for (const [side, found] of [
      ['front', true],
      ['back', false],
    ] as const) {
      const folder = join(data, `documents/licence-${side}`);
      // Where nothing is found every look is taken: two backs are enough.
      for (const name of readdirSync(folder).slice(0, found ? 16 : 2)) {
        expect([name, (await read(join(folder, name))).faces > 0]).toEqual([name, found]);
      }
    }
  });

  it.each(['rot90', 'upside', 'angle', 'lowres', 'glare'])(
    'finds and knows the portrait of a passport: %s',
    async (name) => {
      const plain = await read(join(data, 'documents/img/pe_pass-bdr.jpg'));
      const hard = await read(join(data, `documents/hard/pe_pass-bdr__${name}.jpg`));
      if (!plain.face || !hard.face) throw new Error('no portrait found');
      const measure = engine.compare(plain.face.template, hard.face.template);
      expect('value' in measure && measure.value).toBeGreaterThan(0.9);
    },
  );
});
