import { createHash } from 'node:crypto';
import * as z from 'zod';
import { invalidValue, missingParameter } from './errors.ts';
import { checkMessageAttributes, checkText, messageAttributes, messageSize } from './message-attributes.ts';
import type { NewMessage } from './messages.ts';
import type { Queue } from './queues.ts';

/** What SendMessage and an entry of SendMessageBatch have in common. */
export const sendInput = z.object({
  MessageBody: z.string(),
  DelaySeconds: z.number().optional(),
  MessageAttributes: messageAttributes.nullish(),
  MessageSystemAttributes: messageAttributes.nullish(),
  MessageDeduplicationId: z.string().optional(),
  MessageGroupId: z.string().optional(),
});

const token = /^[\w!"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]{1,128}$/;

/** Turns a request into a message, or refuses it as SQS would. */
export function toMessage(queue: Queue, input: z.output<typeof sendInput>): NewMessage {
  const { fifo, delaySeconds, maximumMessageSize, contentBasedDeduplication } = queue.settings;
  const attributes = input.MessageAttributes ?? {};
  if (input.MessageBody === '') throw missingParameter('MessageBody');
  checkMessageAttributes(attributes);
  if (messageSize(input.MessageBody, attributes) > maximumMessageSize)
    throw invalidValue(
      `One or more parameters are invalid. Reason: Message must be shorter than ${maximumMessageSize} bytes.`,
    );
  checkText(input.MessageBody, 'message body');

  const delay = input.DelaySeconds ?? delaySeconds;
  if (!Number.isInteger(delay) || delay < 0 || delay > 900)
    throw invalidValue(`Value ${delay} for parameter DelaySeconds is invalid. Reason: Must be between 0 and 900.`);
  for (const name of ['MessageGroupId', 'MessageDeduplicationId'] as const)
    if (input[name] !== undefined && !token.test(input[name]))
      throw invalidValue(`Value ${input[name]} for parameter ${name} is invalid.`);

  const groupId = input.MessageGroupId;
  let deduplicationId = input.MessageDeduplicationId;
  if (fifo) {
    if (groupId === undefined) throw missingParameter('MessageGroupId');
    if (input.DelaySeconds)
      throw invalidValue(
        `Value ${delay} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.`,
      );
    if (deduplicationId === undefined && contentBasedDeduplication)
      deduplicationId = createHash('sha256').update(input.MessageBody).digest('hex');
    if (deduplicationId === undefined)
      throw invalidValue(
        'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
      );
  } else if (deduplicationId !== undefined) {
    throw invalidValue(
      `Value ${deduplicationId} for parameter MessageDeduplicationId is invalid. Reason: The request includes a parameter that is not valid for this queue type.`,
    );
  }
  const trace = input.MessageSystemAttributes?.AWSTraceHeader?.StringValue;
  return { body: input.MessageBody, attributes, trace, groupId, deduplicationId, delaySeconds: delay };
}
