/**
 * TensorFlow.js for the peers, on the fastest of its Node backends that installs without a download: WebAssembly with SIMD, one
 * thread. tfjs-node fetches libtensorflow while it is installed, and the plain JavaScript backend is tens of times slower.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as wasm from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';

const { resolve } = createRequire(import.meta.url);

export const wasmFolder = `${join(dirname(resolve('@tensorflow/tfjs-backend-wasm')), '../wasm-out')}/`;

/** Longer side of the pictures that a peer gets: as they come, or shrunk by us while they are decoded, which it does not do by itself. */
export type PeerPictures = 'as they come' | 'shrunk to 1,024 pixels';

export interface Pixels {
  readonly data: Int32Array;
  readonly shape: [height: number, width: number, channels: 3];
  readonly decodeMs: number;
}

/** Upright RGB, by the same decoder as ours. */
export async function decodeForPeer(image: Uint8Array, pictures: PeerPictures): Promise<Pixels> {
  const start = performance.now();
  const side = pictures === 'as they come' ? 16_384 : 1024;
  const { data, info } = await sharp(image)
    .autoOrient()
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#fff' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const decodeMs = performance.now() - start;
  return { data: Int32Array.from(data), shape: [info.height, info.width, 3], decodeMs };
}

/** The backend, with one thread. */
export async function startTensorFlow(): Promise<void> {
  sharp.concurrency(1);
  sharp.cache(false);
  wasm.setWasmPaths(wasmFolder);
  wasm.setThreadsCount(1);
  await tf.setBackend('wasm');
  await tf.ready();
}
