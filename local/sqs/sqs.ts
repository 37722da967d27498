import { AwsError, serveJson, targetOperation } from '../aws-json.ts';
import type { CloudPlace, Service } from '../service.ts';
import { openDatabase } from '../sqlite.ts';
import { createArrivals } from './arrivals.ts';
import { missingParameter } from './errors.ts';
import { type QueueMapping, type StopMapping, startMapping } from './event-source.ts';
import { messageOperations } from './message-operations.ts';
import { messageSchema } from './message-table.ts';
import { createMessages, type ReceivedMessage, type ReceiveOptions } from './messages.ts';
import { queueOperations } from './queue-operations.ts';
import { createQueues, queueSchema } from './queues.ts';
import { sendInput, toMessage } from './send-rules.ts';

/** SQS on this machine, with in-process calls beside the wire protocol for the runtime that it belongs to. */
export interface Sqs extends Service {
  /** Creates the queue, or gives it these attributes: CloudFormation's values (numbers, booleans, objects) or text. */
  readonly ensureQueue: (queue: { name: string; attributes: Readonly<Record<string, unknown>> }) => {
    arn: string;
    url: string;
  };
  /** Sends; durable when it returns. Attributes are sent as strings. Throws AwsError as SendMessage would. */
  readonly send: (
    queueName: string,
    body: string,
    options?: {
      readonly attributes?: Readonly<Record<string, string>>;
      readonly messageGroupId?: string | undefined;
      readonly messageDeduplicationId?: string | undefined;
      readonly delaySeconds?: number | undefined;
    },
  ) => { messageId: string };
  /** Receives as ReceiveMessage does; ends empty-handed when the service closes. */
  readonly receive: (queueName: string, options?: ReceiveOptions) => Promise<ReceivedMessage[]>;
  /** Deletes a received message. */
  readonly remove: (queueName: string, receiptHandle: string) => void;
  readonly counts: (queueName: string) => { visible: number; inFlight: number; delayed: number };
  /** Starts an event source mapping. */
  readonly mapQueue: (mapping: QueueMapping) => StopMapping;
  /** Stops the mappings, waits for their invocations, ends open long polls, and closes the file. */
  readonly close: () => Promise<void>;
}

const expiryInterval = 60_000;
const requestLimit = 2 * 1024 * 1024 + 512 * 1024;

const cloudFormationValue = (value: unknown): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value);

export function createSqs(place: CloudPlace): Sqs {
  const database = openDatabase(place.folder, 'sqs.sqlite', queueSchema + messageSchema);
  const queues = createQueues(database, place);
  const messages = createMessages(database, queues, createArrivals(), place.now);
  messages.giveBackAll();
  const sweeper = setInterval(messages.expire, expiryInterval);
  sweeper.unref();
  const mappings = new Set<StopMapping>();
  const closing = new AbortController();

  const handle = serveJson({
    contentType: 'application/x-amz-json-1.0',
    accessKeyId: place.credentials.accessKeyId,
    bodyLimit: requestLimit,
    operationOf: targetOperation,
    operations: { ...queueOperations(queues, messages, place), ...messageOperations(database, queues, messages) },
    mismatch: (error) =>
      error.missing ? missingParameter(error.path) : new AwsError('SerializationException', error.message),
    tooLarge: () => new AwsError('RequestEntityTooLarge', `A request must be shorter than ${requestLimit} bytes.`, 413),
    closing: closing.signal,
  });

  return {
    signingName: 'sqs',
    handle,
    ensureQueue: ({ name, attributes }) => {
      const text = Object.entries(attributes).map(([key, value]) => [key, cloudFormationValue(value)]);
      const queue = queues.ensure(name, Object.fromEntries(text));
      return { arn: queue.arn, url: queues.url(queue) };
    },
    send: (queueName, body, options = {}) => {
      const queue = queues.byName(queueName);
      const attributes = Object.entries(options.attributes ?? {}).map(
        ([name, StringValue]) => [name, { DataType: 'String', StringValue }] as const,
      );
      const input = sendInput.parse({
        MessageBody: body,
        MessageAttributes: Object.fromEntries(attributes),
        MessageGroupId: options.messageGroupId,
        MessageDeduplicationId: options.messageDeduplicationId,
        DelaySeconds: options.delaySeconds,
      });
      return { messageId: messages.send(queue, toMessage(queue, input)).id };
    },
    receive: (queueName, options = {}) => {
      const signal = options.signal ? AbortSignal.any([options.signal, closing.signal]) : closing.signal;
      return messages.receive(queues.byName(queueName), { ...options, signal });
    },
    remove: (queueName, receiptHandle) => messages.remove(queues.byName(queueName), receiptHandle),
    counts: (queueName) => messages.counts(queues.byName(queueName)),
    mapQueue: (mapping) => {
      const stopMapping = startMapping(mapping, queues, messages, place.region, place.now);
      const stop = () => {
        mappings.delete(stop);
        return stopMapping();
      };
      mappings.add(stop);
      return stop;
    },
    close: async () => {
      clearInterval(sweeper);
      closing.abort();
      await Promise.all([...mappings].map((stop) => stop()));
      // Long polls that the signal has just woken end in this turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
      database.close();
    },
  };
}
