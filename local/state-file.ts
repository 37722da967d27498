import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** Writes JSON that only this user can read. A reader sees the old file or the new one, never half of either. */
export function writeState(path: string, value: unknown): void {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, path);
}

/** The JSON in a file; undefined where there is none. @throws Error that names a file that holds no JSON. */
export function readState(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${path} is damaged: it holds no JSON.`, { cause: error });
  }
}
