import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { objects, publish, send } from './access.ts';
import type { FunctionFolders } from './bundle.ts';
import type { StageConfig } from './config.ts';
import { type Data, DUE_INDEX } from './data.ts';
import type { Encryption } from './encryption.ts';
import type { Gallery } from './gallery.ts';
import type { Inference } from './inference.ts';
import type { Media } from './media.ts';
import { nodeFunction } from './node-function.ts';
import type { Webhooks } from './webhooks.ts';

export interface SweeperProps {
  readonly config: StageConfig;
  readonly folders: FunctionFolders;
  readonly encryption: Encryption;
  readonly data: Data;
  readonly media: Media;
  readonly gallery: Gallery;
  readonly inference: Inference;
  readonly webhooks: Webhooks;
}

/** Looks on a schedule for what is due: jobs that got stuck between two services, deliveries to retry, media to delete, faces to forget. */
export class Sweeper extends Construct {
  readonly sweep: LambdaFunction;

  constructor(scope: Construct, id: string, props: SweeperProps) {
    super(scope, id);
    const { config, data, media, gallery, inference, webhooks } = props;
    this.sweep = nodeFunction(this, 'Sweep', 'sweep', {
      config,
      folders: props.folders,
      environment: {
        TABLE_NAME: data.records.tableName,
        MEDIA_BUCKET: media.bucket.bucketName,
        JOBS_QUEUE_URL: inference.jobs.queue.queueUrl,
        DELIVERIES_QUEUE_URL: webhooks.deliveries.queue.queueUrl,
        EVENT_BUS_NAME: webhooks.bus.eventBusName,
        ...gallery.environment,
      },
      access: [
        ...data.useRecords(DUE_INDEX),
        ...objects(media.bucket, props.encryption.data, 'delete'),
        ...gallery.deleteFaces(),
        ...gallery.forgetKept(),
        send(inference.jobs.queue, webhooks.deliveries.queue),
        publish(webhooks.bus.eventBusArn),
      ],
    });

    const role = new Role(this, 'ScheduleRole', { assumedBy: new ServicePrincipal('scheduler.amazonaws.com') });
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.sweep.functionArn] }));
    // Not the CDK's own target: that one also allows every version and alias of the function.
    new CfnSchedule(this, 'Schedule', {
      description: 'Sends again what is stuck and due',
      scheduleExpression: config.stack.sweepSchedule,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: this.sweep.functionArn,
        roleArn: role.roleArn,
        // The next sweep finds whatever a failed one left.
        retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
      },
    });
  }
}
