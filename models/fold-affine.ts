import { addInputOffset, affineOf, changeFilter, filterChannels } from './onnx/filter.ts';
import { GraphEditor } from './onnx/graph-editor.ts';
import { floatAttribute, integers, type OnnxNode, readModel, writeModel } from './onnx/model-file.ts';

/**
 * Rewrites a PaddleOCR model into fewer operations that compute the same. Its convolutions are followed by a learned
 * factor and offset, a hard swish in four operations, and a second factor and offset, each of them a pass over the
 * whole picture outside of onnxruntime's blocked layout. Here factors and offsets move into the convolutions, a hard
 * swish becomes two operations, and x + x × gate becomes x × (1 + gate). Results differ by rounding only.
 */
export function foldAffine(file: Uint8Array): Uint8Array {
  const model = readModel(file);
  const graph = new GraphEditor(model);
  for (const node of [...model.nodes]) {
    const channels = filterChannels(graph, node);
    if (channels !== undefined) foldBehind(graph, node, channels);
    if (node.operation === 'Mul') foldGate(graph, node);
  }
  return writeModel(model);
}

function foldBehind(graph: GraphEditor, convolution: OnnxNode, channels: number): void {
  for (;;) {
    const next = graph.onlyReader(convolution.output);
    const change = next && affineOf(graph, next, convolution.output, channels);
    if (next === undefined || change === undefined) break;
    changeFilter(graph, convolution, change);
    convolution.output = next.output;
    graph.remove([next]);
  }
  const swish = foldHardSwish(graph, convolution, channels);
  if (swish !== undefined) foldOffsetAhead(graph, swish, channels);
}

/**
 * x × clip(x + 3, 0, 6) ÷ 6 behind a convolution becomes x × hardSigmoid(x). A factor behind it is taken into the
 * convolution too: with y = factor × x it is y × hardSigmoid(y ÷ factor).
 * @returns the last operation, or undefined if there is no hard swish
 */
function foldHardSwish(graph: GraphEditor, convolution: OnnxNode, channels: number): OnnxNode | undefined {
  const value = convolution.output;
  const readers = graph.readers(value);
  const plus = readers.find((node) => node.operation === 'Add' && graph.constantOperand(node, value) === 3);
  const clip = plus && graph.onlyReader(plus.output);
  const times = clip && clipsToSix(graph, clip) ? graph.onlyReader(clip.output) : undefined;
  const divide = times && graph.onlyReader(times.output);
  if (
    readers.length !== 2 ||
    graph.isOutput(value) ||
    !plus ||
    !clip ||
    times?.operation !== 'Mul' ||
    !times.inputs.includes(value)
  )
    return;
  if (divide?.operation !== 'Div' || divide.inputs[0] !== times.output) return;
  if (graph.constantOperand(divide, times.output) !== 6) return;

  const next = graph.onlyReader(divide.output);
  const factor = next?.operation === 'Mul' ? graph.constantOperand(next, divide.output) : undefined;
  const last = next && factor ? next : divide;
  if (factor) {
    const change = Array.from({ length: channels }, () => ({ factor, offset: 0 }));
    changeFilter(graph, convolution, change);
  }
  const slope = { alpha: { float: 1 / (6 * (factor || 1)) }, beta: { float: 0.5 } };
  const gate = graph.insertBefore(plus, 'HardSigmoid', [value], '', slope);
  const swish = graph.insertBefore(plus, 'Mul', [value, gate.output], last.output);
  graph.remove([plus, clip, times, divide, last]);
  return swish;
}

function clipsToSix(graph: GraphEditor, node: OnnxNode): boolean {
  const bound = (name: string, input: number) => floatAttribute(node, name) ?? graph.values(node.inputs[input])?.[0];
  return node.operation === 'Clip' && bound('min', 1) === 0 && bound('max', 2) === 6;
}

/** An offset behind a hard swish: into the biases of the next convolutions unless they pad, else a convolution of one pixel. */
function foldOffsetAhead(graph: GraphEditor, swish: OnnxNode, channels: number): void {
  const add = graph.onlyReader(swish.output);
  const offset = add?.operation === 'Add' ? graph.constantOperand(add, swish.output) : undefined;
  if (add === undefined || offset === undefined) return;
  const readers = graph.readers(add.output);
  if (!graph.isOutput(add.output) && readers.every((node) => takesOffset(graph, node, add.output))) {
    for (const node of readers) {
      addInputOffset(graph, node, offset);
      node.inputs[0] = swish.output;
    }
  } else {
    const inputs = [
      swish.output,
      graph.constant([channels, 1, 1, 1], () => 1),
      graph.constant([channels], () => offset),
    ];
    graph.insertBefore(add, 'Conv', inputs, add.output, { kernel_shape: [1, 1], group: channels });
  }
  graph.remove([add]);
}

function takesOffset(graph: GraphEditor, node: OnnxNode, value: string): boolean {
  const padded = integers(node, 'pads').some((pad) => pad !== 0) || node.attributes.has('auto_pad');
  const constant = filterChannels(graph, node) !== undefined;
  return node.operation === 'Conv' && node.inputs[0] === value && constant && !padded;
}

/** x + x × gate, where the gate is a hard sigmoid of averages, one for each channel: 1 is added to the small operand. */
function foldGate(graph: GraphEditor, product: OnnxNode): void {
  const [value = '', gate = ''] = product.inputs;
  const sum = graph.onlyReader(product.output);
  const source = graph.producer(gate);
  if (sum?.operation !== 'Add' || !sum.inputs.includes(value)) return;
  if (source?.operation !== 'HardSigmoid' || !isAverage(graph, source)) return;
  const raised = graph.insertBefore(product, 'Add', [gate, graph.constant([1], () => 1)], '');
  product.inputs = [value, raised.output];
  product.output = sum.output;
  graph.remove([sum]);
}

/** Whether a value comes from a global average through operations that keep its one row and column. */
function isAverage(graph: GraphEditor, node: OnnxNode): boolean {
  if (node.operation === 'GlobalAveragePool') return true;
  const before = graph.producer(node.inputs[0]);
  return ['Conv', 'Relu', 'HardSigmoid'].includes(node.operation) && before !== undefined && isAverage(graph, before);
}
