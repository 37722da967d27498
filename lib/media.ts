import { type CfnElement, Duration, Stack } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  HttpMethods,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { StageConfig } from './config.ts';
import { removalPolicy } from './removal.ts';

/** Names of what the hosted page and its checks keep begin so. */
export const HOSTED_MEDIA = 'hosted/';

/**
 * Photos, documents and videos: uploaded straight from the browser with a presigned form, read by the image functions.
 * Not versioned: a deleted photo of a person must be gone, not be an older version.
 */
export class Media extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: { readonly config: StageConfig; readonly key: Key }) {
    super(scope, id);
    const { settings, stack: limits } = props.config;
    const closed = {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy: removalPolicy(limits),
    };
    const accessLogs = new Bucket(this, 'AccessLogs', {
      ...closed,
      encryption: BucketEncryption.S3_MANAGED, // S3 cannot deliver its own logs under a customer's key.
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      lifecycleRules: [{ expiration: Duration.days(limits.logs.mediaAccessDays) }],
    });
    this.bucket = new Bucket(this, 'Bucket', {
      ...closed,
      encryption: BucketEncryption.KMS,
      encryptionKey: props.key,
      bucketKeyEnabled: true,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      // The CDK's types predate exactOptionalPropertyTypes.
      serverAccessLogsBucket: accessLogs as IBucket,
      serverAccessLogsPrefix: 'media/',
      // One rule per retention class. The sweeper deletes earlier where a tenant asks for less; this is the promise that holds without it.
      lifecycleRules: [
        { id: 'submission', prefix: 'verif/', expiration: Duration.days(settings.retention.submissionDays) },
        // S3 counts in days. What has its verdict is deleted with it; this is for what never gets one.
        {
          id: 'document',
          prefix: 'document/',
          expiration: Duration.days(Math.ceil(settings.retention.documentHours / 24)),
        },
        {
          id: 'hosted',
          prefix: HOSTED_MEDIA,
          expiration: Duration.days(Math.ceil(settings.hosted.retentionSeconds / 86_400)),
        },
      ],
      cors: [
        {
          allowedMethods: [HttpMethods.POST, HttpMethods.PUT],
          allowedOrigins: limits.uploadOrigins,
          allowedHeaders: ['*'],
          exposedHeaders: ['etag'],
          maxAge: limits.api.corsMaxAgeSeconds,
        },
      ],
    });
    const stack = Stack.of(this);
    const logicalId = stack.getLogicalId(this.bucket.node.defaultChild as CfnElement);
    for (const names of ['*', `${HOSTED_MEDIA}*`]) {
      const finding = `AwsSolutions-IAM5[Resource::<${logicalId}.Arn>/${names}]`;
      acknowledge(stack, finding, 'Objects have no names before they exist.');
    }
    acknowledge(accessLogs, 'AwsSolutions-S1', 'It holds the access logs; logging its own access would feed itself.');
  }
}
