import { spawn } from 'node:child_process';
import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { FolderInUseError, lockFolder } from '../../../local/folder-lock.ts';
import { readIdentity, writeIdentity } from '../../../local/identity.ts';

const folder = (): string => join(mkdtempSync(join(tmpdir(), 'cloud-')), 'data');
const module = pathToFileURL(join(import.meta.dirname, '../../../local/folder-lock.ts')).href;

/** A process that holds the lock until it is killed. */
async function holder(data: string) {
  const code = `import { lockFolder } from '${module}'; lockFolder(${JSON.stringify(data)}); console.log('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child;
}

test('a folder in use is refused with the process named, and taken over after kill -9', async () => {
  const data = folder();
  const child = await holder(data);
  expect(() => lockFolder(data)).toThrow(FolderInUseError);
  expect(() => lockFolder(data)).toThrow(`in use by process ${child.pid}`);
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
  const release = lockFolder(data);
  release();
});

test('a folder given back can be taken again; it is nobody else’s to read', () => {
  const data = folder();
  lockFolder(data)();
  lockFolder(data)();
  expect(statSync(data).mode & 0o777).toBe(0o700);
});

test('an identity is random, kept, and readable by its owner only', () => {
  const data = folder();
  lockFolder(data)();
  const first = readIdentity(data);
  expect(first.port).toBe(0);
  expect(readIdentity(data).secretAccessKey).not.toBe(first.secretAccessKey);
  writeIdentity(data, { ...first, port: 4566 });
  expect(readIdentity(data)).toEqual({ ...first, port: 4566 });
  expect(statSync(join(data, 'cloud.json')).mode & 0o777).toBe(0o600);
});
