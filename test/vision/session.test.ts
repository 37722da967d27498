import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ImageModel, loadImageModel } from '../../lambdas/vision/image-model.ts';
import { loadSession, type ModelSession } from '../../lambdas/vision/session.ts';
import { startStopwatch } from '../../lambdas/vision/stopwatch.ts';
import { joined, planar } from '../../lambdas/vision/tensor.ts';
import { ensureModels } from '../../models/ensure.ts';
import { modelById } from '../../models/manifest.ts';

const mesh = modelById('facemesh');
const raster = (value: number) => ({ width: 192, height: 192, data: new Uint8Array(192 * 192 * 3).fill(value) });
let file: string;
let session: ModelSession;
let model: ImageModel;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'session-'));
  const [ready] = await ensureModels({ models: [mesh] });
  file = ready?.path ?? '';
  session = await loadSession(file, { id: 'mesh', threads: 1 });
  model = await loadImageModel(mesh, file, 1);
});
afterAll(async () => {
  await Promise.all([session.release(), model.release(), rm(folder, { recursive: true })]);
});

describe('a model session', () => {
  it('runs by names, and its time is a stage of its own', async () => {
    const watch = startStopwatch();
    const feed = { data: new Float32Array(3 * 192 * 192), dims: [1, 3, 192, 192] };
    const out = await session.run({ [session.inputs[0] as string]: feed }, watch);
    expect(Object.keys(out).toSorted()).toEqual([...session.outputs].toSorted());
    expect(watch.stages()['model:mesh']).toBeGreaterThan(0);
  });

  it('rejects wrong names and wrong shapes, and works afterwards', async () => {
    const [input = ''] = session.inputs;
    const good = { data: new Float32Array(3 * 192 * 192), dims: [1, 3, 192, 192] };
    await expect(session.run({ nonsense: good })).rejects.toThrow();
    await expect(session.run({ [input]: { data: new Float32Array(12), dims: [1, 3, 2, 2] } })).rejects.toThrow();
    expect(Object.keys(await session.run({ [input]: good }))).toHaveLength(session.outputs.length);
  });

  it('names the file that is missing or no model, and nothing of its folder', async () => {
    const broken = join(folder, 'broken.onnx');
    await writeFile(broken, 'no model');
    for (const path of [broken, join(folder, 'missing.onnx')]) {
      const error = await loadSession(path, { threads: 1 }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(Error);
      expect((error as Error).message).toMatch(/^model (broken|missing) cannot be loaded from (broken|missing)\.onnx$/);
    }
  });
});

describe('an image model', () => {
  it('gives the outputs of several rasters one after the other, the same as one by one', async () => {
    const [[points, flags], [first], [second]] = await Promise.all([
      model.run([raster(0), raster(200)]),
      model.run([raster(0)]),
      model.run([raster(200)]),
    ]);
    expect(points).toHaveLength(2 * 1404);
    expect(flags).toHaveLength(2);
    const apart = [...(first ?? []), ...(second ?? [])];
    points?.forEach((value, i) => {
      expect(value).toBeCloseTo(apart[i] as number, 1);
    });
  });

  it('is refused where the file is another model than the manifest says', async () => {
    await expect(loadImageModel(modelById('blazeface'), file, 1)).rejects.toThrow('blazeface');
    await expect(loadImageModel(modelById('ppocr-dictionary'), file, 1)).rejects.toThrow('takes no image');
  });
});

describe('tensors', () => {
  const two = { width: 2, height: 1, data: Uint8Array.of(10, 20, 30, 40, 50, 60) };
  it('are planar, in the order of channels, less the mean, over the deviation', () => {
    const plain = { mean: [0, 0, 0], deviation: [1, 1, 1] } as const;
    expect([...planar(two, { order: 'rgb', ...plain }).data]).toEqual([10, 40, 20, 50, 30, 60]);
    expect([...planar(two, { order: 'bgr', ...plain }).data]).toEqual([30, 60, 20, 50, 10, 40]);
    const scaled = planar(two, { order: 'rgb', mean: [10, 20, 30], deviation: [1, 2, 10] });
    expect([...scaled.data]).toEqual([0, 30, 0, 15, 0, 3]);
    expect(scaled.dims).toEqual([1, 3, 1, 2]);
  });
  it('join along the first dimension only if they are alike', () => {
    const a = { data: Float32Array.of(1, 2), dims: [1, 2] };
    expect(joined([a, a, a])).toEqual({ data: Float32Array.of(1, 2, 1, 2, 1, 2), dims: [3, 2] });
    expect(() => joined([])).toThrow(RangeError);
    expect(() => joined([a, { data: Float32Array.of(1), dims: [1, 1] }])).toThrow(RangeError);
  });
});

describe('a stopwatch', () => {
  it('adds up the runs of a stage, also of those that throw', async () => {
    const watch = startStopwatch();
    const nap = () => new Promise((resolve) => setTimeout(resolve, 15));
    expect(await watch.time('a', () => nap().then(() => 7))).toBe(7);
    await expect(watch.time('a', () => nap().then(() => Promise.reject(new Error('b'))))).rejects.toThrow('b');
    expect(watch.stages().a).toBeGreaterThan(25);
  });
});
