import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { convertGraph } from '../../models/convert-graph.ts';
import type { GraphModel, GraphNode } from '../../models/tfjs/graph-model.ts';
import { decodeWeights, halfToNumber } from '../../models/tfjs/weights.ts';

const list = (...i: number[]) => ({ list: { i } });
const image: GraphNode = {
  name: 'image',
  op: 'Placeholder',
  input: [],
  attr: { shape: { shape: { dim: [{ size: 1 }, { size: 3 }, { size: 3 }, { size: 2 }] } } },
};
const depthwise: GraphNode = {
  name: 'conv',
  op: 'DepthwiseConv2dNative',
  input: ['image', 'filter:0'],
  attr: { strides: list(1, 2, 2, 1), dilations: list(1, 1, 1, 1), padding: { s: 'SAME' }, data_format: { s: 'NHWC' } },
};

function graph(nodes: GraphNode[], weights: Record<string, [number[], number[]]>): GraphModel {
  const tensors = Object.entries(weights).map(
    ([name, [shape, values]]) => [name, { shape, values: Float32Array.from(values) }] as const,
  );
  return { nodes, weights: new Map(tensors) };
}

async function result(model: GraphModel, from: string, values: number[]): Promise<number[]> {
  const session = await InferenceSession.create(
    convertGraph(model, [{ name: 'out', shape: ['a', 'b', 'c', 'd'], from: [from] }]),
  );
  const { out } = await session.run({ input: new Tensor('float32', Float32Array.from(values), [1, 2, 3, 3]) });
  return [...((out?.data ?? []) as Float32Array)];
}

/** Channel 0 counts 1..9 by rows; channel 1 is its negative. */
const pixels = [1, 2, 3, 4, 5, 6, 7, 8, 9, -1, -2, -3, -4, -5, -6, -7, -8, -9];

test('a depthwise filter with SAME padding and stride 2 gives the sums counted by hand', async () => {
  const ones = Array.from({ length: 18 }, (_, index) => (index % 2 === 0 ? 1 : 10));
  const model = graph([image, depthwise], { filter: [[3, 3, 2, 1], ones] });
  // Windows around the corners of the 3×3 picture; results come as rows of pixels, channels last.
  expect(await result(model, 'conv', pixels)).toEqual([12, -120, 16, -160, 24, -240, 28, -280]);
});

test('Prelu bends negative values by the slope of their channel', async () => {
  const prelu: GraphNode = { name: 'bend', op: 'Prelu', input: ['image', 'slope'], attr: {} };
  const values = await result(
    graph([image, prelu], {
      slope: [
        [1, 1, 2],
        [0.5, -2],
      ],
    }),
    'bend',
    pixels,
  );
  expect(values.slice(0, 4)).toEqual([1, 2, 2, 4]);
});

test('Pad adds zero channels behind the others', async () => {
  const pad: GraphNode = { name: 'pad', op: 'Pad', input: ['image', 'sizes'], attr: {} };
  const model = graph([image, pad], {
    sizes: [
      [4, 2],
      [0, 0, 0, 0, 0, 0, 0, 1],
    ],
  });
  expect((await result(model, 'pad', pixels)).slice(0, 6)).toEqual([1, -1, 0, 2, -2, 0]);
  const around = graph([image, pad], {
    sizes: [
      [4, 2],
      [0, 0, 1, 1, 0, 0, 0, 0],
    ],
  });
  expect(() => convertGraph(around, [{ name: 'out', shape: [], from: ['pad'] }])).toThrow('padding of node pad');
});

test('an operation without a conversion is named', () => {
  const model = graph([image, { name: 'odd', op: 'FusedBatchNormV3', input: ['image'], attr: {} }], {});
  expect(() => convertGraph(model, [{ name: 'out', shape: [1], from: ['odd'] }])).toThrow('FusedBatchNormV3');
});

test('only what leads to the wanted outputs is converted', () => {
  const model = graph([image, { name: 'odd', op: 'Whatever', input: ['image'], attr: {} }], {});
  expect(convertGraph(model, [{ name: 'out', shape: [1], from: ['image'] }]).byteLength).toBeGreaterThan(0);
});

test('half floats are decoded: normal, subnormal, signed, infinite', () => {
  expect([0x3c00, 0xc000, 0x3555, 0x0001, 0x8000, 0x7bff, 0x7c00].map(halfToNumber)).toEqual([
    1,
    -2,
    0.333251953125,
    2 ** -24,
    -0,
    65504,
    Number.POSITIVE_INFINITY,
  ]);
  expect(halfToNumber(0x7e00)).toBeNaN();
});

test('quantised weights are value × scale + minimum, and the file must have exactly their length', () => {
  const entry = {
    name: 'w',
    shape: [3],
    dtype: 'float32',
    quantization: { dtype: 'uint8', scale: 0.5, min: -1 },
  } as const;
  const entries = [{ ...entry, shape: [3], quantization: { ...entry.quantization } }];
  expect([...(decodeWeights(entries, Uint8Array.of(0, 2, 255)).get('w')?.values ?? [])]).toEqual([-1, 0, 126.5]);
  expect(() => decodeWeights(entries, Uint8Array.of(0, 2))).toThrow('ends inside w');
  expect(() => decodeWeights(entries, Uint8Array.of(0, 2, 3, 4))).toThrow('1 bytes after');
});
