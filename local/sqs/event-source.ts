import { setTimeout as delay } from 'node:timers/promises';
import type { SQSEvent } from 'aws-lambda';
import { failedMessages } from './batch-response.ts';
import { invalidValue, queueDoesNotExist } from './errors.ts';
import { toRecord } from './event-record.ts';
import type { Messages, ReceivedMessage } from './messages.ts';
import type { Queue, Queues } from './queues.ts';

/** A Lambda event source mapping on a queue. */
export interface QueueMapping {
  readonly queueArn: string;
  /** Messages per invocation, 1…10; up to 10,000 with a window of at least 1 second. */
  readonly batchSize: number;
  /** How long to wait for a batch to fill after its first message, 0…300 seconds. */
  readonly batchingWindowSeconds: number;
  /** Whether `invoke`'s answer may name single failed messages (`ReportBatchItemFailures`). */
  readonly reportBatchItemFailures: boolean;
  /** Most invocations at one time; no message is received that could not be handed over at once. */
  readonly maximumConcurrency: number;
  /** Calls the function; rejects if it fails. */
  readonly invoke: (event: SQSEvent) => Promise<unknown>;
}

/** Stops polling, and resolves when the invocations that are running have ended and are accounted for. */
export type StopMapping = () => Promise<void>;

// Lambda's limit on an invocation's payload, with room for each record's frame.
const largestEvent = 6 * 1024 * 1024;
const recordOverhead = 1024;
const sizeOf = ({ body, attributes }: ReceivedMessage) =>
  // JSON escapes count: a body that is itself JSON doubles its quotes.
  Buffer.byteLength(JSON.stringify(body)) + Buffer.byteLength(JSON.stringify(attributes)) + recordOverhead;

const retryMilliseconds = 1000;

const log = (level: 'WARN' | 'ERROR', message: string, queue: Queue, error: unknown) =>
  console.error(JSON.stringify({ level, message, queue: queue.name, error: String(error) }));

function check({ batchSize, batchingWindowSeconds, maximumConcurrency }: QueueMapping, fifo: boolean): void {
  const integer = (name: string, value: number, lowest: number, highest: number) => {
    if (!Number.isInteger(value) || value < lowest || value > highest)
      throw invalidValue(`${name} is ${value}, and must be a whole number from ${lowest} to ${highest}.`);
  };
  integer('batchingWindowSeconds', batchingWindowSeconds, 0, fifo ? 0 : 300);
  integer('batchSize', batchSize, 1, !fifo && batchingWindowSeconds > 0 ? 10_000 : 10);
  integer('maximumConcurrency', maximumConcurrency, 1, 1000);
}

/** Starts a poller that hands the queue's messages to `mapping.invoke` in batches. */
export function startMapping(
  mapping: QueueMapping,
  queues: Queues,
  messages: Messages,
  region: string,
  now: () => number,
): StopMapping {
  const { batchSize, batchingWindowSeconds, maximumConcurrency } = mapping;
  const queue = queues.byArn(mapping.queueArn);
  if (!queue) throw queueDoesNotExist();
  check(mapping, queue.settings.fifo);
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = new Set<Promise<void>>();

  const gather = async (): Promise<ReceivedMessage[]> => {
    const batch: ReceivedMessage[] = [];
    let size = 0;
    let windowEnds = Number.POSITIVE_INFINITY;
    while (batch.length < batchSize && !signal.aborted && now() < windowEnds) {
      const waitSeconds = Math.min(20, (windowEnds - now()) / 1000);
      const max = Math.min(10, batchSize - batch.length);
      const found = await messages.receive(queue, { max, waitSeconds, consumer: true, signal });
      if (batch.length === 0 && found.length > 0) windowEnds = now() + batchingWindowSeconds * 1000;
      for (const [index, message] of found.entries()) {
        size += sizeOf(message);
        if (size > largestEvent && batch.length > 0) {
          // What no longer fits goes to the next batch, untouched and in order.
          messages.giveBack(queue, found.slice(index));
          return batch;
        }
        batch.push(message);
      }
    }
    return batch;
  };

  const run = async (batch: readonly ReceivedMessage[]) => {
    let failed: ReadonlySet<string> | 'all';
    try {
      const response = await mapping.invoke({ Records: batch.map((message) => toRecord(message, queue.arn, region)) });
      failed = mapping.reportBatchItemFailures
        ? failedMessages(response, new Set(batch.map(({ id }) => id)))
        : new Set<string>();
    } catch {
      // The function's own log has the error; for the queue it only means that nothing was processed.
      failed = 'all';
    }
    settle(batch, failed);
  };

  const settle = (batch: readonly ReceivedMessage[], failed: ReadonlySet<string> | 'all') => {
    const remains = (message: ReceivedMessage) => failed === 'all' || failed.has(message.id);
    messages.letGo(batch.filter(remains));
    for (const message of batch) {
      if (remains(message)) continue;
      try {
        messages.remove(queue, message.receiptHandle);
      } catch (error) {
        // A FIFO message outlasted its visibility timeout: it will be received again, and must be.
        log('WARN', 'delete after processing was refused', queue, error);
      }
    }
  };

  const step = async () => {
    if (running.size >= maximumConcurrency) return void (await Promise.race(running));
    const batch = await gather();
    if (signal.aborted) return messages.giveBack(queue, batch);
    if (batch.length === 0) return;
    const invocation = run(batch)
      .catch((error: unknown) => log('ERROR', 'a batch could not be accounted for', queue, error))
      .finally(() => running.delete(invocation));
    running.add(invocation);
  };

  const poll = async () => {
    while (!signal.aborted && queues.find(queue.name)?.id === queue.id) {
      try {
        await step();
      } catch (error) {
        if (queues.find(queue.name)?.id !== queue.id) return;
        log('ERROR', 'queue poller failed and tries again', queue, error);
        await delay(retryMilliseconds, undefined, { signal }).catch(() => {});
      }
    }
  };
  const polling = poll();

  return async () => {
    stopping.abort();
    await polling;
    await Promise.all(running);
  };
}
