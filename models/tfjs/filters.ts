import type { Tensor } from './weights.ts';

/** A filter in ONNX's order: output channels, input channels per group, height, width. */
export interface Filter {
  readonly shape: readonly [number, number, number, number];
  readonly values: Float32Array;
}

/** Convolution filter: height, width, in, out (TensorFlow) → out, in, height, width (ONNX). */
export function convolutionFilter(tensor: Tensor): Filter {
  const [height, width, inputs, outputs] = fourSizes(tensor);
  return reorder(
    tensor,
    [outputs, inputs, height, width],
    (out, input, y, x) => ((y * width + x) * inputs + input) * outputs + out,
  );
}

/** Depthwise filter: height, width, channels, multiplier → channels × multiplier, 1, height, width; one group each channel. */
export function depthwiseFilter(tensor: Tensor): Filter {
  const [height, width, channels, multiplier] = fourSizes(tensor);
  const outputs = channels * multiplier;
  return reorder(tensor, [outputs, 1, height, width], (out, _input, y, x) => (y * width + x) * outputs + out);
}

function fourSizes({ shape }: Tensor): [number, number, number, number] {
  const [a, b, c, d] = shape;
  if (shape.length !== 4 || a === undefined || b === undefined || c === undefined || d === undefined) {
    throw new Error(`a filter has four dimensions, not [${shape}]`);
  }
  return [a, b, c, d];
}

function reorder(
  tensor: Tensor,
  shape: Filter['shape'],
  source: (out: number, input: number, y: number, x: number) => number,
): Filter {
  const [outputs, inputs, height, width] = shape;
  const values = new Float32Array(tensor.values.length);
  let index = 0;
  for (let out = 0; out < outputs; out++) {
    for (let input = 0; input < inputs; input++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) values[index++] = tensor.values[source(out, input, y, x)] ?? Number.NaN;
      }
    }
  }
  return { shape, values };
}
