import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { transaction } from '../sqlite.ts';
import type { Arrivals } from './arrivals.ts';
import { invalidReceipt, invalidValue, notInFlight } from './errors.ts';
import { type MessageAttributes, messageAttributes } from './message-attributes.ts';
import { type MessageRow, messageRow, prepareMessages } from './message-table.ts';
import type { Queue, Queues } from './queues.ts';

/** A message as a receiver holds it. Times in milliseconds since the epoch. */
export interface ReceivedMessage {
  readonly id: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  /** System attributes by their SQS names. */
  readonly system: Readonly<Record<string, string>>;
}

export interface NewMessage {
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly trace?: string | undefined;
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
  readonly delaySeconds: number;
}

export interface ReceiveOptions {
  /** 1…10 */
  readonly max?: number | undefined;
  /** 0…20 seconds */
  readonly waitSeconds?: number | undefined;
  /** Seconds; the queue's own timeout where absent. */
  readonly visibilityTimeout?: number | undefined;
  /** Whether an event source mapping of this process receives: see {@link Messages.giveBackAll}. */
  readonly consumer?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type Messages = ReturnType<typeof createMessages>;

const deduplicationMilliseconds = 5 * 60_000;
const handleOf = (sequence: number, receipt: string) => Buffer.from(`${sequence} ${receipt}`).toString('base64');

function parseHandle(handle: string): { sequence: number; receipt: string } {
  const match = /^(\d{1,15}) ([0-9a-f-]{36})$/.exec(Buffer.from(handle, 'base64').toString());
  if (!match?.[2]) throw invalidReceipt(handle);
  return { sequence: Number(match[1]), receipt: match[2] };
}

/** SQS writes sequence numbers with 20 digits, so that they also sort as text. */
export const sequenceNumber = (sequence: number): string => String(sequence).padStart(20, '0');

function received(row: MessageRow, receives: number, firstReceivedAt: number, receipt: string): ReceivedMessage {
  const system: Record<string, string> = {
    SenderId: 'AIDALOCAL',
    SentTimestamp: String(row.sent_at),
    ApproximateReceiveCount: String(receives),
    ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
  };
  if (row.group_id !== null) system.MessageGroupId = row.group_id;
  if (row.deduplication_id !== null) {
    system.MessageDeduplicationId = row.deduplication_id;
    system.SequenceNumber = sequenceNumber(row.sequence);
  }
  if (row.trace !== null) system.AWSTraceHeader = row.trace;
  if (row.source_arn !== null) system.DeadLetterQueueSourceArn = row.source_arn;
  const attributes = messageAttributes.parse(JSON.parse(row.attributes));
  return { id: row.id, receiptHandle: handleOf(row.sequence, receipt), body: row.body, attributes, system };
}

export function createMessages(database: DatabaseSync, queues: Queues, arrivals: Arrivals, now: () => number) {
  const statements = prepareMessages(database);
  const rows = z.array(messageRow);

  /** The row that a receipt handle still stands for; a newer receive or a delete has ended older handles. */
  const held = (queue: Queue, handle: string): MessageRow | undefined => {
    const { sequence, receipt } = parseHandle(handle);
    const row = statements.find.get(sequence, queue.id);
    const parsed = row === undefined ? undefined : messageRow.parse(row);
    return parsed?.receipt === receipt ? parsed : undefined;
  };

  /** Takes what is due; what was received too often goes to the dead-letter queue instead. */
  const take = (queue: Queue, options: ReceiveOptions): ReceivedMessage[] => {
    const { max = 1, visibilityTimeout = queue.settings.visibilityTimeout, consumer = false } = options;
    const { redrive, fifo, retentionSeconds } = queue.settings;
    const deadLetters = redrive && queues.byArn(redrive.deadLetterArn);
    const taken: ReceivedMessage[] = [];
    let moved = 0;
    transaction(database, () => {
      const at = now();
      for (let stirred = true; stirred && taken.length < max; ) {
        stirred = false;
        const limit = max - taken.length;
        const query = { queue: queue.id, now: at, oldest: at - retentionSeconds * 1000, limit };
        for (const row of rows.parse((fifo ? statements.dueInOrder : statements.due).all(query))) {
          if (redrive && deadLetters && row.receives >= redrive.maxReceiveCount) {
            statements.move.run(deadLetters.id, at, queue.arn, row.sequence);
            moved += 1;
            stirred = true;
            continue;
          }
          const receipt = randomUUID();
          const first = row.first_received_at ?? at;
          const hiddenUntil = at + visibilityTimeout * 1000;
          statements.take.run(hiddenUntil, row.receives + 1, first, receipt, consumer ? 1 : 0, row.sequence);
          taken.push(received(row, row.receives + 1, first, receipt));
        }
      }
    });
    if (deadLetters && moved > 0) arrivals.notify(deadLetters.id);
    return taken;
  };

  return {
    /** Stores a message; durable when it returns. A FIFO duplicate answers with the first one's id. */
    send: (queue: Queue, message: NewMessage): { id: string; sequence: number } => {
      const at = now();
      const { groupId = null, deduplicationId = null } = message;
      const scope = queue.settings.deduplicatePerGroup ? (groupId ?? '') : '';
      const sent = transaction(database, () => {
        if (queue.settings.fifo) {
          const twin = statements.duplicate.get(queue.id, scope, deduplicationId, at);
          if (twin) return { id: String(twin.message_id), sequence: Number(twin.sequence) };
        }
        const id = randomUUID();
        const attributes = JSON.stringify(message.attributes);
        const visibleAt = at + message.delaySeconds * 1000;
        const { body, trace = null } = message;
        const insert = [queue.id, id, body, attributes, trace, groupId, deduplicationId, at, visibleAt] as const;
        const sequence = Number(statements.insert.run(...insert).lastInsertRowid);
        if (queue.settings.fifo)
          statements.rememberDuplicate.run(
            queue.id,
            scope,
            deduplicationId,
            id,
            sequence,
            at + deduplicationMilliseconds,
          );
        return { id, sequence };
      });
      arrivals.notify(queue.id);
      return sent;
    },

    /** Receives, waiting for the first message up to `waitSeconds`: wakes on a send and when a message falls due. */
    receive: async (queue: Queue, options: ReceiveOptions): Promise<ReceivedMessage[]> => {
      const until = now() + (options.waitSeconds ?? queue.settings.receiveWaitSeconds) * 1000;
      for (;;) {
        // A receiver that has gone away must not take a message into its grave.
        if (options.signal?.aborted) return [];
        // Attributes may have changed, or the queue may have gone, while this call waited.
        const current = queues.byName(queue.name);
        // Read before taking: what falls due in between would else be neither taken nor waited for.
        const at = now();
        const messages = take(current, options);
        if (messages.length > 0 || at >= until) return messages;
        const due = statements.nextDue.get(queue.id, at)?.at;
        const wake = typeof due === 'number' ? Math.min(due, until) : until;
        await arrivals.wait(queue.id, wake - at, options.signal);
      }
    },

    /** Deletes a message; one that is already gone, or has been received again since, is no error. */
    remove: (queue: Queue, handle: string): void => {
      const row = held(queue, handle);
      if (!row) return;
      if (queue.settings.fifo && row.visible_at <= now())
        throw invalidValue(
          `Value ${handle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
        );
      statements.remove.run(row.sequence, row.receipt);
      if (queue.settings.fifo) arrivals.notify(queue.id);
    },

    changeVisibility: (queue: Queue, handle: string, seconds: number): void => {
      const row = held(queue, handle);
      if (!row)
        throw invalidValue(
          `Value ${handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
        );
      if (row.visible_at <= now()) throw notInFlight();
      statements.setVisible.run(now() + seconds * 1000, row.sequence);
      arrivals.notify(queue.id);
    },

    /** Ends a mapping's hold after a failure: the message stays hidden until its visibility timeout, as on AWS. */
    letGo: (messages: readonly ReceivedMessage[]): void => {
      for (const { receiptHandle } of messages) {
        const { sequence, receipt } = parseHandle(receiptHandle);
        statements.letGo.run(sequence, receipt);
      }
    },

    /** Undoes a receive whose messages nobody has seen. */
    giveBack: (queue: Queue, messages: readonly ReceivedMessage[]): void => {
      for (const { receiptHandle } of messages) {
        const { sequence, receipt } = parseHandle(receiptHandle);
        statements.giveBack.run(now(), sequence, receipt);
      }
      arrivals.notify(queue.id);
    },

    /**
     * Undoes every receive by a mapping that never reported back. To be called once, before the first mapping starts:
     * then their process is dead, and the consumer died with the queue. On AWS the poller outlives neither, so there
     * is nothing to wait for until the visibility timeout, and a crash of the cloud is no failure of the message.
     */
    giveBackAll: (): void => {
      statements.giveBackAll.run();
    },

    purge: (queue: Queue): void => {
      statements.purge.run(queue.id);
    },

    counts: (queue: Queue): { visible: number; inFlight: number; delayed: number } => {
      const row = statements.count.get({ queue: queue.id, now: now() });
      return { visible: Number(row?.visible), inFlight: Number(row?.inFlight), delayed: Number(row?.delayed) };
    },

    /** Drops what has outlived its queue's retention. Receives never see it, so this only frees space. */
    expire: (): void => {
      for (const queue of queues.all()) statements.expire.run(queue.id, now() - queue.settings.retentionSeconds * 1000);
      statements.forgetDuplicates.run(now());
    },

    /** Moves all visible messages, as new ones, each to `destination` or else the queue it came from. */
    redrive: (source: Queue, destination: Queue | undefined): number => {
      const woken = new Set<number>();
      const moved = transaction(database, () => {
        let count = 0;
        for (const row of rows.parse(statements.movable.all(source.id, now()))) {
          const target = destination ?? (row.source_arn === null ? undefined : queues.byArn(row.source_arn));
          if (!target) continue;
          statements.renew.run(target.id, randomUUID(), now(), now(), row.sequence);
          woken.add(target.id);
          count += 1;
        }
        return count;
      });
      for (const queue of woken) arrivals.notify(queue);
      return moved;
    },
  };
}
