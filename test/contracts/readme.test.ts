import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';
import { specimen } from '../../bin/specimen/specimen.ts';
import type { Json } from '../support/client.ts';
import { portrait, selfie } from '../support/faces.ts';
import { idPhoto, selfieVideo } from './hosted/media.ts';

const service = inject('service');

const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');

/** Runs the README's script that is marked so, as it is written, in a folder that holds `files` and access to the service. */
async function run(mark: string, files: Readonly<Record<string, Uint8Array>>, answer: string): Promise<Json> {
  const script =
    new RegExp(`run by test/contracts/readme\\.test\\.ts${mark} -->\n\`\`\`sh\n(.+?)\`\`\``, 's').exec(readme)?.[1] ??
    '';
  expect(script).toContain('http://127.0.0.1:3000');
  const folder = mkdtempSync(join(tmpdir(), 'selfsame-readme-'));
  try {
    mkdirSync(join(folder, '.selfsame'));
    writeFileSync(join(folder, '.selfsame/local.json'), readFileSync(join(service.data, 'local.json')));
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    const here = script.replaceAll('http://127.0.0.1:3000', service.url);
    await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', here], { cwd: folder });
    return JSON.parse(readFileSync(join(folder, answer), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("the README's first verification works as it is written", async () => {
  const files = {
    'document.jpg': await specimen({ portrait: await portrait('ana') }),
    'selfie.jpg': await selfie('ana'),
  };
  const verdict = await run('', files, 'verdict.json');
  expect(verdict).toMatchObject({ status: 'completed', verdict: expect.stringMatching(/approved|review/) });
  expect(verdict.scores.faceMatch).toBeGreaterThan(80);
});

test("the README's step-up works as it is written", async () => {
  const files = { 'selfie.jpg': await portrait('ana'), 'selfie-today.jpg': await selfie('ana') };
  const answer = await run(' as step-up', files, 'answer.json');
  // What one frame of a cropped photo shows of life depends on the models that are there; that it is who it is, does not.
  if (answer.code === 'liveness_failed') expect(answer.next).toBe('active');
  else expect(answer).toMatchObject({ match: true, jwt: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) });
});

test("the README's document works as it is written", async () => {
  const answer = await run(
    ' as document',
    { 'document.jpg': await specimen({ portrait: await portrait('ana') }) },
    'answer.json',
  );
  expect(answer).toMatchObject({ status: 'verified', metadata: { user_id: 'user-1' }, document_type: 'passport' });
  expect(answer.extraction_data.last_name.value).toBe('ERIKSSON');
});

test("the README's hosted page works as it is written", async () => {
  const files = { 'document.jpg': await idPhoto(), 'selfie.mp4': await selfieVideo() };
  const check = await run(' as hosted', files, 'check.json');
  expect(check).toMatchObject({ success: true, result: { sessionId: check.check_id } });
  // Whether one frame shows life depends on the models that are there; that it is the person on the document, does not.
  expect(check.result.faceComparison).toMatchObject({ isIdentical: true, method: 'face_embedding_v1' });
  expect(['verified', 'needs_review']).toContain(check.result.status);
});
