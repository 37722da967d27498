import { createRequire, registerHooks } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { FaceMatcher } from '../face-matcher.ts';
import { decodeForPeer, type PeerPictures, startTensorFlow } from './tensorflow.ts';

interface Network {
  loadFromDisk(folder: string): Promise<void>;
}

/** What is used of `@vladmandic/face-api`. */
interface FaceApi {
  readonly nets: Readonly<
    Record<'ssdMobilenetv1' | 'tinyFaceDetector' | 'faceLandmark68Net' | 'faceRecognitionNet', Network>
  >;
  readonly SsdMobilenetv1Options: new (options: object) => object;
  readonly TinyFaceDetectorOptions: new (options: object) => object;
  detectSingleFace(
    input: unknown,
    options: object,
  ): {
    withFaceLandmarks(): { withFaceDescriptor(): Promise<{ readonly descriptor: Float32Array } | undefined> };
  };
  euclideanDistance(a: Float32Array, b: Float32Array): number;
}

/**
 * `@vladmandic/face-api` as its own comparing demo runs it: detector, 68 landmarks, recognition. `ssdMobilenetv1` is the detector
 * it recommends, at the demo's least confidence; `tinyFaceDetector`, at its default input of 416, is the fast one.
 */
export async function faceApiMatcher(
  detector: 'ssdMobilenetv1' | 'tinyFaceDetector',
  pictures: PeerPictures,
): Promise<FaceMatcher<Float32Array>> {
  await startTensorFlow();
  standInForTensorFlow();
  const require = createRequire(import.meta.url);
  const folder = join(dirname(require.resolve('@vladmandic/face-api')), '..');
  const faceApi = require(join(folder, 'dist/face-api.node-wasm.js')) as FaceApi;
  const { nets } = faceApi;
  for (const net of [nets[detector], nets.faceLandmark68Net, nets.faceRecognitionNet])
    await net.loadFromDisk(join(folder, 'model'));
  const options =
    detector === 'ssdMobilenetv1'
      ? new faceApi.SsdMobilenetv1Options({ minConfidence: 0.5, maxResults: 1 })
      : new faceApi.TinyFaceDetectorOptions({ inputSize: 416 });
  return {
    async embed(image) {
      const { data, shape, decodeMs } = await decodeForPeer(image, pictures);
      const input = tf.tensor3d(data, shape, 'int32');
      const face = await faceApi.detectSingleFace(input, options).withFaceLandmarks().withFaceDescriptor();
      input.dispose();
      return { face: face?.descriptor, decodeMs };
    },
    similarity: (a, b) => -faceApi.euclideanDistance(a, b),
  };
}

/** It asks for the package of all TensorFlow.js: of that it uses the core, and operations as methods of tensors. */
function standInForTensorFlow(): void {
  registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier === '@tensorflow/tfjs' ? '@tensorflow/tfjs-core' : specifier, context),
  });
  const methods = tf.Tensor.prototype as unknown as Record<string, unknown>;
  for (const [name, operation] of Object.entries(tf)) {
    if (typeof operation !== 'function' || name in methods) continue;
    const call = operation as (...args: unknown[]) => unknown;
    methods[name] = function (this: tf.Tensor, ...rest: unknown[]) {
      return call(this, ...rest);
    };
  }
  for (const name of ['as1D', 'as2D', 'as3D', 'as4D'])
    methods[name] = function (this: tf.Tensor, ...shape: number[]) {
      return tf.reshape(this, name === 'as1D' ? [this.size] : shape);
    };
  methods.toFloat = function (this: tf.Tensor) {
    return tf.cast(this, 'float32');
  };
}
