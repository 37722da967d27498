import {
  type EnvironmentOptions,
  type ExecutionEnvironment,
  type Invocation,
  startEnvironment,
} from './execution-environment.ts';
import type { FunctionSpec } from './function-spec.ts';
import type { FunctionError } from './protocol.ts';

export interface PoolOptions extends EnvironmentOptions {
  /** Most processes of this function at one time; events beyond wait. */
  readonly concurrency: number;
  /** Processes that are started ahead and kept when idle. */
  readonly prewarm: number;
  /** How long events wait for a busy process before one more is started: a start costs more than most events. */
  readonly growAfterMs: number;
  /** Idle time after which a process ends. */
  readonly idleMs: number;
  /** Events that may wait; more are refused. */
  readonly maxQueued: number;
}

/** All processes of one function, and the events that wait for one. */
export interface FunctionPool {
  readonly spec: FunctionSpec;
  /** Never rejects. An aborted signal takes an event back while it waits; one that runs is finished. */
  readonly invoke: (event: string, signal?: AbortSignal) => Promise<Invocation>;
  /** Starts the prewarmed processes; resolves with the first error of a handler that cannot be imported. */
  readonly warm: () => Promise<FunctionError | undefined>;
  readonly processIds: () => readonly number[];
  /** Takes no more events, lets the others finish for up to `graceMs`, and ends all processes. */
  readonly close: (graceMs: number) => Promise<void>;
}

interface Waiting {
  readonly event: string;
  readonly settle: (invocation: Invocation) => void;
}

const refused = (errorType: string, errorMessage: string): Invocation => ({
  ok: false,
  error: { errorType, errorMessage },
});

export function createPool(spec: FunctionSpec, options: PoolOptions): FunctionPool {
  const all = new Set<ExecutionEnvironment>();
  /** Most recently used last: it is taken first, so that the others can end. */
  const idle: { readonly environment: ExecutionEnvironment; readonly since: number }[] = [];
  const waiting: Waiting[] = [];
  let running = 0;
  let closed = false;
  let growTimer: NodeJS.Timeout | undefined;
  const drained = Promise.withResolvers<void>();

  function start(): ExecutionEnvironment {
    const environment = startEnvironment(spec, options);
    all.add(environment);
    environment.gone.then(() => {
      all.delete(environment);
      const position = idle.findIndex((entry) => entry.environment === environment);
      if (position >= 0) idle.splice(position, 1);
      pump();
    });
    environment.ready.then((error) => {
      if (!error) return release(environment);
      all.delete(environment);
      options.log(
        JSON.stringify({ level: 'ERROR', message: 'function failed to start', function: spec.name, ...error }),
        spec.name,
      );
      // Where another process serves, it takes what waits; else every waiting event meets the same failure.
      if (running + idle.length === 0) for (const { settle } of waiting.splice(0)) settle({ ok: false, error });
      pump();
    });
    return environment;
  }

  function release(environment: ExecutionEnvironment): void {
    if (environment.alive()) idle.push({ environment, since: Date.now() });
    pump();
  }

  function run(environment: ExecutionEnvironment, { event, settle }: Waiting): void {
    running++;
    environment.invoke(event).then((invocation) => {
      running--;
      settle(invocation);
      release(environment);
    });
  }

  function pump(): void {
    while (waiting.length > 0) {
      const environment = idle.pop()?.environment;
      if (!environment) break;
      const next = environment.alive() ? waiting.shift() : undefined;
      if (next) run(environment, next);
    }
    if (waiting.length === 0) {
      clearTimeout(growTimer);
      growTimer = undefined;
      if (closed && running === 0) drained.resolve();
    } else if (all.size === 0) start();
    else if (all.size < options.concurrency) {
      growTimer ??= setTimeout(() => {
        growTimer = undefined;
        if (waiting.length > 0 && all.size < options.concurrency) start();
        pump();
      }, options.growAfterMs);
    }
  }

  const shrink = setInterval(
    () => {
      const before = Date.now() - options.idleMs;
      while (all.size > options.prewarm && idle[0] && idle[0].since < before) {
        const [oldest] = idle.splice(0, 1);
        if (oldest) all.delete(oldest.environment);
        oldest?.environment.stop();
      }
    },
    Math.max(50, options.idleMs / 4),
  );
  shrink.unref();

  return {
    spec,
    invoke: (event, signal) => {
      if (closed) return Promise.resolve(refused('ServiceException', 'The function is shutting down.'));
      if (options.concurrency === 0 || waiting.length >= options.maxQueued)
        return Promise.resolve(refused('TooManyRequestsException', 'Rate Exceeded.'));
      const { promise, resolve } = Promise.withResolvers<Invocation>();
      const entry: Waiting = { event, settle: resolve };
      const onAbort = (): void => {
        const position = waiting.indexOf(entry);
        if (position < 0) return;
        waiting.splice(position, 1);
        resolve(refused('Sandbox.Cancelled', 'The caller went away before the function started.'));
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      promise.then(() => signal?.removeEventListener('abort', onAbort));
      waiting.push(entry);
      pump();
      return promise;
    },
    warm: async () => {
      const count = Math.min(options.prewarm, options.concurrency) - all.size;
      const errors = await Promise.all(Array.from({ length: Math.max(0, count) }, () => start().ready));
      return errors.find((error) => error !== undefined);
    },
    processIds: () => [...all].flatMap(({ pid }) => pid ?? []),
    close: async (graceMs) => {
      closed = true;
      pump();
      const { promise: late, resolve: giveUp } = Promise.withResolvers<void>();
      const timer = setTimeout(giveUp, graceMs);
      await Promise.race([drained.promise, late]);
      clearTimeout(timer);
      clearInterval(shrink);
      clearTimeout(growTimer);
      for (const { settle } of waiting.splice(0)) settle(refused('ServiceException', 'The function was shut down.'));
      const environments = [...all];
      for (const environment of environments) environment.stop();
      await Promise.all(environments.map(({ gone }) => gone));
    },
  };
}
