import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { sampleFunction } from './sample-function.ts';

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('function processes end by themselves when their host is killed with -9', async () => {
  const spec = sampleFunction('export const handler = async () => process.pid;');
  const host = join(spec.taskRoot, 'host.ts');
  const module = pathToFileURL(join(import.meta.dirname, '../../../local/lambda/functions.ts')).href;
  writeFileSync(
    host,
    `import { createFunctions } from '${module}';
     const functions = createFunctions([${JSON.stringify(spec)}], { region: 'r', limits: 'local',
       credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, endpoint: () => 'http://127.0.0.1:1' });
     console.log((await functions.invoke('sample', {})).payload);
     setInterval(() => undefined, 1000);`,
  );
  const child = spawn(process.execPath, [host], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pid = await new Promise<number>((resolve) => child.stdout.once('data', (data) => resolve(Number(data))));
  expect(exists(pid)).toBe(true);
  child.kill('SIGKILL');
  await expect.poll(() => exists(pid), { timeout: 5000 }).toBe(false);
});
