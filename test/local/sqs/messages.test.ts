import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSqs, type Sqs } from '../../../local/sqs/sqs.ts';
import { type ServedCloud, serveCloud } from '../serve-cloud.ts';

let cloud: ServedCloud<Sqs>;
let sqs: SQSClient;
/** Time that a test has skipped, in milliseconds. */
let skipped = 0;
beforeAll(async () => {
  cloud = await serveCloud(createSqs, () => Date.now() + skipped);
  sqs = new SQSClient(cloud.client);
});
afterAll(() => cloud.close());

let count = 0;
function queue(attributes = {}, suffix = '') {
  count += 1;
  return cloud.service.ensureQueue({ name: `q${count}${suffix}`, attributes });
}
const send = (QueueUrl: string, MessageBody: string, more: Partial<SendMessageCommandInput> = {}) =>
  sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
const receive = async (QueueUrl: string, more: Partial<ReceiveMessageCommandInput> = {}) =>
  (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['All'], ...more }))).Messages ??
  [];
const named = (name: string) => expect.objectContaining({ name });

describe('messages over the wire', () => {
  it('arrive with system attributes, message attributes and digests, and are gone once deleted', async () => {
    const { url } = queue();
    const attributes = {
      text: { DataType: 'String', StringValue: 'ü' },
      'app.bytes': { DataType: 'Binary.gif', BinaryValue: new Uint8Array([0, 255]) },
      'app.count': { DataType: 'Number', StringValue: '3' },
    };
    const sent = await send(url, '{"a":1}', { MessageAttributes: attributes });
    const [message] = await receive(url, { MessageAttributeNames: ['All'] });
    expect(message).toMatchObject({
      MessageId: sent.MessageId,
      Body: '{"a":1}',
      MD5OfBody: 'bb6cb5c68df4652941caf652a366f2d8',
    });
    expect(message?.Attributes).toMatchObject({
      ApproximateReceiveCount: '1',
      SentTimestamp: expect.stringMatching(/^\d{13}$/),
    });
    expect(message?.MessageAttributes?.['app.bytes']?.BinaryValue).toEqual(new Uint8Array([0, 255]));
    expect(message?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
    const { ReceiptHandle } = message ?? {};
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout: 0 }));
    const [again] = await receive(url, { MessageAttributeNames: ['app.*'] });
    expect(Object.keys(again?.MessageAttributes ?? {}).sort()).toEqual(['app.bytes', 'app.count']);
    expect(again?.MD5OfMessageAttributes).not.toBe(sent.MD5OfMessageAttributes);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: again?.ReceiptHandle }));
    expect(cloud.service.counts('q1')).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('stay hidden for DelaySeconds, the message overruling the queue', async () => {
    const { url } = queue({ DelaySeconds: 60 });
    await send(url, 'now', { DelaySeconds: 0 });
    await send(url, 'later');
    const before = await receive(url, { MaxNumberOfMessages: 10 });
    expect(before.map(({ Body }) => Body)).toEqual(['now']);
    skipped += 60_000;
    expect((await receive(url, { MaxNumberOfMessages: 10 })).map(({ Body }) => Body).sort()).toEqual(['later', 'now']);
  });

  it('come back after the visibility timeout with a new receipt, which alone deletes them', async () => {
    const { url } = queue({ VisibilityTimeout: 10 });
    await send(url, 'v');
    const [first] = await receive(url);
    expect(await receive(url)).toEqual([]);
    skipped += 10_000;
    const [second] = await receive(url);
    expect(second?.Attributes?.ApproximateReceiveCount).toBe('2');
    expect(second?.Attributes?.ApproximateFirstReceiveTimestamp).toBe(
      first?.Attributes?.ApproximateFirstReceiveTimestamp,
    );
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: first?.ReceiptHandle }));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['ApproximateNumberOfMessagesNotVisible'] }),
    );
    expect(Attributes).toEqual({ ApproximateNumberOfMessagesNotVisible: '1' });
  });

  it('change visibility: longer, at once, and not when they are not in flight', async () => {
    const { url } = queue({ VisibilityTimeout: 10 });
    await send(url, 'v');
    const [message] = await receive(url);
    const change = (VisibilityTimeout: number) =>
      sqs.send(
        new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout }),
      );
    await change(100);
    skipped += 20_000;
    expect(await receive(url)).toEqual([]);
    await expect(change(43_201)).rejects.toEqual(named('InvalidParameterValue'));
    await change(0);
    await expect(change(5)).rejects.toEqual(named('MessageNotInflight'));
    const [again] = await receive(url);
    const batch = await sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: url,
        Entries: [
          { Id: 'good', ReceiptHandle: again?.ReceiptHandle, VisibilityTimeout: 0 },
          { Id: 'bad', ReceiptHandle: 'nonsense', VisibilityTimeout: 0 },
        ],
      }),
    );
    expect(batch.Successful).toEqual([{ Id: 'good' }]);
    expect(batch.Failed).toMatchObject([{ Id: 'bad', SenderFault: true, Code: 'ReceiptHandleIsInvalid' }]);
    expect(await receive(url)).toHaveLength(1);
  });

  it('go to the dead-letter queue after maxReceiveCount receives, and back by a move task', async () => {
    const dead = queue();
    const source = queue({ RedrivePolicy: { deadLetterTargetArn: dead.arn, maxReceiveCount: 2 } });
    const { MessageId } = await send(source.url, 'poison');
    for (let i = 0; i < 2; i += 1) expect(await receive(source.url, { VisibilityTimeout: 0 })).toHaveLength(1);
    expect(await receive(source.url)).toEqual([]);
    const [letter] = await receive(dead.url, { VisibilityTimeout: 0 });
    expect(letter).toMatchObject({ MessageId, Body: 'poison', Attributes: { DeadLetterQueueSourceArn: source.arn } });
    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: dead.arn }));
    const tasks = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: dead.arn }));
    expect(tasks.Results).toMatchObject([{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1 }]);
    const [back] = await receive(source.url);
    expect(back).toMatchObject({ Body: 'poison', Attributes: { ApproximateReceiveCount: '1' } });
    await expect(sqs.send(new StartMessageMoveTaskCommand({ SourceArn: source.arn }))).rejects.toEqual(
      named('InvalidParameterValue'),
    );
  });

  it('are dropped when the retention period has passed', async () => {
    const { url } = queue({ MessageRetentionPeriod: 60 });
    await send(url, 'old');
    skipped += 61_000;
    await send(url, 'young');
    expect((await receive(url, { MaxNumberOfMessages: 10 })).map(({ Body }) => Body)).toEqual(['young']);
  });

  it('are sent and deleted in batches; a bad entry fails alone, a bad batch as a whole', async () => {
    const { url } = queue();
    const entries = (...ids: string[]) => ids.map((Id) => ({ Id, MessageBody: Id }));
    const batch = (Entries: { Id: string; MessageBody: string; DelaySeconds?: number }[]) =>
      sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
    const sent = await batch([...entries('a', 'b'), { Id: 'c', MessageBody: 'c', DelaySeconds: 901 }]);
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['a', 'b']);
    expect(sent.Failed).toMatchObject([{ Id: 'c', SenderFault: true, Code: 'InvalidParameterValue' }]);
    const messages = await receive(url, { MaxNumberOfMessages: 10 });
    expect(messages.map(({ Body }) => Body)).toEqual(['a', 'b']);
    const gone = await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: url,
        Entries: messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
      }),
    );
    expect(gone.Successful).toHaveLength(2);
    await expect(batch([])).rejects.toEqual(named('EmptyBatchRequest'));
    await expect(batch(entries(...'abcdefghijk'))).rejects.toEqual(named('TooManyEntriesInBatchRequest'));
    await expect(batch(entries('a', 'a'))).rejects.toEqual(named('BatchEntryIdsNotDistinct'));
    await expect(batch(entries('a b'))).rejects.toEqual(named('InvalidBatchEntryId'));
    const half = 'x'.repeat(600 * 1024);
    await expect(
      batch([
        { Id: '1', MessageBody: half },
        { Id: '2', MessageBody: half },
      ]),
    ).rejects.toEqual(named('BatchRequestTooLong'));
  });

  it('may have 1 MiB and not a byte more, attributes included', async () => {
    const { url } = queue();
    await send(url, 'x'.repeat(1_048_576));
    await expect(send(url, 'x'.repeat(1_048_577))).rejects.toEqual(named('InvalidParameterValue'));
    const MessageAttributes = { k: { DataType: 'String', StringValue: 'v' } };
    await send(url, 'x'.repeat(1_048_576 - 8), { MessageAttributes });
    await expect(send(url, 'x'.repeat(1_048_576 - 7), { MessageAttributes })).rejects.toEqual(
      named('InvalidParameterValue'),
    );
  });

  it.each([
    ['InvalidMessageContents', '\u0000', {}],
    ['MissingParameter', '', {}],
    ['InvalidParameterValue', 'a', { DelaySeconds: 901 }],
    ['InvalidParameterValue', 'a', { MessageDeduplicationId: 'standard queue' }],
    ['InvalidParameterValue', 'a', { MessageAttributes: { 'a b': { DataType: 'String', StringValue: 'v' } } }],
    ['InvalidParameterValue', 'a', { MessageAttributes: { a: { DataType: 'Text', StringValue: 'v' } } }],
    ['InvalidParameterValue', 'a', { MessageAttributes: { a: { DataType: 'Number', StringValue: 'v' } } }],
    ['InvalidParameterValue', 'a', { MessageAttributes: { a: { DataType: 'String', StringValue: '' } } }],
  ])('are refused with %s: %j %j', async (name, body, more) => {
    await expect(send(queue().url, body, more)).rejects.toEqual(named(name));
  });

  it('wake a long poll on send, at the end of a delay, and when a visibility timeout ends', async () => {
    const { url } = queue();
    const started = Date.now();
    const waiting = receive(url, { WaitTimeSeconds: 5 });
    setTimeout(() => cloud.service.send(url.split('/').pop() ?? '', 'wake'), 50);
    expect(await waiting).toHaveLength(1);
    await send(url, 'delayed', { DelaySeconds: 1 });
    expect(await receive(url, { WaitTimeSeconds: 5, VisibilityTimeout: 1 })).toHaveLength(1);
    expect(await receive(url, { WaitTimeSeconds: 5 })).toHaveLength(1);
    expect(Date.now() - started).toBeLessThan(4000);
  });

  it('are not lost to a long poll whose client has gone away', async () => {
    const { url } = queue();
    const abort = new AbortController();
    const gone = sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 5 }), {
      abortSignal: abort.signal,
    });
    setTimeout(() => abort.abort(), 100);
    await expect(gone).rejects.toEqual(named('AbortError'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await send(url, 'kept');
    expect(await receive(url)).toHaveLength(1);
  });
});

it('a long poll ends when the service closes, and messages are there when it opens again', async () => {
  const own = await serveCloud(createSqs);
  const { url } = own.service.ensureQueue({ name: 'closing', attributes: {} });
  const overWire = new SQSClient(own.client).send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 }));
  const inProcess = own.service.receive('closing', { waitSeconds: 20 });
  own.service.ensureQueue({ name: 'kept', attributes: {} });
  own.service.send('kept', 'a');
  await new Promise((resolve) => setTimeout(resolve, 50));
  await own.restart();
  expect((await overWire).Messages).toBeUndefined();
  expect(await inProcess).toEqual([]);
  expect(own.service.counts('kept').visible).toBe(1);
  await own.close();
});

describe('FIFO queues', () => {
  it('deliver a duplicate within five minutes once, and again afterwards', async () => {
    const { url } = queue({ FifoQueue: true, ContentBasedDeduplication: true }, '.fifo');
    const first = await send(url, 'same', { MessageGroupId: 'g' });
    const second = await send(url, 'same', { MessageGroupId: 'g' });
    expect([second.MessageId, second.SequenceNumber]).toEqual([first.MessageId, first.SequenceNumber]);
    expect(await receive(url, { MaxNumberOfMessages: 10, VisibilityTimeout: 0 })).toHaveLength(1);
    skipped += 5 * 60_000;
    await send(url, 'same', { MessageGroupId: 'g' });
    expect(await receive(url, { MaxNumberOfMessages: 10 })).toHaveLength(2);
  });

  it('keep the order within a group, and hold it back while one of it is in flight', async () => {
    const { url } = queue({ FifoQueue: true }, '.fifo');
    for (const [body, MessageGroupId] of [
      ['a1', 'a'],
      ['a2', 'a'],
      ['b1', 'b'],
      ['a3', 'a'],
    ] as const)
      await send(url, body, { MessageGroupId, MessageDeduplicationId: body });
    const bodies = async (MaxNumberOfMessages: number) => receive(url, { MaxNumberOfMessages });
    const [a1] = await bodies(1);
    expect(a1?.Body).toBe('a1');
    expect((await bodies(10)).map(({ Body }) => Body)).toEqual(['b1']);
    const next = receive(url, { MaxNumberOfMessages: 10, WaitTimeSeconds: 5 });
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: a1?.ReceiptHandle }));
    expect((await next).map(({ Body }) => Body)).toEqual(['a2', 'a3']);
    skipped += 31_000;
    const late = new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: (await next)[0]?.ReceiptHandle });
    await expect(sqs.send(late)).rejects.toEqual(named('InvalidParameterValue'));
  });

  it('require a group and a deduplication id, and no delay of a single message', async () => {
    const { url } = queue({ FifoQueue: true }, '.fifo');
    await expect(send(url, 'a')).rejects.toEqual(named('MissingParameter'));
    await expect(send(url, 'a', { MessageGroupId: 'g' })).rejects.toEqual(named('InvalidParameterValue'));
    const delayed = { MessageGroupId: 'g', MessageDeduplicationId: 'd', DelaySeconds: 1 };
    await expect(send(url, 'a', delayed)).rejects.toEqual(named('InvalidParameterValue'));
  });
});
