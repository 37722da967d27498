import { HeadBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';

interface Dependencies {
  readonly dynamo: { readonly client: DynamoDBDocumentClient; readonly tableName: string };
  readonly s3: { readonly client: S3Client; readonly bucket: string };
  readonly sqs: { readonly client: SQSClient; readonly queueUrl: string };
}

/** One cheap call to each service that a verification needs: `ok`, or the name of the error. */
export const dependencyChecks =
  ({ dynamo, s3, sqs }: Dependencies) =>
  async (): Promise<Record<'dynamodb' | 's3' | 'sqs', string>> => {
    const outcome = async (call: Promise<unknown>): Promise<string> => {
      try {
        await call;
        return 'ok';
      } catch (error) {
        return error instanceof Error ? error.name : 'failed';
      }
    };
    const Key = { pk: 'ready', sk: 'ready' };
    const [dynamodb, bucket, queue] = await Promise.all([
      outcome(dynamo.client.send(new GetCommand({ TableName: dynamo.tableName, Key }))),
      outcome(s3.client.send(new HeadBucketCommand({ Bucket: s3.bucket }))),
      outcome(sqs.client.send(new GetQueueAttributesCommand({ QueueUrl: sqs.queueUrl, AttributeNames: ['QueueArn'] }))),
    ]);
    return { dynamodb, s3: bucket, sqs: queue };
  };
