import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { regionsOf } from '../../../lambdas/vision/document/regions.ts';

const mask = (...rows: string[]) => ({
  width: rows[0]?.length ?? 0,
  data: Uint8Array.from(rows.join(''), (pixel) => (pixel === '#' ? 1 : 0)),
});
const anyMask = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 })).chain(([width, height]) =>
  fc.record({
    width: fc.constant(width),
    data: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: width * height, maxLength: width * height }),
  }),
);

describe('regions of a mask', () => {
  test('pixels that touch by side or corner are one region; the picture’s edges do not touch each other', () => {
    const { width, data } = mask('##...#', '..#...', '......', '#....#');
    const found = [...regionsOf(data, width)].map(({ pixels, left, right, top, bottom }) => ({
      pixels: [...pixels].toSorted((a, b) => a - b),
      box: [left, right, top, bottom],
    }));
    expect(found).toEqual([
      { pixels: [0, 1, 8], box: [0, 2, 0, 1] },
      { pixels: [5], box: [5, 5, 0, 0] },
      { pixels: [18], box: [0, 0, 3, 3] },
      { pixels: [23], box: [5, 5, 3, 3] },
    ]);
  });

  test('the outline holds the first and the last pixel of each row', () => {
    const { width, data } = mask('.##.', '####', '.#..');
    const [region] = [...regionsOf(data, width)].map(({ outline }) => outline());
    expect(region).toEqual([
      [1.5, 0.5],
      [2.5, 0.5],
      [0.5, 1.5],
      [3.5, 1.5],
      [1.5, 2.5],
      [1.5, 2.5],
    ]);
  });

  test('every pixel of the mask is in one region, and no other is', () => {
    fc.assert(
      fc.property(anyMask, ({ width, data }) => {
        const seen = [...regionsOf(Uint8Array.from(data), width)].flatMap(({ pixels }) => [...pixels]);
        expect(seen.toSorted((a, b) => a - b)).toEqual(data.flatMap((value, i) => (value === 1 ? [i] : [])));
      }),
    );
  });
});
