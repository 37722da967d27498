import { availableParallelism } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { Invocation } from './execution-environment.ts';
import { createPool, type FunctionPool } from './function-pool.ts';
import type { FunctionHost, FunctionSpec } from './function-spec.ts';
import type { FunctionError } from './protocol.ts';

export interface FunctionsOptions extends FunctionHost {
  /** `aws`: 6 MB of JSON each way and the function's memory as heap; `local`: room for the largest local upload. */
  readonly limits: 'aws' | 'local';
  readonly log?: (line: string, functionName: string) => void;
  /** Most processes of one function; the template's reserved concurrency can only lower it. */
  readonly concurrency?: (spec: FunctionSpec) => number;
  /** Processes of one function that `warm` starts. Default 0. */
  readonly prewarm?: (spec: FunctionSpec) => number;
  readonly growAfterMs?: number;
  readonly idleMs?: number;
  readonly maxQueued?: number;
  readonly initTimeoutMs?: number;
  /** Delays before an asynchronous invocation that failed is tried again. Lambda's are 1 and 2 minutes. */
  readonly retryDelaysMs?: readonly number[];
}

/** Lambda: functions by name or ARN. */
export interface Functions {
  /** Never rejects: failures of the function and refusals are values. */
  readonly invoke: (nameOrArn: string, event: unknown, signal?: AbortSignal) => Promise<Invocation>;
  /**
   * Invokes as an event source does that expects no answer: again after a failure, with delays; what then still fails is
   * logged and given up. Rejects only when the functions are closed first, so that the source keeps the event.
   */
  readonly invokeAsync: (nameOrArn: string, event: unknown) => Promise<void>;
  readonly find: (nameOrArn: string) => FunctionSpec | undefined;
  /** Most events that the function works on at one time. */
  readonly concurrency: (nameOrArn: string) => number;
  readonly warm: () => Promise<void>;
  readonly processIds: () => readonly number[];
  readonly close: (graceMs: number) => Promise<void>;
}

const awsPayload = 6_291_556;
/** 64 MB of upload in base64, with its event around it. */
const localPayload = 160 * 1024 * 1024;

/** `arn:aws:lambda:region:account:function:name[:qualifier]` or a name → the name. */
function functionName(nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? (nameOrArn.split(':')[6] ?? nameOrArn) : nameOrArn;
}

function defaultConcurrency(spec: FunctionSpec): number {
  // An image function computes, so more processes than processors only make each slower; but two at least, so that one
  // event that takes its whole timeout blocks nobody else's.
  return spec.image ? Math.max(2, Math.floor(availableParallelism() / 2)) : 4;
}

export function createFunctions(specs: readonly FunctionSpec[], options: FunctionsOptions): Functions {
  const log = options.log ?? ((line) => process.stdout.write(`${line}\n`));
  const concurrency = options.concurrency ?? defaultConcurrency;
  const maxPayload = options.limits === 'aws' ? awsPayload : localPayload;
  const retryDelays = options.retryDelaysMs ?? [60_000, 120_000];
  const closing = new AbortController();

  const most = (spec: FunctionSpec): number =>
    Math.min(concurrency(spec), spec.reservedConcurrency ?? Number.POSITIVE_INFINITY);

  const pools = new Map<string, FunctionPool>(
    specs.map((spec) => [
      spec.name,
      createPool(spec, {
        ...options,
        log,
        limitMemory: options.limits === 'aws',
        initTimeoutMs: options.initTimeoutMs ?? Math.max(30_000, spec.timeoutMs),
        concurrency: most(spec),
        prewarm: options.prewarm?.(spec) ?? 0,
        // Loading models costs a second of processor time, which the running event would miss.
        growAfterMs: options.growAfterMs ?? (spec.image ? 1000 : 50),
        idleMs: options.idleMs ?? 300_000,
        maxQueued: options.maxQueued ?? 1000,
      }),
    ]),
  );

  async function invoke(nameOrArn: string, event: unknown, signal?: AbortSignal): Promise<Invocation> {
    const pool = pools.get(functionName(nameOrArn));
    if (!pool) {
      const error = { errorType: 'ResourceNotFoundException', errorMessage: `Function not found: ${nameOrArn}` };
      return { ok: false, error };
    }
    const payload = JSON.stringify(event) ?? 'null';
    const size = Buffer.byteLength(payload);
    if (size > maxPayload) {
      const errorMessage = `${size} byte payload is too large for the Invoke operation (limit ${maxPayload} bytes)`;
      return { ok: false, error: { errorType: 'RequestEntityTooLargeException', errorMessage } };
    }
    const invocation = await pool.invoke(payload, signal);
    if (invocation.ok && Buffer.byteLength(invocation.payload) > maxPayload) {
      const errorMessage = `Response payload size exceeded maximum allowed payload size (${maxPayload} bytes).`;
      return { ok: false, error: { errorType: 'Function.ResponseSizeTooLarge', errorMessage } };
    }
    if (!invocation.ok && /^(Sandbox\.Timedout|Runtime\.ExitError)$/.test(invocation.error.errorType))
      log(
        JSON.stringify({ level: 'ERROR', message: 'function failed', function: pool.spec.name, ...invocation.error }),
        pool.spec.name,
      );
    return invocation;
  }

  async function invokeAsync(nameOrArn: string, event: unknown): Promise<void> {
    for (const delay of [...retryDelays, undefined]) {
      const invocation = await invoke(nameOrArn, event);
      if (invocation.ok) return;
      if (delay === undefined) return giveUp(functionName(nameOrArn), invocation.error);
      // Rejects when the functions close.
      await wait(delay, undefined, { signal: closing.signal, ref: false });
    }
  }

  function giveUp(name: string, { errorType, errorMessage }: FunctionError): void {
    const entry = { level: 'ERROR', message: 'event given up', function: name, errorType, errorMessage };
    log(JSON.stringify(entry), name);
  }

  return {
    invoke,
    invokeAsync,
    find: (nameOrArn) => pools.get(functionName(nameOrArn))?.spec,
    concurrency: (nameOrArn) => {
      const spec = pools.get(functionName(nameOrArn))?.spec;
      return spec ? most(spec) : 0;
    },
    warm: async () => {
      // One function after another: many cold starts at once take longer than the same ones in a row.
      for (const pool of pools.values()) await pool.warm();
    },
    processIds: () => [...pools.values()].flatMap((pool) => pool.processIds()),
    close: async (graceMs) => {
      closing.abort();
      await Promise.all([...pools.values()].map((pool) => pool.close(graceMs)));
    },
  };
}
