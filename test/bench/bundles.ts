import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipNames } from '../../lib/bundle.ts';
import { parseConfig } from '../../lib/config.ts';
import { projectSource } from '../../lib/project-source.ts';
import { synthesize } from '../../lib/synthesize.ts';
import { functionEnvironments } from '../support/function-environment.ts';
import { runOnce } from '../support/invoke.ts';

const STARTS = 7;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Size and cold import of each zip function, as bundled for deployment. Targets: 1.2 MB, 200 ms. */
export async function benchBundles(): Promise<{ name: string; value: number; unit: string }[]> {
  const folder = mkdtempSync(join(tmpdir(), 'selfsame-bundles-'));
  try {
    const synthesis = await synthesize(parseConfig('dev'), folder, projectSource([]));
    const environments = functionEnvironments(synthesis);
    const results = [];
    for (const name of zipNames) {
      const file = join(folder, 'bundles', name, 'index.mjs');
      const times = [];
      for (let start = 0; start < STARTS; start += 1) {
        const { importMs } = await runOnce(file, environments[name] ?? {});
        times.push(importMs);
      }
      results.push({ name: `${name} bundle`, value: statSync(file).size / 1e6, unit: 'MB' });
      results.push({ name: `${name} cold import`, value: median(times), unit: 'ms' });
    }
    return results;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
