import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningDynamoDb, startDynamoDb } from './running-dynamodb.ts';

let running: RunningDynamoDb;
beforeAll(async () => {
  running = await startDynamoDb({ sweepMs: 20 });
});
afterAll(() => running.stop());

const AUTHORIZATION = 'AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE0000/20260101/us-east-1/dynamodb/aws4_request';

/** A request as an SDK sends it, but for the signature. */
async function call(target: string, body: unknown, authorization = AUTHORIZATION) {
  const response = await fetch(running.endpoint, {
    method: 'POST',
    headers: { authorization, 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, bytes, json: JSON.parse(String(bytes)) };
}
const dynamo = (operation: string, body: unknown) => call(`DynamoDB_20120810.${operation}`, body);
const streams = (operation: string, body: unknown) => call(`DynamoDBStreams_20120810.${operation}`, body);

test('an answer carries its checksum, a request id and its length', async () => {
  const { status, headers, bytes } = await dynamo('ListTables', {});
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('application/x-amz-json-1.0');
  expect(headers.get('x-amz-crc32')).toBe(String(crc32(bytes)));
  expect(headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
});

test.each([
  ['an unknown operation', 'DynamoDB_20120810.MakeCoffee', {}, 'UnknownOperationException'],
  ['an operation named after a member of objects', 'DynamoDB_20120810.constructor', {}, 'UnknownOperationException'],
  ['an unknown API', '__proto__.toString', {}, 'UnknownOperationException'],
  ['no JSON', 'DynamoDB_20120810.GetItem', '{"TableName":', 'SerializationException'],
  ['JSON that is no object', 'DynamoDB_20120810.GetItem', '[]', 'SerializationException'],
  ['a name of the wrong type', 'DynamoDB_20120810.GetItem', { TableName: 5 }, 'SerializationException'],
  ['nothing', 'DynamoDB_20120810.GetItem', {}, 'ValidationException'],
  [
    'a legacy parameter',
    'DynamoDB_20120810.PutItem',
    { TableName: 'abc', Item: {}, Expected: {} },
    'ValidationException',
  ],
  [
    'a value that is no value',
    'DynamoDB_20120810.PutItem',
    { TableName: 'abc', Item: { pk: 'text' } },
    'SerializationException',
  ],
  ['a value of no type', 'DynamoDB_20120810.PutItem', { TableName: 'abc', Item: { pk: {} } }, 'ValidationException'],
  [
    'a value of two types',
    'DynamoDB_20120810.PutItem',
    { TableName: 'abc', Item: { pk: { S: 'a', N: '1' } } },
    'ValidationException',
  ],
  [
    'base64 that is none',
    'DynamoDB_20120810.PutItem',
    { TableName: 'abc', Item: { pk: { B: '!!!' } } },
    'SerializationException',
  ],
])('%s is refused by name', async (_, target, body, type) => {
  const { status, json } = await call(target, body);
  expect(status).toBe(400);
  expect(json.__type).toMatch(new RegExp(`#${type}$`));
  expect(typeof json.message).toBe('string');
});

test('lists nested beyond 32 levels are refused', async () => {
  const nested = (levels: number): unknown => (levels === 0 ? { S: 'x' } : { L: [nested(levels - 1)] });
  const refused = await dynamo('PutItem', { TableName: 'abc', Item: { pk: nested(33) } });
  expect(refused.json.message).toBe('Nesting Levels have exceeded supported limits');
  // Deep enough to end a recursion without a limit.
  const deep = await dynamo(
    'PutItem',
    `{"TableName":"abc","Item":{"pk":${'{"L":['.repeat(5000)}{"S":"x"}${']}'.repeat(5000)}}}`,
  );
  expect(deep.json.message).toBe('Nesting Levels have exceeded supported limits');
});

test('a key that the cloud does not know is refused', async () => {
  const stranger = AUTHORIZATION.replace('AKIAEXAMPLE0000', 'AKIASTRANGER000');
  const { status, json } = await call('DynamoDB_20120810.ListTables', {}, stranger);
  expect([status, json.__type]).toEqual([400, 'com.amazon.coral.service#UnrecognizedClientException']);
});

test('a request above 16 MB is refused and the next one is answered', async () => {
  const { status } = await dynamo('PutItem', `"${'x'.repeat(17 * 1024 * 1024)}"`);
  expect(status).toBe(413);
  expect((await dynamo('ListTables', {})).status).toBe(200);
});

test('a stream tells every change in order, and which of them the sweep made', async () => {
  await dynamo('CreateTable', {
    TableName: 'streamed',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  });
  await dynamo('UpdateTimeToLive', {
    TableName: 'streamed',
    TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
  });
  const Key = { pk: { S: 'a' } };
  const put = (n: string) => dynamo('PutItem', { TableName: 'streamed', Item: { ...Key, n: { N: n } } });
  await put('1');
  await put('1');
  await put('2');
  await dynamo('DeleteItem', { TableName: 'streamed', Key });
  await dynamo('DeleteItem', { TableName: 'streamed', Key });
  await dynamo('PutItem', { TableName: 'streamed', Item: { pk: { S: 'b' }, ttl: { N: '1700000000' } } });
  const { Streams } = (await streams('ListStreams', { TableName: 'streamed' })).json;
  const { StreamArn } = Streams[0];
  const { StreamDescription } = (await streams('DescribeStream', { StreamArn })).json;
  const { ShardIterator } = (
    await streams('GetShardIterator', {
      StreamArn,
      ShardId: StreamDescription.Shards[0].ShardId,
      ShardIteratorType: 'TRIM_HORIZON',
    })
  ).json;
  const read = async () => (await streams('GetRecords', { ShardIterator })).json;
  await expect.poll(async () => (await read()).Records.length).toBe(5);
  const { Records, NextShardIterator } = await read();
  expect(
    Records.map(
      ({ eventName, dynamodb, userIdentity }: Record<string, Record<string, Record<string, { N?: string }>>>) => [
        eventName,
        dynamodb?.OldImage?.n?.N,
        dynamodb?.NewImage?.n?.N,
        userIdentity?.PrincipalId,
      ],
    ),
  ).toEqual([
    ['INSERT', undefined, '1', undefined],
    ['MODIFY', '1', '2', undefined],
    ['REMOVE', '2', undefined, undefined],
    ['INSERT', undefined, undefined, undefined],
    ['REMOVE', undefined, undefined, 'dynamodb.amazonaws.com'],
  ]);
  expect((await streams('GetRecords', { ShardIterator: NextShardIterator })).json.Records).toEqual([]);
  expect((await streams('GetRecords', { ShardIterator: 'nonsense' })).status).toBe(400);
});
