import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VectorTemplate } from '../../lambdas/domain/evidence.ts';
import { templateDistance } from '../../lambdas/vision/face/embed.ts';
import { createFaceEngine } from '../../lambdas/vision/face/engine.ts';
import { readFace } from '../../lambdas/vision/read-face.ts';
import { ensureModels } from '../../models/ensure.ts';
import type { FaceMatcher } from './face-matcher.ts';

/** `full`: all that a verification measures, passive liveness too; `recognition`: as much as the peers do; `npm`: without the optional files. */
export type OwnSet = 'full' | 'recognition' | 'npm';

const left: Readonly<Record<OwnSet, readonly string[]>> = {
  full: [],
  recognition: ['minifasnet-v2', 'minifasnet-v1se'],
  npm: ['minifasnet-v2', 'minifasnet-v1se', 'mobilefacenet'],
};

/** Our engine with some of its models, one thread. Undefined where one of them is not here. */
export async function ownMatcher(set: OwnSet): Promise<FaceMatcher<VectorTemplate> | undefined> {
  const files = (await ensureModels()).filter(({ model }) => !left[set].includes(model.id));
  if (files.some(({ path }) => path === undefined)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'own-matcher-'));
  for (const { model, path } of files) symlinkSync(path as string, join(folder, model.file));
  const engine = await createFaceEngine({ folder, threads: 1 });
  return {
    async embed(image) {
      const reading = await readFace(engine, image);
      if (!reading.ok) throw new Error(reading.error);
      const { face, stages } = reading.value;
      const template = face?.template;
      return { face: template && 'vector' in template ? template : undefined, decodeMs: stages.decode ?? 0 };
    },
    similarity: (a, b) => -templateDistance(a, b),
  };
}
