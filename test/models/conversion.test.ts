import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Model, modelById } from '../../models/manifest.ts';
import { readSource } from '../../models/source.ts';
import { runFaceRecognition, runGraph } from './tfjs.ts';

/** Rows of pixels, RGB, 0..255: smooth shapes with some noise, the same on every run. */
function picture(side: number): Float32Array {
  let seed = 1;
  return Float32Array.from({ length: side * side * 3 }, (_, index) => {
    const [x, y] = [Math.floor(index / 3) % side, Math.floor(index / 3 / side)];
    seed = (seed * 48271) % 2147483647;
    const shape = 128 + 90 * Math.sin(x / 17 + (index % 3)) * Math.cos(y / 11);
    return Math.round(Math.min(255, Math.max(0, shape + (seed % 41) - 20)));
  });
}

function planes(image: Float32Array, side: number): Float32Array {
  const area = side * side;
  return Float32Array.from(
    { length: image.length },
    (_, index) => image[(index % area) * 3 + Math.floor(index / area)] ?? 0,
  );
}

function scaled(image: Float32Array, model: Model): Float32Array {
  const { mean, std } = model.input ?? { mean: [0, 0, 0], std: [1, 1, 1] };
  return image.map((value, index) => (value - (mean[index % 3] ?? 0)) / (std[index % 3] ?? 1));
}

async function open(model: Model): Promise<InferenceSession> {
  const [source] = model.sources;
  if (source === undefined) throw new Error(`${model.id} has no source`);
  return InferenceSession.create(await readSource(model, source));
}

async function run(
  session: InferenceSession,
  images: Float32Array[],
  side: number,
): Promise<Map<string, Float32Array>> {
  const values = Float32Array.from(images.flatMap((image) => [...planes(image, side)]));
  const results = await session.run({ input: new Tensor('float32', values, [images.length, 3, side, side]) });
  return new Map(Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]));
}

function largestDifference(one: ArrayLike<number> | undefined, other: ArrayLike<number>): number {
  expect(one?.length).toBe(other.length);
  return Array.from(other).reduce(
    (largest, value, index) => Math.max(largest, Math.abs(value - (one?.[index] ?? NaN))),
    0,
  );
}

describe('BlazeFace', () => {
  test('gives what TensorFlow.js gives: logits within 3e-3 of about 500, boxes within 1e-3 pixels', async () => {
    const model = modelById('blazeface');
    const image = scaled(picture(256), model);
    const results = await run(await open(model), [image], 256);
    const expected = await runGraph('blazeface', 256, image, ['Identity', 'Identity_1', 'Identity_2', 'Identity_3']);
    const [logits16 = [], logits8 = [], boxes16 = [], boxes8 = []] = expected;
    expect(largestDifference(results.get('logits'), [...logits16, ...logits8])).toBeLessThan(3e-3);
    expect(largestDifference(results.get('boxes'), [...boxes16, ...boxes8])).toBeLessThan(1e-3);
  });
});

describe('FaceMesh', () => {
  const model = modelById('facemesh');
  let session: InferenceSession;
  beforeAll(async () => {
    session = await open(model);
  });

  test('gives what TensorFlow.js gives: points within 3e-4 pixels of 192, flag within 1e-6', async () => {
    const image = scaled(picture(192), model);
    const results = await run(session, [image], 192);
    const [mesh = [], flag = []] = await runGraph('facemesh', 192, image, ['Identity_2', 'Identity_1']);
    expect(largestDifference(results.get('mesh'), mesh)).toBeLessThan(3e-4);
    expect(largestDifference(results.get('flag'), flag)).toBeLessThan(1e-6);
  });

  test('takes several crops at once', async () => {
    const images = [scaled(picture(192), model), scaled(picture(192), model).reverse()];
    const both = (await run(session, images, 192)).get('mesh') ?? [];
    const second = (await run(session, images.slice(1), 192)).get('mesh');
    expect(largestDifference(second, both.slice(1404))).toBeLessThan(1e-3);
  });
});

describe('dlib ResNet', () => {
  const model = modelById('dlib-resnet');
  let session: InferenceSession;
  beforeAll(async () => {
    session = await open(model);
  });

  test("gives what face-api's own network gives, within 5e-7", async () => {
    const image = picture(150);
    const descriptor = (await run(session, [image], 150)).get('descriptor');
    expect(largestDifference(descriptor, await runFaceRecognition(image))).toBeLessThan(5e-7);
  });

  test('takes a picture and its mirror image in one batch', async () => {
    const images = [picture(150), picture(150).reverse()];
    const both = (await run(session, images, 150)).get('descriptor') ?? [];
    const second = (await run(session, images.slice(1), 150)).get('descriptor');
    expect(both.length).toBe(256);
    expect(largestDifference(second, both.slice(128))).toBeLessThan(1e-6);
  });
});

test('the files have the inputs and outputs that the manifest names', async () => {
  for (const id of ['blazeface', 'facemesh', 'dlib-resnet']) {
    const model = modelById(id);
    const session = await open(model);
    expect(session.inputNames).toEqual([model.input?.name]);
    expect(session.inputMetadata.map((entry) => 'shape' in entry && entry.shape)).toEqual([model.input?.shape]);
    expect(
      session.outputMetadata.map((entry) => ({ name: entry.name, shape: 'shape' in entry && entry.shape })),
    ).toEqual(model.outputs.map(({ name, shape }) => ({ name, shape })));
  }
});
