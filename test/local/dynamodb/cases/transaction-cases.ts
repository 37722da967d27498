import { randomUUID } from 'node:crypto';
import {
  GetCommand,
  PutCommand,
  TransactGetCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { type CaseContext, type ConformanceCase, define, refusal } from '../conformance-case.ts';

interface CancelledError {
  readonly name: string;
  readonly CancellationReasons?: readonly {
    readonly Code?: string;
    readonly Message?: string;
    readonly Item?: unknown;
  }[];
}

const put = ({ doc, table }: CaseContext, pk: string, attributes: Record<string, unknown>) =>
  doc.send(new PutCommand({ TableName: table, Item: { pk, sk: 's', ...attributes } }));
const balance = async ({ doc, table }: CaseContext, pk: string) =>
  (await doc.send(new GetCommand({ TableName: table, Key: { pk, sk: 's' }, ConsistentRead: true }))).Item?.balance;

/** A ledger row made once, and a balance debited. */
function debit({ table }: CaseContext, account: string, row: string, amount = 1): TransactWriteCommandInput {
  return {
    TransactItems: [
      {
        Put: { TableName: table, Item: { pk: row, sk: 's', amount }, ConditionExpression: 'attribute_not_exists(pk)' },
      },
      {
        Update: {
          TableName: table,
          Key: { pk: account, sk: 's' },
          UpdateExpression: 'SET balance = balance - :n',
          ConditionExpression: 'balance >= :n',
          ExpressionAttributeValues: { ':n': amount },
        },
      },
    ],
  };
}

async function reasons(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
    return 'written';
  } catch (error) {
    const { name, CancellationReasons } = error as CancelledError;
    return CancellationReasons?.map(({ Code, Item }) => (Item ? [Code, Item] : Code)) ?? name;
  }
}

export const transactionCases: readonly ConformanceCase[] = [
  define(
    'TransactWriteItems puts, updates, deletes and checks at once',
    async (context) => {
      const { doc, table } = context;
      await put(context, 'tx-1', { balance: 2 });
      await put(context, 'tx-1-gone', {});
      await put(context, 'tx-1-check', { ok: true });
      await doc.send(
        new TransactWriteCommand({
          TransactItems: [
            ...(debit(context, 'tx-1', 'tx-1-row').TransactItems ?? []),
            { Delete: { TableName: table, Key: { pk: 'tx-1-gone', sk: 's' } } },
            {
              ConditionCheck: {
                TableName: table,
                Key: { pk: 'tx-1-check', sk: 's' },
                ConditionExpression: 'ok = :t',
                ExpressionAttributeValues: { ':t': true },
              },
            },
          ],
        }),
      );
      const { Responses } = await doc.send(
        new TransactGetCommand({
          TransactItems: ['tx-1', 'tx-1-row', 'tx-1-gone'].map((pk) => ({
            Get: { TableName: table, Key: { pk, sk: 's' } },
          })),
        }),
      );
      return Responses?.map((response) => response.Item);
    },
    [{ pk: 'tx-1', sk: 's', balance: 1 }, { pk: 'tx-1-row', sk: 's', amount: 1 }, undefined],
  ),
  define(
    'a repeated ClientRequestToken writes once',
    async (context) => {
      await put(context, 'tx-2', { balance: 5 });
      const request = { ...debit(context, 'tx-2', 'tx-2-row'), ClientRequestToken: randomUUID() };
      await context.doc.send(new TransactWriteCommand(request));
      await context.doc.send(new TransactWriteCommand(request));
      return balance(context, 'tx-2');
    },
    4,
  ),
  define(
    'a ClientRequestToken with other parameters is refused',
    async (context) => {
      await put(context, 'tx-3', { balance: 5 });
      const ClientRequestToken = randomUUID();
      await context.doc.send(new TransactWriteCommand({ ...debit(context, 'tx-3', 'tx-3-row'), ClientRequestToken }));
      const other = new TransactWriteCommand({ ...debit(context, 'tx-3', 'tx-3-other'), ClientRequestToken });
      return [await reasons(context.doc.send(other)), await balance(context, 'tx-3')];
    },
    ['IdempotentParameterMismatchException', 4],
  ),
  define(
    'cancellation reasons come in order, and nothing is written',
    async (context) => {
      await put(context, 'tx-4', { balance: 5 });
      await put(context, 'tx-4-row', {});
      const call = context.doc.send(new TransactWriteCommand(debit(context, 'tx-4', 'tx-4-row')));
      return [await reasons(call), await balance(context, 'tx-4')];
    },
    [['ConditionalCheckFailed', 'None'], 5],
  ),
  define(
    'every failed condition is told, with its item where that is asked for',
    async (context) => {
      await put(context, 'tx-5', { balance: 0 });
      await put(context, 'tx-5-row', {});
      const { TransactItems = [] } = debit(context, 'tx-5', 'tx-5-row');
      const shown = TransactItems.map((item) => ({
        ...item,
        ...(item.Update ? { Update: { ...item.Update, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const } } : {}),
      }));
      return reasons(context.doc.send(new TransactWriteCommand({ TransactItems: shown })));
    },
    ['ConditionalCheckFailed', ['ConditionalCheckFailed', { pk: { S: 'tx-5' }, sk: { S: 's' }, balance: { N: '0' } }]],
  ),
  define(
    'the message lists the codes',
    async (context) => {
      await put(context, 'tx-6', { balance: 0 });
      return refusal(context.doc.send(new TransactWriteCommand(debit(context, 'tx-6', 'tx-6-row'))));
    },
    'TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]',
  ),
  define(
    'an update that does not fit the item cancels the transaction',
    async (context) => {
      const { doc, table } = context;
      await put(context, 'tx-7', { balance: 'none' });
      const call = doc.send(
        new TransactWriteCommand({
          TransactItems: [
            { Put: { TableName: table, Item: { pk: 'tx-7-row', sk: 's' } } },
            {
              Update: {
                TableName: table,
                Key: { pk: 'tx-7', sk: 's' },
                UpdateExpression: 'SET balance = balance - :n',
                ExpressionAttributeValues: { ':n': 1 },
              },
            },
          ],
        }),
      );
      return [
        await reasons(call),
        (await doc.send(new GetCommand({ TableName: table, Key: { pk: 'tx-7-row', sk: 's' } }))).Item,
      ];
    },
    [['None', 'ValidationError'], undefined],
  ),
  define(
    'an item may be named once in a transaction',
    ({ doc, table }) =>
      refusal(
        doc.send(
          new TransactWriteCommand({
            TransactItems: [
              { Put: { TableName: table, Item: { pk: 'z', sk: 's' } } },
              { Delete: { TableName: table, Key: { pk: 'z', sk: 's' } } },
            ],
          }),
        ),
      ),
    'ValidationException: Transaction request cannot include multiple operations on one item',
  ),
  define(
    'a transaction on a table that does not exist is not found',
    ({ doc }) =>
      refusal(
        doc.send(new TransactWriteCommand({ TransactItems: [{ Delete: { TableName: 'nope', Key: { pk: 'z' } } }] })),
      ),
    'ResourceNotFoundException: Requested resource not found',
  ),
  define(
    'of 16 concurrent debits exactly as many win as there is balance',
    async (context) => {
      await put(context, 'tx-race', { balance: 5 });
      const one = async (index: number): Promise<string> => {
        // DynamoDB cancels transactions that meet on an item; callers try again.
        for (let attempt = 0; attempt < 100; attempt++) {
          const outcome = await reasons(
            context.doc.send(new TransactWriteCommand(debit(context, 'tx-race', `tx-race-${index}`))),
          );
          if (!JSON.stringify(outcome).includes('TransactionConflict')) return String(outcome);
          await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 20));
        }
        return 'gave up';
      };
      const outcomes = await Promise.all(Array.from({ length: 16 }, (_, index) => one(index)));
      return [outcomes.filter((outcome) => outcome === 'written').length, await balance(context, 'tx-race')];
    },
    [5, 0],
  ),
];
