import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// Whatever a run leaves in the folder for temporary files goes with it, also what a killed process had there.
const temporary = mkdtempSync(join(tmpdir(), 'selfsame-tests-'));
process.env.TMPDIR = temporary;
process.on('exit', () => rmSync(temporary, { recursive: true, force: true, maxRetries: 3 }));
// Programs that many tests start are compiled once, and their bundler, which is soon gone, need not tidy up.
process.env.NODE_COMPILE_CACHE = join(temporary, 'compile-cache');
Object.assign(process.env, { GOGC: 'off', GOMEMLIMIT: '600MiB' });

/** The tests that mostly wait come first; those that compute then fill both cores to the end. */
class ServiceFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => Number(b.project.name === 'service') - Number(a.project.name === 'service'));
  }
}

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // Two cores: more workers than that only make every test slower.
    maxWorkers: 2,
    sequence: { sequencer: ServiceFirst },
    // A worker keeps its modules from file to file: the CDK, the AWS SDK and sharp are loaded twice, not a hundred times.
    isolate: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'rules',
          include: ['test/**/*.test.ts'],
          exclude: ['test/contracts/**', 'test/faults/**', 'test/site/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'service',
          include: ['test/contracts/**/*.test.ts', 'test/faults/**/*.test.ts', 'test/site/**/*.test.ts'],
          globalSetup: ['test/support/shared-service.ts'],
        },
      },
    ],
  },
});
