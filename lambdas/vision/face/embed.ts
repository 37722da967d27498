/**
 * Face → template, and the distance of two templates.
 *
 * With dlib alone the vector is d, dlib's 128 numbers, and the distance is ‖d − d′‖. With MobileFaceNet it is
 * [d / 0.60, m / √(2 · 0.70)], m of unit length, and
 *
 *   distance(a, b) = ‖a₁ − b₁‖ + ‖a₂ − b₂‖² = L2(d, d′) / 0.60 + (1 − cos(m, m′)) / 0.70
 *
 * over the first and the last 128 numbers. Plain Euclidean distance over the whole vector orders nearly alike: good for
 * finding candidates in an index, which are then compared by this formula.
 *
 * Each model looks once. The mean with a look at the mirror image, as is often done, was measured on 464 photos good and poor: of 2,480
 * pairs of one person 100% instead of 99.96% match at one false match in 1,000, for half as much time again; nor do
 * photos that are mirrored, as some cameras keep them, match less (99.88%).
 */
import type { VectorTemplate } from '../../domain/evidence.ts';
import { similarity } from '../affine.ts';
import type { ImageModel } from '../image-model.ts';
import { type Raster, warp } from '../picture.ts';
import type { Stopwatch } from '../stopwatch.ts';
import { fivePoints, type Mesh, pick } from './mesh.ts';
import { ARCFACE_SIDE, ARCFACE_TEMPLATE, DLIB_MESH_POINTS, DLIB_SIDE, DLIB_TEMPLATE } from './templates.ts';

export interface Embedders {
  readonly dlib: ImageModel;
  readonly mobileFaceNet: ImageModel | undefined;
}

/** Numbers of each embedder. */
const PART = 128;
const DLIB_SCALE = 0.6;
const COSINE_SCALE = 0.7;

/** Ids of model sets: they change with anything that changes the vectors: models, alignment, formula. */
const ONE = 'dlib-mesh68/2';
const BOTH = 'dlib-mesh68+mobilefacenet/2';

export const modelSetOf = ({ mobileFaceNet }: Embedders): string => (mobileFaceNet ? BOTH : ONE);

/** The same face as the models would have made it before there was a second one; empty where there is none. */
export const olderTemplates = ({ modelSet, vector }: VectorTemplate): readonly VectorTemplate[] =>
  modelSet === BOTH ? [{ modelSet: ONE, vector: vector.subarray(0, PART).map((v) => v * DLIB_SCALE) }] : [];

/** @param face the dlib chip of the mesh's face */
export async function embed(
  models: Embedders,
  picture: Raster,
  mesh: Mesh,
  face: Raster,
  watch: Stopwatch,
): Promise<VectorTemplate> {
  const modelSet = modelSetOf(models);
  const dlib = await embedOne(models.dlib, face, watch);
  if (!models.mobileFaceNet) return { modelSet, vector: dlib };
  const mobile = await embedOne(models.mobileFaceNet, arcfaceChip(picture, mesh), watch);
  const scale = 1 / (Math.sqrt(2 * COSINE_SCALE) * Math.hypot(...mobile));
  const vector = new Float32Array(2 * PART);
  vector.set(dlib.map((v) => v / DLIB_SCALE));
  vector.set(
    mobile.map((v) => v * scale),
    PART,
  );
  return { modelSet, vector };
}

/** The face laid on dlib's template; black where the picture ends. */
export const dlibChip = (picture: Raster, mesh: Mesh): Raster =>
  warp(picture, similarity(pick(mesh, DLIB_MESH_POINTS), DLIB_TEMPLATE), DLIB_SIDE, DLIB_SIDE);

const arcfaceChip = (picture: Raster, mesh: Mesh): Raster =>
  warp(picture, similarity(fivePoints(mesh), ARCFACE_TEMPLATE), ARCFACE_SIDE, ARCFACE_SIDE);

/** Distance of two templates of one model set, by the formula above; ≥ 0. Throws RangeError on vectors of other lengths. */
export function templateDistance(a: VectorTemplate, b: VectorTemplate): number {
  const { length } = a.vector;
  if (a.modelSet !== b.modelSet || length !== b.vector.length || (length !== PART && length !== 2 * PART)) {
    throw new RangeError('templates of one model set are compared');
  }
  const squares = (from: number, to: number) => {
    let sum = 0;
    for (let i = from; i < to; i++) sum += ((a.vector[i] as number) - (b.vector[i] as number)) ** 2;
    return sum;
  };
  return Math.sqrt(squares(0, PART)) + squares(PART, length);
}

async function embedOne(model: ImageModel, face: Raster, watch: Stopwatch): Promise<Float32Array> {
  const [numbers] = await model.run([face], watch);
  if (numbers?.length !== PART) throw new Error(`${model.id} gave ${numbers?.length} numbers`);
  return numbers;
}
