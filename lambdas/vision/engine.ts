import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Model, manifest } from '../../models/manifest.ts';
import type { DocumentReading, ImageFault, Stages } from '../domain/evidence.ts';
import { ok, type Result } from '../domain/result.ts';
import type { Vision, VisionCapabilities } from '../ports.ts';
import { createDocumentEngine, DOCUMENT_MODELS } from './document/engine.ts';
import { calibrationHash } from './face/anchors.ts';
import { createFaceEngine } from './face/engine.ts';
import { relate } from './face/relate.ts';
import { decodePicture } from './image.ts';
import type { Picture } from './picture.ts';
import { readFace } from './read-face.ts';
import { startStopwatch } from './stopwatch.ts';

export interface VisionOptions {
  /** Folder with the manifest's files, checked before (models/ensure.ts). */
  readonly folder: string;
  /** Threads of each model run. */
  readonly threads: number;
}

/** What a model file adds where it is present. */
const adds: Readonly<Record<string, string>> = {
  'minifasnet-v2': 'passive liveness',
  'minifasnet-v1se': 'passive liveness',
  mobilefacenet: 'the second face embedder',
};

/** Documents without faces, for an installation whose faces another engine looks at. */
export interface Documents {
  readonly capabilities: Omit<VisionCapabilities, 'modelSet'>;
  /** @param leastSide shorter side that is not too small, pixels; default: that of any picture */
  read(image: Uint8Array, leastSide?: number): Promise<Result<DocumentReading, ImageFault>>;
}

export async function createDocuments(options: VisionOptions): Promise<Documents> {
  const documents = await createDocumentEngine(options);
  return {
    capabilities: capabilitiesOf(options.folder, ({ id }) => DOCUMENT_MODELS.includes(id)),
    read: (image, leastSide) => see(image, (picture) => documents.read(picture), withStages, leastSide),
  };
}

/** Loads every model there is. Rejects where a required one is missing. */
export async function createVision(options: VisionOptions): Promise<Vision> {
  const [faces, documents, calibration] = await Promise.all([
    createFaceEngine(options),
    createDocumentEngine(options),
    calibrationHash(options.folder),
  ]);
  const { models, missing } = capabilitiesOf(options.folder);
  return {
    capabilities: { modelSet: faces.modelSet, models: { ...models, ...(calibration && { calibration }) }, missing },
    readFace: (image) => readFace(faces, image),
    readDocumentFront: (image, known) =>
      see(
        image,
        async (picture) => ({
          portrait: await faces.read(picture),
          document: known ?? (await documents.read(picture)),
        }),
        (seen, stages) => ({ ...seen, portrait: withStages(seen.portrait, stages) }),
      ),
    readDocumentBack: (image) => see(image, (picture) => documents.read(picture), withStages),
    readDocument: (image, { portrait, leastSide }) =>
      see(
        image,
        async (picture) => ({
          ...(portrait && { portrait: await faces.read(picture) }),
          document: await documents.read(picture, portrait ? 'whole' : 'zone'),
        }),
        (seen, stages) => ({ ...seen, document: withStages(seen.document, stages) }),
        leastSide,
      ),
    compare: async (a, b) => faces.compare(a, b),
    relate: async (a, b) => relate(a, b, faces.compare(a.template, b.template)),
  };
}

/** Decodes once, then looks; the decoding is a stage like any other. */
async function see<T extends object>(
  image: Uint8Array,
  look: (picture: Picture) => Promise<T>,
  withDecode: (seen: T, stages: Stages) => T,
  leastSide?: number,
): Promise<Result<T, ImageFault>> {
  const watch = startStopwatch();
  const picture = await watch.time('decode', () =>
    decodePicture(image, leastSide === undefined ? {} : { minSide: leastSide }),
  );
  return picture.ok ? ok(withDecode(await look(picture.value), watch.stages())) : picture;
}

const withStages = <T extends { readonly stages: Stages }>(seen: T, stages: Stages): T => ({
  ...seen,
  stages: { ...seen.stages, ...stages },
});

function capabilitiesOf(folder: string, used: (model: Model) => boolean = () => true): Documents['capabilities'] {
  const models = manifest.models.filter(used);
  const present = models.filter(({ file }) => existsSync(join(folder, file)));
  const missing = models.filter((model) => !present.includes(model));
  return {
    models: Object.fromEntries(present.map(({ id, sha256 }) => [id, sha256])),
    missing: Object.fromEntries(missing.map(({ id, role }) => [id, `Without it: no ${adds[id] ?? role}.`])),
  };
}
