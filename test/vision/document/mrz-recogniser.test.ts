import { expect, test } from 'vitest';
import { createMrzRecogniser } from '../../../lambdas/vision/document/mrz-recogniser.ts';
import type { Raster } from '../../../lambdas/vision/picture.ts';
import type { ModelSession, Tensor } from '../../../lambdas/vision/session.ts';
import { startStopwatch } from '../../../lambdas/vision/stopwatch.ts';
import { lineScores } from '../../support/line-scores.ts';

/** Says the same of whatever it sees, and remembers what it was shown. `classes`: per step, as a file of another model would have. */
function fakeSession(logs: Float32Array, seen: Tensor[] = [], classes = 38): ModelSession {
  return {
    id: 'fake',
    inputs: ['lines'],
    outputs: ['logs'],
    run: async ({ lines }) => {
      if (lines) seen.push(lines);
      return { logs: { data: logs, dims: [1, logs.length / classes, classes] } };
    },
    release: async () => {},
  };
}

/** 44 characters of four steps: what a line of unknown length, 704 pixels wide, is read as. */
const text = 'L898902C36UTO7408122F1204159ZE184226B<<<<<10';
const { logs } = lineScores(text, 4);

const raster: Raster = {
  width: 200,
  height: 40,
  data: Uint8Array.from({ length: 200 * 40 * 3 }, (_, i) => [200, 120, 40][i % 3] ?? 0),
};
const rect = { cx: 100, cy: 20, width: 180, height: 30, angle: 0 };

test('C-50 reads the likeliest characters, and says how sure it is of them', async () => {
  const line = await createMrzRecogniser(fakeSession(logs)).recognise(raster, rect, {}, startStopwatch());
  expect(line.text).toBe(text);
  expect(line.confidence).toBeCloseTo(0.96, 5);
  expect(line.scores).toMatchObject({ steps: 176 });
});

test('shows the network red, green and blue bytes, 32 high, as wide as the characters need', async () => {
  const seen: Tensor[] = [];
  for (const [characters, steps] of [
    [undefined, 176],
    [44, 176],
    [36, 160],
    [30, 144],
  ] as const) {
    const recogniser = createMrzRecogniser(fakeSession(new Float32Array(steps * 38), seen));
    await recogniser.recognise(raster, rect, characters ? { characters } : {}, startStopwatch());
    expect(seen.at(-1)?.dims).toEqual([1, 3, 32, steps * 4]);
  }
  const plane = 32 * 704;
  expect([0, plane, 2 * plane].map((i) => seen[0]?.data[i])).toEqual([200, 120, 40]);
});

test('ink is shown without its colours', async () => {
  const seen: Tensor[] = [];
  await createMrzRecogniser(fakeSession(logs, seen)).recognise(raster, rect, { ink: true }, startStopwatch());
  const plane = 32 * 704;
  expect(new Set([0, plane, 2 * plane].map((i) => seen[0]?.data[i])).size).toBe(1);
});

test('a model with other classes or steps is refused', async () => {
  const other = createMrzRecogniser(fakeSession(new Float32Array(176 * 37), [], 37));
  await expect(other.recognise(raster, rect, {}, startStopwatch())).rejects.toThrow('fake: 1,176,37');
  const shorter = createMrzRecogniser(fakeSession(new Float32Array(88 * 38)));
  await expect(shorter.recognise(raster, rect, {}, startStopwatch())).rejects.toThrow('fake: 1,88,38');
});
