import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createSqs, type Sqs } from '../../../local/sqs/sqs.ts';
import { type ServedCloud, serveCloud } from '../serve-cloud.ts';

let cloud: ServedCloud<Sqs>;
beforeAll(async () => {
  cloud = await serveCloud(createSqs);
});
afterAll(() => cloud.close());

it('after kill -9 nothing is lost, and what a mapping held is driven again at once, in its old place, with that receive uncounted', async () => {
  const sqs = await cloud.restart(async () => {
    const script = join(import.meta.dirname, 'killed-process.ts');
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, cloud.place.folder]);
    child.stderr.on('data', (chunk) => console.error(String(chunk)));
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  expect(sqs.counts('jobs')).toEqual({ visible: 5, inFlight: 0, delayed: 0 });
  // Held by a consumer of its own: still in flight, as on AWS.
  expect(sqs.counts('waiting')).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
  const seen: string[] = [];
  sqs.mapQueue({
    queueArn: 'arn:aws:sqs:eu-west-1:123456789012:jobs',
    batchSize: 10,
    batchingWindowSeconds: 0,
    reportBatchItemFailures: true,
    maximumConcurrency: 1,
    invoke: async ({ Records }) => {
      for (const { body, attributes } of Records) seen.push(`${body} ${attributes.ApproximateReceiveCount}`);
    },
  });
  await vi.waitFor(() => expect(sqs.counts('jobs').inFlight + sqs.counts('jobs').visible).toBe(0));
  // With maxReceiveCount 1, a counted receive would have sent two of them to the dead-letter queue.
  expect(seen).toEqual([0, 1, 2, 3, 4].map((i) => `job ${i} 1`));
  expect(sqs.counts('dead').visible).toBe(0);
});
