import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { VerificationRef } from '../domain/verification.ts';
import type { DeadLetter, DeadLetters, DeliveryQueue, DeliveryRef, Jobs } from '../ports.ts';

export const sqsJobs = (client: SQSClient, queueUrl: string): Jobs => ({
  async send({ tenantId, mode, id }) {
    const body: VerificationRef = { tenantId, mode, id };
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(body) }));
  },
});

export const sqsDeliveryQueue = (client: SQSClient, queueUrl: string): DeliveryQueue => ({
  async send({ tenantId, mode, deliveryId }, delaySeconds) {
    const delivery: DeliveryRef = { tenantId, mode, deliveryId };
    const MessageBody = JSON.stringify({ delivery });
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody, DelaySeconds: delaySeconds }));
  },
});

interface Pair {
  readonly queueUrl: string;
  readonly deadLettersUrl: string;
}

/** How long messages looked at stay hidden: a list must not take them from the next one for long. */
const peekSeconds = 2;

/** The dead letters of both queues. SQS cannot list: it is looked through by receiving, and what was seen reappears at once. */
export function sqsDeadLetters(client: SQSClient, queues: Readonly<Record<DeadLetter['queue'], Pair>>): DeadLetters {
  const names = ['jobs', 'deliveries'] as const;

  const receive = async (queue: DeadLetter['queue']) => {
    const found = new Map<string, { letter: DeadLetter; handle: string }>();
    for (let misses = 0; misses < 2; ) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: queues[queue].deadLettersUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: peekSeconds,
          MessageSystemAttributeNames: ['SentTimestamp'],
        }),
      );
      const before = found.size;
      for (const { MessageId: id = '', ReceiptHandle: handle = '', Body: body = '', Attributes } of Messages) {
        found.set(id, { letter: { id, queue, body, receivedAt: Number(Attributes?.SentTimestamp ?? 0) }, handle });
      }
      misses = found.size > before ? 0 : misses + 1;
    }
    return found;
  };

  return {
    async list() {
      const all = await Promise.all(names.map(receive));
      return all.flatMap((found) => [...found.values()].map(({ letter }) => letter));
    },

    async redrive(id) {
      for (const name of names) {
        const found = (await receive(name)).get(id);
        if (!found) continue;
        await client.send(new SendMessageCommand({ QueueUrl: queues[name].queueUrl, MessageBody: found.letter.body }));
        await client.send(
          new DeleteMessageCommand({ QueueUrl: queues[name].deadLettersUrl, ReceiptHandle: found.handle }),
        );
        return true;
      }
      return false;
    },
  };
}
