import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { AwsError, type Operation, operation } from '../aws-json.ts';
import { transaction } from '../sqlite.ts';
import { batchError, invalidValue } from './errors.ts';
import { type MessageAttributes, md5, md5OfAttributes, messageSize, selectAttributes } from './message-attributes.ts';
import { type Messages, type ReceivedMessage, sequenceNumber } from './messages.ts';
import { largestMessage } from './queue-attributes.ts';
import type { Queue, Queues } from './queues.ts';
import { sendInput, toMessage } from './send-rules.ts';

const entryId = /^[\w-]{1,80}$/;
const byUrl = z.object({ QueueUrl: z.string() });
const receiptEntry = z.object({ Id: z.string(), ReceiptHandle: z.string() });
const visibility = z.number().int();

function md5Fields(attributes: MessageAttributes): { MD5OfMessageAttributes?: string } {
  const digest = md5OfAttributes(attributes);
  return digest === undefined ? {} : { MD5OfMessageAttributes: digest };
}

/** Runs each entry of a batch by itself: one that SQS would refuse is listed as failed, the others go on. */
function batch<E extends { Id: string }>(entries: readonly E[], run: (entry: E) => object | undefined) {
  if (entries.length === 0) throw batchError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > 10)
    throw batchError('TooManyEntriesInBatchRequest', 'Maximum number of entries per request are 10.');
  const ids = new Set(entries.map(({ Id }) => Id));
  if (ids.size < entries.length)
    throw batchError('BatchEntryIdsNotDistinct', 'Two or more batch entries have the same Id.');
  for (const id of ids)
    if (!entryId.test(id))
      throw batchError(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      );
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id: entry.Id, SenderFault: true, Code: error.queryCode ?? error.code, Message: error.message });
    }
  }
  // The SDK reads a missing list as "none".
  return { ...(Successful.length > 0 ? { Successful } : {}), ...(Failed.length > 0 ? { Failed } : {}) };
}

function wireMessage(message: ReceivedMessage, systemNames: readonly string[], attributeNames: readonly string[]) {
  const system = Object.entries(message.system).filter(
    ([name]) => systemNames.includes('All') || systemNames.includes(name),
  );
  const attributes = selectAttributes(message.attributes, attributeNames);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(system.length > 0 ? { Attributes: Object.fromEntries(system) } : {}),
    ...(Object.keys(attributes).length > 0 ? { MessageAttributes: attributes, ...md5Fields(attributes) } : {}),
  };
}

function inRange(name: string, value: number | null | undefined, lowest: number, highest: number): number | undefined {
  if (value === null || value === undefined) return undefined;
  if (value < lowest || value > highest)
    throw invalidValue(
      `Value ${value} for parameter ${name} is invalid. Reason: Must be between ${lowest} and ${highest}, if provided.`,
    );
  return value;
}

/** The operations on messages. */
export function messageOperations(
  database: DatabaseSync,
  queues: Queues,
  messages: Messages,
): Record<string, Operation> {
  const send = (queue: Queue, input: z.output<typeof sendInput>) => {
    const message = toMessage(queue, input);
    const { id, sequence } = messages.send(queue, message);
    const system = md5OfAttributes(input.MessageSystemAttributes ?? {});
    return {
      MessageId: id,
      MD5OfMessageBody: md5(message.body),
      ...md5Fields(message.attributes),
      ...(system === undefined ? {} : { MD5OfMessageSystemAttributes: system }),
      ...(queue.settings.fifo ? { SequenceNumber: sequenceNumber(sequence) } : {}),
    };
  };
  const changeVisibility = (queue: Queue, handle: string, seconds: number) => {
    messages.changeVisibility(queue, handle, inRange('VisibilityTimeout', seconds, 0, 43_200) ?? 0);
    return undefined;
  };

  return {
    SendMessage: operation(byUrl.extend(sendInput.shape), (input) => send(queues.byUrl(input.QueueUrl), input)),

    SendMessageBatch: operation(
      byUrl.extend({ Entries: z.array(sendInput.extend({ Id: z.string() })) }),
      ({ QueueUrl, Entries }) => {
        const queue = queues.byUrl(QueueUrl);
        const size = Entries.reduce(
          (sum, entry) => sum + messageSize(entry.MessageBody, entry.MessageAttributes ?? {}),
          0,
        );
        if (size > largestMessage)
          throw batchError(
            'BatchRequestTooLong',
            `Batch requests cannot be longer than ${largestMessage} bytes. You have sent ${size} bytes.`,
          );
        // One commit for the batch: a refused entry throws before it writes anything.
        return transaction(database, () => batch(Entries, (entry) => send(queue, entry)));
      },
    ),

    ReceiveMessage: operation(
      byUrl.extend({
        MaxNumberOfMessages: z.number().int().nullish(),
        WaitTimeSeconds: z.number().int().nullish(),
        VisibilityTimeout: visibility.nullish(),
        AttributeNames: z.array(z.string()).nullish(),
        MessageSystemAttributeNames: z.array(z.string()).nullish(),
        MessageAttributeNames: z.array(z.string()).nullish(),
        ReceiveRequestAttemptId: z.string().nullish(),
      }),
      async (input, signal) => {
        const found = await messages.receive(queues.byUrl(input.QueueUrl), {
          max: inRange('MaxNumberOfMessages', input.MaxNumberOfMessages, 1, 10),
          waitSeconds: inRange('WaitTimeSeconds', input.WaitTimeSeconds, 0, 20),
          visibilityTimeout: inRange('VisibilityTimeout', input.VisibilityTimeout, 0, 43_200),
          signal,
        });
        const systemNames = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
        if (found.length === 0) return {};
        return {
          Messages: found.map((message) => wireMessage(message, systemNames, input.MessageAttributeNames ?? [])),
        };
      },
    ),

    DeleteMessage: operation(byUrl.extend({ ReceiptHandle: z.string() }), (input) => {
      messages.remove(queues.byUrl(input.QueueUrl), input.ReceiptHandle);
    }),

    DeleteMessageBatch: operation(byUrl.extend({ Entries: z.array(receiptEntry) }), ({ QueueUrl, Entries }) => {
      const queue = queues.byUrl(QueueUrl);
      return transaction(database, () =>
        batch(Entries, ({ ReceiptHandle }) => {
          messages.remove(queue, ReceiptHandle);
          return undefined;
        }),
      );
    }),

    ChangeMessageVisibility: operation(
      byUrl.extend({ ReceiptHandle: z.string(), VisibilityTimeout: visibility }),
      (input) => changeVisibility(queues.byUrl(input.QueueUrl), input.ReceiptHandle, input.VisibilityTimeout),
    ),

    ChangeMessageVisibilityBatch: operation(
      byUrl.extend({ Entries: z.array(receiptEntry.extend({ VisibilityTimeout: visibility })) }),
      ({ QueueUrl, Entries }) => {
        const queue = queues.byUrl(QueueUrl);
        return batch(Entries, (entry) => changeVisibility(queue, entry.ReceiptHandle, entry.VisibilityTimeout));
      },
    ),
  };
}
