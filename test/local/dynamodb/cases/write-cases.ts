import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, GetCommand, PutCommand, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { type CaseContext, type ConformanceCase, define, refusal } from '../conformance-case.ts';

const FAILED = 'ConditionalCheckFailedException: The conditional request failed';

const put = ({ doc, table }: CaseContext, item: Record<string, unknown>) =>
  doc.send(new PutCommand({ TableName: table, Item: { sk: 's', ...item } }));
const get = async ({ doc, table }: CaseContext, pk: string) =>
  (await doc.send(new GetCommand({ TableName: table, Key: { pk, sk: 's' }, ConsistentRead: true }))).Item;
const update = async ({ doc, table }: CaseContext, pk: string, input: Partial<UpdateCommandInput>) =>
  (await doc.send(new UpdateCommand({ TableName: table, Key: { pk, sk: 's' }, ...input }))).Attributes;

/** Puts an item, updates it, and gives what ReturnValues shows. */
const updating =
  (pk: string, item: Record<string, unknown>, input: Partial<UpdateCommandInput>) => async (context: CaseContext) => {
    await put(context, { pk, ...item });
    return update(context, pk, { ReturnValues: 'ALL_NEW', ...input });
  };

export const writeCases: readonly ConformanceCase[] = [
  define(
    'PutItem with attribute_not_exists writes once',
    async (context) => {
      const again = (status: string) =>
        context.doc.send(
          new PutCommand({
            TableName: context.table,
            Item: { pk: 'put-once', sk: 's', status },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        );
      await again('first');
      return [await refusal(again('second')), await get(context, 'put-once')];
    },
    [FAILED, { pk: 'put-once', sk: 's', status: 'first' }],
  ),
  define(
    'a failed condition shows the item with ReturnValuesOnConditionCheckFailure',
    async (context) => {
      await put(context, { pk: 'shown', n: 1 });
      try {
        await context.raw.send(
          new PutItemCommand({
            TableName: context.table,
            Item: { pk: { S: 'shown' }, sk: { S: 's' } },
            ConditionExpression: 'attribute_not_exists(pk)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        );
        return 'written';
      } catch (error) {
        return (error as { Item?: unknown }).Item;
      }
    },
    { pk: { S: 'shown' }, sk: { S: 's' }, n: { N: '1' } },
  ),
  define(
    'PutItem and DeleteItem return ALL_OLD',
    async (context) => {
      await put(context, { pk: 'old', n: 1 });
      const { doc, table } = context;
      const replaced = await doc.send(
        new PutCommand({ TableName: table, Item: { pk: 'old', sk: 's', n: 2 }, ReturnValues: 'ALL_OLD' }),
      );
      const remove = () =>
        doc.send(new DeleteCommand({ TableName: table, Key: { pk: 'old', sk: 's' }, ReturnValues: 'ALL_OLD' }));
      return [replaced.Attributes, (await remove()).Attributes, (await remove()).Attributes, await get(context, 'old')];
    },
    [{ pk: 'old', sk: 's', n: 1 }, { pk: 'old', sk: 's', n: 2 }, undefined, undefined],
  ),
  define(
    'DeleteItem keeps the item when its condition fails',
    async (context) => {
      await put(context, { pk: 'kept', n: 1 });
      const { doc, table } = context;
      const remove = new DeleteCommand({
        TableName: table,
        Key: { pk: 'kept', sk: 's' },
        ConditionExpression: 'n > :n',
        ExpressionAttributeValues: { ':n': 5 },
      });
      return [await refusal(doc.send(remove)), await get(context, 'kept')];
    },
    [FAILED, { pk: 'kept', sk: 's', n: 1 }],
  ),
  define(
    'UpdateItem decrements a balance and counts a version',
    updating(
      'debit',
      { balance: 5 },
      {
        UpdateExpression: 'SET balance = balance - :n ADD version :one',
        ConditionExpression: 'balance >= :n',
        ExpressionAttributeValues: { ':n': 2, ':one': 1 },
      },
    ),
    { pk: 'debit', sk: 's', balance: 3, version: 1 },
  ),
  define(
    'UpdateItem refuses a decrement below the balance',
    (context) =>
      refusal(
        updating(
          'no-debit',
          { balance: 1 },
          {
            UpdateExpression: 'SET balance = balance - :n',
            ConditionExpression: 'balance >= :n',
            ExpressionAttributeValues: { ':n': 2 },
          },
        )(context),
      ),
    FAILED,
  ),
  define(
    'UpdateItem appends to a list that may not exist, under a condition of several functions',
    updating(
      'append',
      { g1: 'acct#1', status: 'created' },
      {
        UpdateExpression: 'SET #e = list_append(if_not_exists(#e, :none), :v) REMOVE nope',
        ConditionExpression: '#s IN (:a, :b) AND size(g1) > :zero AND begins_with(g1, :p)',
        ExpressionAttributeNames: { '#e': 'events', '#s': 'status' },
        ExpressionAttributeValues: {
          ':none': [],
          ':v': ['x'],
          ':a': 'created',
          ':b': 'pending',
          ':zero': 0,
          ':p': 'acct',
        },
        ReturnValues: 'UPDATED_NEW',
      },
    ),
    { events: ['x'] },
  ),
  define(
    'UpdateItem makes an item that is not there',
    async (context) => [
      await update(context, 'fresh', {
        ReturnValues: 'UPDATED_OLD',
        UpdateExpression: 'SET a = :a',
        ExpressionAttributeValues: { ':a': 1 },
      }),
      await get(context, 'fresh'),
    ],
    [undefined, { pk: 'fresh', sk: 's', a: 1 }],
  ),
  define(
    'UPDATED_OLD and UPDATED_NEW show nested paths only',
    async (context) => {
      await put(context, { pk: 'nested', m: { a: 1, b: 2 }, l: [1, 2, 3], other: true });
      const change = { UpdateExpression: 'SET m.a = :v, l[1] = :v', ExpressionAttributeValues: { ':v': 9 } };
      return [
        await update(context, 'nested', { ...change, ReturnValues: 'UPDATED_OLD' }),
        await update(context, 'nested', { ...change, ReturnValues: 'UPDATED_NEW' }),
        await get(context, 'nested'),
      ];
    },
    [
      { m: { a: 1 }, l: [2] },
      { m: { a: 9 }, l: [9] },
      { pk: 'nested', sk: 's', m: { a: 9, b: 2 }, l: [1, 9, 3], other: true },
    ],
  ),
  define(
    'right-hand sides mean the item as it was',
    updating('swap', { a: 1, b: 2 }, { UpdateExpression: 'SET a = b, b = a' }),
    { pk: 'swap', sk: 's', a: 2, b: 1 },
  ),
  define(
    'list positions mean the list as it was; indexes beyond the end append',
    updating(
      'list',
      { l: ['a', 'b', 'c', 'd'] },
      {
        UpdateExpression: 'SET l[10] = :x, l[9] = :w REMOVE l[0], l[2]',
        ExpressionAttributeValues: { ':x': 'x', ':w': 'w' },
      },
    ),
    { pk: 'list', sk: 's', l: ['b', 'd', 'w', 'x'] },
  ),
  define(
    'ADD and DELETE on sets, an emptied set goes away',
    async (context) => {
      const sets = (UpdateExpression: string, members: readonly string[]) =>
        update(context, 'sets', {
          UpdateExpression,
          ExpressionAttributeValues: { ':m': new Set(members) },
          ReturnValues: 'ALL_NEW',
        });
      await sets('ADD tags :m', ['a', 'b']);
      const added = await sets('ADD tags :m', ['b', 'c']);
      const removed = await sets('DELETE tags :m', ['a', 'c', 'z']);
      const emptied = await sets('DELETE tags :m', ['b']);
      return [[...(added?.tags ?? [])].sort(), [...(removed?.tags ?? [])], emptied];
    },
    [['a', 'b', 'c'], ['b'], { pk: 'sets', sk: 's' }],
  ),
  define(
    'numbers keep 38 digits and add exactly',
    async ({ raw, table, doc }) => {
      await raw.send(
        new PutItemCommand({
          TableName: table,
          Item: {
            pk: { S: 'digits' },
            sk: { S: 's' },
            a: { N: '0.10' },
            b: { N: '1e3' },
            c: { N: '12345678901234567890123456789012345678' },
          },
        }),
      );
      await doc.send(
        new UpdateCommand({
          TableName: table,
          Key: { pk: 'digits', sk: 's' },
          UpdateExpression: 'SET a = a + :fifth, c = c - :one',
          ExpressionAttributeValues: { ':fifth': 0.2, ':one': 1 },
        }),
      );
      const { GetItemCommand } = await import('@aws-sdk/client-dynamodb');
      const { Item } = await raw.send(
        new GetItemCommand({ TableName: table, Key: { pk: { S: 'digits' }, sk: { S: 's' } } }),
      );
      return [Item?.a, Item?.b, Item?.c];
    },
    [{ N: '0.3' }, { N: '1000' }, { N: '12345678901234567890123456789012345677' }],
  ),
  define(
    'attributes may be called as JavaScript calls its own',
    async (context) => {
      const attribute = { '#p': '__proto__', '#c': 'constructor' };
      const before = await update(context, 'proto', {
        UpdateExpression: 'SET #p = :v',
        ConditionExpression: 'attribute_not_exists(#c)',
        ExpressionAttributeNames: attribute,
        ExpressionAttributeValues: { ':v': 'x' },
      });
      const { GetItemCommand } = await import('@aws-sdk/client-dynamodb');
      const { Item } = await context.raw.send(
        new GetItemCommand({ TableName: context.table, Key: { pk: { S: 'proto' }, sk: { S: 's' } } }),
      );
      return [before, Object.hasOwn({ ...Item }, 'constructor'), Object.keys(Item ?? {}).length >= 2];
    },
    [undefined, false, true],
  ),
  define(
    'of 16 concurrent conditional decrements exactly as many win as there is balance',
    async (context) => {
      await put(context, { pk: 'race', balance: 5 });
      const results = await Promise.allSettled(
        Array.from({ length: 16 }, () =>
          update(context, 'race', {
            UpdateExpression: 'SET balance = balance - :n',
            ConditionExpression: 'balance >= :n',
            ExpressionAttributeValues: { ':n': 1 },
          }),
        ),
      );
      return [results.filter((each) => each.status === 'fulfilled').length, (await get(context, 'race'))?.balance];
    },
    [5, 0],
  ),
];
