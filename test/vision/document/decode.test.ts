import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkDigit } from '../../../lambdas/domain/mrz.ts';
import { MRZ_CHARACTERS, POSITION_ALPHABETS } from '../../../lambdas/domain/mrz-layout.ts';
import {
  decodeLine,
  type LineCheck,
  type LineScores,
  likeliest,
  STEP,
} from '../../../lambdas/vision/document/decode.ts';
import { lineScores } from '../../support/line-scores.ts';

/** Random log-probabilities. */
const scoresOf = (steps: number) =>
  fc
    .array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: steps * STEP, maxLength: steps * STEP })
    .map((all): LineScores => ({ steps, logs: Float32Array.from(all, Math.log) }));

/** The Viterbi score of one text by the textbook recursion over blank, c1, blank, c2, … */
function scoreOf({ steps, logs }: LineScores, text: string): number {
  const blank = STEP - 1;
  const labels = [...text].flatMap((character) => [blank, MRZ_CHARACTERS.indexOf(character)]).concat(blank);
  let row = labels.map((label, i) => (i < 2 ? (logs[label] ?? 0) : -Infinity));
  for (let t = 1; t < steps; t++) {
    const before = row;
    row = labels.map((label, i) => {
      const skip = label !== blank && i >= 2 && labels[i - 2] !== label ? (before[i - 2] ?? -Infinity) : -Infinity;
      return Math.max(before[i] ?? 0, before[i - 1] ?? -Infinity, skip) + (logs[t * STEP + label] ?? 0);
    });
  }
  return Math.max(...row.slice(-2));
}

const textsOf = (pattern: string): string[] =>
  [...pattern].reduce<string[]>(
    (texts, code) =>
      texts.flatMap((text) => [...(POSITION_ALPHABETS[code] ?? '')].map((character) => text + character)),
    [''],
  );

const bestOf = (scores: LineScores, texts: readonly string[]) =>
  Math.max(...texts.map((text) => scoreOf(scores, text)));

describe('decoding', () => {
  test('C-50 finds the best of all texts that the alphabets admit', () => {
    fc.assert(
      fc.property(scoresOf(6), (scores) => {
        const decoded = decodeLine(scores, 'sIr');
        const texts = textsOf('sIr');
        expect(texts).toContain(decoded?.text);
        expect((decoded?.score ?? 0) * 3).toBeCloseTo(bestOf(scores, texts), 3);
        expect(scoreOf(scores, decoded?.text ?? '')).toBeCloseTo(bestOf(scores, texts), 3);
      }),
    );
  });

  test('C-50 with a check finds the best of the texts that meet it, and charges what it costs', () => {
    const checks: LineCheck[] = [{ start: 1, end: 3, at: 3 }];
    const pattern = 'snnns';
    const meeting = textsOf(pattern).filter((text) => checkDigit(text.slice(1, 3)) === Number(text[3]));
    fc.assert(
      fc.property(scoresOf(7), (scores) => {
        const free = decodeLine(scores, pattern);
        const bound = decodeLine(scores, pattern, checks);
        expect(meeting).toContain(bound?.text);
        expect((bound?.score ?? 0) * 5).toBeCloseTo(bestOf(scores, meeting), 3);
        expect(bound?.score ?? 0).toBeLessThanOrEqual((free?.score ?? 0) + 1e-6);
      }),
      { numRuns: 20 },
    );
  });

  test('a filler counts as the check digit 0, and a letter never as one', () => {
    const scores = lineScores('A<', 2);
    expect(decodeLine(scores, 'Nx', [{ start: 0, end: 1, at: 1 }])?.text).toMatch(/^(0|<)(0|<)$/);
    expect(decodeLine(lineScores('AA', 2), 'aa', [{ start: 0, end: 1, at: 1 }])?.text).toMatch(/^.<$/);
  });

  test('a clear line of any length and speed is read back, repeated characters included', () => {
    const text = fc.array(fc.constantFrom(...MRZ_CHARACTERS), { minLength: 1, maxLength: 44 });
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 4 }), (characters, pace) => {
        const decoded = decodeLine(lineScores(characters.join(''), pace), 'x'.repeat(characters.length));
        expect(decoded?.text).toBe(characters.join(''));
        expect(decoded?.confidence).toBeGreaterThan(0.9);
        expect(decoded?.score).toBeLessThanOrEqual(0);
      }),
    );
  });

  test('a look-alike that the position does not admit casts no doubt; one that it admits does', () => {
    const scores = lineScores('S0N', 3, [{ at: 1, instead: 'O', nats: 3 }]);
    const letters = decodeLine(scores, 'aaa');
    expect(letters?.text).toBe('SON');
    expect(letters?.weakest).toBeGreaterThan(0.99);
    const any = decodeLine(scores, 'xxx');
    expect(any?.text).toBe('S0N');
    expect(any?.weakest).toBeCloseTo(1 / (1 + Math.exp(-3)), 3);
  });

  test('no text is found beyond what it may cost, and the cost is told', () => {
    const scores = lineScores('S0N', 3, [{ at: 1, instead: 'O', nats: 3 }]);
    expect(decodeLine(scores, 'xxx')?.cost).toBeCloseTo(0, 3);
    expect(decodeLine(scores, 'aaa')?.cost).toBeCloseTo(3, 3);
    expect(decodeLine(scores, 'aaa', [], 3.1)?.text).toBe('SON');
    expect(decodeLine(scores, 'aaa', [], 2.9)).toBeUndefined();
  });

  test('the likeliest classes are read without any length', () => {
    expect(likeliest(lineScores('AA<0', 3))).toEqual({ text: 'AA<0', confidence: expect.closeTo(0.96, 5) });
    expect(likeliest({ steps: 0, logs: new Float32Array() })).toEqual({ text: '', confidence: 0 });
  });

  test('a line shorter in time than its length cannot be decoded', () => {
    expect(decodeLine(lineScores('A', 2), 'xxx')).toBeUndefined();
    expect(decodeLine({ steps: 0, logs: new Float32Array() }, 'x')).toBeUndefined();
  });

  test('a full line with check digits takes milliseconds', () => {
    const scores = lineScores('L898902C36UTO7408122F1204159ZE184226B<<<<<10');
    const pattern = `${'x'.repeat(9)}Naaa${'N'.repeat(7)}s${'N'.repeat(7)}${'x'.repeat(14)}NN`;
    const checks = [
      { start: 0, end: 9, at: 9 },
      { start: 13, end: 19, at: 19 },
      { start: 21, end: 27, at: 27 },
      { start: 28, end: 42, at: 42 },
    ];
    const times = Array.from({ length: 9 }, () => {
      const start = performance.now();
      expect(decodeLine(scores, pattern, checks)?.text).toBe('L898902C36UTO7408122F1204159ZE184226B<<<<<10');
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(20);
  });
});
