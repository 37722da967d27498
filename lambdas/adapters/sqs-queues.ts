import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { VerificationRef } from '../domain/verification.ts';
import type { DeadLetter, DeadLetters, DeliveryQueue, DeliveryRef, Jobs } from '../ports/messages.ts';

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

/** How long what was looked at stays hidden should nobody put it back: long enough to see the rest. */
const peekSeconds = 10;

interface Seen {
  readonly letter: DeadLetter;
  readonly handle: string;
}

/** The dead letters of both queues. SQS cannot list: it is looked through by receiving, and what was seen is put back. */
export function sqsDeadLetters(client: SQSClient, queues: Readonly<Record<DeadLetter['queue'], Pair>>): DeadLetters {
  const names = ['jobs', 'deliveries'] as const;

  const receive = async (queue: DeadLetter['queue']) => {
    const found = new Map<string, Seen>();
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

  const putBack = (seen: Iterable<Seen>) =>
    Promise.all(
      [...seen].map(({ letter, handle }) =>
        client.send(
          new ChangeMessageVisibilityCommand({
            QueueUrl: queues[letter.queue].deadLettersUrl,
            ReceiptHandle: handle,
            VisibilityTimeout: 0,
          }),
        ),
      ),
    );

  return {
    async list() {
      const seen = (await Promise.all(names.map(receive))).flatMap((found) => [...found.values()]);
      await putBack(seen);
      return seen.map(({ letter }) => letter);
    },

    async redrive(id) {
      for (const name of names) {
        const seen = await receive(name);
        const found = seen.get(id);
        seen.delete(id);
        await putBack(seen.values());
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
