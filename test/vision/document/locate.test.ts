import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apply, boxAround } from '../../../lambdas/vision/affine.ts';
import { textRects } from '../../../lambdas/vision/document/detect.ts';
import {
  aligned,
  candidateOf,
  groupsOf,
  isCandidate,
  mergeRows,
  missingNeighbours,
  mrzLikeness,
  slimRows,
} from '../../../lambdas/vision/document/mrz-locate.ts';
import {
  along,
  boxOf,
  corners,
  minAreaRect,
  moved,
  onto,
  type RotatedRect,
} from '../../../lambdas/vision/document/rotated-rect.ts';

const rect = (cx: number, cy: number, width: number, height: number, angle = 0): RotatedRect => ({
  cx,
  cy,
  width,
  height,
  angle,
});
const anyRect = fc.record({
  cx: fc.double({ min: 100, max: 900, noNaN: true }),
  cy: fc.double({ min: 100, max: 900, noNaN: true }),
  width: fc.double({ min: 60, max: 400, noNaN: true }),
  height: fc.double({ min: 5, max: 50, noNaN: true }),
  angle: fc.double({ min: -1.5, max: 1.5, noNaN: true }),
});

describe('rotated rectangles', () => {
  test('the least rectangle around the corners of one is that one', () => {
    fc.assert(
      fc.property(anyRect, (given) => {
        const found = minAreaRect(corners(given));
        for (const key of ['cx', 'cy', 'width', 'height', 'angle'] as const)
          expect(found?.[key]).toBeCloseTo(given[key], 4);
      }),
    );
  });

  test('points on a line have none', () => {
    expect(
      minAreaRect([
        [0, 0],
        [1, 1],
        [5, 5],
      ]),
    ).toBeUndefined();
    expect(minAreaRect([])).toBeUndefined();
  });

  test('a sampled rectangle fills its target from corner to corner', () => {
    fc.assert(
      fc.property(anyRect, (given) => {
        const box = boxAround(corners(given).map((corner) => apply(onto(given, 320, 48), corner)));
        expect(box.x).toBeCloseTo(0, 4);
        expect(box.y).toBeCloseTo(0, 4);
        expect(box.width).toBeCloseTo(320, 4);
        expect(box.height).toBeCloseTo(48, 4);
      }),
    );
  });

  test('two half turns give a rectangle back', () => {
    const half = [-1, 0, 1000, 0, -1, 1000] as const;
    fc.assert(
      fc.property(anyRect, (given) => {
        const back = moved(moved(given, half), half);
        for (const key of ['cx', 'cy', 'angle'] as const) expect(back[key]).toBeCloseTo(given[key], 6);
      }),
    );
  });
});

describe('boxes from a map of text', () => {
  const map = (width: number, height: number, ink: (x: number, y: number) => number) => ({
    width,
    height,
    data: Float32Array.from({ length: width * height }, (_, i) => ink(i % width, Math.floor(i / width))),
  });

  test('a slanted bar is one box at its angle, grown to the full size of the text', () => {
    const bar = rect(80, 60, 100, 10, 0.2);
    const inside = (x: number, y: number) => {
      const [p, q] = [along({ cx: x + 0.5, cy: y + 0.5 }, bar.angle), along(bar, bar.angle)];
      return Math.abs(p.u - q.u) <= bar.width / 2 && Math.abs(p.v - q.v) <= bar.height / 2 ? 0.9 : 0.05;
    };
    const [found, ...rest] = textRects(map(160, 120, inside));
    expect(rest).toEqual([]);
    expect(found?.angle).toBeCloseTo(0.2, 1);
    expect(found?.cx).toBeCloseTo(80, 0);
    expect(found?.cy).toBeCloseTo(60, 0);
    // 1.6 × area ÷ perimeter on every side
    const growth = (1.6 * 1000) / 220;
    expect(Math.abs((found?.width ?? 0) - (100 + 2 * growth))).toBeLessThan(4);
    expect(Math.abs((found?.height ?? 0) - (10 + 2 * growth))).toBeLessThan(4);
  });

  test('weak regions, specks and empty maps are no text', () => {
    expect(textRects(map(64, 64, (x, y) => (y > 20 && y < 30 && x > 5 && x < 60 ? 0.4 : 0)))).toEqual([]);
    expect(textRects(map(64, 64, (x, y) => (y === 20 && x > 20 && x < 24 ? 0.9 : 0)))).toEqual([]);
    expect(textRects(map(64, 64, () => 0))).toEqual([]);
  });
});

describe('rows', () => {
  test('fragments on one base line become one row, wherever the line stands and however it slants', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -0.5, max: 0.5, noNaN: true }),
        fc.double({ min: 0, max: 30, noNaN: true }),
        (angle, gap) => {
          const fragments = [-150 - gap, 0, 150 + gap].map((u) =>
            rect(500 + u * Math.cos(angle), 500 + u * Math.sin(angle), 150, 20, angle),
          );
          const [row, ...rest] = mergeRows(fragments);
          expect(rest).toEqual([]);
          expect(row?.width).toBeCloseTo(450 + 2 * gap, 3);
          expect(row?.cx).toBeCloseTo(500, 3);
          expect(row?.cy).toBeCloseTo(500, 3);
        },
      ),
    );
  });

  test('far fragments, other lines and other sizes stay apart', () => {
    expect(mergeRows([rect(100, 50, 100, 20), rect(260, 50, 100, 20)])).toHaveLength(2);
    expect(mergeRows([rect(100, 50, 100, 20), rect(200, 65, 100, 20)])).toHaveLength(2);
    expect(mergeRows([rect(100, 50, 100, 20), rect(200, 50, 100, 45)])).toHaveLength(2);
    expect(mergeRows([])).toEqual([]);
  });

  test('slim rows leave words, columns and short lines out', () => {
    const line = rect(400, 500, 700, 25);
    expect(slimRows([line, rect(100, 100, 90, 20), rect(700, 300, 300, 20, 1.5), rect(150, 200, 200, 20)])).toEqual([
      line,
    ]);
    expect(slimRows([])).toEqual([]);
  });
});

describe('the look of an MRZ', () => {
  test.each([
    ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', true],
    ['L898902C36UTO7408122F1204159ZE184226B<<<<<10', true],
    ['IDBEL590335801485120100200«««く', true],
    ['ERIKSSON<<ANNA', false],
    ['UNITED KINGDOM OF GREAT BRITAIN AND NORTHERN IRELAND', false],
    ['Date of birth / Date de naissance (4)', false],
    ['', false],
  ])('%s: %s', (text, is) =>
    expect(isCandidate({ rect: rect(0, 0, 1, 1), text, likeness: mrzLikeness(text) })).toBe(is),
  );
});

describe('groups of lines', () => {
  const row = (text: string, cy: number, width = 700) => candidateOf({ rect: rect(400, cy, width, 25), text });
  const card = ['I<UTOD231458907<<<<<<<<<<<<<<<', '7408122F1204159UTO<<<<<<<<<<<6', 'ERIKSSON<<ANNA<MARIA<<<<<<<<<<'];
  const passport = ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'];

  test('three short lines are tried as three before they are tried as two', () => {
    const groups = groupsOf(card.map((text, i) => row(text, 400 + i * 45)));
    expect(groups[0]?.map(({ cy }) => cy)).toEqual([400, 445, 490]);
  });

  test('two long lines are tried as two, top line first, whatever stands above', () => {
    const rows = [row(passport[1] ?? '', 500), row(passport[0] ?? '', 440), row('123456789012345678901234', 380)];
    expect(groupsOf(rows)[0]?.map(({ cy }) => cy)).toEqual([440, 500]);
  });

  test('lines far apart or side by side are no group', () => {
    expect(groupsOf([row(passport[0] ?? '', 100), row(passport[1] ?? '', 300)])).toEqual([]);
    expect(groupsOf([row(passport[0] ?? '', 100)])).toEqual([]);
  });

  test('a line without a partner has its neighbours looked for, two and a half pitches away, inside the picture', () => {
    const pitch = 700 / 44.6;
    const missing = missingNeighbours([row(passport[0] ?? '', 300)], 800).map(({ cy }) => Math.round(cy));
    expect(missing).toEqual([Math.round(300 - 2.5 * pitch), Math.round(300 + 2.5 * pitch)]);
    expect(missingNeighbours([row(passport[0] ?? '', 790)], 800)).toHaveLength(1);
    expect(missingNeighbours([], 800)).toEqual([]);
  });

  test('aligned rows share both ends and one height, and keep their base lines', () => {
    const rows = aligned([rect(400, 440, 600, 24), rect(420, 500, 700, 28)]);
    const ends = rows.map((line) => [boxOf(line).x, boxOf(line).x + boxOf(line).width]);
    expect(ends[0]).toEqual(ends[1]);
    expect(rows.map(({ cy }) => cy)).toEqual([440, 500]);
    expect(new Set(rows.map(({ height }) => height)).size).toBe(1);
  });
});
