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

/** An index and the vectors it was given: keys by their ids, as the table has them. */
function filledIndex(metric: DistanceMetric, vectors: readonly (readonly number[])[]) {
  const rows = vectors.map((values, id) => ({ key: String(id).padStart(6, '0'), data: Float32Array.from(values) }));
  const index = new VectorIndex(vectors[0]?.length ?? dimension, metric, (id) => rows[id] as (typeof rows)[number]);
  rows.forEach(({ data }, id) => {
    index.put(id, data, { id });
  });
  return { index, rows };
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
          const ids = new Map<number, number>();
          const model = new Map<number, { key: string; data: Float32Array }>();
          const index = new VectorIndex(
            dimension,
            metric,
            (id) => model.get(id) as { key: string; data: Float32Array },
          );
          let last = 0;
          for (const { key, ...more } of steps) {
            const id = ids.get(key);
            if ('vector' in more) {
              const place = id ?? ++last;
              ids.set(key, place);
              model.set(place, { key: String(key), data: Float32Array.from(more.vector) });
              index.put(place, Float32Array.from(more.vector), { key });
            } else if (id !== undefined) {
              ids.delete(key);
              model.delete(id);
              index.delete(id);
            }
          }
          const wanted = [...model.values()].filter(({ key }) => !even || Number(key) % 2 === 0);
          const expected = wanted.map(({ data }) => distance([...data], query, metric)).sort((a, b) => a - b);
          const filter = even ? ({ key }: Readonly<Record<string, unknown>>) => Number(key) % 2 === 0 : undefined;
          const found = index.search(Float32Array.from(query), k, filter);
          expect(index.size).toBe(model.size);
          expect(found).toHaveLength(Math.min(k, expected.length));
          for (const [i, neighbour] of found.entries()) {
            expect(neighbour.distance).toBeCloseTo(expected[i] ?? Number.NaN, 5);
            // The key belongs to the distance, whichever of two equally near ones it is.
            const { data } = model.get(ids.get(Number(neighbour.key)) ?? 0) ?? {};
            expect(neighbour.distance).toBeCloseTo(distance([...(data ?? [])], query, metric), 5);
          }
        },
      ),
    );
  },
);

it('orders equal distances by key, so that answers do not depend on the order of writing', () => {
  const keys = ['c', 'a', 'b'];
  const index = new VectorIndex(2, 'euclidean', (id) => ({ key: keys[id] ?? '', data: Float32Array.of(1, 1) }));
  for (const id of keys.keys()) index.put(id, Float32Array.of(1, 1), {});
  expect(index.search(Float32Array.of(0, 0), 2).map(({ key }) => key)).toEqual(['a', 'b']);
});

/** Numbers of all magnitudes, many vectors of which are as near as rounding to a byte tells apart, and nearer. */
const crowd = (seed: number, count: number, spread: number) =>
  Array.from({ length: count }, (_, i) =>
    Array.from({ length: 19 }, (_, j) => Math.sin(seed + j * j) * 10 ** ((j % 5) - 2) + Math.sin(i * 7.1 + j) * spread),
  );

it.each([
  ['cosine', 1],
  ['cosine', 1e-4],
  ['euclidean', 10],
  ['euclidean', 1e-4],
  ['euclidean', 0],
] as const)('rounding changes no answer: %s, vectors that differ by %f', (metric, spread) => {
  const vectors = crowd(3, 9000, spread);
  const { index, rows } = filledIndex(metric, vectors);
  const query = Float32Array.from(crowd(3, 9001, spread).at(-1) ?? []);
  const found = index.search(query, 20);
  const expected = rows
    .map(({ key, data }) => ({ key, distance: distance([...data], [...query], metric) }))
    .sort((a, b) => a.distance - b.distance || (a.key < b.key ? -1 : 1));
  expect(found).toHaveLength(20);
  found.forEach((neighbour, i) => {
    expect(Math.abs(neighbour.distance - (expected[i]?.distance ?? Number.NaN))).toBeLessThan(1e-6);
  });
});

it('finds what is left after most of many was deleted, and what is added then', () => {
  const vectors = crowd(5, 9000, 1);
  const { index, rows } = filledIndex('euclidean', vectors);
  for (let id = 0; id < 9000; id++) if (id % 10 !== 0) index.delete(id);
  expect(index.size).toBe(900);
  const late = { key: 'late', data: Float32Array.from(vectors[4711] ?? []) };
  rows[9000] = late;
  index.put(9000, late.data, {});
  expect(index.search(late.data, 1)).toEqual([{ key: 'late', distance: 0 }]);
  expect(index.search(Float32Array.from(vectors[4710] ?? []), 1)).toEqual([{ key: '004710', distance: 0 }]);
  expect(index.search(late.data, 1000)).toHaveLength(901);
});

it('asks a filter once for all vectors of equal metadata', () => {
  const data = Float32Array.of(1, 2);
  const index = new VectorIndex(2, 'euclidean', (id) => ({ key: String(id), data }));
  for (let id = 0; id < 100; id++) index.put(id, data, { model: id % 2 ? 'odd' : 'even' });
  let asked = 0;
  const found = index.search(data, 100, ({ model }) => {
    asked++;
    return model === 'odd';
  });
  expect(found).toHaveLength(50);
  expect(asked).toBe(2);
});
