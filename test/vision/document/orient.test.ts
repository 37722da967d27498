import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { likelyTurns, type QuarterTurns, sidewaysShare, turned } from '../../../lambdas/vision/document/orient.ts';
import { moved, type RotatedRect } from '../../../lambdas/vision/document/rotated-rect.ts';
import type { Raster } from '../../../lambdas/vision/picture.ts';
import type { ModelSession } from '../../../lambdas/vision/session.ts';
import { startStopwatch } from '../../../lambdas/vision/stopwatch.ts';

const width = 6;
const height = 4;
const raster = { width, height, data: Uint8Array.from({ length: width * height * 3 }, (_, i) => i) };
const rect = (cx: number, cy: number, length: number, angle: number): RotatedRect => ({
  cx,
  cy,
  width: length,
  height: 10,
  angle,
});
const lying = [rect(200, 100, 300, 0), rect(200, 130, 300, 0.05)];
const standing = [rect(50, 200, 300, Math.PI / 2)];

/** A classifier that finds every line upside down with that probability. */
const classifier = (probability: number): ModelSession => ({
  id: 'fake',
  inputs: ['x'],
  outputs: ['y'],
  run: async () => ({ y: { data: Float32Array.of(1 - probability, probability), dims: [1, 2] } }),
  release: async () => {},
});

describe('turning', () => {
  test.each([0, 1, 2, 3] as const)('by %i quarters moves every pixel to where the map says', (turns) => {
    const view = turned(raster, turns);
    fc.assert(
      fc.property(fc.nat(width - 1), fc.nat(height - 1), (x, y) => {
        const { cx, cy } = moved({ cx: x + 0.5, cy: y + 0.5, width: 1, height: 1, angle: 0 }, view.map);
        const target = (Math.floor(cy) * view.raster.width + Math.floor(cx)) * 3;
        expect(view.raster.data[target]).toBe(raster.data[(y * width + x) * 3]);
      }),
    );
  });

  test('twice by a half, or four times by a quarter, gives the picture back', () => {
    expect(turned(turned(raster, 2).raster, 2).raster).toEqual(raster);
    let picture: Raster = raster;
    for (let i = 0; i < 4; i++) picture = turned(picture, 1).raster;
    expect(picture).toEqual(raster);
  });
});

describe('which way up', () => {
  const likely = (rects: readonly RotatedRect[], probability: number): Promise<QuarterTurns[]> =>
    likelyTurns(classifier(probability), raster, rects, startStopwatch());

  test('the share of text that runs down the page goes by length', () => {
    expect(sidewaysShare([])).toBe(0);
    expect(sidewaysShare(lying)).toBe(0);
    expect(sidewaysShare(standing)).toBe(1);
    expect(sidewaysShare([...lying, ...standing])).toBeCloseTo(1 / 3, 6);
    // Short boxes have no direction.
    expect(sidewaysShare([{ ...rect(0, 0, 20, Math.PI / 2) }])).toBe(0);
  });

  test('clear cases have one answer', async () => {
    expect(await likely(lying, 0.02)).toEqual([0]);
    expect(await likely(lying, 0.98)).toEqual([2]);
    expect(await likely(standing, 0.02)).toEqual([1]);
    expect(await likely(standing, 0.98)).toEqual([3]);
  });

  test('where the classifier wavers both ways up are tried, where the page is mixed both directions', async () => {
    expect(await likely(lying, 0.4)).toEqual([0, 2]);
    expect(await likely(lying, 0.6)).toEqual([2, 0]);
    expect(await likely([...lying, ...standing], 0.02)).toEqual([0, 1]);
  });

  test('a page without lines is left as it is', async () => {
    expect(await likely([], 0.9)).toEqual([0]);
  });
});
