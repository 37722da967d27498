/** Faces in pictures: found, measured, compared. Decides nothing. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { manifest, modelById } from '../../../models/manifest.ts';
import { type Anchor, similarityScore } from '../../domain/calibration.ts';
import {
  type Box,
  type Face,
  type FaceReading,
  type Measure,
  measured,
  type Template,
  unavailable,
} from '../../domain/evidence.ts';
import { boxAround } from '../affine.ts';
import { type ImageModel, loadImageModel } from '../image-model.ts';
import type { Picture } from '../picture.ts';
import { type Stopwatch, startStopwatch } from '../stopwatch.ts';
import { anchorsOf } from './anchors.ts';
import { suppress } from './boxes.ts';
import { type Candidate, findFaces } from './detect.ts';
import { dlibChip, type Embedders, embed, modelSetOf, olderTemplates, templateDistance } from './embed.ts';
import { fingerprintOf } from './fingerprint.ts';
import { type LivenessModels, passiveLiveness } from './liveness.ts';
import { landmarksOf, type Mesh, meshFaces, refineMesh } from './mesh.ts';
import { expressionOf, poseOf } from './pose.ts';
import { faceQuality } from './quality.ts';
import { viewOf } from './view.ts';

export interface FaceEngine {
  /** Id that the engine's templates carry. */
  readonly modelSet: string;
  /** What the installed model files allow. */
  readonly capabilities: { readonly secondEmbedder: boolean; readonly passiveLiveness: boolean };
  /** All faces counted, the most prominent one measured. No face is `faces: 0`, not an error. */
  read(picture: Picture): Promise<FaceReading>;
  /**
   * Similarity 0..1, calibrated (domain/calibration.ts), of templates of one model set; not only of the one in use, but of all that
   * the manifest knows: who enrolled long ago is compared by what was made then.
   */
  compare(a: Template, b: Template): Measure;
  /** Frees the models. */
  close(): Promise<void>;
}

export interface FaceEngineOptions {
  /** Folder with the manifest's files, checked before (models/ensure.ts). Optional ones may be missing. */
  readonly folder: string;
  /** Threads of each model run. */
  readonly threads: number;
  /** Anchors for the model set in use. Default: the operator's own, in `folder`, else the manifest's. */
  readonly anchors?: readonly Anchor[];
}

interface Models extends Embedders {
  readonly detector: ImageModel;
  readonly mesh: ImageModel;
  readonly liveness: LivenessModels;
}

/** A detection that the mesh confirmed; `box` is the mesh's own, tighter and steadier than the detector's. */
interface MeshedFace {
  readonly box: Box;
  /** Detector's score × the mesh's presence. */
  readonly confidence: number;
  readonly mesh: Mesh;
}

const MOST_OVERLAP = 0.3;
/** More than a party's worth of candidates is a pattern; each costs a mesh run. */
const MOST_CANDIDATES = 12;

/** Loads the models. Rejects if a required file is missing or wrong, or if the model set has no calibration. */
export async function createFaceEngine(options: FaceEngineOptions): Promise<FaceEngine> {
  const models = await loadModels(options);
  const modelSet = modelSetOf(models);
  const anchors = new Map<string, readonly Anchor[]>();
  for (const set of new Set([modelSet, ...Object.keys(manifest.calibration)])) {
    const known = (set === modelSet && options.anchors) || (await anchorsOf(set, options.folder));
    similarityScore(0, known); // bad anchors fail the start, not a comparison
    anchors.set(set, known);
  }
  return {
    modelSet,
    capabilities: { secondEmbedder: models.mobileFaceNet !== undefined, passiveLiveness: models.liveness.length > 0 },
    read: (picture) => readFaces(models, picture),
    compare(a, b) {
      if (a.modelSet !== b.modelSet) {
        return unavailable(`Templates of the model sets ${a.modelSet} and ${b.modelSet} are not compared.`);
      }
      const known = anchors.get(a.modelSet);
      if (!(known && 'vector' in a && 'vector' in b)) {
        return unavailable(`Nobody has measured how alike templates of the model set ${a.modelSet} are.`);
      }
      return measured(similarityScore(templateDistance(a, b), known));
    },
    async close() {
      const { detector, mesh, dlib, mobileFaceNet, liveness } = models;
      const all = [
        detector,
        mesh,
        dlib,
        ...(mobileFaceNet ? [mobileFaceNet] : []),
        ...liveness.map(({ model }) => model),
      ];
      await Promise.all(all.map((model) => model.release()));
    },
  };
}

async function readFaces(models: Models, picture: Picture): Promise<FaceReading> {
  const watch = startStopwatch();
  const faces = await watch.time('find', () =>
    findFaces(models.detector, picture, (candidates) => meshed(models.mesh, picture, candidates, watch), watch),
  );
  const prominent = faces.toSorted((a, b) => prominence(b) - prominence(a))[0];
  if (!prominent) return { faces: 0, stages: watch.stages() };
  const face = await watch.time('measure', () => measureFace(models, picture, prominent, watch));
  return { faces: faces.length, face, stages: watch.stages() };
}

/** Candidates that are faces, each once: parts of one face, seen in several squares, give nearly the same mesh. */
async function meshed(
  model: ImageModel,
  picture: Picture,
  candidates: readonly Candidate[],
  watch: Stopwatch,
): Promise<readonly MeshedFace[]> {
  const tried = candidates.slice(0, MOST_CANDIDATES);
  const meshes = await meshFaces(model, picture, tried, watch);
  const faces = tried.flatMap(({ score, leastPresence }, i) => {
    const mesh = meshes[i] as Mesh;
    if (!(mesh.presence >= leastPresence)) return [];
    return [{ box: boxAround(mesh.points), score: score * mesh.presence, mesh }];
  });
  return suppress(faces, MOST_OVERLAP).map(({ score, ...face }) => ({ ...face, confidence: score }));
}

const prominence = ({ box, confidence }: MeshedFace): number => box.width * box.height * confidence;

async function measureFace(models: Models, picture: Picture, found: MeshedFace, watch: Stopwatch): Promise<Face> {
  const mesh = await refineMesh(models.mesh, picture, found.mesh, watch);
  const box = boxAround(mesh.points);
  const pose = poseOf(mesh);
  const chip = dlibChip(picture, mesh);
  const { quality, reasons } = faceQuality(picture, mesh, pose, chip);
  const template = await embed(models, picture, mesh, chip, watch);
  return {
    box,
    detection: found.confidence,
    pose,
    quality,
    reasons,
    template,
    olderTemplates: olderTemplates(template),
    expression: expressionOf(mesh.points),
    landmarks: landmarksOf(mesh),
    fingerprint: fingerprintOf(picture, mesh),
    view: viewOf(picture, box),
    liveness: await passiveLiveness(models.liveness, picture, box, watch),
  };
}

async function loadModels({ folder, threads }: FaceEngineOptions): Promise<Models> {
  const load = (id: string) => {
    const model = modelById(id);
    return loadImageModel(model, join(folder, model.file), threads);
  };
  const loadIfThere = async (id: string) => {
    const there = await access(join(folder, modelById(id).file)).then(
      () => true,
      () => false,
    );
    return there ? load(id) : undefined;
  };
  const [detector, mesh, dlib, mobileFaceNet, near, wide] = await Promise.all([
    load('blazeface'),
    load('facemesh'),
    load('dlib-resnet'),
    loadIfThere('mobilefacenet'),
    loadIfThere('minifasnet-v2'),
    loadIfThere('minifasnet-v1se'),
  ]);
  // Measured as a pair only: one alone is not offered.
  const liveness =
    near && wide
      ? [
          { model: near, boxes: 2.7 },
          { model: wide, boxes: 4 },
        ]
      : [];
  return { detector, mesh, dlib, mobileFaceNet, liveness };
}
