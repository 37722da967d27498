import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { decodeWeights, type Tensor, weightGroup } from './weights.ts';

const base64Text = z.base64().transform((text) => Buffer.from(text, 'base64').toString());
const integerText = z.string().transform(Number).pipe(z.int());

const attribute = z.object({
  s: base64Text.optional(),
  i: integerText.optional(),
  list: z.object({ s: z.array(base64Text).optional(), i: z.array(integerText).optional() }).optional(),
  shape: z.object({ dim: z.array(z.object({ size: integerText })) }).optional(),
});

const node = z.object({
  name: z.string(),
  op: z.string(),
  input: z.array(z.string()).default([]),
  attr: z.record(z.string(), attribute).default({}),
});

const graphModelFile = z.object({
  format: z.literal('graph-model'),
  modelTopology: z.object({ node: z.array(node) }),
  weightsManifest: z.array(weightGroup),
});

/** One operation of a TFJS graph; inputs are names of nodes or weights. */
export type GraphNode = z.infer<typeof node>;

/** A TFJS GraphModel: its nodes in an order in which inputs come first, and its weights by name. */
export interface GraphModel {
  readonly nodes: readonly GraphNode[];
  readonly weights: ReadonlyMap<string, Tensor>;
}

/**
 * Reads a TFJS GraphModel (`model.json` and the weight files that it names, from the same folder).
 * @throws Error when the file is no graph model or its weights do not fit its manifest
 */
export async function readGraphModel(file: string): Promise<GraphModel> {
  const { modelTopology, weightsManifest } = graphModelFile.parse(JSON.parse(await readFile(file, 'utf8')));
  return { nodes: modelTopology.node, weights: await readWeightGroups(weightsManifest, dirname(file)) };
}

/** Reads a weights manifest that comes without a graph (the form that face-api publishes). */
export async function readWeightsManifest(file: string): Promise<Map<string, Tensor>> {
  const groups = z.array(weightGroup).parse(JSON.parse(await readFile(file, 'utf8')));
  return readWeightGroups(groups, dirname(file));
}

async function readWeightGroups(
  groups: readonly z.infer<typeof weightGroup>[],
  folder: string,
): Promise<Map<string, Tensor>> {
  const tensors = new Map<string, Tensor>();
  for (const group of groups) {
    const files = await Promise.all(group.paths.map((path) => readFile(join(folder, path))));
    for (const [name, tensor] of decodeWeights(group.weights, Buffer.concat(files))) tensors.set(name, tensor);
  }
  return tensors;
}
