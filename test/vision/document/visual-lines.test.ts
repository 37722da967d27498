import { describe, expect, test } from 'vitest';
import type { Reader, ReadLine } from '../../../lambdas/vision/document/mrz-read.ts';
import { levelled } from '../../../lambdas/vision/document/page-lines.ts';
import type { LineRecogniser, RecognisedLine } from '../../../lambdas/vision/document/recognise.ts';
import { fromAlong, type RotatedRect } from '../../../lambdas/vision/document/rotated-rect.ts';
import { readVisualLines } from '../../../lambdas/vision/document/visual-lines.ts';
import { startStopwatch } from '../../../lambdas/vision/stopwatch.ts';

const STEPS = 10;
const box = (cx: number, cy: number, width = 100, height = 20): RotatedRect => ({ cx, cy, width, height, angle: 0 });
const line = (text: string, confidence = 0.9): RecognisedLine => ({ text, confidence, steps: STEPS });

/** Reads what is written down for the height of a box. */
function reader(
  texts: Readonly<Record<number, RecognisedLine>>,
  steps = 1000,
): Reader & { readonly seen: RotatedRect[] } {
  const seen: RotatedRect[] = [];
  const recogniser: LineRecogniser = {
    recognise: async (_, rect) => {
      seen.push(rect);
      return texts[rect.height] ?? line('');
    },
  };
  return {
    recogniser,
    raster: { width: 1, height: 1, data: new Uint8Array(3) },
    watch: startStopwatch(),
    allowance: { steps },
    seen,
  };
}

describe('the lines outside the zone', () => {
  test('the highest first, from top to bottom in the end, single characters too, none that is guessed', async () => {
    const read = reader({ 30: line('TITLE'), 20: line('M'), 12: line('guess', 0.4) });
    const boxes = [box(100, 300, 20, 20), box(100, 20, 200, 30), box(100, 200, 100, 12), box(100, 250, 100, 5)];
    const lines = await readVisualLines(read, { boxes, exclude: [] });
    expect(read.seen.map(({ height }) => height)).toEqual([30, 20, 12]);
    expect(lines.map(({ text }) => text)).toEqual(['TITLE', 'M']);
  });

  test('a single letter, whose box is higher than wide, is read upright; a line that runs down the page is not', async () => {
    const read = reader({ 24: line('F') });
    const down = Math.PI / 2 - 0.02;
    const boxes = [
      { ...box(50, 50, 24, 15), angle: down },
      { ...box(90, 90, 100, 20), angle: down },
    ];
    const lines = await readVisualLines(read, { boxes, exclude: [] });
    expect(lines.map(({ text }) => text)).toEqual(['F']);
    expect(read.seen).toHaveLength(1);
    expect(read.seen[0]).toMatchObject({ width: 15, height: 24 });
    expect(read.seen[0]?.angle).toBeCloseTo(-0.02, 6);
  });

  test('no more than the allowance pays for', async () => {
    const read = reader({ 30: line('TITLE'), 20: line('M') }, STEPS);
    const lines = await readVisualLines(read, { boxes: [box(100, 20, 200, 30), box(100, 300)], exclude: [] });
    expect(lines.map(({ text }) => text)).toEqual(['TITLE']);
    expect(read.allowance.steps).toBe(0);
  });

  test('the zone is not read again', async () => {
    const read = reader({ 19: line('4b EXP') });
    const zone = box(200, 300, 380, 22);
    const lines = await readVisualLines(read, { boxes: [box(100, 100, 100, 19), zone], exclude: [zone] });
    expect(lines.map(({ text }) => text)).toEqual(['4b EXP']);
    expect(read.seen).toHaveLength(1);
  });

  test('wide gaps are spaces that the recogniser left out, except where all letters stand wide', async () => {
    const placed = (text: string, at: readonly number[], width: number): RecognisedLine => ({
      ...line(text),
      characters: [...text].map((character, i) => ({ character, at: (at[i] ?? 0) / width, probability: 1 })),
    });
    const read = reader({
      20: placed('15SEXM', [5, 15, 30, 42, 54, 84], 100),
      30: placed('MAINE', [20, 60, 100, 140, 180], 200),
    });
    const lines = await readVisualLines(read, { boxes: [box(100, 20), box(100, 60, 200, 30)], exclude: [] });
    expect(lines.map(({ text }) => text)).toEqual(['15SEX M', 'MAINE']);
    // Every character keeps its probability, the space between them too.
    expect(levelled(lines).map(({ sure }) => sure?.length)).toEqual([7, 5]);
  });
});

test('lines of a slanting photo are level on the page', () => {
  const slant = 0.12;
  const on = (
    u: number,
    v: number,
    width: number,
    height: number,
    angle = slant,
  ): Pick<ReadLine, 'text' | 'confidence' | 'rect'> => ({
    text: 'x',
    confidence: 1,
    rect: { ...fromAlong(u, v, slant), width, height, angle },
  });
  // The last is too short to have a direction.
  const [a, b, c] = levelled([on(100, 50, 120, 20), on(300, 50, 160, 20), on(420, 50, 20, 20, -0.4)]);
  expect(a?.box.x).toBeCloseTo(40, 6);
  expect(b?.box.x).toBeCloseTo(220, 6);
  for (const line of [a, b, c]) expect(line?.box.y).toBeCloseTo(40, 6);
  expect(levelled([])).toEqual([]);
});
