import { SingleBar } from 'cli-progress';

/** Tells on a terminal what goes on; silent where stderr is none, and for `--json`. */
export interface Progress {
  tell(step: string): void;
  stop(): void;
}

const TICK_MS = 100;

/** @param steps in their order: how far along each is */
export function startProgress(label: string, steps: readonly string[], silent: boolean): Progress {
  if (silent || !process.stderr.isTTY) return { tell: () => {}, stop: () => {} };
  const bar = new SingleBar({
    format: '{label} [{bar}] {step} {seconds} s',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    stream: process.stderr,
  });
  const began = performance.now();
  const seconds = (): string => ((performance.now() - began) / 1000).toFixed(1);
  bar.start(steps.length - 1, 0, { label, step: steps[0], seconds: seconds() });
  const clock = setInterval(() => bar.update({ seconds: seconds() }), TICK_MS);
  return {
    tell: (step) => bar.update(Math.max(steps.indexOf(step), 0), { step, seconds: seconds() }),
    stop() {
      clearInterval(clock);
      bar.stop();
    },
  };
}
