import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface SpawnedDynamoDb {
  readonly endpoint: string;
  readonly process: ChildProcess;
  /** kill -9, and the process is gone. */
  readonly kill: () => Promise<void>;
}

/** Our DynamoDB in a process of its own. */
export async function spawnDynamoDb(folder: string): Promise<SpawnedDynamoDb> {
  const script = join(import.meta.dirname, 'dynamodb-process.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    endpoint: String(line).trim(),
    process: child,
    kill: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
