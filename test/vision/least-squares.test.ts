import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastSquares, solver } from '../../lambdas/vision/least-squares.ts';

const numbers = (length: number) =>
  fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: length, maxLength: length });
/** Twelve equations in four unknowns that never depend on one another. */
const rows = Array.from({ length: 12 }, (_, i) => [1, Math.cos(i), Math.sin(i), Math.cos(2 * i)]);
const valuesOf = (unknowns: readonly number[]) =>
  rows.map((row) => row.reduce((sum, factor, k) => sum + factor * (unknowns[k] as number), 0));

describe('least squares', () => {
  it('find what the values were made of', () => {
    fc.assert(
      fc.property(numbers(4), (made) => {
        const values = valuesOf(made);
        const equations = leastSquares(4);
        rows.forEach((row, i) => void equations.add(row, values[i] as number));
        const solve = solver(
          rows.map((row) => Float64Array.from(row)),
          4,
          0,
        );
        for (const found of [equations.solve(), solve(Float64Array.from(values))]) {
          for (const [k, value] of made.entries()) expect(found[k]).toBeCloseTo(value, 9);
        }
      }),
    );
  });

  it('leave errors that no row can lessen', () => {
    fc.assert(
      fc.property(numbers(12), (values) => {
        const equations = leastSquares(4);
        rows.forEach((row, i) => void equations.add(row, values[i] as number));
        const fitted = valuesOf(equations.solve());
        for (const k of [0, 1, 2, 3]) {
          const slope = rows.reduce(
            (sum, row, i) => sum + (row[k] as number) * ((fitted[i] as number) - (values[i] as number)),
            0,
          );
          expect(slope).toBeCloseTo(0, 8);
        }
      }),
    );
  });

  it('heed weights', () => {
    const equations = leastSquares(1);
    equations.add([1], 0, 3);
    equations.add([1], 8, 1);
    expect(equations.solve()).toEqual([2]);
  });

  it('are refused where an unknown is open; damping holds it at 0', () => {
    const equations = leastSquares(2);
    equations.add([1, 1], 4);
    expect(() => equations.solve()).toThrow(RangeError);
    const [found, open] = solver([Float64Array.of(2, 0)], 2, 1e-9)(Float64Array.of(4));
    expect(found).toBeCloseTo(2, 6);
    expect(open).toBe(0);
  });
});
