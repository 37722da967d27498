import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FunctionSpec } from '../../../local/lambda/function-spec.ts';
import { createFunctions, type Functions, type FunctionsOptions } from '../../../local/lambda/functions.ts';

/** Writes an ESM handler into a folder of its own and describes it as a function. */
export function sampleFunction(code: string, spec: Partial<FunctionSpec> = {}): FunctionSpec {
  const taskRoot = mkdtempSync(join(tmpdir(), 'function-'));
  mkdirSync(taskRoot, { recursive: true });
  writeFileSync(join(taskRoot, 'index.mjs'), code);
  const name = spec.name ?? 'sample';
  return {
    name,
    arn: `arn:aws:lambda:eu-central-1:123456789012:function:${name}`,
    image: false,
    taskRoot,
    handler: 'index.handler',
    handlerFile: join(taskRoot, 'index.mjs'),
    exportPath: 'handler',
    timeoutMs: 3000,
    memoryMb: 128,
    environment: {},
    ...spec,
  };
}

export interface TestFunctions extends Functions {
  /** What the functions printed, in order. */
  readonly lines: string[];
  /** Invokes and parses the answer; throws the function's error as text. */
  readonly call: (name: string, event?: unknown) => Promise<unknown>;
}

export function testFunctions(specs: FunctionSpec[], options: Partial<FunctionsOptions> = {}): TestFunctions {
  const lines: string[] = [];
  const functions = createFunctions(specs, {
    region: 'eu-central-1',
    credentials: { accessKeyId: 'AKIALOCAL', secretAccessKey: 'local' },
    endpoint: () => 'http://127.0.0.1:4566',
    limits: 'local',
    log: (line) => lines.push(line),
    ...options,
  });
  return {
    ...functions,
    lines,
    call: async (name, event = {}) => {
      const invocation = await functions.invoke(name, event);
      if (invocation.ok) return JSON.parse(invocation.payload);
      throw new Error(`${invocation.error.errorType}: ${invocation.error.errorMessage}`);
    },
  };
}
