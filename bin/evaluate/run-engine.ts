/** The project's own face engine on photos of this machine: no service runs, nothing is kept. */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Measure, VectorTemplate } from '../../lambdas/domain/evidence.ts';
import { calibrationHash } from '../../lambdas/vision/face/anchors.ts';
import { createFaceEngine, type FaceEngine } from '../../lambdas/vision/face/engine.ts';
import { decodePicture } from '../../lambdas/vision/image.ts';
import { describeModelFile, ensureModels, type ModelFile, modelsFolder } from '../../models/ensure.ts';
import { CALIBRATION_FILE } from '../../models/manifest.ts';
import { CommandError } from '../terminal/command-error.ts';

/** `full`: with the optional files, or not at all; `npm`: without them; `auto`: with those that are there. */
export type ModelChoice = 'full' | 'npm' | 'auto';

/** What a face needs of the models: their ids, as in the manifest. */
const FACE_MODELS = ['blazeface', 'facemesh', 'dlib-resnet', 'mobilefacenet', 'minifasnet-v2', 'minifasnet-v1se'];

export interface RunningEngine {
  readonly engine: FaceEngine;
  /** SHA-256 by id, of the files in use; `calibration` is the operator's own. */
  readonly models: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** @throws CommandError when a file that the choice needs is missing, with the reason from each source */
export async function startEngine(choice: ModelChoice, threads: number): Promise<RunningEngine> {
  const files = (await ensureModels()).filter(({ model }) => FACE_MODELS.includes(model.id));
  const missing = files.filter(({ path }) => path === undefined);
  if (choice === 'full' && missing.length > 0) {
    throw new CommandError(`The full model set is not here: ${missing.map(describeModelFile).join('; ')}`);
  }
  const used = files.filter(({ path, model }) => path !== undefined && !(choice === 'npm' && model.optional));
  const folder = folderOf(used);
  const calibration = await calibrationHash(folder);
  const engine = await createFaceEngine({ folder, threads }).catch((error: unknown) => {
    rmSync(folder, { recursive: true });
    throw error;
  });
  return {
    engine,
    models: {
      ...Object.fromEntries(used.map(({ model }) => [model.id, model.sha256])),
      ...(calibration && { calibration }),
    },
    async close() {
      await engine.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A folder with these files and no others, and the calibration in use. */
function folderOf(files: readonly ModelFile[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'selfsame-evaluate-'));
  for (const { model, path } of files) if (path !== undefined) symlinkSync(path, join(folder, model.file));
  const calibration = join(modelsFolder(), CALIBRATION_FILE);
  if (existsSync(calibration)) copyFileSync(calibration, join(folder, CALIBRATION_FILE));
  return folder;
}

/** One photo through the engine. */
export interface ReadPhoto {
  readonly name: string;
  readonly faces: number;
  /** Of the most prominent face. */
  readonly template: VectorTemplate;
  readonly liveness: Measure;
  readonly decodeMs: number;
  readonly engineMs: number;
}

/** A photo that gave no template: failure to acquire. */
interface UnreadPhoto {
  readonly name: string;
  readonly reason: string;
}

export interface ReadPhotos {
  readonly read: readonly ReadPhoto[];
  readonly unread: readonly UnreadPhoto[];
}

/** @param tell called with the name of each photo before it is looked at */
export async function readPhotos(
  engine: FaceEngine,
  folder: string,
  names: readonly string[],
  tell: (name: string) => void,
): Promise<ReadPhotos> {
  const read: ReadPhoto[] = [];
  const unread: UnreadPhoto[] = [];
  // The first run of a model is slower than all later ones: its time is nobody's.
  if (names[0] !== undefined) await readPhoto(engine, folder, names[0]);
  for (const name of names) {
    tell(name);
    const photo = await readPhoto(engine, folder, name);
    if ('reason' in photo) unread.push(photo);
    else read.push(photo);
  }
  return { read, unread };
}

async function readPhoto(engine: FaceEngine, folder: string, name: string): Promise<ReadPhoto | UnreadPhoto> {
  const bytes = readFileSync(join(folder, name));
  const began = performance.now();
  const picture = await decodePicture(bytes);
  if (!picture.ok) return { name, reason: picture.error };
  const decoded = performance.now();
  const { faces, face } = await engine.read(picture.value);
  const ended = performance.now();
  if (!face) return { name, reason: 'no_face' };
  const { template, liveness } = face;
  if (!('vector' in template)) throw new Error('our own engine gave a template without its numbers');
  return { name, faces, template, liveness, decodeMs: decoded - began, engineMs: ended - decoded };
}
