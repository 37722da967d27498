import { cpSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assemblyInputs, forgetInputs, isMadeFrom, rememberInputs } from '../../lib/assembly-inputs.ts';
import { parseConfig } from '../../lib/config.ts';
import { projectSource } from '../../lib/project-source.ts';
import { temporaryFolder } from './synthesized.ts';

const config = parseConfig('dev');

/** A project of four files and one model. */
function project() {
  const root = temporaryFolder();
  for (const folder of ['lambdas/handlers', 'layers/site', 'lib', 'models'])
    mkdirSync(join(root, folder), { recursive: true });
  const write = (path: string, text: string) => writeFileSync(join(root, path), text);
  write('lambdas/handlers/a.ts', 'a');
  write('lib/b.ts', 'b');
  write('models/manifest.json', '{}');
  write('package-lock.json', '{}');
  write('face.onnx', 'weights');
  const source = { ...projectSource([join(root, 'face.onnx')]), lockfile: join(root, 'package-lock.json') };
  return { root, write, source, inputs: (set = {}) => assemblyInputs(parseConfig('dev', set), source, root) };
}

describe('what an assembly is made of', () => {
  it('is the same while nothing has changed', () => {
    const { inputs } = project();
    expect(inputs()).toBe(inputs());
    expect(assemblyInputs(config, projectSource([]))).toMatch(/^[0-9a-f]{64}$/);
  });

  it('differs with a setting, a line of code, a new or renamed file, a package, a model', () => {
    const { root, write, inputs } = project();
    const seen = new Set([inputs(), inputs({ intentTtlSeconds: '5' })]);
    const changes = [
      () => write('lambdas/handlers/a.ts', 'A'),
      () => write('lib/c.ts', ''),
      () => cpSync(join(root, 'lib/c.ts'), join(root, 'lib/d.ts')),
      () => write('layers/site/page.tsx', ''),
      () => write('package-lock.json', '{"packages":{}}'),
      () => write('models/manifest.json', '[]'),
      () => utimesSync(join(root, 'face.onnx'), 1, 1),
      () => write('face.onnx', 'other weights'),
    ];
    for (const change of changes) {
      change();
      const now = inputs();
      expect(seen.has(now)).toBe(false);
      seen.add(now);
    }
  });

  it('counts for an assembly that was finished, and for no other', () => {
    const { root, inputs } = project();
    expect(isMadeFrom(inputs(), root)).toBe(false);
    rememberInputs(inputs(), root);
    expect(isMadeFrom(inputs(), root)).toBe(true);
    expect(isMadeFrom(inputs({ intentTtlSeconds: '5' }), root)).toBe(false);
    forgetInputs(root);
    expect(isMadeFrom(inputs(), root)).toBe(false);
  });
});
