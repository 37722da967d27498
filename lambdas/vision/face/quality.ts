/**
 * How fit a face is for matching. Pure. Limits come from 22 photos that were blurred, shrunk, darkened and brightened
 * step by step: each stands where the template has moved a quarter of the way to the decision threshold.
 * Those of what hides a face stand in `occlusion.ts`: the mesh's and the detector's scores barely drop with half of it painted over.
 */
import type { Pose } from '../../domain/evidence.ts';
import { type FaceQuality, judgeAspects } from '../../domain/face-quality.ts';
import { distance } from '../affine.ts';
import { luma, type Raster } from '../picture.ts';
import { type Mesh, pick } from './mesh.ts';
import { POINT } from './mesh-points.ts';
import { occlusion } from './occlusion.ts';
import { DLIB_SIDE } from './templates.ts';
import type { Size } from './views.ts';

/** In a blurred face nothing has edges: from here on, missing ones mean that something is hidden. */
const SHARP_ENOUGH = 0.04;

/** @param face the dlib chip of the face */
export function faceQuality(picture: Size, mesh: Mesh, pose: Pose, face: Raster): FaceQuality {
  const [rightEye, leftEye] = pick(mesh, [POINT.rightEyeOuter, POINT.leftEyeOuter]);
  if (!rightEye || !leftEye) throw new RangeError('a mesh without eyes');
  const { sharpness, brightness } = measureChip(face);
  const bare = occlusion(face);
  const turned = Math.max(Math.abs(pose.yaw), Math.abs(pose.pitch));
  return judgeAspects([
    // Pixels of the upload between the outer corners of the eyes.
    { reason: 'face_too_small', value: distance(rightEye, leftEye), bad: 10, limit: 28, good: 50 },
    { reason: 'face_cut_off', value: -shareOutside(picture, mesh), bad: -0.25, limit: -0.05, good: 0 },
    { reason: 'face_blurred', value: sharpness, bad: 0.002, limit: 0.022, good: 0.08 },
    { reason: 'face_too_dark', value: brightness, bad: 8, limit: 30, good: 60 },
    { reason: 'face_too_bright', value: -brightness, bad: -245, limit: -222, good: -200 },
    { reason: 'face_turned_away', value: -turned, bad: -45, limit: -20, good: -12 },
    ...(sharpness < SHARP_ENOUGH
      ? []
      : ([
          { reason: 'face_occluded', value: bare.eyes, bad: -1.5, limit: 0.1, good: 0.25 },
          { reason: 'face_occluded', value: bare.mouth, bad: -0.8, limit: 0.2, good: 0.3 },
          { reason: 'face_occluded', value: bare.redness, bad: -0.3, limit: -0.06, good: -0.03 },
        ] as const)),
  ]);
}

/**
 * Within the middle of the chip, which is all face: `sharpness` is the variance of the Laplacian ÷ the variance of the
 * luma, so that neither light nor contrast counts; `brightness` is the mean luma, 0..255.
 */
export function measureChip(face: Raster): { readonly sharpness: number; readonly brightness: number } {
  if (face.width !== DLIB_SIDE || face.height !== DLIB_SIDE)
    throw new RangeError('quality is measured on the dlib chip');
  const pixels = luma(face);
  const at = (i: number) => pixels[i] as number;
  const [from, to] = [DLIB_SIDE / 6, (DLIB_SIDE * 5) / 6];
  const count = (to - from) ** 2;
  let [sum, squares, edges, edgeSquares] = [0, 0, 0, 0];
  for (let y = from; y < to; y++) {
    for (let x = from; x < to; x++) {
      const i = y * DLIB_SIDE + x;
      const edge = 4 * at(i) - at(i - 1) - at(i + 1) - at(i - DLIB_SIDE) - at(i + DLIB_SIDE);
      sum += at(i);
      squares += at(i) ** 2;
      edges += edge;
      edgeSquares += edge ** 2;
    }
  }
  const variance = squares / count - (sum / count) ** 2;
  const edgeVariance = edgeSquares / count - (edges / count) ** 2;
  return { sharpness: variance > 0 ? edgeVariance / variance : 0, brightness: sum / count };
}

const shareOutside = ({ width, height }: Size, { points }: Mesh): number =>
  points.filter(([x, y]) => x < 0 || y < 0 || x > width || y > height).length / points.length;
