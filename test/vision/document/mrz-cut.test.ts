import { describe, expect, test } from 'vitest';
import { extensions } from '../../../lambdas/vision/document/mrz-cut.ts';
import { type RotatedRect, shifted } from '../../../lambdas/vision/document/rotated-rect.ts';

/** The left `read` of `characters` characters, 10 pixels each, and a quarter of a pitch at both ends. */
const cut = (read: number, lines: number): RotatedRect[] =>
  Array.from({ length: lines }, (_, row) => ({
    cx: 100 + (read * 10) / 2,
    cy: 50 + row * 25,
    width: (read + 0.5) * 10,
    height: 16,
    angle: 0,
  }));

const ends = ({ cx, width }: RotatedRect): [number, number] => [cx - width / 2, cx + width / 2];

describe('lines of which an end was lost', () => {
  test('C-50 are stretched to the right, to the left and to both sides by what a format has more', () => {
    const [right, left, both] = extensions(cut(36, 2), 36).filter(({ characters }) => characters === 44);
    // They begin at 97.5; 44 characters from 100 on end at 540.
    expect(right?.at.map(ends)).toEqual([
      [97.5, 547.5],
      [97.5, 547.5],
    ]);
    expect(left?.at.map(ends).at(0)).toEqual([12.5, 462.5]);
    expect(both?.at.map(ends).at(0)).toEqual([52.5, 507.5]);
    expect(right?.at.map(({ cy, height, angle }) => [cy, height, angle])).toEqual([
      [50, 16, 0],
      [75, 16, 0],
    ]);
  });

  test('lines of full length gain a pitch at both ends; cards of three lines have one length', () => {
    expect(extensions(cut(30, 3), 30)).toEqual([
      { characters: 30, at: cut(30, 3).map((rect) => ({ ...shifted(rect, 0, 0), width: rect.width + 20 })) },
    ]);
  });

  test('are left alone where too little was read, or more than any format has', () => {
    expect(extensions(cut(19, 2), 19)).toEqual([]);
    expect(extensions(cut(46, 2), 46)).toEqual([]);
    expect(extensions(cut(36, 4), 36)).toEqual([]);
  });
});
