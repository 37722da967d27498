import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VectorTemplate } from '../../../lambdas/domain/evidence.ts';
import { templateDistance } from '../../../lambdas/vision/face/embed.ts';

const numbers = (length: number) =>
  fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: length, maxLength: length });
const l2 = (a: readonly number[], b: readonly number[]) => Math.hypot(...a.map((v, i) => v - (b[i] as number)));
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, v, i) => sum + v * (b[i] as number), 0);

/** A template of both embedders, laid out as the formula says. */
function template(dlib: readonly number[], mobile: readonly number[]): VectorTemplate {
  const length = Math.hypot(...mobile);
  const vector = [...dlib.map((v) => v / 0.6), ...mobile.map((v) => v / length / Math.sqrt(1.4))];
  return { modelSet: 'both', vector: Float32Array.from(vector) };
}

describe('the distance of two templates', () => {
  it('is L2 / 0.60 + (1 − cos) / 0.70 of the two embeddings', () => {
    fc.assert(
      fc.property(numbers(128), numbers(128), numbers(128), numbers(128), (d, m, e, n) => {
        fc.pre(Math.hypot(...m) > 0.1 && Math.hypot(...n) > 0.1);
        const cosine = dot(m, n) / (Math.hypot(...m) * Math.hypot(...n));
        expect(templateDistance(template(d, m), template(e, n))).toBeCloseTo(l2(d, e) / 0.6 + (1 - cosine) / 0.7, 4);
      }),
      { numRuns: 50 },
    );
  });

  it('is plain L2 with one embedder, 0 of a template with itself, and symmetric', () => {
    fc.assert(
      fc.property(numbers(128), numbers(128), (d, e) => {
        const [a, b] = [d, e].map((vector) => ({ modelSet: 'one', vector: Float32Array.from(vector) })) as [
          VectorTemplate,
          VectorTemplate,
        ];
        expect(templateDistance(a, b)).toBeCloseTo(l2(d, e), 4);
        expect(templateDistance(a, b)).toBe(templateDistance(b, a));
        expect(templateDistance(a, a)).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it('does not exist across model sets, or of vectors of other lengths', () => {
    const of = (modelSet: string, length: number) => ({ modelSet, vector: new Float32Array(length) });
    expect(() => templateDistance(of('a', 128), of('b', 128))).toThrow(RangeError);
    expect(() => templateDistance(of('a', 128), of('a', 256))).toThrow(RangeError);
    expect(() => templateDistance(of('a', 64), of('a', 64))).toThrow(RangeError);
  });
});
