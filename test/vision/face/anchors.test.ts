import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVision } from '../../../lambdas/vision/engine.ts';
import { anchorsOf } from '../../../lambdas/vision/face/anchors.ts';
import { ensureModels, filesToShip } from '../../../models/ensure.ts';
import { CALIBRATION_FILE, manifest } from '../../../models/manifest.ts';

const modelSet = 'dlib-mesh68/2';
const own = [
  { distance: 0.4, falseMatchRate: 1e-3 },
  { distance: 0.6, falseMatchRate: 1e-2 },
];
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'selfsame-anchors-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
const write = (text: string) => writeFileSync(join(folder, CALIBRATION_FILE), text);

describe("a model set's anchors", () => {
  it("are the manifest's until the operator has measured", async () => {
    expect(await anchorsOf(modelSet, folder)).toEqual(manifest.calibration[modelSet]?.anchors);
    await expect(anchorsOf('another/1', folder)).rejects.toThrow('no calibration for another/1');
  });

  it("are the operator's own for the model set that was measured, and for no other", async () => {
    write(JSON.stringify({ [modelSet]: { distance: 'L2', anchors: own, measurement: 'here' } }));
    expect(await anchorsOf(modelSet, folder)).toEqual(own);
    const other = 'dlib-mesh68+mobilefacenet/2';
    expect(await anchorsOf(other, folder)).toEqual(manifest.calibration[other]?.anchors);
  });

  it.each(['', '{', '[]', '{"dlib-mesh68/2":{"anchors":[]}}', '{"dlib-mesh68/2":{"distance":"L2"}}'])(
    'are not guessed from a broken file: %s',
    async (text) => {
      write(text);
      await expect(anchorsOf(modelSet, folder)).rejects.toThrow(CALIBRATION_FILE);
    },
  );

  it("are said with the models' hashes, for scores depend on them", async () => {
    for (const { model, path } of await ensureModels()) if (path) symlinkSync(path, join(folder, model.file));
    write('{}');
    const sha256 = createHash('sha256').update('{}').digest('hex');
    expect((await createVision({ folder, threads: 1 })).capabilities.models).toHaveProperty('calibration', sha256);
    rmSync(join(folder, CALIBRATION_FILE));
    expect((await createVision({ folder, threads: 1 })).capabilities.models).not.toHaveProperty('calibration');
  });

  it('go into the image with the models', async () => {
    write('{}');
    const files = await ensureModels({ models: [], folder });
    expect(filesToShip(files, folder)).toEqual([join(folder, CALIBRATION_FILE)]);
    rmSync(join(folder, CALIBRATION_FILE));
    expect(filesToShip(files, folder)).toEqual([]);
    const all = await ensureModels();
    expect(filesToShip(all, folder)).toEqual(all.flatMap(({ path }) => path ?? []));
  });
});
