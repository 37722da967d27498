import {
  type AttributeDefinition,
  CreateTableCommand,
  type CreateTableCommandInput,
  type KeySchemaElement,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import type { CaseContext } from './conformance-case.ts';

const attributes = (types: Readonly<Record<string, 'S' | 'N' | 'B'>>): AttributeDefinition[] =>
  Object.entries(types).map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }));
const key = (hash: string, range?: string): KeySchemaElement[] => [
  { AttributeName: hash, KeyType: 'HASH' },
  ...(range === undefined ? [] : [{ AttributeName: range, KeyType: 'RANGE' as const }]),
];

/** The tables of a CaseContext, made through the SDK. */
export async function createCaseTables({ raw, table, numbers, binaries, plain }: CaseContext): Promise<void> {
  const specs: CreateTableCommandInput[] = [
    {
      TableName: table,
      AttributeDefinitions: attributes({ pk: 'S', sk: 'S', g1: 'S', g1s: 'N', g2: 'S', g3: 'S' }),
      KeySchema: key('pk', 'sk'),
      GlobalSecondaryIndexes: [
        { IndexName: 'gsi1', KeySchema: key('g1', 'g1s'), Projection: { ProjectionType: 'ALL' } },
        { IndexName: 'gsi2', KeySchema: key('g2'), Projection: { ProjectionType: 'KEYS_ONLY' } },
        {
          IndexName: 'gsi3',
          KeySchema: key('g3'),
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['shown'] },
        },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    },
    { TableName: numbers, AttributeDefinitions: attributes({ pk: 'S', sk: 'N' }), KeySchema: key('pk', 'sk') },
    {
      TableName: binaries,
      AttributeDefinitions: attributes({ pk: 'S', sk: 'B', rank: 'N' }),
      KeySchema: key('pk', 'sk'),
      LocalSecondaryIndexes: [
        { IndexName: 'lsi1', KeySchema: key('pk', 'rank'), Projection: { ProjectionType: 'KEYS_ONLY' } },
      ],
    },
    { TableName: plain, AttributeDefinitions: attributes({ pk: 'N' }), KeySchema: key('pk') },
  ];
  for (const spec of specs) {
    await raw.send(new CreateTableCommand({ BillingMode: 'PAY_PER_REQUEST', ...spec }));
    await waitUntilTableExists(
      { client: raw, maxWaitTime: 20, minDelay: 0.05, maxDelay: 1 },
      { TableName: spec.TableName },
    );
  }
  await raw.send(
    new UpdateTimeToLiveCommand({
      TableName: table,
      TimeToLiveSpecification: { Enabled: true, AttributeName: 'ttl' },
    }),
  );
}
