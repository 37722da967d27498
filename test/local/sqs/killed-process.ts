import { createSqs } from '../../../local/sqs/sqs.ts';

// Runs as a child process that its test kills: a queue with a mapping whose invocations never end.
const [folder = ''] = process.argv.slice(2);
const sqs = createSqs({
  region: 'eu-west-1',
  accountId: '123456789012',
  folder,
  endpoint: () => 'http://127.0.0.1:1',
  credentials: { accessKeyId: 'a', secretAccessKey: 's' },
  now: Date.now,
});
const dead = sqs.ensureQueue({ name: 'dead', attributes: {} });
const redrive = { deadLetterTargetArn: dead.arn, maxReceiveCount: 1 };
const { arn } = sqs.ensureQueue({ name: 'jobs', attributes: { VisibilityTimeout: 3600, RedrivePolicy: redrive } });
sqs.ensureQueue({ name: 'waiting', attributes: { VisibilityTimeout: 3600 } });
sqs.mapQueue({
  queueArn: arn,
  batchSize: 2,
  batchingWindowSeconds: 0,
  reportBatchItemFailures: true,
  maximumConcurrency: 1,
  invoke: async ({ Records }) => {
    // One more message is received by somebody else: its consumer may well outlive the queue.
    await sqs.receive('waiting');
    process.stdout.write(`holding ${Records.length}\n`);
    await new Promise(() => setInterval(() => {}, 1000));
  },
});
sqs.send('waiting', 'elsewhere');
for (let i = 0; i < 5; i += 1) sqs.send('jobs', `job ${i}`);
