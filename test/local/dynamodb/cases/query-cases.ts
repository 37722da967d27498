import { BatchGetCommand, PutCommand, QueryCommand, ScanCommand, type ScanCommandInput } from '@aws-sdk/lib-dynamodb';
import { fill, many, pages, type Row } from '../case-items.ts';
import { type ConformanceCase, define, refusal } from '../conformance-case.ts';

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
