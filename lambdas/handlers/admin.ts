import { kmsClient, sqsClient } from '../adapters/aws-clients.ts';
import { dynamoCredits } from '../adapters/dynamo-credits.ts';
import { dynamoKeys } from '../adapters/dynamo-keys.ts';
import { dynamoTenantRegistry, dynamoTenants } from '../adapters/dynamo-tenants.ts';
import { kmsSecrets } from '../adapters/kms-secrets.ts';
import { sqsDeadLetters } from '../adapters/sqs-queues.ts';
import { systemClock, systemDigest, systemRandom } from '../adapters/system.ts';
import { platformOperations } from '../contracts/platform/operations.ts';
import {
  toDeadLetter,
  toKey,
  toLedgerEntry,
  toNewTenant,
  toSigningSecret,
  toTenant,
  toVerification,
} from '../contracts/platform/replies.ts';
import { failure } from '../domain/error.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { endpoint, type Reply } from '../http/endpoint.ts';
import { createPipeline } from '../http/pipeline.ts';
import { grantCredits } from '../usecases/grant-credits.ts';
import { listSigningSecrets, revokeSigningSecret, rotateSigningSecret } from '../usecases/manage-signing-secrets.ts';
import { acceptSettings, createKey, createTenant, readTenant, updateTenant } from '../usecases/manage-tenants.ts';
import { answeringDeps } from './answering.ts';
import { settings, variables } from './environment.ts';
import { records } from './records.ts';

const env = variables(
  'TABLE_NAME',
  'KEYS_TABLE_NAME',
  'SECRETS_KEY_ID',
  'JOBS_QUEUE_URL',
  'DELIVERIES_QUEUE_URL',
  'JOBS_DLQ_URL',
  'DELIVERIES_DLQ_URL',
);
const { table, verifications } = records(env.TABLE_NAME);
const deps = {
  clock: systemClock,
  random: systemRandom,
  digest: systemDigest,
  credits: dynamoCredits(table),
  keys: dynamoKeys({ client: table.client, name: env.KEYS_TABLE_NAME }, env.TABLE_NAME),
  secrets: kmsSecrets(kmsClient(), env.SECRETS_KEY_ID),
  tenants: dynamoTenants(table),
  registry: dynamoTenantRegistry(table, env.KEYS_TABLE_NAME),
};
const deadLetters = sqsDeadLetters(sqsClient(), {
  jobs: { queueUrl: env.JOBS_QUEUE_URL, deadLettersUrl: env.JOBS_DLQ_URL },
  deliveries: { queueUrl: env.DELIVERIES_QUEUE_URL, deadLettersUrl: env.DELIVERIES_DLQ_URL },
});

const page = <T, U>(
  name: string,
  { items, cursor }: { items: readonly T[]; cursor?: string },
  map: (item: T) => U,
): Result<Reply, never> => ok({ status: 200, body: { [name]: items.map(map), ...(cursor && { cursor }) } });

const known = async (tenantId: string | undefined): Promise<Result<string, ReturnType<typeof failure>>> =>
  tenantId && (await deps.tenants.get(tenantId))
    ? ok(tenantId)
    : fail(failure('not_found', 'There is no such tenant.'));

export const handler = createPipeline(answeringDeps, {
  createTenant: endpoint(platformOperations.createTenant, async ({ body }) => {
    const taken = acceptSettings(body.settings, settings.webhooks);
    return taken.ok ? ok({ status: 201, body: toNewTenant(await createTenant(deps, body)) }) : taken;
  }),
  listTenants: endpoint(platformOperations.listTenants, async ({ query }) =>
    page('tenants', await deps.tenants.list(query.cursor), (tenant) => toTenant(tenant)),
  ),
  readTenant: endpoint(platformOperations.readTenant, async ({ params }) => {
    const found = await readTenant(deps, params.tenantId ?? '');
    return found.ok ? ok({ status: 200, body: toTenant(found.value.tenant, found.value.balance) }) : found;
  }),
  updateTenant: endpoint(platformOperations.updateTenant, async ({ params, body }) => {
    const taken = acceptSettings(body.settings ?? {}, settings.webhooks);
    if (!taken.ok) return taken;
    const updated = await updateTenant(deps, params.tenantId ?? '', body);
    return updated.ok ? ok({ status: 200, body: toTenant(updated.value.tenant, updated.value.balance) }) : updated;
  }),
  grantCredits: endpoint(platformOperations.grantCredits, async ({ params, body }) => {
    const granted = await grantCredits(deps, params.tenantId ?? '', body);
    return granted.ok ? ok({ status: 200, body: { balance: granted.value.balance } }) : granted;
  }),
  readLedger: endpoint(platformOperations.readLedger, async ({ params, query }) => {
    const tenant = await known(params.tenantId);
    if (!tenant.ok) return tenant;
    const [balance, ledger] = await Promise.all([
      deps.credits.balance(tenant.value),
      deps.credits.ledger(tenant.value, query.cursor),
    ]);
    const body = {
      balance,
      ledger: ledger.items.map(toLedgerEntry),
      ...(ledger.cursor && { cursor: ledger.cursor }),
    };
    return ok({ status: 200, body });
  }),
  listVerifications: endpoint(platformOperations.listVerifications, async ({ params, query }) => {
    const tenant = await known(params.tenantId);
    if (!tenant.ok) return tenant;
    return page('verifications', await verifications.list(tenant.value, query.mode, query.cursor), toVerification);
  }),
  createKey: endpoint(platformOperations.createKey, async ({ params, body }) => {
    const created = await createKey(deps, params.tenantId ?? '', body);
    return created.ok ? ok({ status: 201, body: created.value }) : created;
  }),
  listKeys: endpoint(platformOperations.listKeys, async ({ params }) => {
    const tenant = await known(params.tenantId);
    return tenant.ok ? page('keys', { items: await deps.keys.list(tenant.value) }, toKey) : tenant;
  }),
  revokeKey: endpoint(platformOperations.revokeKey, async ({ params }) => {
    const keyId = params.keyId ?? '';
    const revoked = await deps.keys.revoke(keyId, deps.clock.now());
    return revoked
      ? ok({ status: 200, body: { keyId, revoked: true } })
      : fail(failure('not_found', 'There is no such key.'));
  }),
  rotateSigningSecret: endpoint(platformOperations.rotateSigningSecret, async ({ body }) => {
    const rotated = await rotateSigningSecret(deps, body.tenantId);
    return rotated.ok ? ok({ status: 201, body: rotated.value }) : rotated;
  }),
  listSigningSecrets: endpoint(platformOperations.listSigningSecrets, async ({ query }) => {
    const listed = await listSigningSecrets(deps, query.tenantId);
    return listed.ok ? page('signingSecrets', { items: listed.value }, toSigningSecret) : listed;
  }),
  revokeSigningSecret: endpoint(platformOperations.revokeSigningSecret, async ({ params, query }) => {
    const kid = params.kid ?? '';
    const revoked = await revokeSigningSecret(deps, query.tenantId, kid);
    return revoked.ok ? ok({ status: 200, body: { kid, revoked: true } }) : revoked;
  }),
  listDeadLetters: endpoint(platformOperations.listDeadLetters, async () =>
    page('deadLetters', { items: await deadLetters.list() }, toDeadLetter),
  ),
  redriveDeadLetter: endpoint(platformOperations.redriveDeadLetter, async ({ params }) => {
    const id = params.id ?? '';
    return (await deadLetters.redrive(id))
      ? ok({ status: 202, body: { id, redriven: true } })
      : fail(failure('not_found', 'There is no such dead letter.'));
  }),
});
