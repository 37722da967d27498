import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { StageConfig } from './config.ts';
import type { BundleSource } from './project-source.ts';

const projectRoot = resolve(import.meta.dirname, '..');

/** Folders whose files end up in the template or in a function. */
const SOURCES = ['lambdas', 'layers', 'lib', 'models'];

const MARK = 'inputs.sha256';

/**
 * Names everything that an assembly is made of, so that a start on unchanged sources need not bundle and synthesize again: the
 * configuration, our own files by content, packages by the lock file, models by size and time, and the version of Node.
 * @param root the project; default: this one
 */
export function assemblyInputs(config: StageConfig, source: BundleSource, root = projectRoot): string {
  const hash = createHash('sha256').update(JSON.stringify([process.version, config]));
  const files = SOURCES.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  for (const file of [...files.toSorted(), source.lockfile]) {
    hash.update(`\0${relative(root, file)}\0`).update(readFileSync(file));
  }
  for (const model of source.models) {
    const { size, mtimeMs } = statSync(model);
    hash.update(`\0${model}\0${size}\0${mtimeMs}`);
  }
  return hash.digest('hex');
}

/** Whether the assembly in `directory` was finished, from just these inputs. */
export function isMadeFrom(inputs: string, directory: string): boolean {
  const mark = join(directory, MARK);
  return existsSync(mark) && readFileSync(mark, 'utf8') === inputs;
}

/** Before an assembly is made: what is there is no longer whole. */
export const forgetInputs = (directory: string): void => rmSync(join(directory, MARK), { force: true });

/** After it was made. */
export const rememberInputs = (inputs: string, directory: string): void => writeFileSync(join(directory, MARK), inputs);
