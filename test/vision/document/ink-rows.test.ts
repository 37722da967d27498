import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type SpecimenOptions, specimen, specimenLines } from '../../../bin/specimen/specimen.ts';
import type { MrzFormat } from '../../../lambdas/domain/evidence.ts';
import { inkRows } from '../../../lambdas/vision/document/ink-rows.ts';
import { along } from '../../../lambdas/vision/document/rotated-rect.ts';
import { decodePicture } from '../../../lambdas/vision/image.ts';
import type { Raster } from '../../../lambdas/vision/picture.ts';

async function rowsOf(options: SpecimenOptions) {
  const picture = await decodePicture(await specimen(options));
  if (!picture.ok) throw new Error(picture.error);
  return inkRows(picture.value);
}
const degrees = (radians: number): number => (radians * 180) / Math.PI;

describe('rows of print', () => {
  test.each<[MrzFormat, number]>([
    ['TD3', 0],
    ['TD3', 7],
    ['TD3', 90],
    ['TD2', -12],
    ['TD2', 180],
    ['TD1', 4],
    ['TD1', -90],
  ])('C-50 the lines of a %s that lies at %i° are the longest rows', async (format, rotation) => {
    const lines = specimenLines({ format });
    const rows = (await rowsOf({ format, rotation })).slice(0, lines.length);
    expect(rows).toHaveLength(lines.length);
    const angle = rows[0]?.angle ?? Number.NaN;
    // Which end is the left one is not told.
    const off = Math.abs(degrees(angle) - rotation) % 180;
    expect(Math.min(off, 180 - off)).toBeLessThan(1);
    const characters = lines[0]?.length ?? 0;
    const pitches = rows.map(({ width }) => width / characters);
    for (const [i, row] of rows.entries()) {
      expect(Math.abs((pitches[i] as number) / (pitches[0] as number) - 1)).toBeLessThan(0.03);
      expect(row.height).toBeLessThan(1.5 * (pitches[0] as number));
    }
    const offsets = rows.map((row) => along(row, angle).v).toSorted((a, b) => a - b);
    for (const [i, offset] of offsets.slice(1).entries())
      expect((offset - (offsets[i] as number)) / (pitches[0] as number)).toBeGreaterThan(1.5);
  });

  test('a blurred zone is found, too', async () => {
    const rows = await rowsOf({ blur: 3 });
    expect((rows[0]?.width ?? 0) / (rows[1]?.width ?? 1)).toBeCloseTo(1, 1);
    expect((rows[0]?.width ?? 0) / (rows[0]?.height ?? 1)).toBeGreaterThan(20);
  });

  test('any pixels: no error, all rows within sight of the picture, all long', () => {
    const raster = fc
      .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 40 }))
      .chain(([width, height]) =>
        fc
          .uint8Array({ minLength: width * height * 3, maxLength: width * height * 3 })
          .map((data): Raster => ({ width, height, data })),
      );
    fc.assert(
      fc.property(raster, (picture) => {
        for (const { cx, cy, width, height } of inkRows(picture)) {
          expect(cx > 0 && cx < picture.width && cy > 0 && cy < picture.height).toBe(true);
          expect(width).toBeGreaterThan(8 * height);
        }
      }),
    );
  });

  test('hairlines are no rows, alone and beside each other', () => {
    for (const thickness of [1, 2, 3]) {
      const data = new Uint8Array(400 * 300 * 3).fill(240);
      for (let x = 20; x < 380; x++)
        for (let y = 150; y < 150 + thickness; y++)
          if (x % 40 < 34) data.fill(20, (y * 400 + x) * 3, (y * 400 + x) * 3 + 3);
      for (const { height, width } of inkRows({ width: 400, height: 300, data })) {
        expect(height).toBeGreaterThanOrEqual(4);
        expect(width).toBeGreaterThan(9 * height);
      }
    }
  });

  test('an empty sheet has none', () => {
    expect(inkRows({ width: 400, height: 300, data: new Uint8Array(360_000).fill(240) })).toEqual([]);
  });
});
