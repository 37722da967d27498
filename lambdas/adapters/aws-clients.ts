import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KMSClient } from '@aws-sdk/client-kms';
import { RekognitionClient, type RekognitionClientConfig } from '@aws-sdk/client-rekognition';
import { S3Client } from '@aws-sdk/client-s3';
import { S3VectorsClient, type S3VectorsClientConfig } from '@aws-sdk/client-s3vectors';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Overload } from '../domain/error.ts';

/**
 * One client a service and process. A call that takes longer than these bounds is better tried again: every use case is safe to
 * repeat, and the sweeper picks up what was given up.
 */
const bounds = { maxAttempts: 4, requestHandler: { connectionTimeout: 2_000, requestTimeout: 10_000 } };

export const dynamoClient = (): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(new DynamoDBClient(bounds), { marshallOptions: { removeUndefinedValues: true } });

export const s3Client = (): S3Client =>
  new S3Client({
    ...bounds,
    forcePathStyle: process.env.S3_FORCE_PATH_STYLE === 'true',
    // Else a presigned PUT carries the checksum of an empty body, since its own body is not known yet.
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });

export const sqsClient = (): SQSClient => new SQSClient(bounds);
export const eventsClient = (): EventBridgeClient => new EventBridgeClient(bounds);
export const kmsClient = (): KMSClient => new KMSClient(bounds);

/** Errors after which the same call can succeed. */
const passing = new Set([
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'TooManyRequestsException',
  'ServiceUnavailableException',
  'InternalServerException',
  'InternalServerError',
  'RequestTimeoutException',
  'TimeoutError',
]);

/** Says of an error that outlived the retries whether it will pass. For the services whose quotas are small. */
const sayOverload =
  <Call, Answer>(next: (call: Call) => Promise<Answer>) =>
  async (call: Call): Promise<Answer> => {
    try {
      return await next(call);
    } catch (error) {
      if (error instanceof Error && passing.has(error.name)) throw new Overload(error.name, { cause: error });
      throw error;
    }
  };

export function vectorsClient(more: S3VectorsClientConfig = {}): S3VectorsClient {
  const client = new S3VectorsClient({ ...bounds, ...more });
  client.middlewareStack.add(sayOverload, { step: 'initialize' });
  return client;
}

/**
 * In a local run all services but this one are on the same machine, with keys of its own: `REKOGNITION_ACCESS` then has region,
 * endpoint and the operator's credentials, as the constructor takes them. On AWS there is no such variable.
 */
export function rekognitionClient(more: RekognitionClientConfig = {}): RekognitionClient {
  const access = JSON.parse(process.env.REKOGNITION_ACCESS ?? '{}') as RekognitionClientConfig;
  const client = new RekognitionClient({ ...bounds, ...access, ...more });
  client.middlewareStack.add(sayOverload, { step: 'initialize' });
  return client;
}
