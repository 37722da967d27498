/** ONNX models, loaded and run. The only file that knows onnxruntime. */
import { basename } from 'node:path';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { Stopwatch } from './stopwatch.ts';

export interface Tensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

export interface ModelSession {
  readonly id: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /**
   * Runs the model; feeds and results by input and output name. Adds its time to stage `model:<id>`.
   * Throws (onnxruntime's error) on wrong names or shapes: those are bugs, not properties of an upload.
   * The binding computes on the calling thread: the event loop stands still for the milliseconds of one run.
   */
  run(feeds: Readonly<Record<string, Tensor>>, watch?: Stopwatch): Promise<Readonly<Record<string, Tensor>>>;
  release(): Promise<void>;
}

export interface SessionOptions {
  /** Name in stage times and messages; default: the file's name. */
  readonly id?: string;
  /** Threads of one operator. Give it explicitly: onnxruntime would take every core, in every worker. */
  readonly threads: number;
  /**
   * Keep freed tensors for the next run. Right for one fixed input shape (default); with changing shapes the arena only
   * grows.
   */
  readonly fixedShapes?: boolean;
}

/** Loads an ONNX file. Rejects with the file's name if it is missing or no model. */
export async function loadSession(file: string, options: SessionOptions): Promise<ModelSession> {
  const { id = basename(file, '.onnx'), threads, fixedShapes = true } = options;
  const session = await InferenceSession.create(file, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential', // these graphs have no parallel branches worth a second pool
    graphOptimizationLevel: 'all',
    enableCpuMemArena: fixedShapes,
    enableMemPattern: fixedShapes,
    logSeverityLevel: 3,
    // Idle worker threads spin for work by default and starve the rest of a small machine.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  }).catch((cause: unknown) => {
    throw new Error(`model ${id} cannot be loaded from ${basename(file)}`, { cause });
  });
  return {
    id,
    inputs: session.inputNames,
    outputs: session.outputNames,
    async run(feeds, watch) {
      const tensors: Record<string, OrtTensor> = {};
      for (const [name, { data, dims }] of Object.entries(feeds)) tensors[name] = new OrtTensor('float32', data, dims);
      const compute = () => session.run(tensors);
      const results = await (watch ? watch.time(`model:${id}`, compute) : compute());
      const out: Record<string, Tensor> = {};
      for (const [name, tensor] of Object.entries(results)) {
        if (!(tensor.data instanceof Float32Array)) throw new Error(`model ${id}: output ${name} is ${tensor.type}`);
        out[name] = { data: tensor.data, dims: tensor.dims };
      }
      return out;
    },
    release: () => session.release(),
  };
}

/** The only input of a model that has one. */
export function onlyInput(session: ModelSession): string {
  const [name, ...rest] = session.inputs;
  if (name === undefined || rest.length > 0) throw new Error(`model ${session.id} has inputs ${session.inputs.join()}`);
  return name;
}
