import type { TestProject } from 'vitest/node';
import { logFaults } from './log-faults.ts';
import { startService } from './service.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly service: {
      readonly url: string;
      readonly adminKey: string;
      readonly data: string;
      readonly pid: number;
      /** File with everything that it has written to stdout. */
      readonly logFile: string;
    };
  }
}

/** One service for all contract tests; each test has a tenant of its own, so they do not meet. */
// biome-ignore lint/style/noDefaultExport: vitest loads a global setup by its default export.
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const service = await startService({
    set: {
      'webhooks.retrySeconds': '1,1,1',
      'stack.sweepSchedule': 'rate(1 second)',
      'console.loginsPerMinute': '10000',
    },
  });
  const { url, adminKey, data, pid, logFile } = service;
  project.provide('service', { url, adminKey, data, pid, logFile });
  return async () => {
    const log = service.log();
    const faults = logFaults(log.slice(0, log.lastIndexOf('\n')));
    await service.remove();
    // The last word on the log, after every test that made the service write to it.
    if (faults.length > 0) throw new Error(`The service's log has faults:\n${faults.slice(0, 20).join('\n')}`);
  };
}
