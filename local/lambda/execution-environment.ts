import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { type FunctionHost, type FunctionSpec, functionEnvironment } from './function-spec.ts';
import { forwardLines } from './output-lines.ts';
import type { FunctionError, InvokeMessage, ProcessMessage } from './protocol.ts';

/** What became of one event: the handler's answer as JSON text, or an error in Lambda's words. */
export type Invocation =
  | { readonly ok: true; readonly payload: string }
  | { readonly ok: false; readonly error: FunctionError };

/** One process that holds one function and serves one event at a time. */
export interface ExecutionEnvironment {
  readonly pid: number | undefined;
  /** Resolves when the handler is imported; resolves with an error when that fails, and then the process is gone. */
  readonly ready: Promise<FunctionError | undefined>;
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>;
  readonly alive: () => boolean;
  /** Never rejects. After a timeout or a crash the environment is dead. */
  readonly invoke: (event: string) => Promise<Invocation>;
  /** Lets the process go; it exits at once. */
  readonly stop: () => void;
}

export interface EnvironmentOptions extends FunctionHost {
  readonly log: (line: string, functionName: string) => void;
  /** Whether the process gets no more heap than the function's memory, as on AWS. */
  readonly limitMemory: boolean;
  /** Longest that importing the handler may take, in milliseconds. */
  readonly initTimeoutMs: number;
}

const bootstrap = fileURLToPath(import.meta.resolve('./bootstrap.ts'));

function startProcess(spec: FunctionSpec, options: EnvironmentOptions): ChildProcess {
  const flags = ['--disable-warning=ExperimentalWarning', '--enable-source-maps'];
  if (options.limitMemory) flags.push(`--max-old-space-size=${spec.memoryMb}`);
  const child = spawn(process.execPath, [...flags, bootstrap, spec.handlerFile, spec.exportPath], {
    cwd: spec.taskRoot,
    env: functionEnvironment(spec, options),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Events travel as JSON text: this way text is not escaped and parsed a second time.
    serialization: 'advanced',
  });
  for (const output of [child.stdout, child.stderr])
    if (output) forwardLines(output, (line) => options.log(line, spec.name));
  return child;
}

function exitError(requestId: string, code: number | null, signal: string | null): FunctionError {
  const how = signal ? `signal: ${signal}` : `exit status ${code}`;
  const errorMessage = `RequestId: ${requestId} Error: Runtime exited with error: ${how}`;
  return { errorType: 'Runtime.ExitError', errorMessage };
}

function timeoutError(requestId: string, timeoutMs: number): FunctionError {
  const seconds = (timeoutMs / 1000).toFixed(2);
  const errorMessage = `${new Date().toISOString()} ${requestId} Task timed out after ${seconds} seconds`;
  return { errorType: 'Sandbox.Timedout', errorMessage };
}

/** Starts a process for the function; it imports the handler at once. */
export function startEnvironment(spec: FunctionSpec, options: EnvironmentOptions): ExecutionEnvironment {
  const child = startProcess(spec, options);
  const ready = Promise.withResolvers<FunctionError | undefined>();
  const gone = Promise.withResolvers<void>();
  let alive = true;
  /** Answered, but on its way out: takes no more events. */
  let doomed = false;
  let pending: { requestId: string; settle: (invocation: Invocation) => void } | undefined;

  const initTimer = setTimeout(() => {
    ready.resolve({
      errorType: 'Sandbox.Timedout',
      errorMessage: `Init timed out after ${(options.initTimeoutMs / 1000).toFixed(2)} seconds`,
    });
    child.kill('SIGKILL');
  }, options.initTimeoutMs);

  const settle = (requestId: string, invocation: Invocation): void => {
    if (pending?.requestId !== requestId) return;
    const { settle: answer } = pending;
    pending = undefined;
    answer(invocation);
  };

  const end = (code: number | null, signal: string | null, cause?: Error): void => {
    if (!alive) return;
    alive = false;
    clearTimeout(initTimer);
    const error = cause ? { errorType: 'Runtime.ExitError', errorMessage: cause.message } : undefined;
    ready.resolve(error ?? exitError(randomUUID(), code, signal));
    if (pending) settle(pending.requestId, { ok: false, error: error ?? exitError(pending.requestId, code, signal) });
    gone.resolve();
  };
  child.once('exit', (code, signal) => end(code, signal));
  // `error` alone, without `exit`, means that the process could not be started (no memory, no file).
  child.on('error', (error) => child.pid === undefined && end(null, null, error));

  child.on('message', (message) => {
    const reply = message as ProcessMessage;
    if (reply.type === 'ready' || reply.type === 'init-error') {
      clearTimeout(initTimer);
      ready.resolve(reply.type === 'ready' ? undefined : reply.error);
    } else if (reply.type === 'result') settle(reply.requestId, { ok: true, payload: reply.payload });
    else {
      doomed ||= reply.fatal === true;
      settle(reply.requestId, { ok: false, error: reply.error });
    }
  });

  return {
    pid: child.pid,
    ready: ready.promise,
    gone: gone.promise,
    alive: () => alive && !doomed && child.connected,
    invoke: (event) => {
      const requestId = randomUUID();
      const { promise, resolve } = Promise.withResolvers<Invocation>();
      const timer = setTimeout(() => {
        doomed = true;
        settle(requestId, { ok: false, error: timeoutError(requestId, spec.timeoutMs) });
        child.kill('SIGKILL');
      }, spec.timeoutMs);
      pending = {
        requestId,
        settle: (invocation) => {
          clearTimeout(timer);
          resolve(invocation);
        },
      };
      const message: InvokeMessage = {
        requestId,
        event,
        deadline: Date.now() + spec.timeoutMs,
        functionArn: spec.arn,
        traceId: `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')};Sampled=0`,
      };
      // A channel that closed meanwhile is followed by `exit`, which settles the invocation.
      child.send(message, (error) => error && settle(requestId, { ok: false, error: exitError(requestId, 1, null) }));
      return promise;
    },
    stop: () => {
      if (child.connected) child.disconnect();
      child.kill('SIGKILL');
    },
  };
}
