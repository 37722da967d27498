import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { decrypt, encrypt, objects, receive, send, sign } from './access.ts';
import type { FunctionFolders } from './bundle.ts';
import type { StageConfig } from './config.ts';
import { type Data, LIST_INDEX } from './data.ts';
import type { Encryption } from './encryption.ts';
import type { Inference } from './inference.ts';
import type { Media } from './media.ts';
import { nodeFunction } from './node-function.ts';
import type { Webhooks } from './webhooks.ts';

export interface HttpFunctionsProps {
  readonly config: StageConfig;
  readonly folders: FunctionFolders;
  readonly encryption: Encryption;
  readonly data: Data;
  readonly media: Media;
  readonly inference: Inference;
  readonly webhooks: Webhooks;
}

/** The zip functions that answer HTTP: no model in them, so they start in a fraction of a second. */
export class HttpFunctions extends Construct {
  readonly submission: LambdaFunction;
  readonly account: LambdaFunction;
  readonly admin: LambdaFunction;
  readonly service: LambdaFunction;

  constructor(scope: Construct, id: string, props: HttpFunctionsProps) {
    super(scope, id);
    const { config, folders, encryption, data, media, inference, webhooks } = props;
    const { jobs } = inference;
    const { deliveries } = webhooks;
    const tables = { TABLE_NAME: data.records.tableName, KEYS_TABLE_NAME: data.keys.tableName };

    this.submission = nodeFunction(this, 'Submission', 'submission', {
      config,
      folders,
      environment: {
        ...tables,
        MEDIA_BUCKET: media.bucket.bucketName,
        JOBS_QUEUE_URL: jobs.queue.queueUrl,
      },
      access: [
        ...data.useRecords(),
        ...data.useKeys('touch'),
        // `put` is what the presigned forms are signed with.
        ...objects(media.bucket, encryption.data, 'get', 'put'),
        send(jobs.queue),
      ],
    });
    this.account = nodeFunction(this, 'Account', 'account', {
      config,
      folders,
      environment: {
        ...tables,
        MEDIA_BUCKET: media.bucket.bucketName,
        DELIVERIES_QUEUE_URL: deliveries.queue.queueUrl,
        SECRETS_KEY_ID: encryption.secrets.keyId,
        RECEIPTS_KEY_ID: encryption.receipts.keyId,
      },
      access: [
        ...data.useRecords(LIST_INDEX),
        ...data.useKeys('touch'),
        ...objects(media.bucket, encryption.data, 'delete'),
        encrypt(encryption.secrets),
        decrypt(encryption.secrets),
        sign(encryption.receipts),
        send(deliveries.queue),
      ],
    });
    this.admin = nodeFunction(this, 'Admin', 'admin', {
      config,
      folders,
      environment: {
        ...tables,
        JOBS_QUEUE_URL: jobs.queue.queueUrl,
        DELIVERIES_QUEUE_URL: deliveries.queue.queueUrl,
        JOBS_DLQ_URL: jobs.deadLetters.queueUrl,
        DELIVERIES_DLQ_URL: deliveries.deadLetters.queueUrl,
        SECRETS_KEY_ID: encryption.secrets.keyId,
      },
      access: [
        ...data.useRecords(LIST_INDEX),
        ...data.useKeys('write'),
        encrypt(encryption.secrets),
        decrypt(encryption.secrets),
        receive(jobs.deadLetters, deliveries.deadLetters),
        send(jobs.queue, deliveries.queue),
      ],
    });
    // Health and the API's description: no data, no right to any.
    this.service = nodeFunction(this, 'Service', 'service', { config, folders, environment: {}, access: [] });
  }
}
