import { CreateTableCommand, type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasJava, startAmazonDynamoDbLocal } from './amazon-dynamodb-local.ts';
import { caseClient, dynamoCases, type KnownDifferences } from './dynamo-cases.ts';
import { condition, NAMES, numbered, update, value } from './expression-arbitraries.ts';
import { startDynamoDb } from './running-dynamodb.ts';

/** Where DynamoDB Local leaves the service that it stands for; our words and outcomes are those of the service. */
const DIFFERENCES: KnownDifferences = {
  wording: [
    'a start key outside the query is refused',
    'a transaction on a table that does not exist is not found',
    'a table that does not exist is not found',
    'an index key of another type is refused in a put',
    'an item without its key is refused',
    'an item with a key of another type is refused',
    'a partition key above 2048 bytes is refused',
    'a number beyond 38 digits is refused',
    'a number that is none is refused',
    'a set with a member twice is refused',
    'a key of another shape is refused',
    'PutItem cannot return ALL_NEW',
    'a query without its partition is refused',
    'a segment has to be below the total',
  ],
  outcomes: {
    'point-in-time recovery is switched on and told': {
      outcome: 'UnknownOperationException: An unknown operation was requested.',
      why: 'DynamoDB Local has no backups; templates switch them on',
    },
    'UPDATED_OLD and UPDATED_NEW show nested paths only': {
      outcome: [
        { m: { a: 1, b: 2 }, l: [1, 2, 3] },
        { m: { a: 9, b: 2 }, l: [1, 9, 3] },
        { pk: 'nested', sk: 's', m: { a: 9, b: 2 }, l: [1, 9, 3], other: true },
      ],
      why: 'DynamoDB Local shows the whole attribute around an updated path',
    },
    'an update that does not fit the item cancels the transaction': {
      outcome: ['ValidationException', null],
      why: 'the API reference has it as the cancellation reason ValidationError',
    },
    'PartiQL is answered': {
      outcome: { unexpected: { Items: [], $metadata: expect.anything() } },
      why: 'we refuse PartiQL',
    },
  },
  skipped: { 'an expired item goes away, others stay': 'DynamoDB Local takes longer than a test may' },
};

describe.skipIf(!hasJava)(`Amazon's DynamoDB Local${hasJava ? '' : ' (skipped: no java)'}`, () => {
  const stops: (() => unknown)[] = [];
  let amazon: string;
  beforeAll(async () => {
    const { endpoint, stop } = await startAmazonDynamoDbLocal();
    amazon = endpoint;
    stops.push(stop);
  });
  afterAll(async () => {
    for (const stop of stops) await stop();
  });

  dynamoCases(async () => caseClient(amazon), DIFFERENCES);

  test('random expressions do the same there and here', async () => {
    const running = await startDynamoDb();
    stops.push(running.stop);
    const clients = [caseClient(running.endpoint), caseClient(amazon)];
    for (const client of clients) {
      await client.send(
        new CreateTableCommand({
          TableName: 'random',
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        }),
      );
    }
    const item = fc.tuple(...NAMES.map(() => fc.option(value, { freq: 6 })));
    const none = fc.constant(undefined);
    const expressions = fc.oneof(fc.tuple(update, none), fc.tuple(none, condition), fc.tuple(update, condition));
    let judged = 0;
    await fc.assert(
      fc.asyncProperty(item, expressions, async (held, [change, check]) => {
        const attributes = Object.fromEntries(
          NAMES.flatMap((name, index) => (held[index] ? [[name, held[index]]] : [])),
        );
        const changing = change && numbered(change);
        const checking = check && numbered(check, change?.values.length);
        const values = { ...changing?.values, ...checking?.values };
        const attempt = async (client: DynamoDBClient) => {
          const pk = { S: 'one' };
          await client.send(new PutItemCommand({ TableName: 'random', Item: { ...attributes, pk } }));
          try {
            const { Attributes } = await client.send(
              new UpdateItemCommand({
                TableName: 'random',
                Key: { pk },
                ...(changing ? { UpdateExpression: changing.text } : {}),
                ...(checking ? { ConditionExpression: checking.text } : {}),
                ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
                ReturnValues: 'ALL_NEW',
              }),
            );
            return comparable(Attributes);
          } catch (error) {
            return (error as Error).name;
          }
        };
        const [ours, theirs] = await Promise.all(clients.map(attempt));
        expect(ours).toEqual(theirs);
        if (ours !== 'ValidationException') judged++;
      }),
      { numRuns: 400 },
    );
    // Two refusals are equal too easily.
    expect(judged).toBeGreaterThan(40);
  });
});

/** Sets have no order, and DynamoDB Local alone keeps the zeros at the end of a sum: -5.0. */
function comparable(value: unknown): unknown {
  if (value instanceof Uint8Array) return [...value].join('.');
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => {
      if (name === 'N' && typeof each === 'string') return [name, each.replace(/\.0+$|(\.\d*[1-9])0+$/, '$1')];
      const isSet = ['SS', 'NS'].includes(name) && Array.isArray(each);
      return [name, isSet ? [...each].sort() : comparable(each)];
    }),
  );
}
