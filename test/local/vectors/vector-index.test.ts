import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type DistanceMetric, VectorIndex } from '../../../local/vectors/vector-index.ts';

const dimension = 5;
const component = fc.integer({ min: -8, max: 8 });
const vector = fc
  .array(component, { minLength: dimension, maxLength: dimension })
  .filter((values) => values.some((value) => value !== 0));
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ key: fc.integer({ min: 0, max: 30 }), vector }) },
  { weight: 1, arbitrary: fc.record({ key: fc.integer({ min: 0, max: 30 }) }) },
);

/** The definition of the distance, in double precision. */
function distance(a: readonly number[], b: readonly number[], metric: DistanceMetric): number {
  if (metric === 'euclidean') return Math.hypot(...a.map((value, i) => value - (b[i] ?? 0)));
  const dot = a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
  return 1 - dot / (Math.hypot(...a) * Math.hypot(...b));
}

it.each(['cosine', 'euclidean'] as const)(
  'after any puts and deletes, a %s search finds what a plain sort finds',
  (metric) => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        vector,
        fc.integer({ min: 1, max: 12 }),
        fc.boolean(),
        (steps, query, k, even) => {
          const index = new VectorIndex(dimension, metric);
          const model = new Map<string, number[]>();
          for (const { key, ...more } of steps) {
            if ('vector' in more) {
              index.put(String(key), Float32Array.from(more.vector), { key });
              model.set(String(key), more.vector);
            } else {
              index.delete(String(key));
              model.delete(String(key));
            }
          }
          const expected = [...model]
            .filter(([key]) => !even || Number(key) % 2 === 0)
            .map(([, values]) => distance(values, query, metric))
            .sort((a, b) => a - b)
            .slice(0, k);
          const filter = even ? ({ key }: Readonly<Record<string, unknown>>) => Number(key) % 2 === 0 : undefined;
          const found = index.search(Float32Array.from(query), k, filter);
          expect(index.size).toBe(model.size);
          expect(found).toHaveLength(expected.length);
          for (const [i, neighbour] of found.entries()) {
            expect(neighbour.distance).toBeCloseTo(expected[i] ?? Number.NaN, 5);
            // The key belongs to the distance, whichever of two equally near ones it is.
            expect(neighbour.distance).toBeCloseTo(distance(model.get(neighbour.key) ?? [], query, metric), 5);
          }
        },
      ),
    );
  },
);

it('orders equal distances by key, so that answers do not depend on the order of writing', () => {
  const index = new VectorIndex(2, 'euclidean');
  for (const key of ['c', 'a', 'b']) index.put(key, Float32Array.of(1, 1));
  expect(index.search(Float32Array.of(0, 0), 2).map(({ key }) => key)).toEqual(['a', 'b']);
});
