import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';
import { specimen } from '../../bin/specimen/specimen.ts';
import { portrait, selfie } from '../support/faces.ts';

const service = inject('service');

test("the README's first verification works as it is written", async () => {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  const script = /test\/contracts\/readme\.test\.ts -->\n```sh\n(.+?)```/s.exec(readme)?.[1] ?? '';
  expect(script).toContain('http://127.0.0.1:3000');

  const folder = mkdtempSync(join(tmpdir(), 'selfsame-readme-'));
  try {
    mkdirSync(join(folder, '.selfsame'));
    writeFileSync(join(folder, '.selfsame/local.json'), readFileSync(join(service.data, 'local.json')));
    writeFileSync(join(folder, 'document.jpg'), await specimen({ portrait: await portrait('ana') }));
    writeFileSync(join(folder, 'selfie.jpg'), await selfie('ana'));
    const here = script.replaceAll('http://127.0.0.1:3000', service.url);
    await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', here], { cwd: folder });
    const verdict = JSON.parse(readFileSync(join(folder, 'verdict.json'), 'utf8'));
    expect(verdict).toMatchObject({ status: 'completed', verdict: expect.stringMatching(/approved|review/) });
    expect(verdict.scores.faceMatch).toBeGreaterThan(80);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
