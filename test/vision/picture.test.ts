import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Affine } from '../../lambdas/vision/affine.ts';
import { luma, type Raster, resize, warp } from '../../lambdas/vision/picture.ts';

const raster = fc
  .tuple(fc.integer({ min: 2, max: 24 }), fc.integer({ min: 2, max: 24 }))
  .chain(([width, height]) =>
    fc
      .uint8Array({ minLength: width * height * 3, maxLength: width * height * 3 })
      .map((data): Raster => ({ width, height, data })),
  );
const flat = (width: number, height: number, value: number): Raster => ({
  width,
  height,
  data: new Uint8Array(width * height * 3).fill(value),
});
/** Brightness is a plane over the picture: what a resampler must keep exactly, away from the edges. */
const ramp = (width: number, height: number, gx: number, gy: number): Raster => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return Math.round(((pixel % width) + 0.5) * gx + (Math.floor(pixel / width) + 0.5) * gy);
  }),
});

describe('warp', () => {
  it('by the identity changes nothing', () => {
    fc.assert(
      fc.property(raster, (r) => {
        expect(warp(r, [1, 0, 0, 0, 1, 0], r.width, r.height)).toEqual(r);
      }),
    );
  });

  it('by a quarter turn and back changes nothing', () => {
    fc.assert(
      fc.property(raster, (r) => {
        const turned = warp(r, [0, -1, r.height, 1, 0, 0], r.height, r.width);
        expect(warp(turned, [0, 1, 0, -1, 0, r.height], r.width, r.height)).toEqual(r);
      }),
    );
  });

  it('of a plain colour is that colour, whatever the map', () => {
    // In steps: a plain double is next to nothing so often that most maps would be flat.
    const factor = fc.integer({ min: -400, max: 400 }).map((n) => n / 100);
    fc.assert(
      fc.property(factor, factor, factor, factor, fc.integer({ min: 0, max: 255 }), (a, b, d, e, value) => {
        fc.pre(Math.abs(a * e - b * d) > 0.01);
        const matrix: Affine = [a, b, 3, d, e, -2];
        expect(warp(flat(33, 21, value), matrix, 16, 16, 'edge').data.every((v) => v === value)).toBe(true);
      }),
    );
  });

  it('keeps a brightness ramp in place at every scale, up and down', () => {
    const source = ramp(128, 96, 1, 0.9);
    for (const scale of [0.07, 0.13, 0.25, 0.4, 0.5, 0.51, 0.9, 1, 1.7, 3]) {
      const [w, h] = [Math.floor(128 * scale), Math.floor(96 * scale)];
      const out = warp(source, [scale, 0, 0, 0, scale, 0], w, h);
      for (let y = 1; y < h - 1; y++) {
        for (let x = 1; x < w - 1; x++) {
          const expected = (x + 0.5) / scale + ((y + 0.5) / scale) * 0.9;
          expect(Math.abs((out.data[(y * w + x) * 3] as number) - expected)).toBeLessThan(2);
        }
      }
    }
  });

  it('averages fine texture when it shrinks, instead of picking pixels of it', () => {
    const checks: Raster = {
      width: 256,
      height: 256,
      data: Uint8Array.from({ length: 256 * 256 * 3 }, (_, i) => ((Math.floor(i / 3) + Math.floor(i / 768)) % 2) * 255),
    };
    for (const value of resize(checks, 64, 64).data) expect(Math.abs(value - 128)).toBeLessThan(4);
  });

  it('to half the size is the mean of each four pixels, whatever the width', () => {
    fc.assert(
      fc.property(raster, (source) => {
        const [width, height] = [source.width >> 1, source.height >> 1];
        const even = warp(source, [1, 0, 0, 0, 1, 0], width * 2, height * 2);
        const at = (x: number, y: number, k: number) => even.data[(y * width * 2 + x) * 3 + k] as number;
        const means = Array.from({ length: width * height * 3 }, (_, i) => {
          const [x, y, k] = [(Math.floor(i / 3) % width) * 2, Math.floor(i / 3 / width) * 2, i % 3];
          return (at(x, y, k) + at(x + 1, y, k) + at(x, y + 1, k) + at(x + 1, y + 1, k) + 2) >> 2;
        });
        expect([...resize(even, width, height).data]).toEqual(means);
      }),
    );
  });

  it('is black outside, or goes on with the edge', () => {
    const white = flat(10, 10, 200);
    expect(warp(white, [1, 0, 50, 0, 1, 0], 10, 10).data.every((v) => v === 0)).toBe(true);
    expect(warp(white, [1, 0, 50, 0, 1, 0], 10, 10, 'edge').data.every((v) => v === 200)).toBe(true);
  });
});

describe('luma', () => {
  it('luma of grey is that grey', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), (v) => {
        expect([...luma(flat(2, 2, v))]).toEqual([v, v, v, v]);
      }),
    );
  });
});
