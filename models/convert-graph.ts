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

/** `planes`: channels before rows (ONNX's way), four dimensions. `plain`: TensorFlow's own order. */
interface Value {
  readonly name: string;
  readonly layout: 'planes' | 'plain';
}

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
        return this.operation('MaxPool', [this.planes(input(node, 0))], {
          kernel_shape: spatial(node, 'ksize'),
          strides: spatial(node, 'strides'),
          auto_pad: padding(node),
        });
      case 'AddV2':
        return this.operation('Add', [this.planes(input(node, 0)), this.planes(input(node, 1))]);
      case 'Relu':
        return this.operation('Relu', [this.planes(input(node, 0))]);
      case 'Sigmoid':
        return this.operation('Sigmoid', [this.planes(input(node, 0))]);
      case 'Prelu':
        return { name: this.prelu(this.planes(input(node, 0)), this.weight(input(node, 1))), layout: 'planes' };
      case 'Pad':
        return this.operation('Pad', [this.planes(input(node, 0)), this.paddings(this.weight(input(node, 1)))]);
      case 'Reshape': {
        const shape = this.graph.integers([...this.weight(input(node, 1)).values]);
        return { name: this.graph.node('Reshape', [this.plain(input(node, 0)), shape]), layout: 'plain' };
      }
      case 'Identity':
        return this.value(input(node, 0));
      default:
        throw new Error(`operation ${node.op} (node ${node.name}) has no conversion`);
    }
  }

  private operation(...call: Parameters<OnnxGraph['node']>): Value {
    return { name: this.graph.node(...call), layout: 'planes' };
  }

  private placeholder(node: GraphNode): Value {
    const [batch, height, width, channels] = node.attr.shape?.shape?.dim.map(({ size }) => size) ?? [];
    if (batch === undefined || height === undefined || width === undefined || channels === undefined) {
      throw new Error(`input ${node.name} is no image`);
    }
    const shape = [batch < 1 ? 'N' : batch, channels, height, width];
    return { name: this.graph.input('input', shape), layout: 'planes' };
  }

  private convolution(node: GraphNode): Value {
    const depthwise = node.op === 'DepthwiseConv2dNative';
    const weight = this.weight(input(node, 1));
    const filter = depthwise ? depthwiseFilter(weight) : convolutionFilter(weight);
    const fused = node.attr.fused_ops?.list?.s ?? [];
    const inputs = [this.planes(input(node, 0)), this.graph.floats(filter.shape, filter.values)];
    if (fused[0] === 'BiasAdd') inputs.push(this.channels(this.weight(input(node, 2)), []));
    const result = this.graph.node('Conv', inputs, {
      kernel_shape: filter.shape.slice(2),
      strides: spatial(node, 'strides'),
      dilations: spatial(node, 'dilations'),
      group: depthwise ? (weight.shape[2] ?? 1) : 1,
      auto_pad: padding(node),
    });
    switch (fused.join('+')) {
      case '':
      case 'BiasAdd':
        return { name: result, layout: 'planes' };
      case 'BiasAdd+Relu':
        return this.operation('Relu', [result]);
      case 'BiasAdd+Prelu':
        return { name: this.prelu(result, this.weight(input(node, 3))), layout: 'planes' };
      default:
        throw new Error(`operation ${fused.join('+')} fused into ${node.name} has no conversion`);
    }
  }

  private prelu(value: string, slope: Tensor): string {
    return this.graph.node('PRelu', [value, this.channels(slope, [1, 1])]);
  }

  /** One value for each channel, with trailing dimensions so that it spreads over rows and columns. */
  private channels({ shape, values }: Tensor, trailing: readonly number[]): string {
    if (shape.at(-1) !== values.length) throw new Error(`one value a channel expected, not [${shape}]`);
    return this.graph.floats([values.length, ...trailing], Float32Array.from(values));
  }

  /** TensorFlow: [before, after] for N, H, W, C. ONNX: all befores, then all afters, for N, C, H, W. */
  private paddings({ values }: Tensor): string {
    const at = (dimension: number, side: number) => values[dimension * 2 + side] ?? 0;
    const order = [0, 3, 1, 2];
    return this.graph.integers([0, 1].flatMap((side) => order.map((dimension) => at(dimension, side))));
  }

  private planes(name: string): string {
    const value = this.value(name);
    if (value.layout !== 'planes') throw new Error(`${name} is used as an image after a reshape`);
    return value.name;
  }

  private plain(name: string): string {
    const value = this.value(name);
    return value.layout === 'plain' ? value.name : this.graph.node('Transpose', [value.name], { perm: [0, 2, 3, 1] });
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
