import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Item, keys, listPage, listSk, type Table } from '../../lambdas/adapters/dynamo-table.ts';
import { dynamoVerificationLog } from '../../lambdas/adapters/dynamo-verification-log.ts';
import type { State } from '../../lambdas/domain/verification.ts';
import { caseClient } from '../local/dynamodb/dynamo-cases.ts';
import { spawnDynamoDb } from '../local/dynamodb/spawned-dynamodb.ts';
import { anOutcome, aVerification } from '../support/verification.ts';
import type { Figure } from './figure.ts';

const COUNT = 10_000;
const RUNS = 15;
const realm = { tenantId: 'tn_AAAAAAAAAAAAAAAA', mode: 'live' } as const;
const noon = 1_800_000_000_000;

const key = (hash: string, range: string) => [
  { AttributeName: hash, KeyType: 'HASH' } as const,
  { AttributeName: range, KeyType: 'RANGE' } as const,
];

async function createTable({ client, name }: Table): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', 'listPk', 'listSk', 'shelfPk'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      KeySchema: key('pk', 'sk'),
      GlobalSecondaryIndexes: [
        { IndexName: 'list', KeySchema: key('listPk', 'listSk'), Projection: { ProjectionType: 'ALL' } },
        { IndexName: 'shelf', KeySchema: key('shelfPk', 'listSk'), Projection: { ProjectionType: 'KEYS_ONLY' } },
      ],
    }),
  );
}

/** A sentence of a signal is about so long. */
const reason = 'The face of the selfie is the face on the document, as far as can be told.';
const outcome = anOutcome({
  signals: ['face', 'liveness', 'readable', 'quality', 'zone', 'expiry', 'name', 'dates', 'state'].map((name) => ({
    name,
    score: 0.9341,
    threshold: 0.8,
    passed: true,
    reason,
    ceiling: 1,
    flags: [],
  })),
  models: Object.fromEntries(Array.from({ length: 11 }, (_, at) => [`model-${at}`, 'a'.repeat(64)])),
});

/** Of two hundred one waits for a person, of two thousand one failed; one in twenty is of a document. */
const stateOf = (at: number): State => (at % 2000 === 7 ? 'failed' : at % 200 === 3 ? 'review' : 'approved');

function record(at: number): Item {
  const createdAt = noon + at * 1000;
  const id = `vf_${String(at).padStart(20, '0')}`;
  const verification = aVerification({ id, createdAt, state: stateOf(at), outcome, claims: { userRef: `user-${at}` } });
  return {
    ...verification,
    ...keys.verification(realm.tenantId, realm.mode, id),
    ...(at % 20 === 5 && { contract: 'document', request: {} }),
    listPk: keys.verifications(realm),
    shelfPk: keys.shelf(realm, at % 20 === 5 ? 'document' : 'submission', stateOf(at)),
    listSk: listSk(createdAt, id),
  };
}

async function seed({ client, name }: Table): Promise<void> {
  for (let from = 0; from < COUNT; from += 25) {
    const writes = Array.from({ length: 25 }, (_, at) => ({ PutRequest: { Item: record(from + at) } }));
    await client.send(new BatchWriteCommand({ RequestItems: { [name]: writes } }));
  }
}

/** Median of the time that a look takes. */
async function median(look: () => Promise<unknown>): Promise<number> {
  const taken: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const from = performance.now();
    await look();
    taken.push(performance.now() - from);
  }
  return taken.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? Number.NaN;
}

/** The console's list over 10,000 verifications of one partner, by our own DynamoDB over HTTP. */
export async function benchConsole(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'console-bench-'));
  const { endpoint, kill } = await spawnDynamoDb(folder);
  const client = caseClient(endpoint);
  const table = { client: DynamoDBDocumentClient.from(client), name: 'bench' };
  try {
    await createTable(table);
    await seed(table);
    const log = dynamoVerificationLog(table, { now: () => noon });
    const deep = async (): Promise<string | undefined> => {
      let cursor: string | undefined;
      for (let page = 0; page < 150; page++) cursor = (await log.find(realm, {}, cursor)).cursor;
      return cursor;
    };
    const far = await deep();
    const ms = async (name: string, look: () => Promise<unknown>): Promise<Figure> => ({
      name: `${name}, of ${COUNT.toLocaleString('en')}`,
      value: await median(look),
      unit: 'ms',
    });
    /** What it would take to read all and to throw away what does not match. */
    const readAll = async () => {
      let cursor: string | undefined;
      do {
        const more = cursor === undefined ? {} : { cursor };
        cursor = (await listPage(table, keys.verifications(realm), { ...more, limit: 300 })).cursor;
      } while (cursor !== undefined);
    };
    return [
      await ms('First page', () => log.find(realm, {})),
      await ms('Page 151', () => log.find(realm, {}, far)),
      await ms('First page, one in two hundred matches', () => log.find(realm, { states: ['review'] })),
      await ms('First page, one in two thousand matches', () => log.find(realm, { states: ['failed'] })),
      await ms('First page, of a contract', () => log.find(realm, { contracts: ['document'] })),
      await ms('Nothing matches', () => log.find(realm, { states: ['canceled'] })),
      await ms('Reviews, oldest first', () => log.find(realm, { states: ['review'], oldestFirst: true })),
      await ms('Reading them all instead', readAll),
    ];
  } finally {
    client.destroy();
    await kill();
    rmSync(folder, { recursive: true, force: true });
  }
}
