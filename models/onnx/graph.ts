import { ProtobufWriter } from './protobuf.ts';

/** A fixed size, or the name of a size that is chosen at run time (`N`). */
export type Dimension = number | string;

/** Integers and lists of integers, text, or a float. ONNX keeps them apart, hence the explicit `float`. */
export type Attribute = number | readonly number[] | string | { readonly float: number };

// onnx.proto, TensorProto.DataType
const FLOAT = 1;
const INT64 = 7;
// onnx.proto, AttributeProto.AttributeType
const ATTRIBUTE_FLOAT = 1;
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_STRING = 3;
const ATTRIBUTE_INTS = 7;

const IR_VERSION = 8;
const OPSET = 13;

/**
 * Builds one ONNX model (IR 8, opset 13), node by node. Names are numbered in the order of the calls and nothing
 * depends on time or machine, so the same calls give the same bytes. Field numbers are those of onnx.proto.
 */
export class OnnxGraph {
  private readonly nodes: ((writer: ProtobufWriter) => void)[] = [];
  private readonly constants: ((writer: ProtobufWriter) => void)[] = [];
  private readonly inputs: ((writer: ProtobufWriter) => void)[] = [];
  private readonly outputs: ((writer: ProtobufWriter) => void)[] = [];

  /** Declares a float32 input and returns its name. */
  input(name: string, shape: readonly Dimension[]): string {
    this.inputs.push(valueInfo(name, shape));
    return name;
  }

  /** Stores a float32 tensor and returns its name. The shape must hold exactly as many values as are given. */
  floats(shape: readonly number[], values: Float32Array): string {
    const raw = new Uint8Array(values.length * 4);
    const view = new DataView(raw.buffer);
    values.forEach((value, index) => {
      view.setFloat32(index * 4, value, true);
    });
    return this.constant(shape, values.length, FLOAT, raw);
  }

  /** Stores a one-dimensional int64 tensor (shapes, paddings) and returns its name. */
  integers(values: readonly number[]): string {
    const raw = new Uint8Array(values.length * 8);
    const view = new DataView(raw.buffer);
    values.forEach((value, index) => {
      view.setBigInt64(index * 8, BigInt(value), true);
    });
    return this.constant([values.length], values.length, INT64, raw);
  }

  /** Adds an operation with one result and returns the name of that result. */
  node(operation: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    const result = `${operation}_${this.nodes.length}`;
    this.addNode(operation, inputs, result, attributes);
    return result;
  }

  /** Makes a computed value an output of the model under a name of its own. */
  output(name: string, shape: readonly Dimension[], value: string): void {
    this.addNode('Identity', [value], name, {});
    this.outputs.push(valueInfo(name, shape));
  }

  /** The model as the content of an `.onnx` file. */
  encode(): Uint8Array {
    return new ProtobufWriter()
      .integer(1, IR_VERSION)
      .text(2, 'selfsame')
      .message(7, (graph) => {
        for (const node of this.nodes) graph.message(1, node);
        graph.text(2, 'graph');
        for (const constant of this.constants) graph.message(5, constant);
        for (const input of this.inputs) graph.message(11, input);
        for (const output of this.outputs) graph.message(12, output);
      })
      .message(8, (opset) => opset.text(1, '').integer(2, OPSET))
      .finish();
  }

  private addNode(
    operation: string,
    inputs: readonly string[],
    result: string,
    attributes: Readonly<Record<string, Attribute>>,
  ): void {
    this.nodes.push((node) => {
      for (const input of inputs) node.text(1, input);
      node.text(2, result).text(3, result).text(4, operation);
      for (const [name, value] of Object.entries(attributes)) node.message(5, attribute(name, value));
    });
  }

  private constant(shape: readonly number[], count: number, type: number, raw: Uint8Array): string {
    const expected = shape.reduce((product, size) => product * size, 1);
    if (expected !== count) throw new Error(`a tensor of shape [${shape}] holds ${expected} values, not ${count}`);
    const name = `constant_${this.constants.length}`;
    this.constants.push((tensor) => {
      for (const size of shape) tensor.integer(1, size);
      tensor.integer(2, type).text(8, name).bytes(9, raw);
    });
    return name;
  }
}

/** The content of an AttributeProto. */
export function attribute(name: string, value: Attribute): (writer: ProtobufWriter) => void {
  return (writer) => {
    writer.text(1, name);
    if (typeof value === 'number') writer.integer(3, value).integer(20, ATTRIBUTE_INT);
    else if (typeof value === 'string') writer.text(4, value).integer(20, ATTRIBUTE_STRING);
    else if ('float' in value) writer.float(2, value.float).integer(20, ATTRIBUTE_FLOAT);
    else {
      for (const item of value) writer.integer(8, item);
      writer.integer(20, ATTRIBUTE_INTS);
    }
  };
}

function valueInfo(name: string, shape: readonly Dimension[]): (writer: ProtobufWriter) => void {
  return (writer) => {
    writer.text(1, name).message(2, (type) =>
      type.message(1, (tensor) =>
        tensor.integer(1, FLOAT).message(2, (dimensions) => {
          for (const size of shape) {
            dimensions.message(1, (dimension) => {
              if (typeof size === 'number') dimension.integer(1, size);
              else dimension.text(2, size);
            });
          }
        }),
      ),
    );
  };
}
