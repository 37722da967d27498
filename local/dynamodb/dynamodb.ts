import type { CloudPlace, Service } from '../service.ts';
import { batchGet, batchWrite } from './batches.ts';
import { Catalog } from './catalog.ts';
import { Changes } from './changes.ts';
import { Database } from './database.ts';
import { ensureTable } from './ensure-table.ts';
import { DynamoError, validation } from './error.ts';
import { getItem } from './item-reads.ts';
import { writeItem } from './item-writes.ts';
import { query, scan } from './query.ts';
import type { Body } from './request.ts';
import * as streams from './streams.ts';
import { sweep } from './sweep.ts';
import { streamArn, tableArn } from './table.ts';
import * as tables from './table-operations.ts';
import { transactGet, transactWrite } from './transactions.ts';
import { checkAccessKey, readBody, send, sendError } from './wire.ts';

export interface DynamoDbOptions {
  /** Milliseconds between two sweeps for expired items; DynamoDB itself promises a few days. Default 1000. */
  readonly sweepMs?: number;
}

/** What CloudFormation gives back of a table. */
interface EnsuredTable {
  readonly name: string;
  readonly arn: string;
  readonly streamArn?: string;
}

export interface DynamoDb extends Service {
  readonly signingName: 'dynamodb';
  /**
   * Makes the table of a template, or brings an existing one to it (new indexes are built from its items); idempotent.
   * @param properties of `AWS::DynamoDB::Table` or `AWS::DynamoDB::GlobalTable`, every reference resolved, `TableName` given.
   * @throws Error for properties that are wrong, or that would need the table to be replaced.
   */
  readonly ensureTable: (properties: Readonly<Record<string, unknown>>) => EnsuredTable;
}

type Operation = (body: Body) => string | Body;

/** DynamoDB on this machine: the wire protocol of the SDK, kept in one SQLite file in the place's folder. */
export function createDynamoDb(place: CloudPlace, { sweepMs = 1000 }: DynamoDbOptions = {}): DynamoDb {
  const database = new Database(place.folder);
  const catalog = new Catalog(database, place.now);
  const changes = new Changes(database, place.now);
  const context = { catalog, database, place };
  const partiQl: Operation = () => {
    throw validation('PartiQL is not supported here; use the item operations');
  };
  const apis: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
    DynamoDB_20120810: {
      PutItem: (body) => writeItem('put', body, catalog, changes),
      UpdateItem: (body) => writeItem('update', body, catalog, changes),
      DeleteItem: (body) => writeItem('delete', body, catalog, changes),
      GetItem: (body) => getItem(body, catalog),
      Query: (body) => query(body, catalog, database),
      Scan: (body) => scan(body, catalog, database),
      BatchGetItem: (body) => batchGet(body, catalog),
      BatchWriteItem: (body) => batchWrite(body, catalog, changes, database),
      TransactWriteItems: (body) => transactWrite(body, catalog, changes, database, place.now),
      TransactGetItems: (body) => transactGet(body, catalog),
      CreateTable: (body) => tables.createTable(body, context),
      DescribeTable: (body) => tables.describeTable(body, context),
      UpdateTable: (body) => tables.updateTable(body, context),
      DeleteTable: (body) => tables.deleteTable(body, context),
      ListTables: (body) => tables.listTables(body, context),
      UpdateTimeToLive: (body) => tables.updateTimeToLive(body, context),
      DescribeTimeToLive: (body) => tables.describeTimeToLive(body, context),
      UpdateContinuousBackups: (body) => tables.updateContinuousBackups(body, context),
      DescribeContinuousBackups: (body) => tables.describeContinuousBackups(body, context),
      ExecuteStatement: partiQl,
      BatchExecuteStatement: partiQl,
      ExecuteTransaction: partiQl,
    },
    DynamoDBStreams_20120810: {
      ListStreams: (body) => streams.listStreams(body, context),
      DescribeStream: (body) => streams.describeStream(body, context),
      GetShardIterator: (body) => streams.getShardIterator(body, context),
      GetRecords: (body) => streams.getRecords(body, context),
    },
  };
  // As `X-Amz-Target` names them.
  const operations = new Map(
    Object.entries(apis).flatMap(([api, named]) =>
      Object.entries(named).map(([name, run]): [string, Operation] => [`${api}.${name}`, run]),
    ),
  );
  const timer = setInterval(() => sweep(catalog, changes, database, place.now()), sweepMs);
  timer.unref();
  return {
    signingName: 'dynamodb',
    handle: async (request, response) => {
      try {
        const body = await readBody(request);
        checkAccessKey(request, place.credentials.accessKeyId);
        const target = String(request.headers['x-amz-target']);
        const run = operations.get(target);
        if (!run) throw new DynamoError('UnknownOperationException', `No local DynamoDB operation "${target}"`);
        const answer = run(body);
        send(response, 200, typeof answer === 'string' ? answer : JSON.stringify(answer));
      } catch (error) {
        if (request.destroyed && !request.complete) return;
        if (!(error instanceof DynamoError)) throw error;
        sendError(response, error);
      }
    },
    ensureTable: (properties) => {
      const table = ensureTable(properties, context);
      return {
        name: table.name,
        arn: tableArn(place, table.name),
        ...(table.stream ? { streamArn: streamArn(place, table) } : {}),
      };
    },
    close: () => {
      clearInterval(timer);
      database.close();
    },
  };
}
