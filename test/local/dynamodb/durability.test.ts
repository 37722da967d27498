import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, expect, test } from 'vitest';
import { caseClient } from './dynamo-cases.ts';
import { type SpawnedDynamoDb, spawnDynamoDb } from './spawned-dynamodb.ts';

const folder = mkdtempSync(join(tmpdir(), 'dynamodb-kill-'));
let running: SpawnedDynamoDb | undefined;
afterAll(async () => {
  await running?.kill();
  rmSync(folder, { recursive: true, force: true });
});

async function open(): Promise<DynamoDBDocumentClient> {
  running = await spawnDynamoDb(folder);
  return DynamoDBDocumentClient.from(caseClient(running.endpoint));
}

const TABLE = 'ledger';

test('kill -9 loses nothing that was acknowledged, and leaves no half transaction', async () => {
  let doc = await open();
  await doc.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  const acknowledged: string[] = [];
  for (let round = 0; round < 3; round++) {
    const write = async (client: DynamoDBDocumentClient, worker: number): Promise<void> => {
      for (let index = 0; ; index++) {
        const sk = `${round}-${worker}-${index}`;
        const items = ['row', 'twin'].map((pk) => ({ Put: { TableName: TABLE, Item: { pk, sk } } }));
        await client.send(new TransactWriteCommand({ TransactItems: items, ClientRequestToken: sk }));
        acknowledged.push(sk);
      }
    };
    const before = acknowledged.length;
    const writers = Array.from({ length: 8 }, (_, worker) => write(doc, worker).catch(() => 'killed'));
    while (acknowledged.length < before + 40) await new Promise((resolve) => setTimeout(resolve, 5));
    await running?.kill();
    expect(await Promise.all(writers)).toEqual(Array(8).fill('killed'));
    doc = await open();
  }
  const keys = async (pk: string) => {
    const found: string[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const page = await doc.send(
        new QueryCommand({
          TableName: TABLE,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': pk },
          ExclusiveStartKey: start,
        }),
      );
      found.push(...(page.Items ?? []).map((item) => String(item.sk)));
      start = page.LastEvaluatedKey;
    } while (start);
    return found;
  };
  const rows = await keys('row');
  expect(acknowledged.length).toBeGreaterThanOrEqual(120);
  expect(rows).toEqual(expect.arrayContaining(acknowledged));
  expect(await keys('twin')).toEqual(rows);
  // A token outlives the process as well: the same request again is the same transaction, another is refused.
  const [token = ''] = acknowledged;
  const other = { Put: { TableName: TABLE, Item: { pk: 'row', sk: 'other' } } };
  await expect(
    doc.send(new TransactWriteCommand({ TransactItems: [other], ClientRequestToken: token })),
  ).rejects.toMatchObject({ name: 'IdempotentParameterMismatchException' });
});
