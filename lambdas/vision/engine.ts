import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Model, manifest } from '../../models/manifest.ts';
import type { DocumentReading, ImageFault } from '../domain/evidence.ts';
import { ok, type Result } from '../domain/result.ts';
import type { Vision, VisionCapabilities } from '../ports/vision.ts';
import { createDocumentEngine, DOCUMENT_MODELS } from './document/engine.ts';
import { isPdf } from './document/pdf.ts';
import { type DocumentLook, lookFor, readDocument, type SeenDocument } from './document/read-document.ts';
import { calibrationHash } from './face/anchors.ts';
import { createFaceEngine } from './face/engine.ts';
import { relate } from './face/relate.ts';
import { decodePicture, encodeJpeg } from './image.ts';
import { readFace } from './read-face.ts';
import { startStopwatch, sumStages } from './stopwatch.ts';

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
  /** `picture` is the upload itself; of a PDF, the page that was read, as JPEG. */
  read(
    image: Uint8Array,
    look?: DocumentLook,
  ): Promise<Result<{ document: DocumentReading; picture: Uint8Array }, ImageFault>>;
}

export async function createDocuments(options: VisionOptions): Promise<Documents> {
  const documents = await createDocumentEngine(options);
  return {
    capabilities: capabilitiesOf(options.folder, ({ id }) => DOCUMENT_MODELS.includes(id)),
    async read(image, look) {
      const seen = await readDocument(documents, image, look);
      if (!seen.ok) return seen;
      const { document, picture } = seen.value;
      return ok({ document, picture: isPdf(image) ? await encodeJpeg(picture, 92) : image });
    },
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
    async readDocumentFront(image, known) {
      // Of a PDF an earlier reading does not say which page it was.
      const seen = known && !isPdf(image) ? await decoded(image, known) : await readDocument(documents, image);
      if (!seen.ok) return seen;
      const { document, picture } = seen.value;
      return ok({ document, portrait: await faces.read(picture) });
    },
    async readDocumentBack(image) {
      const seen = await readDocument(documents, image);
      return seen.ok ? ok(seen.value.document) : seen;
    },
    async readDocument(image, asked) {
      const seen = await readDocument(documents, image, lookFor(asked));
      if (!seen.ok) return seen;
      const { document, picture } = seen.value;
      return ok({ document, ...(asked.portrait && { portrait: await faces.read(picture) }) });
    },
    compare: async (a, b) => faces.compare(a, b),
    relate: async (a, b) => relate(a, b, faces.compare(a.template, b.template)),
  };
}

/** The picture of a document that was read before. */
async function decoded(image: Uint8Array, known: DocumentReading): Promise<Result<SeenDocument, ImageFault>> {
  const watch = startStopwatch();
  const picture = await watch.time('decode', () => decodePicture(image));
  if (!picture.ok) return picture;
  return ok({ picture: picture.value, document: { ...known, stages: sumStages(known.stages, watch.stages()) } });
}

function capabilitiesOf(folder: string, used: (model: Model) => boolean = () => true): Documents['capabilities'] {
  const models = manifest.models.filter(used);
  const present = models.filter(({ file }) => existsSync(join(folder, file)));
  const missing = models.filter((model) => !present.includes(model));
  return {
    models: Object.fromEntries(present.map(({ id, sha256 }) => [id, sha256])),
    missing: Object.fromEntries(missing.map(({ id, role }) => [id, `Without it: no ${adds[id] ?? role}.`])),
  };
}
