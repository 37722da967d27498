import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

export interface Rehearsal {
  /** What CMD names: `handlers/examine.handler`. */
  readonly command: string;
  /** The last WORKDIR, below the folder that played the image's root. */
  readonly workdir: string;
}

/** Instructions with continued lines joined and comments left out. */
const instructions = (text: string): [string, string][] =>
  text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line.trim()) ?? [];
      return [name, rest];
    });

/**
 * Plays a Dockerfile without an engine: COPY, RUN and WORKDIR happen below `root`, an empty folder in place of the base image's `/`.
 * @throws on an instruction that it does not know, and on a command that fails.
 */
export function rehearse(context: string, root: string, env: Record<string, string>): Rehearsal {
  let workdir = root;
  let command: string | undefined;
  for (const [name, rest] of instructions(readFileSync(join(context, 'Dockerfile'), 'utf8'))) {
    if (name === 'FROM') continue;
    if (name === 'WORKDIR') {
      workdir = join(root, rest);
      mkdirSync(workdir, { recursive: true });
    } else if (name === 'COPY') {
      const parts = rest.split(/\s+/);
      const target = join(workdir, parts.pop() ?? '');
      for (const part of parts) {
        const source = join(context, part);
        // As Docker does: a folder's content goes into the target, a file goes below it.
        cpSync(source, statSync(source).isDirectory() ? target : join(target, basename(part)), { recursive: true });
      }
    } else if (name === 'RUN') {
      execFileSync('/bin/sh', ['-ec', rest], { cwd: workdir, env, stdio: 'pipe' });
    } else if (name === 'CMD') {
      [command] = JSON.parse(rest) as string[];
    } else {
      throw new Error(`Dockerfile: ${name} is not rehearsed`);
    }
  }
  if (command === undefined) throw new Error('Dockerfile: no CMD');
  return { command, workdir };
}
