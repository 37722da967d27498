import { newConstant, newNode, type OnnxModel, type OnnxNode } from './model-file.ts';

/** Questions about a model's graph, and changes to it in place. */
export class GraphEditor {
  private readonly model: OnnxModel;
  private added = 0;

  constructor(model: OnnxModel) {
    this.model = model;
  }

  readers(value: string): OnnxNode[] {
    return this.model.nodes.filter(({ inputs }) => inputs.includes(value));
  }

  /** The node that alone reads a value which is not an output of the model. */
  onlyReader(value: string): OnnxNode | undefined {
    const readers = this.readers(value);
    return readers.length === 1 && !this.isOutput(value) ? readers[0] : undefined;
  }

  isOutput(value: string): boolean {
    return this.model.outputNames.has(value);
  }

  producer(value: string | undefined): OnnxNode | undefined {
    return this.model.nodes.find(({ output }) => output === value);
  }

  remove(nodes: readonly OnnxNode[]): void {
    this.model.nodes = this.model.nodes.filter((node) => !nodes.includes(node));
  }

  /** Puts new operations in front of one that is there; without an output they get a name of their own. */
  insertBefore(node: OnnxNode, ...operation: Parameters<typeof newNode>): OnnxNode {
    const inserted = newNode(...operation);
    inserted.output ||= this.name();
    this.model.nodes.splice(this.model.nodes.indexOf(node), 0, inserted);
    return inserted;
  }

  /** Adds a float constant and returns its name. */
  constant(shape: readonly number[], value: (index: number) => number): string {
    const name = this.name();
    const count = shape.reduce((product, size) => product * size, 1);
    const values = Float32Array.from({ length: count }, (_, index) => value(index));
    this.model.constants.set(name, newConstant(shape, values));
    return name;
  }

  /** The values of a float constant, else undefined. */
  values(name: string | undefined): Float32Array | undefined {
    return this.model.constants.get(name ?? '')?.values;
  }

  shape(name: string | undefined): readonly number[] {
    return this.model.constants.get(name ?? '')?.shape ?? [];
  }

  /** The other operand of a node that has two, if it is a constant of one value. */
  constantOperand(node: OnnxNode, value: string): number | undefined {
    const values = this.values(node.inputs.find((input) => input !== value));
    return values?.length === 1 ? values[0] : undefined;
  }

  private name(): string {
    return `folded_${this.added++}`;
  }
}
