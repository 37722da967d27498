import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // Two cores: more workers than that only make every test slower.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'rules',
          include: ['test/**/*.test.ts'],
          exclude: ['test/contracts/**', 'test/faults/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'service',
          include: ['test/contracts/**/*.test.ts', 'test/faults/**/*.test.ts'],
          globalSetup: ['test/support/shared-service.ts'],
        },
      },
    ],
  },
});
