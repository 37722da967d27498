import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const outdir = mkdtempSync(join(tmpdir(), 'selfsame-app-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

/** Runs the app as `cdk synth -c name=value …` does. */
const synth = (context: Record<string, string>, environment: Record<string, string> = {}) =>
  spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', 'bin/app.ts'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...environment, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context) },
  });

it('cdk synth makes the stage that the context names, with its overrides, without a finding of cdk-nag', () => {
  const { status, stderr } = synth({ stage: 'prod', 'set.webhooks.timeoutSeconds': '7' });
  expect(stderr.split('\n').filter((line) => /error|AwsSolutions/i.test(line))).toEqual([]);
  expect(status).toBe(0);
  expect(readdirSync(outdir)).toContain('Selfsame-prod.assets.json');
  const template = readFileSync(join(outdir, 'Selfsame-prod.template.json'), 'utf8');
  expect(template).toContain(String.raw`\"timeoutSeconds\":7`);
  expect(template).toContain('"DeletionPolicy": "Retain"');
}, 60_000);

it.each([
  [{ stage: 'staging' }, 'stage: expected one of dev, prod, got "staging"'],
  [{ 'set.webhooks.timeout': '7' }, 'webhooks.timeout: is not a value of the configuration'],
  [{ 'set.stack.sweepSchedule': 'rate(5 seconds)' }, 'stack.sweepSchedule: EventBridge Scheduler counts in minutes'],
])('cdk synth refuses %j and says why', (context, message) => {
  const { status, stderr } = synth(context);
  expect(status).not.toBe(0);
  expect(stderr).toContain(message);
});

it('FACE_ENGINE is short for set.faceEngine, which wins over it', () => {
  const guessed = synth({}, { FACE_ENGINE: 'guess' });
  expect(guessed.status).not.toBe(0);
  expect(guessed.stderr).toContain('faceEngine: ');
  const won = synth({ 'set.faceEngine': 'onnx', 'set.intentTtlSeconds': '0' }, { FACE_ENGINE: 'guess' });
  expect(won.stderr).not.toContain('faceEngine: ');
  expect(won.stderr).toContain('intentTtlSeconds: ');
});
