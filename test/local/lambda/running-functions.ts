import { onTestFinished } from 'vitest';
import type { FunctionSpec } from '../../../local/lambda/function-spec.ts';
import type { FunctionsOptions } from '../../../local/lambda/functions.ts';
import { type TestFunctions, testFunctions } from './sample-function.ts';

/** Functions that are closed when the test is over. */
export function start(specs: FunctionSpec[], options: Partial<FunctionsOptions> = {}): TestFunctions {
  const functions = testFunctions(specs, options);
  onTestFinished(() => functions.close(0));
  return functions;
}

export const echo = 'export const handler = async (event) => event;';

/** Takes `ms` and answers which process it runs in. */
export const sleeper =
  'export const handler = async ({ ms }) => { await new Promise((r) => setTimeout(r, ms)); return process.pid; };';
