const FIRST_MS = 500;
const LONGEST_MS = 8000;

/** How long to wait before try `attempt` (from 1): doubles, and differs from page to page. @param unit 0..1, at random */
export const backoffMs = (attempt: number, unit: number): number =>
  Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1)) * (0.5 + unit / 2);

/** Resolves after `ms`, or as soon as the network is back, whichever is first. */
export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      removeEventListener('online', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    addEventListener('online', done);
  });
