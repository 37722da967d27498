import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { HeadObjectCommand, ListBucketsCommand, NotFound, S3Client } from '@aws-sdk/client-s3';
import { ListQueuesCommand, SendMessageCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';

const found = <T>(all: readonly (T | undefined)[] | undefined, fits: (one: T) => boolean, what: string): T => {
  const one = all?.find((candidate) => candidate !== undefined && fits(candidate));
  if (one === undefined) throw new Error(`The cloud has no ${what}.`);
  return one;
};

/**
 * A way behind the API of a running service, for tests that plant a fault: its queues, records and objects, with the keys that the
 * service's data folder holds.
 */
export async function openLocalCloud(data: string) {
  const identity = JSON.parse(readFileSync(join(data, 'cloud', 'cloud.json'), 'utf8'));
  const { accessKeyId, secretAccessKey, port } = identity;
  const config = {
    region: 'eu-central-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId, secretAccessKey },
  };
  const sqs = new SQSClient(config);
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient(config));
  const [queues, tables, buckets] = await Promise.all([
    sqs.send(new ListQueuesCommand({})),
    dynamo.send(new ListTablesCommand({})),
    s3.send(new ListBucketsCommand({})),
  ]);
  const QueueUrl = found(queues.QueueUrls, (url) => /JobsQueue/.test(url), 'queue of jobs');
  const TableName = found(tables.TableNames, (name) => /Records/.test(name), 'table of records');
  const { Name: Bucket } = found(buckets.Buckets, ({ Name }) => /mediabucket/.test(Name ?? ''), 'bucket of media');
  const keyOf = (tenantId: string, mode: string, id: string, sk: string) => ({ pk: `${tenantId}#${mode}#${id}`, sk });

  return {
    sendJob: (body: string) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body })),
    /** How long a job that failed stays hidden; the template's value comes back with the next start. */
    hideFailedJobs: (seconds: number) =>
      sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: String(seconds) } })),
    hasObject: async (key: string): Promise<boolean> => {
      try {
        await s3.send(new HeadObjectCommand({ Bucket, Key: key }));
        return true;
      } catch (error) {
        if (error instanceof NotFound) return false;
        throw error;
      }
    },
    item: async (tenantId: string, mode: string, id: string, sk: string) =>
      (await dynamo.send(new GetCommand({ TableName, Key: keyOf(tenantId, mode, id, sk), ConsistentRead: true }))).Item,
    /** Takes an item away, as if its write had never come to pass. */
    forget: (tenantId: string, mode: string, id: string, sk: string) =>
      dynamo.send(new DeleteCommand({ TableName, Key: keyOf(tenantId, mode, id, sk) })),
    /** Sets fields of an item, made if absent, behind the service's back. */
    plant: (tenantId: string, mode: string, id: string, sk: string, fields: Readonly<Record<string, unknown>>) =>
      dynamo.send(
        new UpdateCommand({
          TableName,
          Key: keyOf(tenantId, mode, id, sk),
          UpdateExpression: `SET ${Object.keys(fields)
            .map((name) => `#${name} = :${name}`)
            .join(', ')}`,
          ExpressionAttributeNames: Object.fromEntries(Object.keys(fields).map((name) => [`#${name}`, name])),
          ExpressionAttributeValues: Object.fromEntries(
            Object.entries(fields).map(([name, value]) => [`:${name}`, value]),
          ),
        }),
      ),
  };
}

interface ProcessRow {
  readonly pid: number;
  /** Resident set, bytes. */
  readonly rss: number;
}

/** The processes that hold a worker of the image function, of the service with that process id. */
export function imageWorkers(servicePid: number, handler: 'examine' | 'verdicts' = 'examine'): readonly ProcessRow[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss=,args='], { encoding: 'utf8' });
  return table.split('\n').flatMap((line) => {
    const [, pid, parent, kilobytes, command = ''] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    const isWorker = Number(parent) === servicePid && command.includes(`handlers/${handler}`);
    return isWorker ? [{ pid: Number(pid), rss: Number(kilobytes) * 1024 }] : [];
  });
}
