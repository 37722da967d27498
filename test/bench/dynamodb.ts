import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { caseClient } from '../local/dynamodb/dynamo-cases.ts';
import { spawnDynamoDb } from '../local/dynamodb/spawned-dynamodb.ts';

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

const CLIENTS = 16;
const OPERATIONS = 6000;
const PARTITIONS = 500;
const TABLE = 'bench';

async function createTable(client: DynamoDBClient): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
        { AttributeName: 'g1', AttributeType: 'S' },
        { AttributeName: 'g1s', AttributeType: 'N' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'gsi1',
          KeySchema: [
            { AttributeName: 'g1', KeyType: 'HASH' },
            { AttributeName: 'g1s', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
}

/** Operations per second of `perform`, with as many calls in flight as there are clients. */
async function rate(perform: (index: number) => Promise<unknown>): Promise<number> {
  let next = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      while (next < OPERATIONS) await perform(next++);
    }),
  );
  return Math.round((OPERATIONS * 1000) / (performance.now() - started));
}

/** DynamoDB in a process of its own, called by 16 concurrent callers through the SDK over HTTP; items of 250 bytes, one index. */
export async function benchDynamoDb(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'dynamodb-bench-'));
  const { endpoint, kill } = await spawnDynamoDb(folder);
  const client = caseClient(endpoint);
  try {
    await createTable(client);
    const doc = DynamoDBDocumentClient.from(client);
    const key = (index: number) => ({ pk: `p#${index % PARTITIONS}`, sk: `s${index}` });
    const put = (index: number) =>
      doc.send(
        new PutCommand({
          TableName: TABLE,
          Item: { ...key(index), g1: 'load', g1s: index, a: 'x'.repeat(200) },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
    const get = (index: number) => doc.send(new GetCommand({ TableName: TABLE, Key: key(index) }));
    const update = (index: number) =>
      doc.send(
        new UpdateCommand({
          TableName: TABLE,
          Key: key(index),
          UpdateExpression: 'SET n = :n',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeValues: { ':n': index },
        }),
      );
    // The SDK's own code gets fast only after a while.
    await Promise.all(Array.from({ length: 500 }, (_, index) => get(index)));
    const figure = (name: string, value: number): Figure => ({
      name: `DynamoDB ${name}, ${CLIENTS} clients`,
      value,
      unit: 'ops/s',
    });
    return [
      figure('conditional put', await rate(put)),
      figure('get', await rate(get)),
      figure('conditional update', await rate(update)),
    ];
  } finally {
    client.destroy();
    await kill();
    rmSync(folder, { recursive: true, force: true });
  }
}
