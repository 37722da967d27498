/** Wakes those who wait for messages: a send, a changed visibility, a delete that unblocks a FIFO group. */
export interface Arrivals {
  readonly notify: (queue: number) => void;
  /** Resolves at the next notification, after `milliseconds`, or when `signal` aborts; never rejects. */
  readonly wait: (queue: number, milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

export function createArrivals(): Arrivals {
  const waiting = new Map<number, Set<() => void>>();
  return {
    notify: (queue) => {
      const waiters = waiting.get(queue);
      waiting.delete(queue);
      for (const wake of waiters ?? []) wake();
    },
    wait: (queue, milliseconds, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const waiters = waiting.get(queue) ?? new Set();
        waiting.set(queue, waiters);
        const wake = () => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', wake);
          waiters.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, milliseconds);
        signal?.addEventListener('abort', wake, { once: true });
        waiters.add(wake);
      }),
  };
}
