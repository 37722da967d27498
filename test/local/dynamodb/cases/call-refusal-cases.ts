import { CreateTableCommand, ExecuteStatementCommand } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/lib-dynamodb';
import { type ConformanceCase, define, refusal, refusalName } from '../conformance-case.ts';

const BAD_VALUES = 'ValidationException: One or more parameter values were invalid:';

/** Reads, batches and table calls that DynamoDB refuses. */
export const callRefusalCases: readonly ConformanceCase[] = [
  define(
    'a key of another shape is refused',
    ({ doc, table }) => refusal(doc.send(new GetCommand({ TableName: table, Key: { pk: 'r' } }))),
    'ValidationException: The provided key element does not match the schema',
  ),
  define(
    'a table that does not exist is not found',
    ({ doc }) => refusal(doc.send(new GetCommand({ TableName: 'nope', Key: { pk: 'r', sk: 's' } }))),
    'ResourceNotFoundException: Requested resource not found',
  ),
  define(
    'a table is made once',
    ({ raw, table }) =>
      refusalName(
        raw.send(
          new CreateTableCommand({
            TableName: table,
            BillingMode: 'PAY_PER_REQUEST',
            AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
            KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          }),
        ),
      ),
    'ResourceInUseException',
  ),
  define(
    'PutItem cannot return ALL_NEW',
    ({ doc, table }) =>
      refusal(doc.send(new PutCommand({ TableName: table, Item: { pk: 'r', sk: 's' }, ReturnValues: 'ALL_NEW' }))),
    'ValidationException: ReturnValues can only be ALL_OLD or NONE',
  ),
  define(
    'a query without its partition is refused',
    ({ doc, table }) =>
      refusal(
        doc.send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: 'sk = :s',
            ExpressionAttributeValues: { ':s': 's' },
          }),
        ),
      ),
    'ValidationException: Query condition missed key schema element: pk',
  ),
  define(
    'a filter on a key of the index is refused',
    ({ doc, table }) =>
      refusal(
        doc.send(
          new QueryCommand({
            TableName: table,
            IndexName: 'gsi1',
            KeyConditionExpression: 'g1 = :g',
            FilterExpression: 'g1s > :x',
            ExpressionAttributeValues: { ':g': 'many', ':x': 20 },
          }),
        ),
      ),
    'ValidationException: Filter Expression can only contain non-primary key attributes: Primary key attribute: g1s',
  ),
  define(
    'an index that does not exist is refused',
    ({ doc, table }) => refusal(doc.send(new ScanCommand({ TableName: table, IndexName: 'nope' }))),
    'ValidationException: The table does not have the specified index: nope',
  ),
  define(
    'a global index knows no consistent read',
    ({ doc, table }) =>
      refusal(doc.send(new ScanCommand({ TableName: table, IndexName: 'gsi1', ConsistentRead: true }))),
    'ValidationException: Consistent reads are not supported on global secondary indexes',
  ),
  define(
    'attributes that an index does not hold are refused',
    ({ doc, table }) =>
      refusal(
        doc.send(
          new QueryCommand({
            TableName: table,
            IndexName: 'gsi2',
            KeyConditionExpression: 'g2 = :g',
            ProjectionExpression: 'secret',
            ExpressionAttributeValues: { ':g': 'x' },
          }),
        ),
      ),
    `${BAD_VALUES} Global secondary index gsi2 does not project [secret]`,
  ),
  define(
    'a segment has to be below the total',
    ({ doc, table }) => refusal(doc.send(new ScanCommand({ TableName: table, Segment: 4, TotalSegments: 4 }))),
    'ValidationException: The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 4 is not less than TotalSegments: 4',
  ),
  define(
    'a batch may name an item once',
    async ({ doc, table }) => [
      await refusal(
        doc.send(
          new BatchGetCommand({
            RequestItems: {
              [table]: {
                Keys: [
                  { pk: 'r', sk: 's' },
                  { pk: 'r', sk: 's' },
                ],
              },
            },
          }),
        ),
      ),
      await refusal(
        doc.send(
          new BatchWriteCommand({
            RequestItems: {
              [table]: [
                { DeleteRequest: { Key: { pk: 'r', sk: 's' } } },
                { PutRequest: { Item: { pk: 'r', sk: 's' } } },
              ],
            },
          }),
        ),
      ),
    ],
    Array(2).fill('ValidationException: Provided list of item keys contains duplicates'),
  ),
  define(
    'a batch takes 25 writes and 100 reads',
    async ({ doc, table }) => {
      const keys = Array.from({ length: 101 }, (_, index) => ({ pk: `r${index}`, sk: 's' }));
      return [
        await refusalName(doc.send(new BatchGetCommand({ RequestItems: { [table]: { Keys: keys } } }))),
        await refusalName(
          doc.send(
            new BatchWriteCommand({
              RequestItems: { [table]: keys.slice(0, 26).map((Key) => ({ DeleteRequest: { Key } })) },
            }),
          ),
        ),
      ];
    },
    ['ValidationException', 'ValidationException'],
  ),
  define(
    'names alone, without an expression, are refused',
    ({ doc, table }) =>
      refusal(
        doc.send(
          new DeleteCommand({ TableName: table, Key: { pk: 'r', sk: 's' }, ExpressionAttributeNames: { '#a': 'a' } }),
        ),
      ),
    'ValidationException: ExpressionAttributeNames can only be specified when using expressions',
  ),
  define(
    'PartiQL is answered',
    ({ raw, table }) =>
      refusal(raw.send(new ExecuteStatementCommand({ Statement: `SELECT * FROM "${table}" WHERE pk = 'nobody'` }))),
    'ValidationException: PartiQL is not supported here; use the item operations',
  ),
];
