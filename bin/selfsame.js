#!/usr/bin/env node
/** `npx selfsame`: runs selfsame.ts, with Node 24 of this project where the machine's own Node is older. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';

const recent = Number(process.versions.node.split('.')[0]) >= 24;
const node = recent ? process.execPath : join(import.meta.dirname, '../node_modules/.bin/node');
const program = join(import.meta.dirname, 'selfsame.ts');

const child = spawn(node, ['--disable-warning=ExperimentalWarning', program, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
/** @type {NodeJS.Signals[]} */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
for (const signal of signals) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`selfsame: Node 24 cannot be run (${error.message}). "npm ci" in the project installs it.`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0)));
