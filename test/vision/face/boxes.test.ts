import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Box } from '../../../lambdas/domain/evidence.ts';
import { invert } from '../../../lambdas/vision/affine.ts';
import { ANCHORS, DETECTOR_SIDE, decodeDetections, overlap, suppress } from '../../../lambdas/vision/face/boxes.ts';
import { wholeView } from '../../../lambdas/vision/face/views.ts';

const side = fc.double({ min: 0.5, max: 100, noNaN: true });
const place = fc.double({ min: -100, max: 100, noNaN: true });
const box = fc.record({ x: place, y: place, width: side, height: side });

describe('BlazeFace anchors', () => {
  it('are 512 on 16-pixel cells, two each, then 384 on 32-pixel cells, six each, row by row', () => {
    expect(ANCHORS).toHaveLength(896);
    expect(ANCHORS.slice(0, 3)).toEqual([
      [8, 8],
      [8, 8],
      [24, 8],
    ]);
    expect(ANCHORS[32]).toEqual([8, 24]);
    expect(ANCHORS[511]).toEqual([248, 248]);
    expect(ANCHORS.slice(512, 518)).toEqual(Array(6).fill([16, 16]));
    expect(ANCHORS[895]).toEqual([240, 240]);
  });
});

describe('decoding', () => {
  /** Raw output in which one anchor alone saw a face of the given box, with its points in the box's corners. */
  const rawOf = (anchor: number, { x, y, width, height }: Box, logit: number) => {
    const logits = new Float32Array(896).fill(-20);
    const boxes = new Float32Array(896 * 16);
    const [ax, ay] = ANCHORS[anchor] as readonly [number, number];
    const [left, top, right, bottom] = [x - ax, y - ay, x + width - ax, y + height - ay];
    logits[anchor] = logit;
    boxes.set([(left + right) / 2, (top + bottom) / 2, width, height], anchor * 16);
    boxes.set([left, top, right, top, left, bottom, right, bottom, left, top, right, bottom], anchor * 16 + 4);
    return { logits, boxes };
  };

  it('puts a box back where it was in the picture, through any quarter turn', () => {
    const turns = fc.constantFrom(0, 1, 2, 3);
    const inPicture = fc.record({
      x: fc.integer({ min: 0, max: 500 }),
      y: fc.integer({ min: 0, max: 300 }),
      width: fc.integer({ min: 20, max: 100 }),
      height: fc.integer({ min: 20, max: 100 }),
    });
    fc.assert(
      fc.property(inPicture, turns, fc.integer({ min: 0, max: 895 }), (truth, turn, anchor) => {
        const view = wholeView({ width: 600, height: 400 }, turn as 0 | 1 | 2 | 3);
        const corners = [
          [truth.x, truth.y],
          [truth.x + truth.width, truth.y + truth.height],
        ].map(([x, y]) => [
          view[0] * (x as number) + view[1] * (y as number) + view[2],
          view[3] * (x as number) + view[4] * (y as number) + view[5],
        ]) as [[number, number], [number, number]];
        const seen = {
          x: Math.min(corners[0][0], corners[1][0]),
          y: Math.min(corners[0][1], corners[1][1]),
          width: Math.abs(corners[0][0] - corners[1][0]),
          height: Math.abs(corners[0][1] - corners[1][1]),
        };
        const { logits, boxes } = rawOf(anchor, seen, 3);
        const [found, ...others] = decodeDetections(logits, boxes, invert(view), 0.5);
        expect(others).toEqual([]);
        expect(found?.score).toBeCloseTo(1 / (1 + Math.exp(-3)), 6);
        for (const key of ['x', 'y', 'width', 'height'] as const) expect(found?.box[key]).toBeCloseTo(truth[key], 2);
      }),
    );
  });

  it('keeps scores at or above the least one, and nothing that is no number', () => {
    const { logits, boxes } = rawOf(7, { x: 10, y: 10, width: 50, height: 50 }, 0);
    const identity = [1, 0, 0, 0, 1, 0] as const;
    expect(decodeDetections(logits, boxes, identity, 0.5)).toHaveLength(1);
    expect(decodeDetections(logits, boxes, identity, 0.51)).toHaveLength(0);
    logits[7] = Number.NaN;
    expect(decodeDetections(logits, boxes, identity, 0)).toHaveLength(895);
    expect(DETECTOR_SIDE).toBe(256);
  });
});

describe('overlap', () => {
  it('is symmetric, 0..1, and 1 of a box with itself', () => {
    fc.assert(
      fc.property(box, box, (a, b) => {
        expect(overlap(a, b)).toBeCloseTo(overlap(b, a), 12);
        expect(overlap(a, b)).toBeGreaterThanOrEqual(0);
        expect(overlap(a, b)).toBeLessThanOrEqual(1 + 1e-9);
        expect(overlap(a, a)).toBeCloseTo(1, 9);
      }),
    );
  });
  it('of halves is a third', () => {
    expect(overlap({ x: 0, y: 0, width: 2, height: 1 }, { x: 1, y: 0, width: 2, height: 1 })).toBeCloseTo(1 / 3, 12);
  });
});

describe('suppression', () => {
  const scored = fc.array(fc.record({ box, score: fc.double({ min: 0, max: 1, noNaN: true }) }), { maxLength: 30 });
  it('keeps boxes that do not overlap, drops only what a better one covers, best first', () => {
    fc.assert(
      fc.property(scored, (found) => {
        const kept = suppress(found, 0.3);
        kept.forEach((a, i) => {
          for (const b of kept.slice(i + 1)) {
            expect(overlap(a.box, b.box)).toBeLessThanOrEqual(0.3);
            expect(a.score).toBeGreaterThanOrEqual(b.score);
          }
        });
        for (const lost of found.filter((candidate) => !kept.includes(candidate))) {
          expect(kept.some((better) => better.score >= lost.score && overlap(better.box, lost.box) > 0.3)).toBe(true);
        }
      }),
    );
  });
});
