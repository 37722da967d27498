import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutCommand, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { type CaseContext, type ConformanceCase, define, refusal, refusalName } from '../conformance-case.ts';

const update = (input: Partial<UpdateCommandInput>) => (context: CaseContext) =>
  refusal(context.doc.send(new UpdateCommand({ TableName: context.table, Key: { pk: 'r', sk: 's' }, ...input })));
const put = (item: Record<string, unknown>) => (context: CaseContext) =>
  refusal(context.doc.send(new PutCommand({ TableName: context.table, Item: item })));
const BAD_VALUES = 'ValidationException: One or more parameter values were invalid:';

/** Updates and puts that DynamoDB refuses. */
export const refusalCases: readonly ConformanceCase[] = [
  define(
    'an update below a path that does not exist is refused',
    update({ UpdateExpression: 'SET a.b = :m', ExpressionAttributeValues: { ':m': 1 } }),
    'ValidationException: The document path provided in the update expression is invalid for update',
  ),
  define(
    'a sum with an attribute that does not exist is refused',
    update({ UpdateExpression: 'SET a = nope + :m', ExpressionAttributeValues: { ':m': 1 } }),
    'ValidationException: The provided expression refers to an attribute that does not exist in the item',
  ),
  define(
    'a reserved word has to be escaped',
    update({ UpdateExpression: 'SET status = :s', ExpressionAttributeValues: { ':s': 'x' } }),
    'ValidationException: Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: status',
  ),
  define(
    'a value that no expression uses is refused',
    update({ UpdateExpression: 'SET q = :s', ExpressionAttributeValues: { ':s': 'x', ':unused': 1 } }),
    'ValidationException: Value provided in ExpressionAttributeValues unused in expressions: keys: {:unused}',
  ),
  define(
    'a name that no expression uses is refused',
    update({
      UpdateExpression: 'SET q = :s',
      ExpressionAttributeValues: { ':s': 1 },
      ExpressionAttributeNames: { '#u': 'u' },
    }),
    'ValidationException: Value provided in ExpressionAttributeNames unused in expressions: keys: {#u}',
  ),
  define(
    'a value that is not given is refused',
    update({ UpdateExpression: 'SET q = :s' }),
    'ValidationException: Invalid UpdateExpression: An expression attribute value used in expression is not defined; attribute value: :s',
  ),
  define(
    'a name that is not given is refused',
    update({ UpdateExpression: 'SET #q = :s', ExpressionAttributeValues: { ':s': 1 } }),
    'ValidationException: Invalid UpdateExpression: An expression attribute name used in the document path is not defined; attribute name: #q',
  ),
  define(
    'overlapping paths are refused',
    update({ UpdateExpression: 'SET a = :s, a.b = :s', ExpressionAttributeValues: { ':s': 1 } }),
    'ValidationException: Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]',
  ),
  define(
    'a section may come once only',
    update({ UpdateExpression: 'SET a = :s SET b = :s', ExpressionAttributeValues: { ':s': 1 } }),
    'ValidationException: Invalid UpdateExpression: The "SET" section can only be used once in an update expression;',
  ),
  define(
    'a syntax error names its token',
    update({ UpdateExpression: 'SET a := :s', ExpressionAttributeValues: { ':s': 1 } }),
    'ValidationException: Invalid UpdateExpression: Syntax error; token: ":", near: "a :="',
  ),
  define(
    'an empty update expression is refused',
    update({ UpdateExpression: '' }),
    'ValidationException: Invalid UpdateExpression: The expression can not be empty;',
  ),
  define(
    'the key cannot be updated',
    update({ UpdateExpression: 'SET sk = :s', ExpressionAttributeValues: { ':s': 'x' } }),
    `${BAD_VALUES} Cannot update attribute sk. This attribute is part of the key`,
  ),
  define(
    'ADD of a string is refused',
    update({ UpdateExpression: 'ADD a :s', ExpressionAttributeValues: { ':s': 'x' } }),
    'ValidationException: Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND',
  ),
  define(
    'an index key of another type is refused in a put',
    put({ pk: 'r', sk: 's', g1: 5 }),
    `${BAD_VALUES} Type mismatch for Index Key g1 Expected: S Actual: N IndexName: gsi1`,
  ),
  define(
    'an index key of another type is refused in an update',
    ({ doc, table }) =>
      refusalName(
        doc.send(
          new UpdateCommand({
            TableName: table,
            Key: { pk: 'r', sk: 's' },
            UpdateExpression: 'SET g1 = :n',
            ExpressionAttributeValues: { ':n': 5 },
          }),
        ),
      ),
    'ValidationException',
  ),
  define('an item without its key is refused', put({ pk: 'r' }), `${BAD_VALUES} Missing the key sk in the item`),
  define(
    'an item with a key of another type is refused',
    put({ pk: 5, sk: 's' }),
    `${BAD_VALUES} Type mismatch for key pk expected: S actual: N`,
  ),
  define(
    'an empty key is refused',
    put({ pk: '', sk: 's' }),
    'ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk',
  ),
  define(
    'an item above 400 KB is refused',
    put({ pk: 'r', sk: 's', x: 'x'.repeat(410 * 1024) }),
    'ValidationException: Item size has exceeded the maximum allowed size',
  ),
  define(
    'an item of just 400 KB is taken',
    async ({ doc, table }) => {
      const Item = { pk: 'kb', sk: 's', x: 'x'.repeat(400 * 1024 - 8) };
      const { $metadata } = await doc.send(new PutCommand({ TableName: table, Item }));
      return [
        $metadata.httpStatusCode,
        await refusal(doc.send(new PutCommand({ TableName: table, Item: { ...Item, x: `${Item.x}y` } }))),
      ];
    },
    [200, 'ValidationException: Item size has exceeded the maximum allowed size'],
  ),
  define(
    'a partition key above 2048 bytes is refused',
    put({ pk: 'x'.repeat(2049), sk: 's' }),
    `${BAD_VALUES} Size of hashkey has exceeded the maximum size limit of2048 bytes`,
  ),
  define(
    'a number beyond 38 digits is refused',
    ({ raw, table }) =>
      refusal(
        raw.send(
          new PutItemCommand({
            TableName: table,
            Item: { pk: { S: 'r' }, sk: { S: 's' }, n: { N: '123456789012345678901234567890123456789' } },
          }),
        ),
      ),
    'ValidationException: Attempting to store more than 38 significant digits in a Number',
  ),
  define(
    'a number that is none is refused',
    ({ raw, table }) =>
      refusal(
        raw.send(new PutItemCommand({ TableName: table, Item: { pk: { S: 'r' }, sk: { S: 's' }, n: { N: 'five' } } })),
      ),
    'ValidationException: The parameter cannot be converted to a numeric value: five',
  ),
  define(
    'an empty set is refused',
    ({ raw, table }) =>
      refusal(
        raw.send(new PutItemCommand({ TableName: table, Item: { pk: { S: 'r' }, sk: { S: 's' }, e: { SS: [] } } })),
      ),
    `${BAD_VALUES} An string set  may not be empty`,
  ),
  define(
    'a set with a member twice is refused',
    ({ raw, table }) =>
      refusal(
        raw.send(
          new PutItemCommand({ TableName: table, Item: { pk: { S: 'r' }, sk: { S: 's' }, e: { SS: ['a', 'a'] } } }),
        ),
      ),
    `${BAD_VALUES} Input collection [a, a] contains duplicates.`,
  ),
  define(
    'expressions cannot look into keys',
    async (context) => [
      await update({ ConditionExpression: 'attribute_exists(g1.a)' })(context),
      await update({ ConditionExpression: 'attribute_exists(pk[0])' })(context),
    ],
    ['IndexKey: g1', 'Key: pk'].map(
      (key) =>
        `ValidationException: Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: ${key}`,
    ),
  ),
];
