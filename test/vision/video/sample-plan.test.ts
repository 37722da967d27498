import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CodedPicture, samplePlan } from '../../../lambdas/vision/video/sample-plan.ts';

/** Pictures of a video at so many a second, with a key frame every so many. */
const video = (pictures: number, fps: number, keyEvery: number): CodedPicture[] =>
  Array.from({ length: pictures }, (_, i) => ({ atMs: (i * 1000) / fps, key: i % keyEvery === 0 }));

describe('which pictures of a video are looked at', () => {
  test('so many, evenly over the whole of it', () => {
    const { windows } = samplePlan(video(151, 30, 30), 10, 0);
    const middles = windows.map(({ from, to }) => (from + to) / 2);
    const even = [250, 750, 1250, 1750, 2250, 2750, 3250, 3750, 4250, 4750];
    // A picture of thirty in a second is at most half of one away.
    for (const [place, middle] of middles.entries()) expect(Math.abs(middle - (even[place] ?? 0))).toBeLessThan(17);
    expect(middles).toHaveLength(10);
  });

  test.each([
    [2, 16, 400, 8],
    [5, 16, 400, 12],
    [30, 16, 400, 16],
    [5, 12, 0, 12],
  ])('of %d s, at most %d and %d ms apart: %d', (seconds, most, everyMs, count) => {
    expect(samplePlan(video(seconds * 30 + 1, 30, 30), most, everyMs).windows).toHaveLength(count);
  });

  test('what is decoded reaches back to a key frame, and where those are close little is', () => {
    const far = samplePlan(video(300, 30, 300), 8, 0);
    expect(far.needed.filter(Boolean).length).toBeGreaterThan(270);
    const close = samplePlan(video(300, 30, 5), 8, 0);
    expect(close.needed.filter(Boolean).length).toBeLessThan(70);
  });

  test('whatever a file says of its pictures: every window has one, and each of those can be decoded', () => {
    const coded = fc.array(fc.record({ atMs: fc.double({ min: 0, max: 60_000, noNaN: true }), key: fc.boolean() }), {
      minLength: 1,
      maxLength: 100,
    });
    fc.assert(
      fc.property(coded, fc.integer({ min: 1, max: 24 }), fc.constantFrom(0, 400), (pictures, most, everyMs) => {
        const first = pictures.map((one, i) => (i === 0 ? { ...one, key: true } : one));
        const { windows, needed } = samplePlan(first, most, everyMs);
        expect(windows.length).toBeLessThanOrEqual(most);
        for (const { from, to } of windows) {
          const within = first.flatMap(({ atMs }, place) => (atMs >= from && atMs <= to ? [place] : []));
          expect(within.length).toBeGreaterThan(0);
          for (const place of within) {
            const key = first.findLastIndex(({ key }, i) => key && i <= place);
            expect(needed.slice(key, place + 1).every(Boolean)).toBe(true);
          }
        }
      }),
    );
  });
});
