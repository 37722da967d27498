import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ListTablesCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type ConformanceCase, define, refusalName } from '../conformance-case.ts';

const WAIT = { maxWaitTime: 20, minDelay: 0.05, maxDelay: 1 };

export const tableCases: readonly ConformanceCase[] = [
  define(
    'DescribeTable tells keys, indexes, stream and status',
    async ({ raw, table }) => {
      const { Table } = await raw.send(new DescribeTableCommand({ TableName: table }));
      return {
        status: Table?.TableStatus,
        key: Table?.KeySchema?.map((element) => `${element.AttributeName} ${element.KeyType}`),
        types: Table?.AttributeDefinitions?.map((each) => `${each.AttributeName} ${each.AttributeType}`).sort(),
        indexes: Table?.GlobalSecondaryIndexes?.map((index) => [
          index.IndexName,
          index.IndexStatus,
          index.Projection?.ProjectionType,
        ]).sort(),
        billing: Table?.BillingModeSummary?.BillingMode,
        stream: Table?.StreamSpecification,
        arn: Table?.TableArn?.split(':').at(-1) === `table/${table}`,
        recent: Math.abs(Date.now() - (Table?.CreationDateTime?.getTime() ?? 0)) < 600_000,
      };
    },
    {
      status: 'ACTIVE',
      key: ['pk HASH', 'sk RANGE'],
      types: ['g1 S', 'g1s N', 'g2 S', 'g3 S', 'pk S', 'sk S'],
      indexes: [
        ['gsi1', 'ACTIVE', 'ALL'],
        ['gsi2', 'ACTIVE', 'KEYS_ONLY'],
        ['gsi3', 'ACTIVE', 'INCLUDE'],
      ],
      billing: 'PAY_PER_REQUEST',
      stream: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      arn: true,
      recent: true,
    },
  ),
  define(
    'DescribeTimeToLive tells the attribute',
    async ({ raw, table, plain }) => {
      const describe = async (TableName: string) =>
        (await raw.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription;
      return [await describe(table), await describe(plain)];
    },
    [{ TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' }, { TimeToLiveStatus: 'DISABLED' }],
  ),
  define(
    'UpdateTimeToLive twice is refused',
    ({ raw, table }) =>
      refusalName(
        raw.send(
          new UpdateTimeToLiveCommand({
            TableName: table,
            TimeToLiveSpecification: { Enabled: true, AttributeName: 'ttl' },
          }),
        ),
      ),
    'ValidationException',
  ),
  define(
    'point-in-time recovery is switched on and told',
    async ({ raw, plain }) => {
      await raw.send(
        new UpdateContinuousBackupsCommand({
          TableName: plain,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        }),
      );
      const { ContinuousBackupsDescription } = await raw.send(
        new DescribeContinuousBackupsCommand({ TableName: plain }),
      );
      return ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
    },
    'ENABLED',
  ),
  define(
    'a table is made, listed, deleted and then not found',
    async ({ raw, table }) => {
      const TableName = `${table}-short`;
      await raw.send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        }),
      );
      await waitUntilTableExists({ client: raw, ...WAIT }, { TableName });
      const listed = (await raw.send(new ListTablesCommand({}))).TableNames ?? [];
      await raw.send(new DeleteTableCommand({ TableName }));
      await waitUntilTableNotExists({ client: raw, ...WAIT }, { TableName });
      const left = (await raw.send(new ListTablesCommand({}))).TableNames ?? [];
      const describe = refusalName(raw.send(new DescribeTableCommand({ TableName })));
      return [listed.includes(TableName), left.includes(TableName), await describe];
    },
    [true, false, 'ResourceNotFoundException'],
  ),
  define(
    'UpdateTable builds an index from the items at hand',
    async ({ raw, doc, numbers }) => {
      await doc.send(new PutCommand({ TableName: numbers, Item: { pk: 'late', sk: 1, owner: 'ann' } }));
      await doc.send(new PutCommand({ TableName: numbers, Item: { pk: 'late', sk: 2, owner: 5 } }));
      await raw.send(
        new UpdateTableCommand({
          TableName: numbers,
          AttributeDefinitions: [{ AttributeName: 'owner', AttributeType: 'S' }],
          GlobalSecondaryIndexUpdates: [
            {
              Create: {
                IndexName: 'byOwner',
                KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
                Projection: { ProjectionType: 'ALL' },
              },
            },
          ],
        }),
      );
      for (let attempt = 0; attempt < 100; attempt++) {
        const { Table } = await raw.send(new DescribeTableCommand({ TableName: numbers }));
        if (Table?.GlobalSecondaryIndexes?.every((index) => index.IndexStatus === 'ACTIVE')) break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const { Items } = await doc.send(
        new QueryCommand({
          TableName: numbers,
          IndexName: 'byOwner',
          KeyConditionExpression: '#o = :o',
          ExpressionAttributeNames: { '#o': 'owner' },
          ExpressionAttributeValues: { ':o': 'ann' },
        }),
      );
      return Items;
    },
    [{ pk: 'late', sk: 1, owner: 'ann' }],
  ),
  define(
    'an expired item goes away, others stay',
    async ({ doc, table }) => {
      const seconds = Math.floor(Date.now() / 1000);
      const ttls: Readonly<Record<string, unknown>> = {
        past: seconds - 60,
        future: seconds + 3600,
        ancient: seconds - 6 * 365 * 86_400,
        text: String(seconds - 60),
      };
      for (const [sk, ttl] of Object.entries(ttls)) {
        await doc.send(new PutCommand({ TableName: table, Item: { pk: 'ttl', sk, ttl } }));
      }
      const present = async (sk: string) =>
        (await doc.send(new GetCommand({ TableName: table, Key: { pk: 'ttl', sk } }))).Item !== undefined;
      for (let attempt = 0; attempt < 200 && (await present('past')); attempt++) {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      return Promise.all(['past', 'future', 'ancient', 'text'].map(present));
    },
    [false, true, true, true],
  ),
];
