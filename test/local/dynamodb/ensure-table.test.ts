import { DescribeTableCommand, DescribeTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, expect, test } from 'vitest';
import { caseClient } from './dynamo-cases.ts';
import { type RunningDynamoDb, startDynamoDb } from './running-dynamodb.ts';

let running: RunningDynamoDb | undefined;
afterEach(() => running?.stop());

async function open() {
  running = await startDynamoDb();
  const client = caseClient(running.endpoint);
  return { service: running.service, client, doc: DynamoDBDocumentClient.from(client) };
}

const TABLE = {
  TableName: 'core',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  SSESpecification: { SSEEnabled: true },
  Tags: [{ Key: 'stage', Value: 'dev' }],
};
const INDEXED = {
  ...TABLE,
  AttributeDefinitions: [
    ...TABLE.AttributeDefinitions,
    { AttributeName: 'due', AttributeType: 'N' },
    { AttributeName: 'state', AttributeType: 'S' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byState',
      KeySchema: [
        { AttributeName: 'state', KeyType: 'HASH' },
        { AttributeName: 'due', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
};

const query = (doc: DynamoDBDocumentClient) =>
  doc.send(
    new QueryCommand({
      TableName: 'core',
      IndexName: 'byState',
      KeyConditionExpression: '#s = :s',
      ExpressionAttributeNames: { '#s': 'state' },
      ExpressionAttributeValues: { ':s': 'stuck' },
    }),
  );

test('a table is made from CloudFormation properties, once', async () => {
  const { service, client } = await open();
  const first = service.ensureTable(TABLE);
  expect(service.ensureTable(TABLE)).toEqual(first);
  expect(first).toEqual({ name: 'core', arn: 'arn:aws:dynamodb:us-east-1:000000000000:table/core' });
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: 'core' }));
  expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' });
});

test('an index that the template gains is built from the items at hand; one that it loses is dropped', async () => {
  const { service, doc } = await open();
  service.ensureTable(TABLE);
  for (let index = 0; index < 1200; index++) {
    const state = index % 2 ? 'stuck' : 'done';
    await doc.send(new PutCommand({ TableName: 'core', Item: { pk: `v${index}`, state, due: -index } }));
  }
  service.ensureTable(INDEXED);
  const { Items = [] } = await query(doc);
  expect(Items.map((item) => item.due)).toEqual(Array.from({ length: 600 }, (_, index) => -1199 + 2 * index));
  service.ensureTable(TABLE);
  await expect(query(doc)).rejects.toMatchObject({ name: 'ValidationException' });
  service.ensureTable(INDEXED);
  expect((await query(doc)).Count).toBe(600);
});

test('a GlobalTable of one replica is a table', async () => {
  const { service, client } = await open();
  const { PointInTimeRecoverySpecification, ...rest } = INDEXED;
  const { streamArn } = service.ensureTable({
    ...rest,
    StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    Replicas: [{ Region: 'us-east-1', PointInTimeRecoverySpecification }],
  });
  const { Table } = await client.send(new DescribeTableCommand({ TableName: 'core' }));
  expect(Table?.LatestStreamArn).toBe(streamArn);
  expect(streamArn).toMatch(/:table\/core\/stream\/\d{4}-/);
});

test('a table with another key is refused with both keys named, and stays as it is', async () => {
  const { service, doc } = await open();
  service.ensureTable(TABLE);
  await doc.send(new PutCommand({ TableName: 'core', Item: { pk: 'kept' } }));
  const other = {
    ...TABLE,
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'N' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  };
  expect(() => service.ensureTable(other)).toThrow(/pk \(S\).*id \(N\)/);
  await doc.send(new PutCommand({ TableName: 'core', Item: { pk: 'still here' } }));
});

test('properties that are wrong are refused', async () => {
  const { service } = await open();
  expect(() => service.ensureTable({ ...TABLE, KeySchema: [] })).toThrow('keySchema');
  expect(() => service.ensureTable({ ...TABLE, AttributeDefinitions: [] })).toThrow(
    'not defined in AttributeDefinitions',
  );
  expect(() => service.ensureTable({ ...TABLE, TableName: undefined })).toThrow('tableName');
});
