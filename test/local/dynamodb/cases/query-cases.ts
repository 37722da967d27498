import {
  BatchGetCommand,
  BatchWriteCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  type ScanCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { type CaseContext, type ConformanceCase, define, refusal } from '../conformance-case.ts';

type Row = Record<string, unknown>;

async function fill({ doc }: CaseContext, table: string, items: readonly Row[]): Promise<void> {
  for (let from = 0; from < items.length; from += 25) {
    const writes = items.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } }));
    await doc.send(new BatchWriteCommand({ RequestItems: { [table]: writes } }));
  }
}

/** All pages of a query: how many there were, and everything they held. */
async function pages({ doc }: CaseContext, input: QueryCommandInput): Promise<{ count: number; items: Row[] }> {
  const items: Row[] = [];
  let count = 0;
  let start: Row | undefined;
  do {
    const page = await doc.send(new QueryCommand({ ...input, ExclusiveStartKey: start }));
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
    count++;
  } while (start);
  return { count, items };
}

const many = Array.from({ length: 25 }, (_, index) => ({
  pk: `many#${index}`,
  sk: 's',
  g1: 'many',
  g1s: index,
  val: index,
  pad: 'x'.repeat(100),
}));
const letters = ['a', 'ab', 'abc', 'b', 'é', 'z', '\u{10000}', '\uffff'];

/** A range condition finds `expected` among `letters`, in this order. */
const ranged = (expected: readonly string[], condition: string, values: Row, forward = true) =>
  define(
    `Query ${condition} ${JSON.stringify(values)}${forward ? '' : ' descending'}`,
    async (context) => {
      await fill(
        context,
        context.table,
        letters.map((sk) => ({ pk: 'letters', sk })),
      );
      const { Items } = await context.doc.send(
        new QueryCommand({
          TableName: context.table,
          KeyConditionExpression: `pk = :pk AND ${condition}`,
          ExpressionAttributeValues: { ':pk': 'letters', ...values },
          ScanIndexForward: forward,
        }),
      );
      return Items?.map((item) => item.sk);
    },
    expected,
  );

const gsi1 = (context: CaseContext): QueryCommandInput => ({
  TableName: context.table,
  IndexName: 'gsi1',
  KeyConditionExpression: 'g1 = :g',
  ExpressionAttributeValues: { ':g': 'many' },
});

export const queryCases: readonly ConformanceCase[] = [
  ranged(['a', 'ab', 'abc'], 'begins_with(sk, :p)', { ':p': 'a' }),
  ranged(['abc', 'b', 'z', 'é'], 'sk BETWEEN :a AND :b', { ':a': 'abc', ':b': 'é' }),
  ranged(['ab', 'a'], 'sk < :a', { ':a': 'abc' }, false),
  ranged(['a', 'ab', 'abc'], 'sk <= :a', { ':a': 'abc' }),
  ranged(['\uffff', '\u{10000}'], 'sk > :a', { ':a': 'é' }),
  ranged(['\u{10000}', '\uffff'], 'sk >= :a', { ':a': '\uffff' }, false),
  ranged(['b'], ':a = sk', { ':a': 'b' }),
  ranged(['a', 'ab', 'abc'], ':a > sk', { ':a': 'b' }),
  define(
    'number sort keys sort as numbers',
    async (context) => {
      const values = [3, -1, 10, 0, -10.5, 2.25, -0.001, 1e-20, 1e20, 9007199254740993n, -1e20, 0.1];
      await fill(
        context,
        context.numbers,
        values.map((sk) => ({ pk: 'order', sk })),
      );
      const { items } = await pages(context, {
        TableName: context.numbers,
        KeyConditionExpression: 'pk = :pk AND sk > :low',
        ExpressionAttributeValues: { ':pk': 'order', ':low': -1e20 },
        Limit: 4,
      });
      return items.map((item) => String(item.sk));
    },
    ['-10.5', '-1', '-0.001', '0', '1e-20', '0.1', '2.25', '3', '10', '9007199254740993', '100000000000000000000'],
  ),
  define(
    'binary sort keys sort by their bytes',
    async (context) => {
      const keys = [[255], [0, 1], [0], [1, 0], [255, 255], [127], [128]];
      await fill(
        context,
        context.binaries,
        keys.map((bytes) => ({ pk: 'bytes', sk: new Uint8Array(bytes) })),
      );
      const { items } = await pages(context, {
        TableName: context.binaries,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :p)',
        ExpressionAttributeValues: { ':pk': 'bytes', ':p': new Uint8Array([255]) },
      });
      const all = await pages(context, {
        TableName: context.binaries,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': 'bytes' },
      });
      return [items, all.items].map((each) => each.map((item) => [...(item.sk as Uint8Array)].join('.')));
    },
    [
      ['255', '255.255'],
      ['0', '0.1', '1.0', '127', '128', '255', '255.255'],
    ],
  ),
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
    'a page ends at 1 MB',
    async (context) => {
      const items = Array.from({ length: 13 }, (_, index) => ({
        pk: 'mb',
        sk: `${index + 10}`,
        x: 'x'.repeat(200_000),
      }));
      for (const Item of items) await context.doc.send(new PutCommand({ TableName: context.table, Item }));
      const { count, items: read } = await pages(context, {
        TableName: context.table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': 'mb' },
      });
      return [count, read.length];
    },
    [3, 13],
  ),
  define(
    'a start key outside the query is refused',
    (context) =>
      refusal(
        context.doc.send(
          new QueryCommand({
            TableName: context.table,
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: { ':pk': 'letters' },
            ExclusiveStartKey: { pk: 'other', sk: 's' },
          }),
        ),
      ),
    'ValidationException: The provided starting key is outside query boundaries based on provided conditions',
  ),
  define(
    'Scan in segments reads every item once',
    async (context) => {
      await fill(
        context,
        context.plain,
        Array.from({ length: 60 }, (_, pk) => ({ pk })),
      );
      const segment = async (Segment: number) => {
        const seen: unknown[] = [];
        let start: ScanCommandInput['ExclusiveStartKey'];
        do {
          const page = await context.doc.send(
            new ScanCommand({
              TableName: context.plain,
              Segment,
              TotalSegments: 4,
              Limit: 7,
              ExclusiveStartKey: start,
            }),
          );
          seen.push(...(page.Items ?? []).map((item) => item.pk));
          start = page.LastEvaluatedKey;
        } while (start);
        return seen;
      };
      const seen = (await Promise.all([0, 1, 2, 3].map(segment))).flat() as number[];
      return seen.sort((a, b) => a - b);
    },
    Array.from({ length: 60 }, (_, index) => index),
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
  define(
    'BatchGetItem reads what is there',
    async (context) => {
      await fill(context, context.table, many);
      const Keys = [
        { pk: 'many#1', sk: 's' },
        { pk: 'nobody', sk: 's' },
        { pk: 'many#2', sk: 's' },
      ];
      const { Responses, UnprocessedKeys } = await context.doc.send(
        new BatchGetCommand({ RequestItems: { [context.table]: { Keys, ProjectionExpression: 'val' } } }),
      );
      return [Responses?.[context.table]?.map((item) => item.val).sort(), UnprocessedKeys];
    },
    [[1, 2], {}],
  ),
];
