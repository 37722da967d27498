import type { GraphEditor } from './graph-editor.ts';
import { floatAttribute, integers, type OnnxNode } from './model-file.ts';

/** What an operation does to one channel: factor × value + offset. */
export interface Affine {
  readonly factor: number;
  readonly offset: number;
}

/**
 * Output channels of a Conv or ConvTranspose (of one group) whose weights and bias are constants, else undefined.
 * The functions below take such a node.
 */
export function filterChannels(graph: GraphEditor, node: OnnxNode): number | undefined {
  const [, weights, bias] = node.inputs;
  if (!graph.values(weights) || (bias !== undefined && !graph.values(bias))) return undefined;
  if (node.operation === 'Conv') return graph.shape(weights)[0];
  const oneGroup = (integers(node, 'group')[0] ?? 1) === 1;
  return node.operation === 'ConvTranspose' && oneGroup ? graph.shape(weights)[1] : undefined;
}

/** Gives a convolution new constants, such that its results change by the given factors and offsets. */
export function changeFilter(graph: GraphEditor, node: OnnxNode, change: readonly Affine[]): void {
  const shape = graph.shape(node.inputs[1]);
  const weights = graph.values(node.inputs[1]) ?? [];
  const bias = graph.values(node.inputs[2]) ?? [];
  // Conv holds its output channels first, ConvTranspose second.
  const span = shape.slice(node.operation === 'Conv' ? 1 : 2).reduce((product, size) => product * size, 1);
  const changeAt = (channel: number) => change[channel] ?? { factor: Number.NaN, offset: Number.NaN };
  node.inputs[1] = graph.constant(
    shape,
    (index) => at(weights, index) * changeAt(Math.floor(index / span) % change.length).factor,
  );
  node.inputs[2] = graph.constant([change.length], (channel) => {
    const { factor, offset } = changeAt(channel);
    return (bias[channel] ?? 0) * factor + offset;
  });
}

/** Makes up in the bias of a Conv for an offset that its inputs lose: offset × the sum of a channel's weights. */
export function addInputOffset(graph: GraphEditor, node: OnnxNode, offset: number): void {
  const weights = graph.values(node.inputs[1]) ?? new Float32Array();
  const bias = graph.values(node.inputs[2]) ?? [];
  const channels = graph.shape(node.inputs[1])[0] ?? 0;
  const span = weights.length / channels;
  node.inputs[2] = graph.constant([channels], (channel) =>
    weights
      .subarray(channel * span, (channel + 1) * span)
      .reduce((sum, weight) => sum + offset * weight, bias[channel] ?? 0),
  );
}

/** The change to each channel, if the node is a constant factor, offset or normalisation of the value. */
export function affineOf(graph: GraphEditor, node: OnnxNode, value: string, channels: number): Affine[] | undefined {
  const each = (change: (channel: number) => Affine) =>
    Array.from({ length: channels }, (_, channel) => change(channel));
  if (node.operation === 'BatchNormalization') {
    const [gamma, beta, mean, variance] = node.inputs.slice(1).map((name) => graph.values(name));
    if (!gamma || !beta || !mean || !variance) return undefined;
    const epsilon = floatAttribute(node, 'epsilon') ?? 1e-5;
    return each((channel) => {
      const factor = at(gamma, channel) / Math.sqrt(at(variance, channel) + epsilon);
      return { factor, offset: at(beta, channel) - at(mean, channel) * factor };
    });
  }
  if (node.operation !== 'Mul' && node.operation !== 'Add') return undefined;
  const constant = perChannel(
    graph,
    node.inputs.find((input) => input !== value),
    channels,
  );
  if (constant === undefined) return undefined;
  const isFactor = node.operation === 'Mul';
  return each((channel) => ({
    factor: isFactor ? at(constant, channel) : 1,
    offset: isFactor ? 0 : at(constant, channel),
  }));
}

/** A constant that spreads over rows and columns: one value for all channels, or one for each. */
function perChannel(graph: GraphEditor, name: string | undefined, channels: number): ArrayLike<number> | undefined {
  const values = graph.values(name);
  if (values?.length === 1) return Array.from({ length: channels }, () => at(values, 0));
  const [rows, columns] = graph.shape(name).slice(-2);
  return values?.length === channels && rows === 1 && columns === 1 ? values : undefined;
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? Number.NaN;
}
