import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FaceView } from '../../../lambdas/domain/evidence.ts';
import { planeFit } from '../../../lambdas/vision/face/plane-fit.ts';
import { type Homography, project, reverse } from '../../../lambdas/vision/homography.ts';

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const still: Homography = [1, 0, 0, 0, 1, 0, 0, 0];

/** Something with edges at every scale, over the picture's pixels. */
const pattern = (x: number, y: number): number =>
  128 + 45 * Math.sin(x / 23) * Math.cos(y / 31) + 25 * Math.sin(x / 9 + y / 13) + 12 * Math.cos(x / 5 - y / 7);

/** The view of a picture whose pixel (x, y) has this value. */
function view(value: (x: number, y: number) => number, left = 100, top = 80, scale = 0.4): FaceView {
  const [width, height] = [72, 86];
  const luma = Uint8Array.from({ length: width * height }, (_, i) =>
    Math.min(255, Math.max(0, value(left + ((i % width) + 0.5) / scale, top + (Math.floor(i / width) + 0.5) / scale))),
  );
  return { left, top, scale, width, height, luma };
}
/** The pattern's picture, moved by the map. */
function moved(map: Homography, gain = 1, offset = 0): (x: number, y: number) => number {
  const back = reverse(map);
  return (x, y) => gain * pattern(...project(back, [x, y])) + offset;
}

/** A photo moved and tilted in a hand, about the middle of the face. */
const anyMotion = fc
  .record({
    zoom: between(0.8, 1.25),
    angle: between(-0.2, 0.2),
    tilt: fc.tuple(between(-4e-4, 4e-4), between(-4e-4, 4e-4)),
  })
  .map(({ zoom, angle, tilt: [g, h] }): Homography => {
    const [c, s] = [zoom * Math.cos(angle), zoom * Math.sin(angle)];
    const [mx, my] = [190, 187];
    const linear: Homography = [c, -s, mx - c * mx + s * my, s, c, my - s * mx - c * my, 0, 0];
    const w = 1 - g * mx - h * my;
    return [linear[0] / w, linear[1] / w, linear[2] / w, linear[3] / w, linear[4] / w, linear[5] / w, g / w, h / w];
  });

describe('how well one plane explains two pictures', () => {
  it('is all but perfectly for a photo that is moved, zoomed, tilted and lit otherwise, from a guess that is a little off', () => {
    fc.assert(
      fc.property(anyMotion, between(0.6, 1.1), between(-10, 20), between(-4, 4), (map, gain, offset, off) => {
        const guess: Homography = [...map];
        const wrong = guess.with(2, guess[2] + off).with(5, guess[5] - off) as unknown as Homography;
        expect(planeFit(view(pattern), view(moved(map, gain, offset)), wrong)).toBeGreaterThan(0.985);
      }),
      { numRuns: 40 },
    );
  });

  it('is perfectly for a copy, at another scale of the view too', () => {
    expect(planeFit(view(pattern), view(pattern), still)).toBeGreaterThan(0.9999);
    expect(planeFit(view(pattern), view(pattern, 90, 70, 0.37), still)).toBeGreaterThan(0.99);
  });

  it('falls with the depth of what stands out and is seen from elsewhere', () => {
    const shifted = (depth: number) => (x: number, y: number) =>
      pattern(x - depth * Math.exp(-((x - 190) ** 2 + (y - 200) ** 2) / 25 ** 2), y);
    const fits = [0, 6, 12, 24].map((depth) => planeFit(view(pattern), view(shifted(depth)), still));
    expect(fits).toEqual(fits.toSorted((a, b) => b - a));
    expect(fits.at(-1)).toBeLessThan(0.97);
  });

  it('is poor for another picture, and no number but small where there is nothing to see', () => {
    expect(
      planeFit(
        view(pattern),
        view((x, y) => pattern(y * 1.3 + 500, x * 0.7 - 90)),
        still,
      ),
    ).toBeLessThan(0.9);
    expect(
      planeFit(
        view(pattern),
        view(() => 90),
        still,
      ),
    ).toBeCloseTo(0, 6);
    expect(
      planeFit(
        view(() => 90),
        view(() => 90),
        still,
      ),
    ).toBeCloseTo(0, 6);
  });
});
