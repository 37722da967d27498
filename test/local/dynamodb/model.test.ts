import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  PutCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { caseClient } from './dynamo-cases.ts';
import { type RunningDynamoDb, startDynamoDb } from './running-dynamodb.ts';

interface Row {
  readonly pk: string;
  readonly sk: number;
  readonly owner?: string;
  readonly rank?: number;
  readonly n?: number;
}

let running: RunningDynamoDb;
let doc: DynamoDBDocumentClient;
beforeAll(async () => {
  running = await startDynamoDb();
  doc = DynamoDBDocumentClient.from(caseClient(running.endpoint), { marshallOptions: { removeUndefinedValues: true } });
});
afterAll(() => running.stop());

const partition = fc.constantFrom('a', 'b');
const sort = fc.constantFrom(-1000, -10.5, -1, -0.01, 0, 0.01, 0.5, 1, 9, 10, 1e10, -1e-10);
const owner = fc.option(fc.constantFrom('ann', 'bob'), { nil: undefined });
const rank = fc.option(fc.integer({ min: -20, max: 20 }), { nil: undefined });
const limit = fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined });

const step = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), pk: partition, sk: sort, owner, rank }),
  fc.record({ kind: fc.constant('put-new' as const), pk: partition, sk: sort, owner, rank }),
  fc.record({ kind: fc.constant('add' as const), pk: partition, sk: sort, n: fc.integer({ min: -5, max: 5 }) }),
  fc.record({ kind: fc.constant('move' as const), pk: partition, sk: sort, owner, rank }),
  fc.record({ kind: fc.constant('delete' as const), pk: partition, sk: sort }),
  fc.record({ kind: fc.constant('query' as const), pk: partition, low: sort, forward: fc.boolean(), limit }),
  fc.record({
    kind: fc.constant('index' as const),
    owner: fc.constantFrom('ann', 'bob'),
    forward: fc.boolean(),
    limit,
  }),
  fc.record({ kind: fc.constant('scan' as const), limit }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What DynamoDB should be, in its simplest form: a map, sorted when it is read. */
class Model {
  readonly rows = new Map<string, Row>();
  static id = ({ pk, sk }: Pick<Row, 'pk' | 'sk'>): string => `${pk}/${sk}`;

  put(row: Row): void {
    this.rows.set(
      Model.id(row),
      Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as unknown as Row,
    );
  }

  sorted(keep: (row: Row) => boolean, by: 'sk' | 'rank', forward: boolean): readonly Row[] {
    const found = [...this.rows.values()].filter(keep).sort((a, b) => (a[by] ?? 0) - (b[by] ?? 0));
    return forward ? found : found.reverse();
  }
}

/** All pages of a Query or Scan. */
async function everything(
  page: (start: Record<string, unknown> | undefined) => Promise<{
    Items?: Record<string, unknown>[] | undefined;
    LastEvaluatedKey?: Record<string, unknown> | undefined;
  }>,
): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await page(start);
    items.push(...Items);
    start = LastEvaluatedKey;
  } while (start);
  return items;
}

const byId = (rows: readonly Record<string, unknown>[]) =>
  rows.map((row) => JSON.stringify(row, Object.keys(row).sort())).sort();

async function perform(table: string, model: Model, action: Step): Promise<void> {
  const { kind } = action;
  switch (kind) {
    case 'put': {
      const { kind: _, ...row } = action;
      await doc.send(new PutCommand({ TableName: table, Item: row }));
      return model.put(row as Row);
    }
    case 'put-new': {
      const { kind: _, ...row } = action;
      const there = model.rows.has(Model.id(row));
      const call = doc.send(
        new PutCommand({ TableName: table, Item: row, ConditionExpression: 'attribute_not_exists(pk)' }),
      );
      if (there) await expect(call).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
      else {
        await call;
        model.put(row as Row);
      }
      return;
    }
    case 'add': {
      const { pk, sk, n } = action;
      const old = model.rows.get(Model.id(action)) ?? { pk, sk };
      const changed = { ...old, n: (old.n ?? 0) + n };
      const { Attributes } = await doc.send(
        new UpdateCommand({
          TableName: table,
          Key: { pk, sk },
          UpdateExpression: 'ADD n :n',
          ExpressionAttributeValues: { ':n': n },
          ReturnValues: 'ALL_NEW',
        }),
      );
      expect(Attributes).toEqual(changed);
      return model.put(changed);
    }
    case 'move': {
      const { pk, sk } = action;
      const old = model.rows.get(Model.id(action)) ?? { pk, sk };
      const values = { owner: action.owner, rank: action.rank };
      const set = Object.entries(values).filter(([, value]) => value !== undefined);
      const gone = Object.entries(values).filter(([, value]) => value === undefined);
      const clauses = [
        ...(set.length > 0 ? [`SET ${set.map(([name]) => `#${name} = :${name}`).join(', ')}`] : []),
        ...(gone.length > 0 ? [`REMOVE ${gone.map(([name]) => `#${name}`).join(', ')}`] : []),
      ];
      await doc.send(
        new UpdateCommand({
          TableName: table,
          Key: { pk, sk },
          UpdateExpression: clauses.join(' '),
          ExpressionAttributeNames: { '#owner': 'owner', '#rank': 'rank' },
          ...(set.length > 0
            ? { ExpressionAttributeValues: Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])) }
            : {}),
        }),
      );
      return model.put({ ...old, ...values } as Row);
    }
    case 'delete': {
      const { pk, sk } = action;
      await doc.send(new DeleteCommand({ TableName: table, Key: { pk, sk } }));
      model.rows.delete(Model.id(action));
      return;
    }
    case 'query': {
      const items = await everything((ExclusiveStartKey) =>
        doc.send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: 'pk = :pk AND sk >= :low',
            ExpressionAttributeValues: { ':pk': action.pk, ':low': action.low },
            ScanIndexForward: action.forward,
            Limit: action.limit,
            ExclusiveStartKey,
          }),
        ),
      );
      const wanted = model.sorted((row) => row.pk === action.pk && row.sk >= action.low, 'sk', action.forward);
      return expect(items).toEqual(wanted);
    }
    case 'index': {
      const items = await everything((ExclusiveStartKey) =>
        doc.send(
          new QueryCommand({
            TableName: table,
            IndexName: 'byOwner',
            KeyConditionExpression: '#o = :o',
            ExpressionAttributeNames: { '#o': 'owner' },
            ExpressionAttributeValues: { ':o': action.owner },
            ScanIndexForward: action.forward,
            Limit: action.limit,
            ExclusiveStartKey,
          }),
        ),
      );
      const wanted = model.sorted(
        (row) => row.owner === action.owner && row.rank !== undefined,
        'rank',
        action.forward,
      );
      // Rows of one rank may come in any order.
      expect(items.map((item) => item.rank)).toEqual(wanted.map((row) => row.rank));
      return expect(byId(items)).toEqual(byId(wanted as readonly Record<string, unknown>[] & readonly Row[]));
    }
    case 'scan': {
      const items = await everything((ExclusiveStartKey) =>
        doc.send(new ScanCommand({ TableName: table, Limit: action.limit, ExclusiveStartKey })),
      );
      return expect(byId(items)).toEqual(byId([...model.rows.values()] as (Row & Record<string, unknown>)[]));
    }
  }
}

test('random sequences of writes and reads do what a sorted map does', async () => {
  let count = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const table = `model-${count++}`;
      await doc.send(
        new CreateTableCommand({
          TableName: table,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [
            { AttributeName: 'pk', AttributeType: 'S' },
            { AttributeName: 'sk', AttributeType: 'N' },
            { AttributeName: 'owner', AttributeType: 'S' },
            { AttributeName: 'rank', AttributeType: 'N' },
          ],
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
          GlobalSecondaryIndexes: [
            {
              IndexName: 'byOwner',
              KeySchema: [
                { AttributeName: 'owner', KeyType: 'HASH' },
                { AttributeName: 'rank', KeyType: 'RANGE' },
              ],
              Projection: { ProjectionType: 'ALL' },
            },
          ],
        }),
      );
      const model = new Model();
      for (const action of steps) await perform(table, model, action);
      await perform(table, model, { kind: 'scan', limit: undefined });
    }),
    { numRuns: 60 },
  );
});
