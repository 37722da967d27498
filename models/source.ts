import { readFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { convertGraph } from './convert-graph.ts';
import { dlibResNet } from './dlib-resnet.ts';
import { foldAffine } from './fold-affine.ts';
import type { Model, ModelSource } from './manifest.ts';
import { readGraphModel, readWeightsManifest } from './tfjs/graph-model.ts';

/** A machine without a network must not make anyone wait longer than this. */
const CONNECT_MS = 3_000;
const DOWNLOAD_MS = 60_000;

/**
 * The bytes of a model from one of its sources. They are not checked here.
 * @throws Error when the package is absent or of another version, the conversion fails, or the download does
 */
export function readSource(model: Model, source: ModelSource): Promise<Uint8Array> {
  switch (source.kind) {
    case 'npm':
      return readPackage(model, source);
    case 'repository':
      return readFile(join(import.meta.dirname, source.path));
    case 'https':
      return download(model, source);
  }
}

async function readPackage(model: Model, source: Extract<ModelSource, { kind: 'npm' }>): Promise<Uint8Array> {
  const description = packageDescription(source.package);
  if (description === undefined) throw new Error(`package ${source.package} is not installed`);
  const { version } = JSON.parse(await readFile(description, 'utf8'));
  if (version !== source.version) throw new Error(`${source.package} is ${version}, not ${source.version}`);
  const file = join(dirname(description), source.path);
  switch (source.build) {
    case 'copy':
      return readFile(file);
    case 'fold-affine':
      return foldAffine(await readFile(file));
    case 'tfjs-graph':
      return convertGraph(
        await readGraphModel(file),
        model.outputs.map(({ name, shape, from }) => ({ name, shape, from: from ?? [name] })),
      );
    case 'dlib-resnet':
      return dlibResNet(await readWeightsManifest(file));
  }
}

/** Unlike `require.resolve`, this also finds packages whose `exports` hide their package.json. */
function packageDescription(name: string): string | undefined {
  try {
    return findPackageJSON(name, import.meta.url);
  } catch {
    return undefined;
  }
}

async function download(model: Model, source: Extract<ModelSource, { kind: 'https' }>): Promise<Uint8Array> {
  const { repository, commit, path } = source;
  const stop = new AbortController();
  const connecting = setTimeout(() => stop.abort(new Error(`no answer within ${CONNECT_MS} ms`)), CONNECT_MS);
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(DOWNLOAD_MS)]);
  try {
    const response = await fetch(`https://raw.githubusercontent.com/${repository}/${commit}/${path}`, { signal });
    if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`);
    clearTimeout(connecting);
    const content = new Uint8Array(model.bytes);
    let length = 0;
    for await (const chunk of response.body) {
      if (length + chunk.byteLength > content.byteLength) throw new Error(`more than ${model.bytes} bytes`);
      content.set(chunk, length);
      length += chunk.byteLength;
    }
    return content.subarray(0, length);
  } finally {
    clearTimeout(connecting);
  }
}
