import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';

/** The packages' own networks on TensorFlow.js: what the converted files are measured against. */
const PACKAGES = join(import.meta.dirname, '../../node_modules/@vladmandic');

/** Runs a graph of @vladmandic/human on an image of side × side × 3 values; one array for each node. */
export async function runGraph(model: string, side: number, image: Float32Array, nodes: string[]) {
  const file = JSON.parse(await readFile(join(PACKAGES, 'human/models', `${model}.json`), 'utf8'));
  const graph = await loadGraphModel({
    load: async () => ({
      ...file,
      weightSpecs: file.weightsManifest[0].weights,
      weightData: await readBuffer(join(PACKAGES, 'human/models', `${model}.bin`)),
    }),
  });
  const results = graph.execute(tf.tensor4d(image, [1, side, side, 3]), nodes);
  return [results].flat().map((result) => result.dataSync());
}

interface FaceApi {
  FaceRecognitionNet: new () => {
    loadFromWeightMap(weights: tf.NamedTensorMap): void;
    forwardInput(input: { toBatchTensor(): tf.Tensor }): tf.Tensor;
  };
}

/** Runs face-api's own recognition network on an image of 150 × 150 × 3 values in 0..255. */
export async function runFaceRecognition(image: Float32Array) {
  const folder = join(PACKAGES, 'face-api/model');
  const [group] = JSON.parse(await readFile(join(folder, 'face_recognition_model-weights_manifest.json'), 'utf8'));
  const weights = await readBuffer(join(folder, 'face_recognition_model.bin'));
  const { FaceRecognitionNet } = await loadFaceApi();
  const network = new FaceRecognitionNet();
  network.loadFromWeightMap(tf.io.decodeWeights(weights, group.weights));
  const input = tf.tensor4d(image, [1, 150, 150, 3]);
  return network.forwardInput({ toBatchTensor: () => input }).dataSync();
}

/** face-api's Node build asks for tfjs-node and for chained operators; it gets tfjs-core and the two that it uses. */
async function loadFaceApi(): Promise<FaceApi> {
  Object.assign(tf.Tensor.prototype, {
    div(this: tf.Tensor, divisor: number) {
      return tf.div(this, divisor);
    },
    mean(this: tf.Tensor, axes: number[]) {
      return tf.mean(this, axes);
    },
  });
  const require = createRequire(import.meta.url);
  const source = await readFile(join(PACKAGES, 'face-api/dist/face-api.node.js'), 'utf8');
  const module: { exports: unknown } = { exports: {} };
  const run = new Function('require', 'module', 'exports', source);
  run((name: string) => (name.startsWith('@tensorflow/') ? tf : require(name)), module, module.exports);
  return module.exports as FaceApi;
}

async function readBuffer(file: string): Promise<ArrayBuffer> {
  return Uint8Array.from(await readFile(file)).buffer;
}
