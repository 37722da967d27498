import type { Clock } from '../ports/system.ts';

export interface Steps {
  /** The same call; from its first start to its last end is that step's time. */
  readonly timed: <A extends unknown[], T>(
    step: string,
    call: (...args: A) => Promise<T>,
  ) => (...args: A) => Promise<T>;
  /** Milliseconds by step. */
  readonly taken: () => Readonly<Record<string, number>>;
}

/** Times the ports that one call uses, so that no use case has to know of it. */
export function startSteps(clock: Clock): Steps {
  const began: Record<string, number> = {};
  const taken: Record<string, number> = {};
  return {
    timed:
      (step, call) =>
      async (...args) => {
        began[step] ??= clock.now();
        try {
          return await call(...args);
        } finally {
          taken[step] = clock.now() - (began[step] ?? 0);
        }
      },
    taken: () => ({ ...taken }),
  };
}
