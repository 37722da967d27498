import { describe, expect, test } from 'vitest';
import { createPpOcrRecogniser, inked } from '../../../lambdas/vision/document/recognise.ts';
import type { Raster } from '../../../lambdas/vision/picture.ts';
import type { ModelSession, Tensor } from '../../../lambdas/vision/session.ts';
import { startStopwatch } from '../../../lambdas/vision/stopwatch.ts';

/** A model that says the same whatever it sees, and remembers what it was shown. */
function fakeSession(probabilities: readonly (readonly number[])[], seen: Tensor[] = []): ModelSession {
  const classes = probabilities[0]?.length ?? 0;
  return {
    id: 'fake',
    inputs: ['x'],
    outputs: ['y'],
    run: async ({ x }) => {
      if (x) seen.push(x);
      return { y: { data: Float32Array.from(probabilities.flat()), dims: [1, probabilities.length, classes] } };
    },
    release: async () => {},
  };
}

const raster = (width: number, height: number, colour: (x: number) => readonly [number, number, number]): Raster => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => colour(Math.floor(i / 3) % width)[i % 3] ?? 0),
});
const grey = raster(200, 40, () => [128, 128, 128]);
const rect = { cx: 100, cy: 20, width: 180, height: 30, angle: 0 };

describe('the generic recogniser', () => {
  // Classes: blank, a, A, 〈, <, 中, space
  const dictionary = 'a\nA\n〈\n<\n中\n';
  const clear = (best: number) => Array.from({ length: 7 }, (_, i) => (i === best ? 0.94 : 0.01));

  test('reads greedily: repeats fold, blanks part, spaces stay inside', async () => {
    const steps = [1, 1, 0, 1, 6, 5, 6, 0].map(clear);
    const line = await createPpOcrRecogniser(fakeSession(steps), dictionary).recognise(
      grey,
      rect,
      {},
      startStopwatch(),
    );
    expect(line.text).toBe('aa 中');
    expect(line.steps).toBe(8);
    expect(line.confidence).toBeCloseTo(0.94, 5);
    // Eight steps over the line: each character stands in the middle of its own.
    expect(line.characters?.map(({ character, at }) => [character, at])).toEqual([
      ['a', 0.5 / 8],
      ['a', 3.5 / 8],
      [' ', 4.5 / 8],
      ['中', 5.5 / 8],
    ]);
    for (const { probability } of line.characters ?? []) expect(probability).toBeCloseTo(0.94, 5);
  });

  test('samples a line by its shape, or by the characters that it is known to hold', async () => {
    const seen: Tensor[] = [];
    const recogniser = createPpOcrRecogniser(fakeSession([clear(0)], seen), dictionary);
    for (const sampling of [{}, { characters: 44 }, { characters: 30, ink: true }])
      await recogniser.recognise(grey, rect, sampling, startStopwatch());
    expect(seen.map(({ dims }) => dims)).toEqual([
      [1, 3, 48, 288],
      [1, 3, 48, 1320],
      [1, 3, 48, 1504],
    ]);
  });

  test('a dictionary of another model is refused', async () => {
    const recogniser = createPpOcrRecogniser(fakeSession([clear(0)]), 'a\n');
    await expect(recogniser.recognise(grey, rect, {}, startStopwatch())).rejects.toThrow(
      '7 classes for a dictionary of 3',
    );
  });
});

test('ink: coloured guilloche goes white, dark strokes stay black, a flat crop does not blow up', () => {
  const columns = [
    [20, 20, 30],
    [250, 120, 120],
    [240, 240, 240],
    [240, 240, 240],
  ] as const;
  const out = inked(raster(8, 4, (x) => columns[x % 4] ?? [0, 0, 0]));
  expect([0, 1, 2, 3].map((x) => out.data[x * 3])).toEqual([0, 255, 255, 255]);
  expect(new Set(inked(grey).data)).toEqual(new Set([0]));
});
