/** 468 points on a detected face, by FaceMesh. */
import type { Box } from '../../domain/evidence.ts';
import { type Affine, apply, boxAround, centreOf, distance, invert, type Point } from '../affine.ts';
import type { ImageModel } from '../image-model.ts';
import type { Raster } from '../picture.ts';
import type { Stopwatch } from '../stopwatch.ts';
import type { Detection } from './boxes.ts';
import { POINT } from './mesh-points.ts';

const MESH_POINTS = 468;
const SIDE = 192;
/** The crop is this many times the face's box: the model was trained with that margin. */
const MARGIN = 1.5;

export interface Mesh {
  /** In pixels of the picture. */
  readonly points: readonly Point[];
  /** x, y, z of each point in the upright crop; z grows away from the camera. For angles, not for places. */
  readonly upright: Float32Array;
  /** 0..1, that the crop shows a face. */
  readonly presence: number;
  /** Angle of the crop in the picture, radians, clockwise. */
  readonly angle: number;
}

/** Where the model looks: a square of the picture, turned. */
interface Crop {
  readonly angle: number;
  readonly matrix: Affine;
}

/** Meshes of several detections, in their order. */
export const meshFaces = (model: ImageModel, picture: Raster, detections: readonly Detection[], watch: Stopwatch) =>
  run(
    model,
    picture,
    detections.map(({ box, points }) => cropAround(box, points[0] as Point, points[1] as Point)),
    watch,
  );

/**
 * The mesh again, from a crop that the first one places: the detector's eyes are off by up to 20° on a turned picture,
 * and by a little on every one. Stays with the first where the second look is less sure that this is a face.
 */
export async function refineMesh(model: ImageModel, picture: Raster, mesh: Mesh, watch: Stopwatch): Promise<Mesh> {
  const [rightEye, leftEye] = fivePoints(mesh);
  const [refined] = await run(model, picture, [cropAround(boxAround(mesh.points), rightEye, leftEye)], watch);
  return refined && refined.presence > mesh.presence - 0.05 ? refined : mesh;
}

async function run(model: ImageModel, picture: Raster, crops: readonly Crop[], watch: Stopwatch): Promise<Mesh[]> {
  if (crops.length === 0) return [];
  const views = crops.map(({ matrix }) => ({ source: picture, matrix }));
  const [meshes, flags] = await model.run(views, watch);
  if (!meshes || !flags) throw new Error(`${model.id} gave no points or no flag`);
  return crops.map(({ angle, matrix }, i) => {
    const upright = meshes.subarray(i * MESH_POINTS * 3, (i + 1) * MESH_POINTS * 3);
    return { upright, presence: flags[i] as number, angle, points: placePoints(upright, matrix) };
  });
}

function cropAround(box: Box, rightEye: Point, leftEye: Point): Crop {
  const angle = Math.atan2(leftEye[1] - rightEye[1], leftEye[0] - rightEye[0]);
  return { angle, matrix: meshCrop(centreOf(box), Math.max(box.width, box.height) * MARGIN, angle) };
}

/** Maps the square of `side` pixels around `centre`, turned by `angle`, onto the model's input. */
export function meshCrop([x, y]: Point, side: number, angle: number): Affine {
  const c = (Math.cos(angle) * SIDE) / side;
  const s = (Math.sin(angle) * SIDE) / side;
  return [c, s, SIDE / 2 - c * x - s * y, -s, c, SIDE / 2 + s * x - c * y];
}

/** The mesh's x and y back in the picture. */
export function placePoints(upright: Float32Array, matrix: Affine): Point[] {
  const back = invert(matrix);
  return Array.from({ length: upright.length / 3 }, (_, i) =>
    apply(back, [upright[i * 3] as number, upright[i * 3 + 1] as number]),
  );
}

/** x and y in the picture, and the depth at the same scale, of each point. */
export function landmarksOf({ points, upright }: Mesh): Float32Array {
  const scale = distance(points[POINT.forehead] as Point, points[POINT.chin] as Point) / uprightHeight(upright);
  return Float32Array.from(points.flatMap(([x, y], i) => [x, y, (upright[i * 3 + 2] as number) * scale]));
}

function uprightHeight(upright: Float32Array): number {
  const at = (k: number) => (upright[POINT.forehead * 3 + k] as number) - (upright[POINT.chin * 3 + k] as number);
  return Math.hypot(at(0), at(1));
}

/** The mesh's points of these indices, in the picture. */
export const pick = (mesh: Mesh, indices: readonly number[]): Point[] => indices.map((i) => mesh.points[i] as Point);

/** Eye centres, nose tip and mouth corners: the five points of the ArcFace template. */
export function fivePoints(mesh: Mesh): readonly [Point, Point, Point, Point, Point] {
  const at = (i: number) => mesh.points[i] as Point;
  const between = (i: number, j: number): Point => {
    const [[ax, ay], [bx, by]] = [at(i), at(j)];
    return [(ax + bx) / 2, (ay + by) / 2];
  };
  return [
    between(POINT.rightEyeOuter, POINT.rightEyeInner),
    between(POINT.leftEyeInner, POINT.leftEyeOuter),
    at(POINT.noseTip),
    at(POINT.mouthRight),
    at(POINT.mouthLeft),
  ];
}
