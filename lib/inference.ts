import { Alias, type IFunction, type IVersion, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import { decrypt, encrypt, measure, objects, publish, rekognitionPictures, send, sign } from './access.ts';
import type { FunctionFolders } from './bundle.ts';
import type { StageConfig } from './config.ts';
import { type Data, LIST_INDEX } from './data.ts';
import type { Encryption } from './encryption.ts';
import type { Gallery } from './gallery.ts';
import type { Media } from './media.ts';
import { nodeFunction } from './node-function.ts';
import { QueueWithDeadLetters } from './queue-with-dead-letters.ts';
import type { Webhooks } from './webhooks.ts';

/** Receives of a job beyond the attempts that the use case counts: it must have the last word, with a reason and a refund. */
const RECEIVES_BEYOND_ATTEMPTS = 2;

/** Where the Dockerfile puts the models, relative to the handler's root. */
const MODELS_FOLDER = 'models';

export interface InferenceProps {
  readonly config: StageConfig;
  readonly folders: FunctionFolders;
  readonly encryption: Encryption;
  readonly data: Data;
  readonly media: Media;
  readonly gallery: Gallery;
  readonly webhooks: Webhooks;
}

/** One image, two triggers: `examine` works on the jobs queue, `verdicts` answers HTTP. */
export class Inference extends Construct {
  readonly jobs: QueueWithDeadLetters;
  readonly examine: LambdaFunction;
  readonly verdicts: LambdaFunction;
  /** What HTTP calls: `verdicts`, or an alias of it with executions that are kept warm. */
  readonly warmVerdicts: IFunction;

  constructor(scope: Construct, id: string, props: InferenceProps) {
    super(scope, id);
    const { config, data, media, gallery, encryption, webhooks } = props;
    const { functions, queues, concurrency } = config.stack;

    this.jobs = new QueueWithDeadLetters(this, 'Jobs', {
      visibilitySeconds: functions.examine.timeoutSeconds + queues.visibilityMarginSeconds,
      maxReceives: config.settings.jobs.maxAttempts + RECEIVES_BEYOND_ATTEMPTS,
      messageDays: queues.messageDays,
      deadLetterDays: queues.deadLetterDays,
    });

    const shared = { config, folders: props.folders };
    const environment = {
      TABLE_NAME: data.records.tableName,
      MEDIA_BUCKET: media.bucket.bucketName,
      MODELS_FOLDER,
    };
    const faceEngine = () => (config.settings.faceEngine === 'rekognition' ? [rekognitionPictures()] : []);
    this.examine = nodeFunction(this, 'Examine', 'examine', {
      ...shared,
      environment: {
        ...environment,
        EVENT_BUS_NAME: webhooks.bus.eventBusName,
      },
      access: [
        ...data.useRecords(),
        // A document that has its verdict is forgotten at once.
        ...objects(media.bucket, encryption.data, 'get', 'delete'),
        publish(webhooks.bus.eventBusArn),
        ...faceEngine(),
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
      environment: {
        ...environment,
        KEYS_TABLE_NAME: data.keys.tableName,
        JOBS_QUEUE_URL: this.jobs.queue.queueUrl,
        EVENT_BUS_NAME: webhooks.bus.eventBusName,
        ...gallery.environment,
        SECRETS_KEY_ID: encryption.secrets.keyId,
        RECEIPTS_KEY_ID: encryption.receipts.keyId,
      },
      access: [
        ...data.useRecords(LIST_INDEX),
        ...data.useKeys('touch'),
        ...objects(media.bucket, encryption.data, 'get', 'put', 'delete'),
        ...gallery.useCollections(),
        ...gallery.useFaces(),
        encrypt(encryption.secrets),
        decrypt(encryption.secrets),
        sign(encryption.receipts),
        publish(webhooks.bus.eventBusArn),
        measure(this.jobs.queue),
        send(this.jobs.queue),
        ...faceEngine(),
      ],
    });
    this.warmVerdicts = concurrency.warmVerdicts === 0 ? this.verdicts : this.#keptWarm(concurrency.warmVerdicts);
  }

  #keptWarm(executions: number): IFunction {
    const alias = new Alias(this, 'WarmVerdicts', {
      aliasName: 'warm',
      // The CDK's own types do not fit each other where absent and undefined are told apart.
      version: this.verdicts.currentVersion as IVersion,
      provisionedConcurrentExecutions: executions,
    });
    return alias as IFunction;
  }
}
