import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Aspect, judgeAspects } from '../../lambdas/domain/face-quality.ts';

const aspect = (value: number, reason: Aspect['reason'] = 'face_blurred'): Aspect => ({
  reason,
  value,
  bad: 10,
  limit: 20,
  good: 40,
});

describe('the quality of a face', () => {
  it.each([
    [0, 0, true],
    [10, 0, true],
    [15, 0.25, true],
    [20, 0.5, false],
    [30, 0.75, false],
    [40, 1, false],
    [99, 1, false],
  ])('at %d is %d, and a reason to complain: %s', (value, quality, complained) => {
    expect(judgeAspects([aspect(value)])).toEqual({ quality, reasons: complained ? ['face_blurred'] : [] });
  });

  it('is that of its worst aspect, and every aspect that spoils the match is named', () => {
    const aspects = [aspect(15), aspect(12, 'face_too_dark'), aspect(25, 'face_cut_off')];
    expect(judgeAspects(aspects)).toEqual({ quality: 0.1, reasons: ['face_blurred', 'face_too_dark'] });
    expect(judgeAspects([])).toEqual({ quality: 1, reasons: [] });
  });

  it('never falls when an aspect gets better', () => {
    const value = fc.double({ min: -100, max: 100, noNaN: true });
    fc.assert(
      fc.property(value, value, value, (a, b, other) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        const at = (x: number) => judgeAspects([aspect(x), aspect(other)]).quality;
        expect(at(more)).toBeGreaterThanOrEqual(at(less));
      }),
    );
  });
});
