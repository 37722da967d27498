import { Duration } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import { decrypt, send } from './access.ts';
import type { FunctionFolders } from './bundle.ts';
import type { StageConfig } from './config.ts';
import type { Data } from './data.ts';
import { nodeFunction } from './node-function.ts';
import { QueueWithDeadLetters } from './queue-with-dead-letters.ts';

/** `source` of every event of ours. */
const EVENT_SOURCE = 'selfsame';

export interface WebhooksProps {
  readonly config: StageConfig;
  readonly folders: FunctionFolders;
  readonly data: Data;
  readonly secrets: Key;
}

/** Verdict event → bus → deliveries queue → the function that signs and sends. */
export class Webhooks extends Construct {
  readonly bus: EventBus;
  readonly deliveries: QueueWithDeadLetters;
  readonly deliver: LambdaFunction;

  constructor(scope: Construct, id: string, props: WebhooksProps) {
    super(scope, id);
    const { config, data } = props;
    const { functions, queues, concurrency, eventArchiveDays } = config.stack;

    this.deliveries = new QueueWithDeadLetters(this, 'Deliveries', {
      visibilitySeconds: functions.deliver.timeoutSeconds + queues.visibilityMarginSeconds,
      maxReceives: queues.deliverMaxReceives,
      messageDays: queues.messageDays,
      deadLetterDays: queues.deadLetterDays,
    });

    this.bus = new EventBus(this, 'Bus');
    this.bus.archive('Archive', {
      description: 'Events of Selfsame, for replay',
      eventPattern: { source: [EVENT_SOURCE] },
      retention: Duration.days(eventArchiveDays),
    });
    new Rule(this, 'ToDeliveries', {
      eventBus: this.bus,
      description: 'Every event of Selfsame becomes deliveries',
      eventPattern: { source: [EVENT_SOURCE] },
      targets: [
        new SqsQueue(this.deliveries.queue, {
          // What cannot be handed over lies with what could not be delivered: same shape, same way back.
          deadLetterQueue: this.deliveries.deadLetters,
        }),
      ],
    });

    this.deliver = nodeFunction(this, 'Deliver', 'deliver', {
      config,
      folders: props.folders,
      environment: {
        TABLE_NAME: data.records.tableName,
        DELIVERIES_QUEUE_URL: this.deliveries.queue.queueUrl,
        SECRETS_KEY_ID: props.secrets.keyId,
      },
      access: [...data.useRecords(), decrypt(props.secrets), send(this.deliveries.queue)],
    });
    this.deliver.addEventSource(
      new SqsEventSource(this.deliveries.queue, {
        batchSize: queues.deliverBatchSize,
        maxConcurrency: concurrency.deliver,
        reportBatchItemFailures: true,
      }),
    );
  }
}
