import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply, invert, type Point } from '../../../lambdas/vision/affine.ts';
import { livenessCrop, passiveLiveness } from '../../../lambdas/vision/face/liveness.ts';
import type { ImageModel } from '../../../lambdas/vision/image-model.ts';
import { startStopwatch } from '../../../lambdas/vision/stopwatch.ts';

const picture = { width: 640, height: 480, data: new Uint8Array(640 * 480 * 3) };
const box = { x: 250, y: 150, width: 120, height: 150 };
const model = (logits: readonly number[]): ImageModel => ({
  id: 'fake',
  run: async () => [Float32Array.from(logits)],
  release: async () => {},
});

describe('the crop around a face', () => {
  const some = fc.record({
    x: fc.double({ min: -50, max: 600, noNaN: true }),
    y: fc.double({ min: -50, max: 450, noNaN: true }),
    width: fc.double({ min: 10, max: 900, noNaN: true }),
    height: fc.double({ min: 10, max: 700, noNaN: true }),
  });

  it('never leaves the picture, and keeps the shape of the face', () => {
    fc.assert(
      fc.property(some, fc.constantFrom(2.7, 4), (face, boxes) => {
        const back = invert(livenessCrop(picture, face, boxes));
        const [left, top] = apply(back, [0, 0]);
        const [right, bottom] = apply(back, [80, 80]);
        for (const [x, y] of [
          [left, top],
          [right, bottom],
        ] as Point[]) {
          expect(x).toBeGreaterThanOrEqual(-1e-6);
          expect(y).toBeGreaterThanOrEqual(-1e-6);
          expect(x).toBeLessThanOrEqual(picture.width + 1e-6);
          expect(y).toBeLessThanOrEqual(picture.height + 1e-6);
        }
        expect((right - left) / (bottom - top)).toBeCloseTo(face.width / face.height, 6);
      }),
    );
  });

  it('is 2.7 boxes about the middle of the face, where there is room', () => {
    const back = invert(livenessCrop(picture, box, 2.7));
    const [left, top] = apply(back, [0, 0]);
    const [right, bottom] = apply(back, [80, 80]);
    expect([(left + right) / 2, (top + bottom) / 2, right - left, bottom - top].map((v) => Math.round(v))).toEqual([
      310, 225, 324, 405,
    ]);
  });
});

describe('passive liveness', () => {
  const score = (models: readonly ImageModel[], face = box) =>
    passiveLiveness(
      models.map((m) => ({ model: m, boxes: 2.7 })),
      picture,
      face,
      startStopwatch(),
    );

  it('is the mean probability of class 1', async () => {
    expect(await score([model([0, 0, 0])])).toEqual({ value: expect.closeTo(1 / 3, 9) });
    expect(await score([model([-90, 90, -90]), model([90, -90, -90])])).toEqual({ value: expect.closeTo(0.5, 9) });
  });

  it('S-05 is unavailable, with the reason, without models or on a tiny face: never a zero', async () => {
    expect(await score([])).toEqual({ unavailable: 'No model for passive liveness is installed.' });
    expect(await score([model([0, 9, 0])], { x: 9, y: 9, width: 40, height: 50 })).toEqual({
      unavailable: 'The face is less than 60 pixels wide.',
    });
  });
});
