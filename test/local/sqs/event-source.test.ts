import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { QueueMapping, StopMapping } from '../../../local/sqs/event-source.ts';
import { createSqs, type Sqs } from '../../../local/sqs/sqs.ts';
import { type ServedCloud, serveCloud } from '../serve-cloud.ts';

let cloud: ServedCloud<Sqs>;
beforeAll(async () => {
  cloud = await serveCloud(createSqs);
});
afterAll(() => cloud.close());
let stops: StopMapping[] = [];
afterEach(async () => {
  await Promise.all(stops.map((stop) => stop()));
  stops = [];
});

let count = 0;
function queue(attributes = {}) {
  count += 1;
  const name = `source-${count}`;
  return { name, ...cloud.service.ensureQueue({ name, attributes }) };
}
function map(queueArn: string, invoke: QueueMapping['invoke'], more: Partial<QueueMapping> = {}) {
  const mapping = {
    queueArn,
    batchSize: 10,
    batchingWindowSeconds: 0,
    reportBatchItemFailures: true,
    maximumConcurrency: 5,
  };
  const stop = cloud.service.mapQueue({ ...mapping, invoke, ...more });
  stops.push(stop);
  return stop;
}
const bodies = (event: SQSEvent) => event.Records.map(({ body }) => body);
const emptied = (name: string) =>
  vi.waitFor(() => expect(cloud.service.counts(name)).toEqual({ visible: 0, inFlight: 0, delayed: 0 }), 5000);

it('hands messages over in the shape that Lambda gives them, and deletes them on success', async () => {
  const { arn, url, name } = queue();
  const events: SQSEvent[] = [];
  map(arn, async (event) => void events.push(event));
  await new SQSClient(cloud.client).send(
    new SendMessageCommand({
      QueueUrl: url,
      MessageBody: 'hello',
      MessageAttributes: {
        text: { DataType: 'String', StringValue: 'v' },
        bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([1]) },
      },
    }),
  );
  await emptied(name);
  expect(events).toEqual([
    {
      Records: [
        {
          messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          receiptHandle: expect.any(String),
          body: 'hello',
          attributes: {
            ApproximateReceiveCount: '1',
            SentTimestamp: expect.stringMatching(/^\d{13}$/),
            SenderId: expect.any(String),
            ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
          },
          messageAttributes: {
            text: { stringValue: 'v', stringListValues: [], binaryListValues: [], dataType: 'String' },
            bytes: { binaryValue: 'AQ==', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
          },
          md5OfBody: '5d41402abc4b2a76b9719d911017c592',
          md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
          eventSource: 'aws:sqs',
          eventSourceARN: arn,
          awsRegion: 'eu-west-1',
        },
      ],
    },
  ]);
});

it('brings only the messages reported as failed back, after their visibility timeout, with the count raised', async () => {
  const { arn, name } = queue({ VisibilityTimeout: 1 });
  for (const body of ['good', 'bad']) cloud.service.send(name, body);
  const seen: string[] = [];
  const times: number[] = [];
  map(arn, async ({ Records }) => {
    times.push(Date.now());
    for (const { body, attributes } of Records) seen.push(`${body} ${attributes.ApproximateReceiveCount}`);
    const failed = Records.filter(
      ({ body, attributes }) => body === 'bad' && attributes.ApproximateReceiveCount === '1',
    );
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  });
  await emptied(name);
  expect(seen).toEqual(['good 1', 'bad 1', 'bad 2']);
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(950);
});

it('ignores the answer unless ReportBatchItemFailures is on', async () => {
  const { arn, name } = queue();
  cloud.service.send(name, 'x');
  map(arn, async ({ Records }) => ({ batchItemFailures: [{ itemIdentifier: Records[0]?.messageId }] }), {
    reportBatchItemFailures: false,
  });
  await emptied(name);
});

it.each([
  ['a rejected invocation', () => Promise.reject(new Error('function failed'))],
  ['a malformed answer', () => Promise.resolve({ batchItemFailures: [{ itemIdentifier: '' }] })],
])('fails the whole batch after %s, and gives it to the dead-letter queue in the end', async (_, invoke) => {
  const dead = queue();
  const { arn, name } = queue({
    VisibilityTimeout: 0,
    RedrivePolicy: { deadLetterTargetArn: dead.arn, maxReceiveCount: 2 },
  });
  for (const body of ['a', 'b']) cloud.service.send(name, body);
  const seen: string[] = [];
  map(arn, (event) => {
    seen.push(bodies(event).sort().join());
    return invoke();
  });
  await vi.waitFor(() => expect(cloud.service.counts(dead.name).visible).toBe(2), 5000);
  expect(seen).toEqual(['a,b', 'a,b']);
});

it('collects a batch for its window, and sends a full one at once', async () => {
  const { arn, name } = queue();
  const batches: string[][] = [];
  map(arn, async (event) => void batches.push(bodies(event)), { batchSize: 12, batchingWindowSeconds: 1 });
  for (let i = 0; i < 12; i += 1) cloud.service.send(name, `full ${i}`);
  await vi.waitFor(() => expect(batches).toHaveLength(1), 800);
  expect(batches[0]).toHaveLength(12);
  cloud.service.send(name, 'first');
  setTimeout(() => cloud.service.send(name, 'second'), 300);
  await vi.waitFor(() => expect(batches).toHaveLength(2), 3000);
  expect(batches[1]).toEqual(['first', 'second']);
});

it('keeps an event under the 6 MB that an invocation may carry', async () => {
  const { arn, name } = queue();
  const batches: number[] = [];
  for (let i = 0; i < 8; i += 1) cloud.service.send(name, 'x'.repeat(1_000_000));
  map(arn, async (event) => void batches.push(JSON.stringify(event).length));
  await emptied(name);
  expect(batches).toHaveLength(2);
  expect(Math.max(...batches)).toBeLessThan(6 * 1024 * 1024);
});

it('never runs, nor receives for, more invocations than allowed', async () => {
  const { arn, name } = queue();
  for (let i = 0; i < 12; i += 1) cloud.service.send(name, String(i));
  let running = 0;
  let most = 0;
  let mostHeld = 0;
  const invoke = async () => {
    running += 1;
    most = Math.max(most, running);
    mostHeld = Math.max(mostHeld, cloud.service.counts(name).inFlight);
    await new Promise((resolve) => setTimeout(resolve, 30));
    running -= 1;
  };
  map(arn, invoke, { batchSize: 1, maximumConcurrency: 3 });
  await emptied(name);
  expect(most).toBe(3);
  expect(mostHeld).toBe(3);
});

it('lets running invocations end when it stops, and keeps what comes after', async () => {
  const { arn, name } = queue();
  cloud.service.send(name, 'running');
  const ended = vi.fn();
  const invoked = vi.fn();
  const stop = map(arn, async () => {
    invoked();
    await new Promise((resolve) => setTimeout(resolve, 100));
    ended();
  });
  await vi.waitFor(() => expect(invoked).toHaveBeenCalled());
  const stopped = stop();
  cloud.service.send(name, 'after');
  await stopped;
  expect(ended).toHaveBeenCalledOnce();
  expect(cloud.service.counts(name)).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
});

it('refuses settings that Lambda refuses', () => {
  const { arn } = queue();
  const invoke = () => Promise.resolve();
  expect(() => map(arn, invoke, { batchSize: 11 })).toThrow('batchSize');
  expect(() => map(arn, invoke, { batchSize: 0 })).toThrow('batchSize');
  expect(() => map(arn, invoke, { batchingWindowSeconds: 301 })).toThrow('batchingWindowSeconds');
  expect(() => map(arn, invoke, { maximumConcurrency: 0 })).toThrow('maximumConcurrency');
  expect(() => map(`${arn}x`, invoke)).toThrow('does not exist');
});
