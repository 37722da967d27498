import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

interface LocalFile {
  readonly url: string;
  readonly adminKey: string;
  readonly pid: number;
  readonly tenant: { id: string; keys: Record<string, string>; signingSecret: string; webhookSecret: string };
}

const data = join(mkdtempSync(join(tmpdir(), 'npm-start-')), 'data');
const localFile = join(data, 'local.json');
const main = join(import.meta.dirname, '../../bin/local.ts');
const children: ChildProcess[] = [];

/** `npm start` without npm; `exit` resolves with what it left. */
function start(...commandLine: string[]) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...commandLine], {
    env: { ...process.env, SELFSAME_DATA: data, PORT: '0', SELFSAME_MODELS_OFFLINE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const output = { log: '', text: '' };
  child.stdout.on('data', (chunk) => {
    output.log += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.text += chunk;
  });
  const exit = new Promise<{ code: number | null; log: string; text: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, ...output }));
  });
  return { child, exit, output };
}

async function ready(running: ReturnType<typeof start>): Promise<LocalFile> {
  let ended = false;
  running.exit.then(() => {
    ended = true;
  });
  await expect.poll(() => existsSync(localFile) || ended, { timeout: 100_000, interval: 50 }).toBe(true);
  if (ended) throw new Error(running.output.text);
  return JSON.parse(readFileSync(localFile, 'utf8'));
}

const getTenant = ({ url, adminKey, tenant }: LocalFile) =>
  fetch(`${url}/v1/admin/tenants/${tenant.id}`, { headers: { authorization: `Bearer ${adminKey}` } });

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

test('S-10 a local run from first start over kill -9 to SIGTERM', { timeout: 120_000 }, async () => {
  const first = start('--set', 'issuer=of-a-test');
  const local = await ready(first);
  expect(statSync(localFile).mode & 0o777).toBe(0o600);
  expect(local.pid).toBe(first.child.pid);
  expect((await getTenant(local)).status).toBe(200);
  expect(first.output.text).toContain(local.tenant.keys.skLive);

  const second = await start().exit;
  expect(second.code).toBe(1);
  expect(second.text).toContain(`is in use by process ${first.child.pid}`);
  expect((await getTenant(local)).status).toBe(200);

  first.child.kill('SIGKILL');
  const { log } = await first.exit;
  for (const secret of [local.adminKey, local.tenant.webhookSecret, ...Object.values(local.tenant.keys)])
    expect(log).not.toContain(secret);
  for (const line of log.trim().split('\n')) expect(() => JSON.parse(line), line).not.toThrow();

  const resumed = start();
  await expect.poll(() => existsSync(localFile), { timeout: 30_000 }).toBe(false);
  const again = await ready(resumed);
  expect({ ...again, url: '', pid: 0 }).toEqual({ ...local, url: '', pid: 0 });
  expect((await getTenant(again)).status).toBe(200);
  expect(resumed.output.text).not.toContain(local.tenant.keys.skLive);

  resumed.child.kill('SIGTERM');
  expect((await resumed.exit).code).toBe(0);
  expect(existsSync(localFile)).toBe(false);
  await expect(fetch(again.url)).rejects.toThrow();
});

test.each([
  ['webhooks.retrys=1', '--set webhooks.retrys: is not a value of the configuration'],
  ['intentTtlSeconds=soon', '--set intentTtlSeconds: expected a number, got "soon"'],
])('--set %s is refused in words', async (override, message) => {
  const { code, text } = await start('--set', override).exit;
  expect([code, text.trim()]).toEqual([1, message]);
});
