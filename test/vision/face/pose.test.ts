import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Point } from '../../../lambdas/vision/affine.ts';
import { apply, distance } from '../../../lambdas/vision/affine.ts';
import { meshCrop, placePoints } from '../../../lambdas/vision/face/mesh.ts';
import { EYES, POINT } from '../../../lambdas/vision/face/mesh-points.ts';
import { eyeAspect, mouthAspect, mouthWidth, poseOf } from '../../../lambdas/vision/face/pose.ts';

const RADIANS = Math.PI / 180;
type Vector = readonly [number, number, number];

/** A stiff head of four points, turned by yaw (to the image's right), then pitch (up), then roll (clockwise). */
function head(yaw: number, pitch: number, roll: number): Float32Array {
  const out = new Float32Array(468 * 3);
  const points: Readonly<Record<number, Vector>> = {
    [POINT.rightCheek]: [-60, 0, 0],
    [POINT.leftCheek]: [60, 0, 0],
    // The forehead lies in front of the line that the mesh takes for upright, as a real mesh's does.
    [POINT.forehead]: [0, -70, -70 * Math.tan(8 * RADIANS)],
    [POINT.chin]: [0, 70, 70 * Math.tan(8 * RADIANS)],
  };
  for (const [index, [x, y, z]] of Object.entries(points)) {
    const [a, b, c] = [yaw, pitch, roll].map((angle) => angle * RADIANS) as [number, number, number];
    // z grows away from the camera: turning to the image's right moves the image-right cheek away.
    const [x1, z1] = [x * Math.cos(a) - z * Math.sin(a), x * Math.sin(a) + z * Math.cos(a)];
    const [y2, z2] = [y * Math.cos(b) + z1 * Math.sin(b), -y * Math.sin(b) + z1 * Math.cos(b)];
    const [x3, y3] = [x1 * Math.cos(c) - y2 * Math.sin(c), x1 * Math.sin(c) + y2 * Math.cos(c)];
    out.set([x3 + 96, y3 + 96, z2], Number(index) * 3);
  }
  return out;
}
const angle = fc.double({ min: -40, max: 40, noNaN: true });

describe('pose', () => {
  it('of a frontal face is zero', () => {
    const pose = poseOf({ upright: head(0, 0, 0), angle: 0 });
    for (const value of Object.values(pose)) expect(value).toBeCloseTo(0, 4);
  });

  it('yaw is positive to the right of the image, and only yaw moves', () => {
    fc.assert(
      fc.property(angle, (yaw) => {
        const pose = poseOf({ upright: head(yaw, 0, 0), angle: 0 });
        expect(pose.yaw).toBeCloseTo(yaw, 3);
        expect(Math.abs(pose.roll)).toBeLessThan(1e-3);
      }),
    );
  });

  it('pitch is positive upwards', () => {
    fc.assert(
      fc.property(angle, (pitch) => {
        expect(poseOf({ upright: head(0, pitch, 0), angle: 0 }).pitch).toBeCloseTo(pitch, 3);
      }),
    );
  });

  it('roll is clockwise, the crop and what is left in it together, within a half turn', () => {
    fc.assert(
      fc.property(angle, fc.double({ min: -Math.PI, max: Math.PI, noNaN: true }), (roll, crop) => {
        const found = poseOf({ upright: head(0, 0, roll), angle: crop }).roll;
        const off = found - (roll + crop / RADIANS);
        expect(Math.abs(off - 360 * Math.round(off / 360))).toBeLessThan(1e-3);
        expect(Math.abs(found)).toBeLessThanOrEqual(180);
      }),
    );
  });
});

describe('the mesh crop', () => {
  const finite = fc.double({ min: -2000, max: 2000, noNaN: true });
  it('shows its centre in the middle at its size, and places points back', () => {
    const turn = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true });
    fc.assert(
      fc.property(finite, finite, fc.double({ min: 20, max: 3000, noNaN: true }), turn, (x, y, side, around) => {
        const crop = meshCrop([x, y], side, around);
        expect(distance(apply(crop, [x, y]), [96, 96])).toBeLessThan(1e-6);
        const eyes: Point = [x + (Math.cos(around) * side) / 4, y + (Math.sin(around) * side) / 4];
        // A point on the eye line comes to lie level with the centre.
        expect(distance(apply(crop, eyes), [96 + 48, 96])).toBeLessThan(1e-6);
        const [back] = placePoints(Float32Array.of(96, 96, 5), crop);
        expect(distance(back as Point, [x, y])).toBeLessThan(1e-3);
      }),
    );
  });
});

describe('ratios', () => {
  const face = (lid: number, lips: number, smile: number): Point[] => {
    const points: Point[] = Array.from({ length: 468 }, () => [0, 0]);
    const eye = (indices: readonly number[], x: number, sign: number) => {
      const [outer, up1, up2, inner, low2, low1] = indices as [number, number, number, number, number, number];
      points[outer] = [x - 15 * sign, 0];
      points[inner] = [x + 15 * sign, 0];
      for (const [up, low, dx] of [
        [up1, low1, -5],
        [up2, low2, 5],
      ] as const) {
        points[up] = [x + dx * sign, -lid / 2];
        points[low] = [x + dx * sign, lid / 2];
      }
    };
    eye(EYES.right, -30, 1);
    eye(EYES.left, 30, -1);
    points[POINT.innerLipUpper] = [0, 60 - lips / 2];
    points[POINT.innerLipLower] = [0, 60 + lips / 2];
    points[POINT.innerMouthRight] = [-20, 60];
    points[POINT.innerMouthLeft] = [20, 60];
    points[POINT.mouthRight] = [-smile / 2, 60];
    points[POINT.mouthLeft] = [smile / 2, 60];
    return points;
  };

  it('are what was drawn, whatever the size and turn of the face', () => {
    const opening = fc.double({ min: 0, max: 30, noNaN: true });
    const motion = fc.tuple(fc.double({ min: 0.2, max: 9, noNaN: true }), fc.double({ min: -3, max: 3, noNaN: true }));
    fc.assert(
      fc.property(opening, opening, opening, motion, (lid, lips, smile, [s, t]) => {
        const [c, n] = [s * Math.cos(t), s * Math.sin(t)];
        const points = face(lid, lips, smile).map((p) => apply([c, -n, 7, n, c, -3], p));
        expect(eyeAspect(points)).toBeCloseTo(lid / 30, 6);
        expect(mouthAspect(points)).toBeCloseTo(lips / 40, 6);
        expect(mouthWidth(points)).toBeCloseTo(smile / 90, 6);
      }),
    );
  });
});
