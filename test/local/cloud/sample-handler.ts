import { DynamoDBClient, GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2, SQSEvent } from 'aws-lambda';

// Clients as a deployed function makes them: every address and key comes from the environment.
const dynamo = new DynamoDBClient();
const s3 = new S3Client();
const sqs = new SQSClient();
const events = new EventBridgeClient();
const { TABLE = '', QUEUE_URL = '', BUCKET = '', BUS = '' } = process.env;

async function count(id: string, attribute: string): Promise<void> {
  await dynamo.send(
    new UpdateItemCommand({
      TableName: TABLE,
      Key: { id: { S: id } },
      UpdateExpression: 'ADD #a :one',
      ExpressionAttributeNames: { '#a': attribute },
      ExpressionAttributeValues: { ':one': { N: '1' } },
    }),
  );
}

async function read(id: string) {
  const { Item } = await dynamo.send(
    new GetItemCommand({ TableName: TABLE, Key: { id: { S: id } }, ConsistentRead: true }),
  );
  return Item;
}

/** HTTP: `POST /notes/{id}` stores, uploads and queues; `GET /notes/{id}` reads the item. */
export async function api(event: APIGatewayProxyEventV2) {
  const id = event.pathParameters?.id ?? '';
  if (event.requestContext.http.method === 'GET') {
    return (await read(id)) ?? { statusCode: 404, body: '{"error":"no such note"}' };
  }
  await dynamo.send(new PutItemCommand({ TableName: TABLE, Item: { id: { S: id }, text: { S: event.body ?? '' } } }));
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `notes/${id}`, Body: event.body ?? '' }));
  await sqs.send(new SendMessageCommand({ QueueUrl: QUEUE_URL, MessageBody: JSON.stringify({ id }) }));
  return { statusCode: 202, body: JSON.stringify({ id }) };
}

/** Queue: counts what it saw and announces it on the bus. Bus and schedule: count. Poison always fails; shaky fails until mended. */
export async function work(event: SQSEvent | { detail: { id?: string }; 'detail-type': string }) {
  if (!('Records' in event)) {
    const { id } = event.detail;
    if (id === 'shaky' && !(await read('mended'))) throw new Error('shaky fails');
    return count(id ?? 'ticks', id ? 'announced' : 'ticks');
  }
  const failures: { itemIdentifier: string }[] = [];
  for (const { messageId, body } of event.Records) {
    const { id } = JSON.parse(body) as { id: string };
    await count(id, 'seen');
    if (id === 'poison') failures.push({ itemIdentifier: messageId });
    else {
      const Detail = JSON.stringify({ id });
      await events.send(
        new PutEventsCommand({ Entries: [{ EventBusName: BUS, Source: 'notes', DetailType: 'note.seen', Detail }] }),
      );
    }
  }
  return { batchItemFailures: failures };
}
