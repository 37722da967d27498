import * as z from 'zod';
import { AwsError, type Operation, operation } from '../aws-json.ts';
import type { CloudPlace } from '../service.ts';
import { invalidAttributeName, invalidValue } from './errors.ts';
import type { Messages } from './messages.ts';
import { defaultAttributes } from './queue-attributes.ts';
import type { Queue, Queues } from './queues.ts';

const attributes = z.record(z.string(), z.string());
const purgeIntervalMilliseconds = 60_000;

const computedNames = [
  'QueueArn',
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
];
const optionalNames = [
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'Policy',
  'FifoQueue',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
];
const knownNames = new Set([...computedNames, ...optionalNames, ...Object.keys(defaultAttributes)]);

function allAttributes(queue: Queue, messages: Messages): Record<string, string> {
  const { visible, inFlight, delayed } = messages.counts(queue);
  return {
    ...defaultAttributes,
    ...queue.attributes,
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
    LastModifiedTimestamp: String(Math.floor(queue.changedAt / 1000)),
  };
}

/** The operations on queues themselves. */
export function queueOperations(queues: Queues, messages: Messages, place: CloudPlace): Record<string, Operation> {
  const purgedAt = new Map<number, number>();
  const byUrl = z.object({ QueueUrl: z.string() });

  return {
    CreateQueue: operation(z.object({ QueueName: z.string(), Attributes: attributes.nullish() }), (input) => ({
      QueueUrl: queues.url(queues.create(input.QueueName, input.Attributes ?? {})),
    })),

    GetQueueUrl: operation(z.object({ QueueName: z.string() }), (input) => ({
      QueueUrl: queues.url(queues.byName(input.QueueName)),
    })),

    ListQueues: operation(
      z.object({
        QueueNamePrefix: z.string().nullish(),
        MaxResults: z.number().int().min(1).max(1000).nullish(),
        NextToken: z.string().nullish(),
      }),
      ({ QueueNamePrefix, MaxResults, NextToken }) => {
        const after = NextToken ? Buffer.from(NextToken, 'base64').toString() : '';
        const found = queues
          .all()
          .filter(({ name }) => name.startsWith(QueueNamePrefix ?? '') && name > after)
          .sort((a, b) => (a.name < b.name ? -1 : 1));
        const page = found.slice(0, MaxResults ?? 1000);
        const last = page.at(-1)?.name;
        // Without MaxResults there is no NextToken: the answer stops at 1,000, as on AWS.
        const more = MaxResults && last !== undefined && page.length < found.length;
        return {
          ...(page.length > 0 ? { QueueUrls: page.map((queue) => queues.url(queue)) } : {}),
          ...(more ? { NextToken: Buffer.from(last).toString('base64') } : {}),
        };
      },
    ),

    GetQueueAttributes: operation(byUrl.extend({ AttributeNames: z.array(z.string()).nullish() }), (input) => {
      const queue = queues.byUrl(input.QueueUrl);
      const wanted = input.AttributeNames ?? [];
      for (const name of wanted) if (name !== 'All' && !knownNames.has(name)) throw invalidAttributeName(name);
      if (wanted.length === 0) return {};
      const all = Object.entries(allAttributes(queue, messages));
      return {
        Attributes: Object.fromEntries(all.filter(([name]) => wanted.includes('All') || wanted.includes(name))),
      };
    }),

    SetQueueAttributes: operation(byUrl.extend({ Attributes: attributes }), (input) => {
      queues.change(queues.byUrl(input.QueueUrl), input.Attributes);
    }),

    DeleteQueue: operation(byUrl, (input) => {
      queues.remove(queues.byUrl(input.QueueUrl));
    }),

    PurgeQueue: operation(byUrl, (input) => {
      const queue = queues.byUrl(input.QueueUrl);
      if (place.now() - (purgedAt.get(queue.id) ?? Number.NEGATIVE_INFINITY) < purgeIntervalMilliseconds)
        throw new AwsError(
          'PurgeQueueInProgress',
          `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`,
          403,
          'AWS.SimpleQueueService.PurgeQueueInProgress',
        );
      purgedAt.set(queue.id, place.now());
      messages.purge(queue);
    }),

    ...moveOperations(queues, messages, place),
  };
}

interface MoveTask {
  readonly handle: string;
  readonly source: string;
  readonly destination: string | undefined;
  readonly moved: number;
  readonly startedAt: number;
}

/** Redrive from a dead-letter queue. A task here is one transaction, so it is complete as soon as it has started. */
function moveOperations(queues: Queues, messages: Messages, place: CloudPlace): Record<string, Operation> {
  const tasks: MoveTask[] = [];
  const noSuchQueue = () =>
    new AwsError(
      'ResourceNotFoundException',
      'The resource that you specified for the SourceArn parameter does not exist.',
      404,
    );

  return {
    StartMessageMoveTask: operation(
      z.object({
        SourceArn: z.string(),
        DestinationArn: z.string().nullish(),
        MaxNumberOfMessagesPerSecond: z.number().int().min(1).max(500).nullish(),
      }),
      ({ SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond }) => {
        const source = queues.byArn(SourceArn);
        const destination = DestinationArn ? queues.byArn(DestinationArn) : undefined;
        if (!source || (DestinationArn && !destination)) throw noSuchQueue();
        if (!queues.all().some((queue) => queue.settings.redrive?.deadLetterArn === SourceArn))
          throw invalidValue('Source queue must be configured as a Dead Letter Queue.');
        // Moving faster than asked could flood a consumer: better no move than one at the wrong pace.
        if (MaxNumberOfMessagesPerSecond)
          throw new AwsError('UnsupportedOperation', 'MaxNumberOfMessagesPerSecond is not supported here.');
        const handle = Buffer.from(`${tasks.length + 1} ${SourceArn}`).toString('base64');
        const moved = messages.redrive(source, destination);
        tasks.push({
          handle,
          source: SourceArn,
          destination: DestinationArn ?? undefined,
          moved,
          startedAt: place.now(),
        });
        return { TaskHandle: handle };
      },
    ),

    ListMessageMoveTasks: operation(
      z.object({ SourceArn: z.string(), MaxResults: z.number().int().min(1).max(10).nullish() }),
      ({ SourceArn, MaxResults }) => {
        if (!queues.byArn(SourceArn)) throw noSuchQueue();
        const found = tasks.filter(({ source }) => source === SourceArn).reverse();
        return {
          Results: found.slice(0, MaxResults ?? 1).map(({ destination, moved, startedAt }) => ({
            Status: 'COMPLETED',
            SourceArn,
            ...(destination === undefined ? {} : { DestinationArn: destination }),
            ApproximateNumberOfMessagesMoved: moved,
            ApproximateNumberOfMessagesToMove: moved,
            StartedTimestamp: startedAt,
          })),
        };
      },
    ),
  };
}
