import { Fn, Stack } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { CfnIndex, CfnVectorBucket } from 'aws-cdk-lib/aws-s3vectors';
import { Construct } from 'constructs';
import { measure, objects, publish, rekognition, vectors } from './access.ts';
import type { FunctionFolders } from './bundle.ts';
import type { StageConfig } from './config.ts';
import type { Data } from './data.ts';
import type { Encryption } from './encryption.ts';
import type { Media } from './media.ts';
import { nodeFunction } from './node-function.ts';
import { QueueWithDeadLetters } from './queue-with-dead-letters.ts';
import { removalPolicy } from './removal.ts';
import type { Webhooks } from './webhooks.ts';

/** Receives of a job beyond the attempts that the use case counts: it must have the last word, with a reason and a refund. */
const RECEIVES_BEYOND_ATTEMPTS = 2;

/** Name of the index of faces within our own bucket. */
const VECTOR_INDEX = 'faces';

/** Where the Dockerfile puts the models, relative to the handler's root. */
const MODELS_FOLDER = 'models';

export interface InferenceProps {
  readonly config: StageConfig;
  readonly folders: FunctionFolders;
  readonly encryption: Encryption;
  readonly data: Data;
  readonly media: Media;
  readonly webhooks: Webhooks;
}

/** One image, two triggers: `examine` works on the jobs queue, `verdicts` answers HTTP. Faces to search among are vectors. */
export class Inference extends Construct {
  readonly jobs: QueueWithDeadLetters;
  readonly examine: LambdaFunction;
  readonly verdicts: LambdaFunction;

  constructor(scope: Construct, id: string, props: InferenceProps) {
    super(scope, id);
    const { config, data, media, encryption, webhooks } = props;
    const { functions, queues, concurrency } = config.stack;

    this.jobs = new QueueWithDeadLetters(this, 'Jobs', {
      visibilitySeconds: functions.examine.timeoutSeconds + queues.visibilityMarginSeconds,
      maxReceives: config.settings.jobs.maxAttempts + RECEIVES_BEYOND_ATTEMPTS,
      messageDays: queues.messageDays,
      deadLetterDays: queues.deadLetterDays,
    });

    const bucket = new CfnVectorBucket(this, 'Vectors', {
      encryptionConfiguration: { sseType: 'aws:kms', kmsKeyArn: encryption.data.keyArn },
    });
    bucket.applyRemovalPolicy(removalPolicy(config.stack));
    // Euclidean: padding a shorter template with zeros leaves its distances as they are, so one dimension serves every model set.
    const index = new CfnIndex(this, 'Faces', {
      vectorBucketArn: bucket.attrVectorBucketArn,
      indexName: VECTOR_INDEX,
      dataType: 'float32',
      dimension: config.stack.vectors.dimension,
      distanceMetric: 'euclidean',
    });
    index.applyRemovalPolicy(removalPolicy(config.stack));

    const shared = { config, folders: props.folders };
    const environment = {
      TABLE_NAME: data.records.tableName,
      MEDIA_BUCKET: media.bucket.bucketName,
      MODELS_FOLDER,
    };
    this.examine = nodeFunction(this, 'Examine', 'examine', {
      ...shared,
      environment: {
        ...environment,
        EVENT_BUS_NAME: webhooks.bus.eventBusName,
        VECTOR_BUCKET: Fn.select(1, Fn.split('/', bucket.attrVectorBucketArn)), // arn:…:bucket/<name>
        VECTOR_INDEX,
      },
      access: [
        ...data.useRecords(),
        ...objects(media.bucket, encryption.data, 'get'),
        ...vectors(index.attrIndexArn, encryption.data),
        publish(webhooks.bus.eventBusArn),
        ...(config.settings.faceEngine === 'rekognition' ? rekognition(Stack.of(this)) : []),
      ],
    });
    this.examine.addEventSource(
      new SqsEventSource(this.jobs.queue, {
        batchSize: 1, // A job is seconds of CPU: a second one in the same batch would only wait.
        maxConcurrency: concurrency.examine,
        reportBatchItemFailures: true,
      }),
    );
    this.verdicts = nodeFunction(this, 'Verdicts', 'verdicts', {
      ...shared,
      environment: { ...environment, JOBS_QUEUE_URL: this.jobs.queue.queueUrl },
      access: [...data.readRecords(), ...objects(media.bucket, encryption.data, 'get'), measure(this.jobs.queue)],
    });
  }
}
