import { describe, expect, it } from 'vitest';
import type { Pose } from '../../../lambdas/domain/evidence.ts';
import type { Point } from '../../../lambdas/vision/affine.ts';
import type { Mesh } from '../../../lambdas/vision/face/mesh.ts';
import { POINT } from '../../../lambdas/vision/face/mesh-points.ts';
import { faceQuality, measureChip } from '../../../lambdas/vision/face/quality.ts';
import { type Raster, resize } from '../../../lambdas/vision/picture.ts';

const size = { width: 600, height: 800 };
const frontal: Pose = { yaw: 0, pitch: 0, roll: 0 };

/** A mesh whose eyes are `eyes` pixels apart, with its points spread over a square at `left`. */
function mesh(eyes: number, left = 100): Mesh {
  const points = Array.from({ length: 468 }, (_, i): Point => [left + (i % 22) * 10, 200 + Math.floor(i / 22) * 10]);
  points[POINT.rightEyeOuter] = [200, 300];
  points[POINT.leftEyeOuter] = [200 + eyes, 300];
  return { points, upright: new Float32Array(468 * 3), presence: 1, angle: 0 };
}

/** Where dlib's template has the eyes and the mouth, with a little around. */
const isFeature = (x: number, y: number) =>
  (y > 36 && y < 56 && ((x > 34 && x < 60) || (x > 89 && x < 115))) || (y > 94 && y < 114 && x > 53 && x < 96);

/** Broad shapes as of a face, and fixed fine texture on them, most of it on eyes and mouth, of the given mean and swing. */
function chip(mean = 128, swing = 40): Raster {
  let seed = 7;
  const data = Uint8Array.from({ length: 150 * 150 * 3 }, (_, i) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    const [x, y] = [Math.floor(i / 3) % 150, Math.floor(i / 450)];
    const shape = Math.sin(x / 15) * Math.cos(y / 18);
    const texture = isFeature(x, y) ? 0.4 : 0.16;
    return mean + swing * (0.8 * shape + texture * ((seed / 2147483648) * 2 - 1));
  });
  return { width: 150, height: 150, data };
}

/** The chip averaged with its neighbour pixels, `times` over. */
function soft(times: number, raster = chip()): Raster {
  if (times === 0) return raster;
  const { data } = raster;
  const near = (i: number) => data[i] ?? 128;
  const sum = (i: number) => near(i - 3) + near(i) * 2 + near(i + 3) + near(i - 450) + near(i + 450);
  const blurred = data.map((_, i) => Math.round(sum(i) / 6));
  return soft(times - 1, { ...raster, data: blurred });
}

describe('face quality', () => {
  it('of a large, sharp, well-lit, frontal face is 1, with nothing to complain of', () => {
    expect(faceQuality(size, mesh(120), frontal, chip())).toEqual({ quality: 1, reasons: [] });
  });

  it.each([
    ['face_too_small', () => faceQuality(size, mesh(20), frontal, chip())],
    ['face_cut_off', () => faceQuality(size, mesh(120, -60), frontal, chip())],
    ['face_blurred', () => faceQuality(size, mesh(120), frontal, soft(27))],
    ['face_too_dark', () => faceQuality(size, mesh(120), frontal, chip(20, 10))],
    ['face_too_bright', () => faceQuality(size, mesh(120), frontal, chip(240, 10))],
    ['face_turned_away', () => faceQuality(size, mesh(120), { yaw: -30, pitch: 0, roll: 0 }, chip())],
    ['face_turned_away', () => faceQuality(size, mesh(120), { yaw: 0, pitch: 28, roll: 0 }, chip())],
  ] as const)('says %s, and drops below a half', (reason, measure) => {
    const { quality, reasons } = measure();
    expect(reasons).toEqual([reason]);
    expect(quality).toBeLessThan(0.5);
    expect(quality).toBeGreaterThanOrEqual(0);
  });

  it('does not mind a head that leans: the chip is turned upright', () => {
    expect(faceQuality(size, mesh(120), { yaw: 0, pitch: 0, roll: 90 }, chip()).quality).toBe(1);
  });

  it('falls as any aspect gets worse', () => {
    const bySize = [80, 45, 35, 25, 15, 5].map((eyes) => faceQuality(size, mesh(eyes), frontal, chip()).quality);
    const byTurn = [5, 14, 18, 25, 35, 60].map(
      (yaw) => faceQuality(size, mesh(99), { ...frontal, yaw }, chip()).quality,
    );
    for (const row of [bySize, byTurn]) {
      expect(row).toEqual(row.toSorted((a, b) => b - a));
      expect(row.at(-1)).toBe(0);
    }
  });
});

describe('what hides a face', () => {
  /** The chip with a rectangle of one colour over it. */
  function covered(
    [left, right, top, bottom]: readonly [number, number, number, number],
    colour: readonly number[],
  ): Raster {
    const { data, ...size } = chip();
    const inside = (i: number) => {
      const [x, y] = [Math.floor(i / 3) % 150, Math.floor(i / 450)];
      return x >= left && x < right && y >= top && y < bottom;
    };
    return { ...size, data: data.map((value, i) => (inside(i) ? (colour[i % 3] as number) : value)) };
  }
  const of = (face: Raster) => faceQuality(size, mesh(120), frontal, face);

  it.each([
    ['sunglasses', [30, 120, 36, 57], [20, 18, 16]],
    ['a patch over one eye', [30, 62, 30, 60], [20, 18, 16]],
    ['a mask', [20, 130, 66, 150], [150, 190, 215]],
    ['a hand before the mouth', [45, 105, 92, 116], [190, 150, 130]],
    ['half of it painted over', [75, 150, 0, 150], [120, 120, 120]],
  ] as const)('is told: %s', (_, region, colour) => {
    const { quality, reasons } = of(covered(region, colour));
    expect(reasons).toEqual(['face_occluded']);
    expect(quality).toBeLessThan(0.5);
  });

  it('is not told of a blurred face, where nothing has edges', () => {
    expect(of(soft(27, covered([30, 120, 36, 57], [20, 18, 16]))).reasons).toEqual(['face_blurred']);
  });
});

describe('sharpness', () => {
  it('falls with blur', () => {
    const values = [0, 1, 3, 9, 27].map((times) => measureChip(soft(times)).sharpness);
    expect(values).toEqual(values.toSorted((a, b) => b - a));
  });

  it('is blind to contrast, and 0 without any', () => {
    expect(measureChip(chip(128, 20)).sharpness / measureChip(chip(128, 80)).sharpness).toBeCloseTo(1, 1);
    expect(measureChip(chip(77, 0))).toEqual({ sharpness: 0, brightness: 77 });
  });

  it('is measured on the chip only', () => {
    expect(() => measureChip(resize(chip(), 112, 112))).toThrow(RangeError);
  });
});
