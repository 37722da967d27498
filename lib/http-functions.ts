import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { HttpFunction } from '../lambdas/http/routes.ts';
import { decrypt, encrypt, objects, objectsBelow, publish, readPublicKey, receive, send, sign } from './access.ts';
import type { FunctionFolders } from './bundle.ts';
import type { StageConfig } from './config.ts';
import { type Data, LIST_INDEX, SHELF_INDEX } from './data.ts';
import type { Encryption } from './encryption.ts';
import type { Gallery } from './gallery.ts';
import type { Inference } from './inference.ts';
import { HOSTED_MEDIA, type Media } from './media.ts';
import { nodeFunction } from './node-function.ts';
import type { Site } from './site.ts';
import type { Webhooks } from './webhooks.ts';

export interface HttpFunctionsProps {
  readonly config: StageConfig;
  readonly folders: FunctionFolders;
  readonly encryption: Encryption;
  readonly data: Data;
  readonly media: Media;
  readonly gallery: Gallery;
  readonly inference: Inference;
  readonly webhooks: Webhooks;
  readonly site: Site;
}

/** The zip functions that answer HTTP: no model in them, so they start in a fraction of a second. */
export class HttpFunctions extends Construct {
  readonly functions: Readonly<Record<Exclude<HttpFunction, 'verdicts'>, LambdaFunction>>;

  constructor(scope: Construct, id: string, props: HttpFunctionsProps) {
    super(scope, id);
    const { config, folders, encryption, data, media, gallery, inference, webhooks, site } = props;
    const { jobs } = inference;
    const { deliveries } = webhooks;
    const tables = { TABLE_NAME: data.records.tableName, KEYS_TABLE_NAME: data.keys.tableName };
    const bucket = { MEDIA_BUCKET: media.bucket.bucketName };
    const secrets = { SECRETS_KEY_ID: encryption.secrets.keyId };
    const receipts = { RECEIPTS_KEY_ID: encryption.receipts.keyId };
    const shared = { config, folders };

    this.functions = {
      submission: nodeFunction(this, 'Submission', 'submission', {
        ...shared,
        environment: { ...tables, ...bucket, JOBS_QUEUE_URL: jobs.queue.queueUrl },
        access: [
          ...data.useRecords(LIST_INDEX),
          ...data.useKeys('touch'),
          // `put` is what the presigned forms are signed with.
          ...objects(media.bucket, encryption.data, 'get', 'put'),
          send(jobs.queue),
        ],
      }),
      'step-up': nodeFunction(this, 'StepUp', 'step-up', {
        ...shared,
        environment: { ...tables, ...secrets, ...receipts },
        access: [
          ...data.useRecords(LIST_INDEX),
          ...data.useKeys('touch'),
          ...gallery.forgetKept(),
          decrypt(encryption.secrets),
          sign(encryption.receipts),
        ],
      }),
      login: nodeFunction(this, 'Login', 'login', {
        ...shared,
        environment: {
          ...tables,
          ...bucket,
          ...secrets,
          EVENT_BUS_NAME: webhooks.bus.eventBusName,
          ...gallery.environment,
        },
        access: [
          ...data.useRecords(LIST_INDEX),
          ...data.useKeys('touch'),
          ...objects(media.bucket, encryption.data, 'delete'),
          ...gallery.useCollections(),
          decrypt(encryption.secrets),
          publish(webhooks.bus.eventBusArn),
        ],
      }),
      account: nodeFunction(this, 'Account', 'account', {
        ...shared,
        environment: {
          ...tables,
          ...bucket,
          ...secrets,
          ...receipts,
          DELIVERIES_QUEUE_URL: deliveries.queue.queueUrl,
        },
        access: [
          ...data.useRecords(LIST_INDEX),
          ...data.useKeys('touch'),
          ...objects(media.bucket, encryption.data, 'delete'),
          ...gallery.forgetKept(),
          encrypt(encryption.secrets),
          decrypt(encryption.secrets),
          sign(encryption.receipts),
          send(deliveries.queue),
        ],
      }),
      admin: nodeFunction(this, 'Admin', 'admin', {
        ...shared,
        environment: {
          ...tables,
          ...secrets,
          JOBS_QUEUE_URL: jobs.queue.queueUrl,
          DELIVERIES_QUEUE_URL: deliveries.queue.queueUrl,
          JOBS_DLQ_URL: jobs.deadLetters.queueUrl,
          DELIVERIES_DLQ_URL: deliveries.deadLetters.queueUrl,
        },
        access: [
          ...data.useRecords(LIST_INDEX),
          ...data.useKeys('write'),
          encrypt(encryption.secrets),
          decrypt(encryption.secrets),
          receive(jobs.deadLetters, deliveries.deadLetters),
          send(jobs.queue, deliveries.queue),
        ],
      }),
      console: nodeFunction(this, 'Console', 'console', {
        ...shared,
        environment: {
          ...tables,
          ...bucket,
          ...secrets,
          DELIVERIES_QUEUE_URL: deliveries.queue.queueUrl,
          EVENT_BUS_NAME: webhooks.bus.eventBusName,
        },
        access: [
          ...data.useRecords(LIST_INDEX, SHELF_INDEX),
          ...data.useKeys('touch'),
          ...objects(media.bucket, encryption.data, 'get'),
          decrypt(encryption.secrets),
          send(deliveries.queue),
          publish(webhooks.bus.eventBusArn),
        ],
        layers: [site.layer],
      }),
      page: nodeFunction(this, 'Page', 'page', {
        ...shared,
        environment: { ...tables, ...bucket, ...secrets },
        access: [
          ...data.useRecords(LIST_INDEX),
          ...data.useKeys('touch'),
          // `put` is what the presigned forms are signed with.
          ...objectsBelow(HOSTED_MEDIA, media.bucket, encryption.data, 'get', 'put', 'delete'),
          decrypt(encryption.secrets),
        ],
        layers: [site.layer],
      }),
      // Health, the API's description, and the public half of the key that signs receipts: no right to any data.
      service: nodeFunction(this, 'Service', 'service', {
        ...shared,
        environment: { ...receipts },
        access: [readPublicKey(encryption.receipts)],
      }),
    };
  }
}
