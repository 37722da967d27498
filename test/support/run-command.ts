import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the `selfsame` command as a user would, through its launcher, in this environment and no other; compiled once for all. */
export function runCommand(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const launcher = join(import.meta.dirname, '../../bin/selfsame.js');
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, [launcher, ...args], { env: { PATH, NODE_COMPILE_CACHE, ...environment } });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (chunk: Buffer) => {
      output[name] += chunk;
    });
  return new Promise((ended) => child.on('close', (code) => ended({ code, ...output })));
}
