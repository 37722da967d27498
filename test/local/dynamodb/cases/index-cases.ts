import { PutCommand, QueryCommand, type QueryCommandInput, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { fill, many, pages } from '../case-items.ts';
import { type CaseContext, type ConformanceCase, define } from '../conformance-case.ts';

const gsi1 = (context: CaseContext): QueryCommandInput => ({
  TableName: context.table,
  IndexName: 'gsi1',
  KeyConditionExpression: 'g1 = :g',
  ExpressionAttributeValues: { ':g': 'many' },
});

export const indexCases: readonly ConformanceCase[] = [
  define(
    'Query of a global index pages backwards through a range',
    async (context) => {
      await fill(context, context.table, many);
      const { count, items } = await pages(context, {
        ...gsi1(context),
        KeyConditionExpression: 'g1 = :g AND g1s BETWEEN :a AND :b',
        ExpressionAttributeValues: { ':g': 'many', ':a': 0, ':b': 100 },
        ScanIndexForward: false,
        Limit: 10,
      });
      return [count, items.map((item) => item.g1s)];
    },
    [3, Array.from({ length: 25 }, (_, index) => 24 - index)],
  ),
  define(
    'a full last page still says where it ended',
    async (context) => {
      await fill(context, context.table, many);
      const { count, items } = await pages(context, { ...gsi1(context), Limit: 5 });
      return [count, items.length];
    },
    [6, 25],
  ),
  define(
    'a filter counts what it keeps and what it read',
    async (context) => {
      await fill(context, context.table, many);
      const { Count, ScannedCount, Items } = await context.doc.send(
        new QueryCommand({
          ...gsi1(context),
          FilterExpression: 'val > :x AND attribute_not_exists(deleted)',
          ProjectionExpression: 'val',
          ExpressionAttributeValues: { ':g': 'many', ':x': 20 },
        }),
      );
      return [Count, ScannedCount, Items];
    },
    [4, 25, [{ val: 21 }, { val: 22 }, { val: 23 }, { val: 24 }]],
  ),
  define(
    'Select COUNT shows no items',
    async (context) => {
      await fill(context, context.table, many);
      const { Count, ScannedCount, Items } = await context.doc.send(
        new QueryCommand({ ...gsi1(context), Select: 'COUNT' }),
      );
      return [Count, ScannedCount, Items];
    },
    [25, 25, undefined],
  ),
  define(
    'items without the keys of an index are not in it; items leave it when they lose them',
    async (context) => {
      const { doc, table } = context;
      const query = async () =>
        (await doc.send(new QueryCommand({ ...gsi1(context), ExpressionAttributeValues: { ':g': 'sparse' } }))).Items;
      await doc.send(new PutCommand({ TableName: table, Item: { pk: 'sp', sk: '1', g1: 'sparse' } }));
      const without = await query();
      await doc.send(new PutCommand({ TableName: table, Item: { pk: 'sp', sk: '1', g1: 'sparse', g1s: 1 } }));
      const present = await query();
      await doc.send(new PutCommand({ TableName: table, Item: { pk: 'sp', sk: '1' } }));
      return [without, present, await query()];
    },
    [[], [{ pk: 'sp', sk: '1', g1: 'sparse', g1s: 1 }], []],
  ),
  define(
    'an index gives what its projection holds',
    async (context) => {
      const { doc, table } = context;
      await doc.send(
        new PutCommand({ TableName: table, Item: { pk: 'pr', sk: 's', g2: 'p', g3: 'p', shown: 1, hidden: 2 } }),
      );
      const query = async (index: string, hash: string) =>
        (
          await doc.send(
            new QueryCommand({
              TableName: table,
              IndexName: index,
              KeyConditionExpression: `${hash} = :p`,
              ExpressionAttributeValues: { ':p': 'p' },
            }),
          )
        ).Items;
      return [await query('gsi2', 'g2'), await query('gsi3', 'g3')];
    },
    [[{ pk: 'pr', sk: 's', g2: 'p' }], [{ pk: 'pr', sk: 's', g3: 'p', shown: 1 }]],
  ),
  define(
    'a local index sorts by another attribute and fetches whole items',
    async (context) => {
      const { doc, binaries } = context;
      const item = (byte: number, rank: number) => ({ pk: 'local', sk: new Uint8Array([byte]), rank, extra: byte });
      await fill(context, binaries, [item(1, 30), item(2, 10), item(3, 20)]);
      const query = async (more: Partial<QueryCommandInput>) =>
        (
          await doc.send(
            new QueryCommand({
              TableName: binaries,
              IndexName: 'lsi1',
              KeyConditionExpression: 'pk = :pk',
              ExpressionAttributeValues: { ':pk': 'local' },
              ConsistentRead: true,
              ...more,
            }),
          )
        ).Items;
      const keys = await query({});
      const whole = await query({ Select: 'ALL_ATTRIBUTES' });
      return [keys?.map((each) => [each.rank, each.extra]), whole?.map((each) => each.extra)];
    },
    [
      [
        [10, undefined],
        [20, undefined],
        [30, undefined],
      ],
      [2, 3, 1],
    ],
  ),
  define(
    'Scan of an index reads its items only, with a filter',
    async (context) => {
      await fill(context, context.table, many);
      const { Items } = await context.doc.send(
        new ScanCommand({
          TableName: context.table,
          IndexName: 'gsi1',
          FilterExpression: 'val < :three AND g1 = :g',
          ExpressionAttributeValues: { ':three': 3, ':g': 'many' },
        }),
      );
      return Items?.map((item) => item.val).sort();
    },
    [0, 1, 2],
  ),
];
