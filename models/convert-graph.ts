import { type Dimension, OnnxGraph } from './onnx/graph.ts';
import { convolutionFilter, depthwiseFilter } from './tfjs/filters.ts';
import type { GraphModel, GraphNode } from './tfjs/graph-model.ts';
import type { Tensor } from './tfjs/weights.ts';

/** An output of the ONNX model: TFJS nodes whose results are joined along the second dimension, in this order. */
export interface WantedOutput {
  readonly name: string;
  readonly shape: readonly Dimension[];
  readonly from: readonly string[];
}

/** With `channels`: an image, N×C×H×W. Without: a tensor in TensorFlow's own order. */
interface Value {
  readonly name: string;
  readonly channels?: number;
}

interface Image extends Value {
  readonly channels: number;
}

/**
 * onnxruntime keeps images in blocks of 8 or 16 channels where it can, and then adds residual branches and applies
 * Relu inside convolutions. It leaves the blocks at Pad, at PRelu, and at MaxPool where the channels are no multiple
 * of the block. Hence the detours below: they more than halve FaceMesh and take a fifth off BlazeFace.
 */
const LARGEST_BLOCK = 16;

/**
 * Converts a TFJS GraphModel into an ONNX file. Images are handled as N×C×H×W throughout; only what leads to the wanted
 * outputs is kept. The input is called `input` and takes N×3×H×W.
 * @throws Error naming the operation when the graph uses one that is not handled here
 */
export function convertGraph(model: GraphModel, outputs: readonly WantedOutput[]): Uint8Array {
  const conversion = new Conversion(model);
  for (const output of outputs) conversion.addOutput(output);
  return conversion.graph.encode();
}

class Conversion {
  readonly graph = new OnnxGraph();
  private readonly nodes: ReadonlyMap<string, GraphNode>;
  private readonly weights: ReadonlyMap<string, Tensor>;
  private readonly done = new Map<string, Value>();

  constructor(model: GraphModel) {
    this.nodes = new Map(model.nodes.map((node) => [node.name, node]));
    this.weights = model.weights;
  }

  addOutput({ name, shape, from }: WantedOutput): void {
    const parts = from.map((node) => this.plain(node));
    const [only] = parts;
    const value = parts.length === 1 && only !== undefined ? only : this.graph.node('Concat', parts, { axis: 1 });
    this.graph.output(name, shape, value);
  }

  /** The converted result of a node; inputs are converted first. */
  private value(name: string): Value {
    const known = this.done.get(name);
    if (known !== undefined) return known;
    const node = this.nodes.get(name);
    if (node === undefined) throw new Error(`the graph has no node ${name}`);
    const value = this.convert(node);
    this.done.set(name, value);
    return value;
  }

  private convert(node: GraphNode): Value {
    switch (node.op) {
      case 'Placeholder':
        return this.placeholder(node);
      case '_FusedConv2D':
      case 'DepthwiseConv2dNative':
        return this.convolution(node);
      case 'MaxPool':
        return this.maxPool(node);
      case 'AddV2':
        return this.add(this.image(input(node, 0)), this.image(input(node, 1)));
      case 'Relu':
      case 'Sigmoid':
        return this.elementwise(node.op, this.image(input(node, 0)));
      case 'Prelu':
        return this.prelu(this.image(input(node, 0)), this.weight(input(node, 1)));
      case 'Pad':
        return this.pad(node);
      case 'Reshape': {
        const shape = this.graph.integers([...this.weight(input(node, 1)).values]);
        return { name: this.graph.node('Reshape', [this.plain(input(node, 0)), shape]) };
      }
      case 'Identity':
        return this.value(input(node, 0));
      default:
        throw new Error(`operation ${node.op} (node ${node.name}) has no conversion`);
    }
  }

  private elementwise(operation: 'Relu' | 'Sigmoid', { name, channels }: Image): Image {
    return { name: this.graph.node(operation, [name]), channels };
  }

  private add(one: Image, other: Image): Image {
    if (one.channels !== other.channels) throw new Error(`sum of ${one.channels} and ${other.channels} channels`);
    return { name: this.graph.node('Add', [one.name, other.name]), channels: one.channels };
  }

  private placeholder(node: GraphNode): Value {
    const [batch, height, width, channels] = node.attr.shape?.shape?.dim.map(({ size }) => size) ?? [];
    if (batch === undefined || height === undefined || width === undefined || channels === undefined) {
      throw new Error(`input ${node.name} is no image`);
    }
    const shape = [batch < 1 ? 'N' : batch, channels, height, width];
    return { name: this.graph.input('input', shape), channels };
  }

  private convolution(node: GraphNode): Value {
    const depthwise = node.op === 'DepthwiseConv2dNative';
    const weight = this.weight(input(node, 1));
    const filter = depthwise ? depthwiseFilter(weight) : convolutionFilter(weight);
    const fused = node.attr.fused_ops?.list?.s ?? [];
    const inputs = [this.image(input(node, 0)).name, this.graph.floats(filter.shape, filter.values)];
    if (fused[0] === 'BiasAdd') inputs.push(this.bias(this.weight(input(node, 2))));
    const name = this.graph.node('Conv', inputs, {
      kernel_shape: filter.shape.slice(2),
      strides: spatial(node, 'strides'),
      dilations: spatial(node, 'dilations'),
      group: depthwise ? (weight.shape[2] ?? 1) : 1,
      auto_pad: padding(node),
    });
    const result = { name, channels: filter.shape[0] };
    switch (fused.join('+')) {
      case '':
      case 'BiasAdd':
        return result;
      case 'BiasAdd+Relu':
        return this.elementwise('Relu', result);
      case 'BiasAdd+Prelu':
        return this.prelu(result, this.weight(input(node, 3)));
      default:
        throw new Error(`operation ${fused.join('+')} fused into ${node.name} has no conversion`);
    }
  }

  private maxPool(node: GraphNode): Image {
    const { name, channels } = this.image(input(node, 0));
    const pooled = this.graph.node('MaxPool', [name], {
      kernel_shape: spatial(node, 'ksize'),
      strides: spatial(node, 'strides'),
      auto_pad: padding(node),
    });
    const image = { name: pooled, channels };
    return channels % LARGEST_BLOCK === 0 ? image : this.scale(image, () => 1);
  }

  /** slope × x + (1 − slope) × relu(x): the same function in operations that keep the blocks. */
  private prelu(image: Image, slope: Tensor): Image {
    if (slope.values.length !== image.channels)
      throw new Error(`a slope for each channel expected, not [${slope.shape}]`);
    const slopeOf = (channel: number) => slope.values[channel] ?? Number.NaN;
    const positive = this.scale(this.elementwise('Relu', image), (channel) => 1 - slopeOf(channel));
    return this.add(this.scale(image, slopeOf), positive);
  }

  /** Each channel times a factor, as a convolution of one pixel. */
  private scale({ name, channels }: Image, factor: (channel: number) => number): Image {
    const filter = Float32Array.from({ length: channels }, (_, channel) => factor(channel));
    const inputs = [name, this.graph.floats([channels, 1, 1, 1], filter)];
    return { name: this.graph.node('Conv', inputs, { kernel_shape: [1, 1], group: channels }), channels };
  }

  /** Zero channels after the last one, as a convolution of one pixel by [identity; 0]. */
  private pad(node: GraphNode): Image {
    const { name, channels } = this.image(input(node, 0));
    const sizes = this.weight(input(node, 1)).values;
    const added = sizes[7] ?? 0;
    if (sizes.length !== 8 || sizes.slice(0, 7).some((size) => size !== 0)) {
      throw new Error(`padding of node ${node.name} other than after the last channel has no conversion`);
    }
    const identity = new Float32Array((channels + added) * channels);
    for (let channel = 0; channel < channels; channel++) identity[channel * (channels + 1)] = 1;
    const inputs = [name, this.graph.floats([channels + added, channels, 1, 1], identity)];
    return { name: this.graph.node('Conv', inputs, { kernel_shape: [1, 1] }), channels: channels + added };
  }

  private bias({ shape, values }: Tensor): string {
    if (shape.at(-1) !== values.length) throw new Error(`one value for each channel expected, not [${shape}]`);
    return this.graph.floats([values.length], Float32Array.from(values));
  }

  private image(name: string): Image {
    const { channels, ...value } = this.value(name);
    if (channels === undefined) throw new Error(`${name} is used as an image but is none`);
    return { ...value, channels };
  }

  private plain(name: string): string {
    const value = this.value(name);
    if (value.channels === undefined) return value.name;
    return this.graph.node('Transpose', [value.name], { perm: [0, 2, 3, 1] });
  }

  private weight(name: string): Tensor {
    const tensor = this.weights.get(name);
    if (tensor === undefined) throw new Error(`${name} is no constant`);
    return tensor;
  }
}

function input(node: GraphNode, index: number): string {
  const name = node.input[index];
  if (name === undefined) throw new Error(`node ${node.name} has no input ${index}`);
  return name.replace(/:0$/, '');
}

/** Height and width of an attribute that TensorFlow gives for N, H, W, C. */
function spatial(node: GraphNode, name: string): number[] {
  if ((node.attr.data_format?.s ?? 'NHWC') !== 'NHWC') throw new Error(`node ${node.name} is not NHWC`);
  return (node.attr[name]?.list?.i ?? [1, 1, 1, 1]).slice(1, 3);
}

/** TensorFlow's SAME puts an odd pixel at the end, as SAME_UPPER does. */
function padding(node: GraphNode): string {
  const mode = node.attr.padding?.s;
  if (mode === 'SAME') return 'SAME_UPPER';
  if (mode === 'VALID') return 'VALID';
  throw new Error(`padding ${mode} (node ${node.name}) has no conversion`);
}
