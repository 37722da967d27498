import { type Attribute, attribute } from './graph.ts';
import { type ProtobufField, ProtobufWriter, readPackedVarints, readProtobuf } from './protobuf.ts';

/** One operation. Attributes are kept as they were written (AttributeProto), by name. */
export interface OnnxNode {
  operation: string;
  inputs: string[];
  output: string;
  attributes: Map<string, Uint8Array>;
}

/** A constant: `message` is its TensorProto; `values` are there if it is float32. */
export interface OnnxConstant {
  readonly shape: readonly number[];
  readonly values: Float32Array | undefined;
  readonly message: Uint8Array;
}

/** A model file taken apart: `nodes` in order of execution; inputs and outputs as they were written (ValueInfoProto). */
export interface OnnxModel {
  readonly opset: number;
  nodes: OnnxNode[];
  readonly constants: Map<string, OnnxConstant>;
  readonly inputs: readonly Uint8Array[];
  readonly outputs: readonly Uint8Array[];
  readonly outputNames: ReadonlySet<string>;
}

const FLOAT = 1;
const RAW_DATA = 9;

/**
 * Takes an ONNX file apart. Constant nodes become constants.
 * @throws Error when a node has several outputs or the file is no ONNX model of one operator set
 */
export function readModel(file: Uint8Array): OnnxModel {
  const model = readProtobuf(file);
  const graph = readProtobuf(messages(model, 7)[0] ?? new Uint8Array());
  const [operators, ...others] = messages(model, 8);
  if (operators === undefined || others.length > 0) throw new Error('a model of one operator set is expected');
  const all = messages(graph, 1).map(readNode);
  const constants = new Map(
    messages(graph, 5).map((message) => [text(readProtobuf(message), 8), readConstant(message)]),
  );
  for (const { operation, output, attributes } of all) {
    if (operation !== 'Constant') continue;
    const [message] = messages(readProtobuf(attributes.get('value') ?? new Uint8Array()), 5);
    if (message === undefined) throw new Error(`constant ${output} is no tensor`);
    constants.set(output, readConstant(message));
  }
  return {
    opset: Number(readProtobuf(operators).find(({ field }) => field === 2)?.value ?? 0n),
    nodes: all.filter(({ operation }) => operation !== 'Constant'),
    constants,
    inputs: messages(graph, 11),
    outputs: messages(graph, 12),
    outputNames: new Set(messages(graph, 12).map((written) => text(readProtobuf(written), 1))),
  };
}

/** Puts a model together again, without the constants that no node reads. */
export function writeModel(model: OnnxModel): Uint8Array {
  const read = new Set(model.nodes.flatMap(({ inputs }) => inputs));
  return new ProtobufWriter()
    .integer(1, 8)
    .text(2, 'selfsame')
    .message(7, (graph) => {
      for (const node of model.nodes) graph.message(1, (writer) => writeNode(writer, node));
      graph.text(2, 'graph');
      for (const [name, { message }] of model.constants) {
        // A name that comes later replaces an earlier one.
        const named = new ProtobufWriter().text(8, name).finish();
        if (read.has(name)) graph.bytes(5, Buffer.concat([message, named]));
      }
      for (const input of model.inputs) graph.bytes(11, input);
      for (const output of model.outputs) graph.bytes(12, output);
    })
    .message(8, (operators) => operators.text(1, '').integer(2, model.opset))
    .finish();
}

export function newNode(
  operation: string,
  inputs: string[],
  output: string,
  attributes: Readonly<Record<string, Attribute>> = {},
): OnnxNode {
  const encoded = Object.entries(attributes).map(([name, value]) => {
    const writer = new ProtobufWriter();
    attribute(name, value)(writer);
    return [name, writer.finish()] as const;
  });
  return { operation, inputs, output, attributes: new Map(encoded) };
}

export function newConstant(shape: readonly number[], values: Float32Array): OnnxConstant {
  const raw = new Uint8Array(values.length * 4);
  const view = new DataView(raw.buffer);
  values.forEach((value, index) => {
    view.setFloat32(index * 4, value, true);
  });
  const writer = new ProtobufWriter();
  for (const size of shape) writer.integer(1, size);
  return { shape, values, message: writer.integer(2, FLOAT).bytes(RAW_DATA, raw).finish() };
}

/** The integers of an attribute, a single one as a list; empty if the node has none of that name. */
export function integers(node: OnnxNode, name: string): number[] {
  const fields = readProtobuf(node.attributes.get(name) ?? new Uint8Array());
  return [...numbers(fields, 3), ...numbers(fields, 8)];
}

/** A float attribute; undefined if the node has none of that name. */
export function floatAttribute(node: OnnxNode, name: string): number | undefined {
  const [bytes] = messages(readProtobuf(node.attributes.get(name) ?? new Uint8Array()), 2);
  return bytes && new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getFloat32(0, true);
}

function readNode(message: Uint8Array): OnnxNode {
  const fields = readProtobuf(message);
  const [output, ...others] = texts(fields, 2);
  if (output === undefined || others.length > 0) throw new Error('nodes of one output are expected');
  const attributes = messages(fields, 5).map((written) => [text(readProtobuf(written), 1), written] as const);
  return { operation: text(fields, 4), inputs: texts(fields, 1), output, attributes: new Map(attributes) };
}

function writeNode(writer: ProtobufWriter, node: OnnxNode): void {
  for (const input of node.inputs) writer.text(1, input);
  writer.text(2, node.output).text(3, node.output).text(4, node.operation);
  for (const written of node.attributes.values()) writer.bytes(5, written);
}

function readConstant(message: Uint8Array): OnnxConstant {
  const fields = readProtobuf(message);
  const shape = numbers(fields, 1);
  const [raw] = messages(fields, RAW_DATA);
  const isFloat = fields.some(({ field, value }) => field === 2 && value === BigInt(FLOAT));
  if (!isFloat || raw === undefined) return { shape, values: undefined, message };
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const count = raw.byteLength / 4;
  return {
    shape,
    values: Float32Array.from({ length: count }, (_, index) => view.getFloat32(index * 4, true)),
    message,
  };
}

/** A repeated field of integers, packed or one by one. */
function numbers(fields: readonly ProtobufField[], wanted: number): number[] {
  const values = fields.flatMap(({ field, value }) => {
    if (field !== wanted) return [];
    return typeof value === 'bigint' ? [value] : readPackedVarints(value);
  });
  return values.map((value) => Number(BigInt.asIntN(64, value)));
}

function messages(fields: readonly ProtobufField[], wanted: number): Uint8Array[] {
  return fields.flatMap(({ field, value }) => (field === wanted && typeof value !== 'bigint' ? [value] : []));
}

function texts(fields: readonly ProtobufField[], wanted: number): string[] {
  return messages(fields, wanted).map((bytes) => new TextDecoder().decode(bytes));
}

function text(fields: readonly ProtobufField[], wanted: number): string {
  return texts(fields, wanted)[0] ?? '';
}
