import * as z from 'zod';
import { invalidAttributeName, invalidAttributeValue } from './errors.ts';

/** A queue's settings as its messages meet them. Durations in seconds, sizes in bytes. */
export interface QueueSettings {
  readonly fifo: boolean;
  readonly delaySeconds: number;
  readonly maximumMessageSize: number;
  readonly retentionSeconds: number;
  readonly receiveWaitSeconds: number;
  readonly visibilityTimeout: number;
  readonly contentBasedDeduplication: boolean;
  /** Whether a deduplication id is unique within its message group only, not in the whole queue. */
  readonly deduplicatePerGroup: boolean;
  readonly redrive: { readonly deadLetterArn: string; readonly maxReceiveCount: number } | undefined;
}

/** Largest message and largest batch, in bytes: 1 MiB since August 2025. */
export const largestMessage = 1_048_576;

// Name → [lowest, highest, default]; SQS API reference, SetQueueAttributes.
const numeric: Readonly<Record<string, readonly [number, number, number]>> = {
  DelaySeconds: [0, 900, 0],
  MaximumMessageSize: [1024, largestMessage, largestMessage],
  MessageRetentionPeriod: [60, 1_209_600, 345_600],
  ReceiveMessageWaitTimeSeconds: [0, 20, 0],
  VisibilityTimeout: [0, 43_200, 30],
  KmsDataKeyReusePeriodSeconds: [60, 86_400, 300],
};
const choices: Readonly<Record<string, readonly string[]>> = {
  FifoQueue: ['true'],
  ContentBasedDeduplication: ['true', 'false'],
  DeduplicationScope: ['messageGroup', 'queue'],
  FifoThroughputLimit: ['perQueue', 'perMessageGroupId'],
  SqsManagedSseEnabled: ['true', 'false'],
};
const fifoOnly = new Set(['FifoQueue', 'ContentBasedDeduplication', 'DeduplicationScope', 'FifoThroughputLimit']);
const free = new Set(['Policy', 'KmsMasterKeyId', 'RedriveAllowPolicy']);

const redrivePolicy = z.object({
  deadLetterTargetArn: z.string().regex(/^arn:[^:]+:sqs:[^:]*:\d{12}:[\w-]{1,80}(\.fifo)?$/),
  // The console writes a number, SDK users often a string; AWS takes both.
  maxReceiveCount: z.coerce.number().int().min(1).max(1000),
});

function parseRedrive(text: string): QueueSettings['redrive'] {
  if (text === '') return undefined;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw invalidAttributeValue('RedrivePolicy', text, 'Reason: Redrive policy is not a valid JSON map.');
  }
  const policy = redrivePolicy.safeParse(json);
  if (!policy.success) throw invalidAttributeValue('RedrivePolicy', text, `Reason: ${policy.error.issues[0]?.message}`);
  return { deadLetterArn: policy.data.deadLetterTargetArn, maxReceiveCount: policy.data.maxReceiveCount };
}

/** Refuses attributes that SQS would refuse, with its errors. */
export function checkAttributes(attributes: Readonly<Record<string, string>>, fifo: boolean): void {
  for (const [name, value] of Object.entries(attributes)) {
    const range = Object.hasOwn(numeric, name) ? numeric[name] : undefined;
    const choice = Object.hasOwn(choices, name) ? choices[name] : undefined;
    if (range) {
      if (!/^\d{1,9}$/.test(value) || Number(value) < range[0] || Number(value) > range[1])
        throw invalidAttributeValue(name, value, `Reason: Must be between ${range[0]} and ${range[1]}.`);
    } else if (choice) {
      if (!choice.includes(value) || (fifoOnly.has(name) && !fifo)) throw invalidAttributeValue(name, value);
    } else if (name === 'RedrivePolicy') {
      const redrive = parseRedrive(value);
      if (redrive && redrive.deadLetterArn.endsWith('.fifo') !== fifo)
        throw invalidAttributeValue(name, value, 'Reason: A queue and its dead-letter queue must be of the same type.');
    } else if (!free.has(name)) throw invalidAttributeName(name);
  }
}

export function settingsOf(attributes: Readonly<Record<string, string>>): QueueSettings {
  const number = (name: string) => Number(attributes[name] ?? numeric[name]?.[2]);
  return {
    fifo: attributes.FifoQueue === 'true',
    delaySeconds: number('DelaySeconds'),
    maximumMessageSize: number('MaximumMessageSize'),
    retentionSeconds: number('MessageRetentionPeriod'),
    receiveWaitSeconds: number('ReceiveMessageWaitTimeSeconds'),
    visibilityTimeout: number('VisibilityTimeout'),
    contentBasedDeduplication: attributes.ContentBasedDeduplication === 'true',
    deduplicatePerGroup: attributes.DeduplicationScope === 'messageGroup',
    redrive: parseRedrive(attributes.RedrivePolicy ?? ''),
  };
}

/** What GetQueueAttributes answers for settings that nobody made. */
export const defaultAttributes: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(numeric)
      .filter(([name]) => name !== 'KmsDataKeyReusePeriodSeconds')
      .map(([name, range]) => [name, String(range[2])]),
  ),
  SqsManagedSseEnabled: 'true',
};
