import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import type { FaceMatcher } from '../face-matcher.ts';
import { decodeForPeer, type PeerPictures, startTensorFlow, wasmFolder } from './tensorflow.ts';

/** What is used of `@vladmandic/human`. */
interface Human {
  load(): Promise<void>;
  detect(input: unknown): Promise<{ readonly face: readonly { readonly embedding?: readonly number[] }[] }>;
  readonly tf: {
    tensor(data: Int32Array, shape: readonly number[], type: 'int32'): unknown;
    dispose(tensor: unknown): void;
  };
  readonly match: { distance(a: readonly number[], b: readonly number[]): number };
}

/**
 * `@vladmandic/human` as its wiki, "Embedding", advises for matching: mesh, rotated crops, `faceres` description. What matching
 * does not need is switched off, and so is its cache, which would answer for the photo before.
 */
export async function humanMatcher(pictures: PeerPictures): Promise<FaceMatcher<readonly number[]>> {
  const require = createRequire(import.meta.url);
  const folder = join(dirname(require.resolve('@vladmandic/human')), '..');
  // This build reads its models over HTTP only.
  const models = createServer((request, response) => {
    createReadStream(join(folder, 'models', new URL(request.url ?? '', 'http://h').pathname)).pipe(response);
  }).listen(0, '127.0.0.1');
  await new Promise((listening) => models.once('listening', listening));
  const off = { enabled: false };
  await startTensorFlow();
  const { Human } = require(join(folder, 'dist/human.node-wasm.js')) as { Human: new (config: object) => Human };
  const human = new Human({
    backend: 'wasm',
    wasmPath: wasmFolder,
    modelBasePath: `http://127.0.0.1:${(models.address() as AddressInfo).port}/`,
    debug: false,
    cacheSensitivity: 0,
    filter: off,
    face: {
      enabled: true,
      detector: { rotation: true, maxDetected: 1 },
      mesh: { enabled: true },
      description: { enabled: true },
      iris: off,
      emotion: off,
    },
    body: off,
    hand: off,
    gesture: off,
    object: off,
    segmentation: off,
  });
  await human.load();
  models.close();
  return {
    async embed(image) {
      const { data, shape, decodeMs } = await decodeForPeer(image, pictures);
      const input = human.tf.tensor(data, [1, ...shape], 'int32');
      const { face } = await human.detect(input);
      human.tf.dispose(input);
      return { face: face[0]?.embedding, decodeMs };
    },
    // Its similarity is this distance, turned round and cut off at both ends.
    similarity: (a, b) => -human.match.distance(a, b),
  };
}
