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

/** `count` of the items, each as likely, in their order; all of them where there are no more. */
export function sample<T>(items: readonly T[], count: number, random: Random): T[] {
  let wanted = Math.min(count, items.length);
  return items.filter((_, i) => {
    const taken = random() * (items.length - i) < wanted;
    if (taken) wanted -= 1;
    return taken;
  });
}
