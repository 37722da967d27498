import { OnnxGraph } from './onnx/graph.ts';
import { convolutionFilter } from './tfjs/filters.ts';
import type { Tensor } from './tfjs/weights.ts';

/** Mean of the training images, red, green, blue, in 0..255 (dlib's face recognition ResNet). */
const MEAN_RGB = [122.782, 117.001, 104.298];
const SIDE = 150;

/** Residual blocks in order; a `down` block halves the image and, but for the last, doubles the channels. */
const BLOCKS = [
  'conv32_1',
  'conv32_2',
  'conv32_3',
  'conv64_down',
  'conv64_1',
  'conv64_2',
  'conv64_3',
  'conv128_down',
  'conv128_1',
  'conv128_2',
  'conv256_down',
  'conv256_1',
  'conv256_2',
  'conv256_down_out',
];

/** What flows between blocks: the value's name, its side in pixels, its channels. */
interface Activation {
  readonly name: string;
  readonly side: number;
  readonly channels: number;
}

/**
 * dlib's face recognition ResNet-29 as an ONNX file, from the weights that face-api publishes without a graph.
 * Input `input` N×3×150×150, RGB 0..255; output `descriptor` N×128. Mean, ÷255 and the scale layers are folded into
 * the convolutions: the stem takes no padding, so this is exact up to rounding.
 */
export function dlibResNet(weights: ReadonlyMap<string, Tensor>): Uint8Array {
  const network = new Network(weights);
  return network.build();
}

class Network {
  private readonly graph = new OnnxGraph();
  private readonly weights: ReadonlyMap<string, Tensor>;

  constructor(weights: ReadonlyMap<string, Tensor>) {
    this.weights = weights;
  }

  build(): Uint8Array {
    const { graph } = this;
    let activation = this.stem(graph.input('input', ['N', 3, SIDE, SIDE]));
    for (const block of BLOCKS) {
      activation = block.includes('_down') ? this.downBlock(activation, block) : this.block(activation, block);
    }
    const average = graph.node('ReduceMean', [activation.name], { axes: [2, 3], keepdims: 0 });
    const last = this.weight('fc');
    graph.output(
      'descriptor',
      ['N', 128],
      graph.node('MatMul', [average, graph.floats(last.shape, Float32Array.from(last.values))]),
    );
    return graph.encode();
  }

  private stem(image: string): Activation {
    const convolved = this.convolution(image, 'conv32_down', { stride: 2, mean: MEAN_RGB, range: 255 });
    const pooled = this.graph.node('MaxPool', [this.relu(convolved)], { kernel_shape: [3, 3], strides: [2, 2] });
    return { name: pooled, side: halved(halved(SIDE, 7), 3), channels: 32 };
  }

  private block(from: Activation, name: string): Activation {
    const middle = this.relu(this.convolution(from.name, `${name}/conv1`, { stride: 1 }));
    const end = this.convolution(middle, `${name}/conv2`, { stride: 1 });
    return { ...from, name: this.relu(this.graph.node('Add', [end, from.name])) };
  }

  /** Halves by an unpadded convolution beside an average pool; zeros make up what either branch lacks of the other. */
  private downBlock(from: Activation, name: string): Activation {
    const middle = this.relu(this.convolution(from.name, `${name}/conv1`, { stride: 2 }));
    const end = this.convolution(middle, `${name}/conv2`, { stride: 1 });
    const pooled = this.graph.node('AveragePool', [from.name], { kernel_shape: [2, 2], strides: [2, 2] });
    const side = halved(from.side, 2);
    const channels = this.weight(`${name}/conv2/conv/filters`).shape[3] ?? 0;
    const branches = [
      this.morePixels(end, channels, side - halved(from.side, 3)),
      this.moreChannels(pooled, from.channels, channels),
    ];
    return { name: this.relu(this.graph.node('Add', branches)), side, channels };
  }

  /** Zeros below and to the right, as a convolution by 1 that reaches over these edges: see `moreChannels`. */
  private morePixels(image: string, channels: number, pixels: number): string {
    if (pixels === 0) return image;
    const ones = this.graph.floats([channels, 1, 1, 1], new Float32Array(channels).fill(1));
    return this.graph.node('Conv', [image, ones], {
      kernel_shape: [1, 1],
      group: channels,
      pads: [0, 0, pixels, pixels],
    });
  }

  /**
   * Zero channels after the last one, as a convolution of one pixel by [identity; 0]: onnxruntime keeps images in
   * blocks of channels through convolutions, but not through Pad.
   */
  private moreChannels(image: string, channels: number, wanted: number): string {
    if (channels === wanted) return image;
    const identity = new Float32Array(wanted * channels);
    for (let channel = 0; channel < channels; channel++) identity[channel * (channels + 1)] = 1;
    return this.graph.node('Conv', [image, this.graph.floats([wanted, channels, 1, 1], identity)], {
      kernel_shape: [1, 1],
    });
  }

  private relu(value: string): string {
    return this.graph.node('Relu', [value]);
  }

  /** Convolution, bias, and the scale layer behind it, as one operation: scale × (w∗(x − mean)/range + b) + offset. */
  private convolution(
    value: string,
    name: string,
    options: { stride: number; mean?: readonly number[]; range?: number },
  ): string {
    const filter = convolutionFilter(this.weight(`${name}/conv/filters`));
    const bias = this.weight(`${name}/conv/bias`).values;
    const scale = this.weight(`${name}/scale/weights`).values;
    const offset = this.weight(`${name}/scale/biases`).values;
    const [outputs, inputs, height, width] = filter.shape;
    const area = height * width;
    const range = options.range ?? 1;
    const folded = new Float32Array(filter.values.length);
    const foldedBias = new Float32Array(outputs);
    for (let output = 0; output < outputs; output++) {
      const factor = scale[output] ?? Number.NaN;
      let shift = bias[output] ?? Number.NaN;
      for (let index = 0; index < inputs * area; index++) {
        const position = output * inputs * area + index;
        const weight = (filter.values[position] ?? Number.NaN) / range;
        folded[position] = weight * factor;
        shift -= weight * (options.mean?.[Math.floor(index / area)] ?? 0);
      }
      foldedBias[output] = shift * factor + (offset[output] ?? Number.NaN);
    }
    return this.graph.node(
      'Conv',
      [value, this.graph.floats(filter.shape, folded), this.graph.floats([outputs], foldedBias)],
      {
        kernel_shape: [height, width],
        strides: [options.stride, options.stride],
        auto_pad: options.stride === 1 ? 'SAME_UPPER' : 'VALID',
      },
    );
  }

  private weight(name: string): Tensor {
    const tensor = this.weights.get(name);
    if (tensor === undefined) throw new Error(`the weights lack ${name}`);
    return tensor;
  }
}

/** Side after an unpadded window of the given size with stride 2. */
function halved(side: number, window: number): number {
  return Math.floor((side - window) / 2) + 1;
}
