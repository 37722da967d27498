import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ensureModels, MissingModelError, type ModelFile } from '../../models/ensure.ts';
import { type Model, manifest, modelById } from '../../models/manifest.ts';

let folder: string;
let mirror: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'models-'));
  mirror = await mkdtemp(join(tmpdir(), 'mirror-'));
});
afterEach(async () => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
  await Promise.all([folder, mirror].map((path) => rm(path, { recursive: true })));
});

const sha256 = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
const origins = (files: ModelFile[]) => files.map((file) => file.path && file.from);
const content = Uint8Array.of(1, 2, 3, 4, 5);

/** A small optional model that only the network or a mirror has. */
const remote: Model = {
  ...modelById('minifasnet-v2'),
  file: 'remote.onnx',
  sha256: sha256(content),
  bytes: content.byteLength,
};

function answer(body: Uint8Array<ArrayBuffer>) {
  const fetching = vi.fn(async () => new Response(body));
  vi.stubGlobal('fetch', fetching);
  return fetching;
}

describe('without a network and a mirror', () => {
  test('C-40 the installed packages give every file that is not optional, byte for byte as the manifest says', async () => {
    const files = await ensureModels({ folder, mirror: undefined, network: 'never' });
    for (const file of files) {
      if (file.path === undefined) expect(file.model.optional).toBe(true);
      else expect(sha256(await readFile(file.path))).toBe(file.model.sha256);
    }
    expect(files.filter((file) => file.path !== undefined).map((file) => file.model.id)).toEqual(
      manifest.models.filter((model) => !model.optional).map((model) => model.id),
    );
    const again = await ensureModels({ folder, mirror: undefined, network: 'never' });
    expect(new Set(origins(again))).toEqual(new Set(['cache', undefined]));
  });

  test('a corrupted file in the cache is built again', async () => {
    const models = [modelById('blazeface')];
    const [built] = await ensureModels({ folder, models, network: 'never' });
    const path = built?.path ?? '';
    await writeFile(path, (await readFile(path)).subarray(0, 1000));
    expect(origins(await ensureModels({ folder, models, network: 'never' }))).toEqual(['npm']);
    expect(sha256(await readFile(path))).toBe(models[0]?.sha256);
    expect(await readdir(folder)).toEqual(['blazeface.onnx']);
  });

  test('a missing optional file is reported with the reasons, and a wrong one does not stay', async () => {
    await writeFile(join(folder, remote.file), 'something else');
    const [file] = await ensureModels({ folder, mirror: undefined, models: [remote], network: 'never' });
    expect(file).toMatchObject({ path: undefined, reasons: [expect.stringContaining('SHA-256'), 'https: not tried'] });
    expect(await readdir(folder)).toEqual([]);
  });

  test('a missing file that is not optional is an error that names it', async () => {
    const needed = { ...remote, optional: false };
    await expect(ensureModels({ folder, models: [needed], network: 'never' })).rejects.toThrow(MissingModelError);
    await expect(ensureModels({ folder, models: [needed], network: 'never' })).rejects.toThrow('minifasnet-v2');
  });

  test('a package of another version is not converted', async () => {
    const model = modelById('blazeface');
    const sources = model.sources.map((source) => (source.kind === 'npm' ? { ...source, version: '0.0.1' } : source));
    const models = [{ ...model, sources }];
    await expect(ensureModels({ folder, models, network: 'never' })).rejects.toThrow('not 0.0.1');
  });
});

test('a model that was made here comes from this repository', async () => {
  const models = [modelById('mrz-recogniser')];
  expect(origins(await ensureModels({ folder, mirror: undefined, models, network: 'never' }))).toEqual(['repository']);
  expect(await readdir(folder)).toEqual(['mrz-recogniser.onnx']);
});

describe('a mirror', () => {
  test('comes before the other sources', async () => {
    await writeFile(join(mirror, remote.file), content);
    expect(origins(await ensureModels({ folder, mirror, models: [remote], network: 'never' }))).toEqual(['mirror']);
  });

  test('with a wrong file is refused, and the package is used', async () => {
    await writeFile(join(mirror, 'blazeface.onnx'), 'not a model');
    const models = [modelById('blazeface')];
    expect(origins(await ensureModels({ folder, mirror, models, network: 'never' }))).toEqual(['npm']);
  });
});

describe('the network', () => {
  test('is asked for the file at the pinned commit', async () => {
    const fetching = answer(content);
    expect(origins(await ensureModels({ folder, mirror, models: [remote], network: 'once' }))).toEqual(['https']);
    expect(fetching.mock.calls.at(0)?.at(0)).toBe(
      'https://raw.githubusercontent.com/linghu8812/Silent-Face-Anti-Spoofing/90986d84275398d30881428bba8dc725c3ef4341/resources/onnx/2.7_80x80_MiniFASNetV2.onnx',
    );
  });

  test.each([
    ['another content', Uint8Array.of(1, 2, 3, 4, 6), 'SHA-256'],
    ['more bytes than the manifest says', new Uint8Array(100), 'more than 5 bytes'],
  ])('is not trusted with %s', async (_, body, reason) => {
    answer(body);
    const [file] = await ensureModels({ folder, mirror, models: [remote], network: 'once' });
    expect(file).toMatchObject({ path: undefined, reasons: expect.arrayContaining([expect.stringContaining(reason)]) });
  });

  test('is left alone by later starts once it failed, but not by an explicit build', async () => {
    const fetching = vi.fn(async () => Promise.reject(new TypeError('fetch failed')));
    vi.stubGlobal('fetch', fetching);
    await ensureModels({ folder, mirror, models: [remote], network: 'once' });
    await ensureModels({ folder, mirror, models: [remote], network: 'once' });
    expect(fetching).toHaveBeenCalledTimes(1);
    await ensureModels({ folder, mirror, models: [remote], network: 'always' });
    expect(fetching).toHaveBeenCalledTimes(2);
  });

  test('that does not answer is given up after three seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const asked = Promise.withResolvers<AbortSignal>();
    vi.stubGlobal('fetch', (_: string, { signal }: { signal: AbortSignal }) => {
      asked.resolve(signal);
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    });
    const files = ensureModels({ folder, mirror, models: [remote], network: 'once' });
    const signal = await asked.promise;
    await vi.advanceTimersByTimeAsync(2_999);
    expect(signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await files).toMatchObject([
      { path: undefined, reasons: expect.arrayContaining(['https: no answer within 3000 ms']) },
    ]);
  });
});

test('C-40 the manifest names no weights that forbid commercial use', () => {
  for (const { id, file, licence, sources } of manifest.models) {
    expect(JSON.stringify({ id, file, sources })).not.toMatch(/insightface|buffalo|antelope|scrfd|w600k|edgeface/i);
    const own = sources.every(({ kind }) => kind === 'repository');
    expect(licence).toMatch(own ? /^that of this project$/ : /MIT|Apache-2\.0/);
  }
});
