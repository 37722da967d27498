/** Numbers in [0, 1). */
export type Random = () => number;

/** The same seed gives the same numbers. Mulberry32: good enough to draw samples, and for nothing secret. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` of the `of` items that there are, each as likely, in their order; all of them where there are no more. */
export function* sample<T>(items: Iterable<T>, of: number, count: number, random: Random): Generator<T> {
  let [left, wanted] = [of, count];
  for (const item of items) {
    if (random() * left-- >= wanted) continue;
    wanted -= 1;
    yield item;
  }
}
