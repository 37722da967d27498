/** Milliseconds by stage. One stopwatch per reading; it is handed down to what it measures. */
import type { Stages } from '../domain/evidence.ts';

export interface Stopwatch {
  /** Runs `work` and adds its wall-clock time to the stage, also when it throws. */
  time<T>(stage: string, work: () => T | Promise<T>): Promise<T>;
  stages(): Stages;
}

export function startStopwatch(): Stopwatch {
  const spent: Record<string, number> = {};
  return {
    async time(stage, work) {
      const start = performance.now();
      try {
        return await work();
      } finally {
        spent[stage] = (spent[stage] ?? 0) + performance.now() - start;
      }
    },
    stages: () => ({ ...spent }),
  };
}

/** The time spent in both, stage by stage. */
export const sumStages = (a: Stages, b: Stages): Stages =>
  Object.fromEntries(Object.keys({ ...a, ...b }).map((stage) => [stage, (a[stage] ?? 0) + (b[stage] ?? 0)]));
