import { Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';

/**
 * Permissions written out action by action. The CDK's own grants are wider: `kms:GenerateDataKey*`, `dynamodb:Scan`, `s3:GetObject*`.
 * Each function returns the statements that one duty needs and nothing for the next one.
 */
const allow = (actions: readonly string[], ...resources: string[]): PolicyStatement =>
  new PolicyStatement({ actions: [...actions], resources });

/** Use of a key only through a service: the function itself cannot decrypt with it. */
function through(key: IKey, service: string, actions: readonly string[]): PolicyStatement {
  const statement = allow(actions, key.keyArn);
  statement.addCondition('StringEquals', { 'kms:ViaService': `${service}.${Stack.of(key).region}.amazonaws.com` });
  return statement;
}

const READ_ITEMS = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'];
const WRITE_ITEMS = ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:ConditionCheckItem'];

/** `touch`: read, and change single items. `write`: all of it. */
export type ItemUse = 'read' | 'touch' | 'write';

/** Items of a table and of the named indexes. No scan: nothing here reads a whole table. */
export function items(table: Table, key: IKey, use: ItemUse, ...indexes: string[]): PolicyStatement[] {
  const writing = { read: [], touch: ['dynamodb:UpdateItem'], write: WRITE_ITEMS }[use];
  const statements = [
    allow([...READ_ITEMS, ...writing], table.tableArn),
    through(key, 'dynamodb', [
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:Encrypt',
      'kms:GenerateDataKey',
      'kms:ReEncryptFrom',
      'kms:ReEncryptTo',
    ]),
  ];
  if (indexes.length > 0) {
    statements.push(allow(['dynamodb:Query'], ...indexes.map((index) => `${table.tableArn}/index/${index}`)));
  }
  return statements;
}

/**
 * Objects of a bucket. `ListBucket` comes with `get`, because S3 answers 403 instead of 404 for a missing object without it.
 */
export const objects = (bucket: Bucket, key: IKey, ...duties: Duty[]): PolicyStatement[] =>
  objectsBelow('', bucket, key, ...duties);

type Duty = 'get' | 'put' | 'delete';

/** The same of those alone whose names begin so. */
export function objectsBelow(prefix: string, bucket: Bucket, key: IKey, ...duties: Duty[]): PolicyStatement[] {
  const action = { get: 's3:GetObject', put: 's3:PutObject', delete: 's3:DeleteObject' } as const;
  const statements = [
    allow(
      duties.map((duty) => action[duty]),
      bucket.arnForObjects(`${prefix}*`),
    ),
  ];
  if (duties.includes('get')) statements.push(allow(['s3:ListBucket'], bucket.bucketArn));
  const keyActions = [
    ...(duties.includes('get') ? ['kms:Decrypt'] : []),
    ...(duties.includes('put') ? ['kms:GenerateDataKey'] : []),
  ];
  if (keyActions.length > 0) statements.push(through(key, 's3', keyActions));
  return statements;
}

export const send = (...queues: IQueue[]): PolicyStatement =>
  allow(['sqs:SendMessage'], ...queues.map((queue) => queue.queueArn));

/** What an event source mapping, and a person who looks through dead letters, does. */
export const receive = (...queues: IQueue[]): PolicyStatement =>
  allow(
    ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
    ...queues.map((queue) => queue.queueArn),
  );

export const measure = (...queues: IQueue[]): PolicyStatement =>
  allow(['sqs:GetQueueAttributes'], ...queues.map((queue) => queue.queueArn));

export const publish = (busArn: string): PolicyStatement => allow(['events:PutEvents'], busArn);

export const encrypt = (key: IKey): PolicyStatement => allow(['kms:Encrypt'], key.keyArn);

export const decrypt = (key: IKey): PolicyStatement => allow(['kms:Decrypt'], key.keyArn);

export const readPublicKey = (key: IKey): PolicyStatement => allow(['kms:GetPublicKey'], key.keyArn);

export const sign = (key: IKey): PolicyStatement => allow(['kms:Sign'], key.keyArn);

const throughVectors = (key: IKey) => through(key, 's3vectors', ['kms:Decrypt', 'kms:GenerateDataKey']);

/** Indexes of one vector bucket come and go, and so do vectors from them. */
export const vectorIndexes = (bucketArn: string, key: IKey): PolicyStatement[] => [
  allow(['s3vectors:CreateIndex', 's3vectors:DeleteIndex', 's3vectors:DeleteVectors'], `${bucketArn}/index/*`),
  throughVectors(key),
];

/** Vectors taken out of the indexes of one bucket. */
export const vectorsGone = (bucketArn: string, key: IKey): PolicyStatement[] => [
  allow(['s3vectors:DeleteVectors'], `${bucketArn}/index/*`),
  throughVectors(key),
];

/** Vectors put into the indexes of one bucket, and looked for. `GetVectors` is also what a query with a filter needs. */
export const vectors = (bucketArn: string, key: IKey): PolicyStatement[] => [
  allow(['s3vectors:PutVectors', 's3vectors:QueryVectors', 's3vectors:GetVectors'], `${bucketArn}/index/*`),
  throughVectors(key),
];

/** Detection and comparison know no resource. */
export const rekognitionPictures = (): PolicyStatement =>
  allow(['rekognition:CompareFaces', 'rekognition:DetectFaces'], '*');

/** Calls on collections, which are ours by their names. */
export const rekognitionCollections = (
  arn: string,
  ...calls: (
    | 'CreateCollection'
    | 'DeleteCollection'
    | 'ListFaces'
    | 'DeleteFaces'
    | 'IndexFaces'
    | 'SearchFacesByImage'
  )[]
): PolicyStatement =>
  allow(
    calls.map((call) => `rekognition:${call}`),
    arn,
  );
