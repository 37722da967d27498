import { describe, expect, it } from 'vitest';
import type { Point } from '../../../lambdas/vision/affine.ts';
import { MESH_OF_68 } from '../../../lambdas/vision/face/mesh-points.ts';
import {
  ARCFACE_TEMPLATE,
  DLIB_MESH_POINTS,
  DLIB_SIDE,
  DLIB_TEMPLATE,
} from '../../../lambdas/vision/face/templates.ts';

describe('the dlib template', () => {
  const at = (index68: number): Point => {
    const i = DLIB_MESH_POINTS.indexOf(MESH_OF_68[index68] as number);
    return DLIB_TEMPLATE[i] as Point;
  };

  it('has one place for each of 33 different mesh points, all inside the chip', () => {
    expect(new Set(DLIB_MESH_POINTS).size).toBe(33);
    expect(DLIB_TEMPLATE).toHaveLength(33);
    for (const value of DLIB_TEMPLATE.flat()) {
      expect(value).toBeGreaterThan(0.15 * DLIB_SIDE);
      expect(value).toBeLessThan(0.85 * DLIB_SIDE);
    }
  });

  it('is a face: right eye left of the left one, nose below the eyes, mouth below the nose, nearly symmetric', () => {
    expect(at(36)[0]).toBeLessThan(at(45)[0]);
    expect(at(33)[1]).toBeGreaterThan(at(39)[1]);
    expect(at(62)[1]).toBeGreaterThan(at(33)[1]);
    const middle = at(27)[0];
    for (const [right, left] of [
      [36, 45],
      [39, 42],
      [31, 35],
      [48, 54],
      [60, 64],
    ] as const) {
      expect(Math.abs((at(right)[0] + at(left)[0]) / 2 - middle)).toBeLessThan(1);
    }
  });
});

describe('the ArcFace template', () => {
  it('has the five points in the order of the mesh: eyes, nose, mouth corners', () => {
    const [rightEye, leftEye, nose, mouthRight, mouthLeft] = ARCFACE_TEMPLATE as [Point, Point, Point, Point, Point];
    expect(rightEye[0]).toBeLessThan(leftEye[0]);
    expect(mouthRight[0]).toBeLessThan(mouthLeft[0]);
    expect(nose[1]).toBeGreaterThan(leftEye[1]);
    expect(mouthLeft[1]).toBeGreaterThan(nose[1]);
  });
});
