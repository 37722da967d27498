import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoCredits } from '../../lambdas/adapters/dynamo-credits.ts';
import { dynamoDeliveries } from '../../lambdas/adapters/dynamo-deliveries.ts';
import { dynamoDocumentVerifications } from '../../lambdas/adapters/dynamo-document-verifications.ts';
import { dynamoEnrolments } from '../../lambdas/adapters/dynamo-enrolments.ts';
import { dynamoFaceVerifications } from '../../lambdas/adapters/dynamo-face-verifications.ts';
import { dynamoHostedSessions, dynamoHostedVerifications } from '../../lambdas/adapters/dynamo-hosted.ts';
import { dynamoIdempotency } from '../../lambdas/adapters/dynamo-idempotency.ts';
import { dynamoKeys } from '../../lambdas/adapters/dynamo-keys.ts';
import { dynamoLoginRecords } from '../../lambdas/adapters/dynamo-login-records.ts';
import { dynamoOutbox } from '../../lambdas/adapters/dynamo-outbox.ts';
import { dynamoRateLimits } from '../../lambdas/adapters/dynamo-rate-limits.ts';
import { dynamoReadings } from '../../lambdas/adapters/dynamo-readings.ts';
import { dynamoReviews } from '../../lambdas/adapters/dynamo-reviews.ts';
import { dynamoTenantRegistry, dynamoTenants } from '../../lambdas/adapters/dynamo-tenants.ts';
import { dynamoVerificationLog } from '../../lambdas/adapters/dynamo-verification-log.ts';
import { dynamoVerifications } from '../../lambdas/adapters/dynamo-verifications.ts';
import { systemDigest, systemRandom } from '../../lambdas/adapters/system.ts';
import type { Credits, Idempotency, Keys, RateLimits, TenantRegistry, Tenants } from '../../lambdas/ports/accounts.ts';
import type { Deliveries } from '../../lambdas/ports/messages.ts';
import type { Enrolments, LoginRecords, Outbox } from '../../lambdas/ports/people.ts';
import type {
  DocumentVerifications,
  FaceVerifications,
  HostedSessions,
  HostedVerifications,
  Readings,
  Reviews,
  VerificationLog,
  Verifications,
} from '../../lambdas/ports/verifications.ts';
import { startDynamoDb } from '../local/dynamodb/running-dynamodb.ts';
import {
  type MovableClock,
  memoryCredits,
  memoryIdempotency,
  memoryKeys,
  memoryRateLimits,
  memoryTenants,
  movableClock,
} from '../support/memory.ts';
import { memoryDocuments } from '../support/memory-documents.ts';
import { keptDays, memoryEnrolments } from '../support/memory-enrolments.ts';
import { memoryHosted } from '../support/memory-hosted.ts';
import { memoryLogins } from '../support/memory-logins.ts';
import { memoryDeliveries, memoryReadings, memoryVerifications } from '../support/memory-records.ts';
import { memoryReviews, memoryVerificationLog } from '../support/memory-reviews.ts';

/** Everything that is kept, behind its ports. */
export interface Stores {
  readonly clock: MovableClock;
  readonly credits: Credits;
  readonly verifications: Verifications;
  readonly log: VerificationLog;
  readonly reviews: Reviews;
  readonly documents: DocumentVerifications;
  readonly deliveries: Deliveries;
  readonly readings: Readings;
  readonly rateLimits: RateLimits;
  readonly idempotency: Idempotency;
  readonly keys: Keys;
  readonly tenants: Tenants;
  readonly registry: TenantRegistry;
  readonly stepUp: { readonly enrolments: Enrolments; readonly faceVerifications: FaceVerifications };
  readonly hosted: { readonly hostedSessions: HostedSessions; readonly hostedVerifications: HostedVerifications };
  readonly logins: { readonly records: LoginRecords; readonly outbox: Outbox };
  readonly stop: () => Promise<void>;
}

async function memoryStores(): Promise<Stores> {
  const clock = movableClock();
  const credits = memoryCredits();
  const keys = memoryKeys();
  const tenants = memoryTenants(keys, credits);
  const verifications = memoryVerifications(credits);
  return {
    clock,
    credits,
    verifications,
    log: memoryVerificationLog(verifications),
    reviews: memoryReviews(verifications),
    documents: memoryDocuments(clock, credits, verifications),
    deliveries: memoryDeliveries(),
    readings: memoryReadings(clock),
    rateLimits: memoryRateLimits(),
    idempotency: memoryIdempotency(),
    keys,
    tenants,
    registry: tenants,
    stepUp: memoryEnrolments(clock, credits, verifications),
    hosted: memoryHosted(credits, verifications),
    logins: memoryLogins(credits),
    stop: async () => {},
  };
}

const text = (name: string) => ({ AttributeName: name, AttributeType: 'S' });
const key = (hash: string, range: string) => [
  { AttributeName: hash, KeyType: 'HASH' },
  { AttributeName: range, KeyType: 'RANGE' },
];
const records = {
  TableName: 'records',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    ...['pk', 'sk', 'listPk', 'listSk', 'shelfPk', 'duePk'].map(text),
    { AttributeName: 'dueAt', AttributeType: 'N' },
  ],
  KeySchema: key('pk', 'sk'),
  TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
  GlobalSecondaryIndexes: [
    { IndexName: 'list', KeySchema: key('listPk', 'listSk'), Projection: { ProjectionType: 'ALL' } },
    { IndexName: 'shelf', KeySchema: key('shelfPk', 'listSk'), Projection: { ProjectionType: 'KEYS_ONLY' } },
    { IndexName: 'due', KeySchema: key('duePk', 'dueAt'), Projection: { ProjectionType: 'KEYS_ONLY' } },
  ],
};
const registry = {
  TableName: 'keys',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [text('pk')],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
};

/** The adapters over our own DynamoDB with the tables of the stack. Nothing is swept: what is over its time must be told by itself. */
async function dynamoStores(): Promise<Stores> {
  const clock = movableClock();
  const running = await startDynamoDb({ sweepMs: 3_600_000 });
  for (const table of [records, registry]) running.service.ensureTable(table);
  const credentials = { accessKeyId: 'AKIAEXAMPLE0000', secretAccessKey: 'example' };
  const bare = new DynamoDBClient({ endpoint: running.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  const client = DynamoDBDocumentClient.from(bare, { marshallOptions: { removeUndefinedValues: true } });
  const table = { client, name: 'records' };
  const deps = { table, clock, random: systemRandom, digest: systemDigest, recordDays: 365 };
  return {
    clock,
    credits: dynamoCredits(table),
    verifications: dynamoVerifications(deps),
    log: dynamoVerificationLog(table, clock),
    reviews: dynamoReviews(table),
    documents: dynamoDocumentVerifications({ ...deps, documentHours: 24 }),
    deliveries: dynamoDeliveries(table, 365),
    readings: dynamoReadings(table, clock),
    rateLimits: dynamoRateLimits(table),
    idempotency: dynamoIdempotency(table),
    keys: dynamoKeys({ client, name: 'keys' }, 'records'),
    tenants: dynamoTenants(table),
    registry: dynamoTenantRegistry(table, 'keys'),
    stepUp: {
      enrolments: dynamoEnrolments({ ...deps, ...keptDays }),
      faceVerifications: dynamoFaceVerifications({ ...deps, ...keptDays }),
    },
    hosted: { hostedSessions: dynamoHostedSessions(deps), hostedVerifications: dynamoHostedVerifications(deps) },
    logins: { records: dynamoLoginRecords(table), outbox: dynamoOutbox(table) },
    stop: async () => {
      bare.destroy();
      await running.stop();
    },
  };
}

/** Each way to keep things, to run one suite on all of them. */
export const kinds: readonly (readonly [name: string, start: () => Promise<Stores>])[] = [
  ['memory', memoryStores],
  ['DynamoDB', dynamoStores],
];

let drawn = 0;
/** An id that no other test has: suites share their tables. */
export const fresh = (prefix: string): string => `${prefix}_${String(++drawn).padStart(16, '0')}`;
