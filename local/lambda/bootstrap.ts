/**
 * Runs inside a function's own process: `node bootstrap.ts <handler file> <export path>`. Imports the handler once, then
 * answers one event at a time. It imports no other file of the project, so that a function sees nothing of its host.
 */
import { pathToFileURL } from 'node:url';
import type { FunctionError, InvokeMessage, ProcessMessage } from './protocol.ts';

type Handler = (event: unknown, context: object) => unknown;

// The host's own business, which no function finds in Lambda.
delete process.env.NODE_COMPILE_CACHE;

// A terminal's Ctrl-C and a supervisor's SIGTERM reach the whole group; the host decides when a function ends.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.on('disconnect', () => process.exit(0));

const [, , handlerFile = '', exportPath = ''] = process.argv;
let current: InvokeMessage | undefined;

function describe(thrown: unknown): FunctionError {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown) };
  const trace = (thrown.stack ?? '').split('\n').slice(0, 50);
  return { errorType: thrown.name, errorMessage: thrown.message, trace };
}

function send(message: ProcessMessage, then?: () => void): void {
  process.send?.(message, () => then?.());
}

/** Reports to whoever waits, then ends: after such an error Lambda starts a fresh environment too. */
function fail(errorType: string, thrown: unknown): void {
  const error = { ...describe(thrown), errorType };
  console.error(thrown);
  const message: ProcessMessage = current
    ? { type: 'error', requestId: current.requestId, error, fatal: true }
    : { type: 'init-error', error };
  send(message, () => process.exit(1));
}

process.on('uncaughtException', (error) => fail('Runtime.UncaughtException', error));
process.on('unhandledRejection', (reason) => fail('Runtime.UnhandledPromiseRejection', reason));

async function loadHandler(): Promise<Handler> {
  let found: unknown = await import(pathToFileURL(handlerFile).href);
  const steps = exportPath.split('.');
  // CommonJS exports that Node could not see statically are on `default`.
  if (!Object.hasOwn(found as object, steps[0] ?? '')) found = (found as { default?: unknown }).default;
  for (const step of steps) found = (found as Record<string, unknown> | undefined)?.[step];
  if (typeof found !== 'function') {
    throw Object.assign(new Error(`${exportPath} is undefined or not a function in ${handlerFile}`), {
      name: 'Runtime.HandlerNotFound',
    });
  }
  return found as Handler;
}

function contextOf(message: InvokeMessage): object {
  const env = process.env;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: undefined,
    identity: undefined,
    invokedFunctionArn: message.functionArn,
    awsRequestId: message.requestId,
    getRemainingTimeInMillis: () => Math.max(0, message.deadline - Date.now()),
  };
}

function marshal(result: unknown): string {
  try {
    // A handler that returns nothing answers null.
    return JSON.stringify(result) ?? 'null';
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw Object.assign(new Error(`Unable to stringify response body: ${message}`), { name: 'Runtime.MarshalError' });
  }
}

async function answer(handler: Handler, message: InvokeMessage): Promise<void> {
  current = message;
  process.env._X_AMZN_TRACE_ID = message.traceId;
  let reply: ProcessMessage;
  try {
    const result = await handler(JSON.parse(message.event), contextOf(message));
    reply = { type: 'result', requestId: message.requestId, payload: marshal(result) };
  } catch (error) {
    console.error(error);
    reply = { type: 'error', requestId: message.requestId, error: describe(error) };
  }
  current = undefined;
  send(reply);
}

try {
  const handler = await loadHandler();
  process.on('message', (message) => void answer(handler, message as InvokeMessage));
  send({ type: 'ready' });
} catch (error) {
  console.error(error);
  send({ type: 'init-error', error: describe(error) }, () => process.exit(1));
}
