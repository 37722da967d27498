import { kmsClient, s3Client, sqsClient } from '../adapters/aws-clients.ts';
import { dynamoCredits } from '../adapters/dynamo-credits.ts';
import { dynamoDeliveries } from '../adapters/dynamo-deliveries.ts';
import { dynamoTenants } from '../adapters/dynamo-tenants.ts';
import { kmsReceipts } from '../adapters/kms-receipts.ts';
import { kmsSecrets } from '../adapters/kms-secrets.ts';
import { s3Media } from '../adapters/s3-media.ts';
import { sealedTemplates } from '../adapters/sealed-templates.ts';
import { sqsDeliveryQueue } from '../adapters/sqs-queues.ts';
import { systemClock, systemDigest, systemRandom } from '../adapters/system.ts';
import { systemAddresses } from '../adapters/webhook-addresses.ts';
import { toDeliveryReply } from '../contracts/submission/account.ts';
import { submissionOperations } from '../contracts/submission/operations.ts';
import { iso } from '../contracts/timestamp.ts';
import { ok } from '../domain/result.ts';
import { endpoint } from '../http/endpoint.ts';
import { createPipeline } from '../http/pipeline.ts';
import { deleteSubject } from '../usecases/delete-subject.ts';
import { readDelivery, replayDeliveries, replayDelivery, rotateWebhookSecret } from '../usecases/manage-deliveries.ts';
import { documentAccount } from './document-account.ts';
import { documentRecords } from './document-records.ts';
import { settings, variables } from './environment.ts';
import { openVault } from './gallery.ts';
import { hostedRecords } from './hosted-records.ts';
import { records } from './records.ts';
import { stepUpRecords } from './step-up-records.ts';
import { tenantPipeline } from './tenant-access.ts';

const env = variables(
  'TABLE_NAME',
  'KEYS_TABLE_NAME',
  'MEDIA_BUCKET',
  'DELIVERIES_QUEUE_URL',
  'SECRETS_KEY_ID',
  'RECEIPTS_KEY_ID',
);
const { table, verifications } = records(env.TABLE_NAME);
const kms = kmsClient();
const { recordDays } = settings.retention;
const credits = dynamoCredits(table);
const tenants = dynamoTenants(table);
const secrets = kmsSecrets(kms, env.SECRETS_KEY_ID);
const deps = {
  clock: systemClock,
  random: systemRandom,
  digest: systemDigest,
  media: s3Media(s3Client(), env.MEDIA_BUCKET),
  deliveries: dynamoDeliveries(table, recordDays),
  deliveryQueue: sqsDeliveryQueue(sqsClient(), env.DELIVERIES_QUEUE_URL),
  receipts: kmsReceipts(kms, env.RECEIPTS_KEY_ID),
  secrets,
  tenants,
  ...stepUpRecords(table),
  ...hostedRecords(table),
  vault: openVault(sealedTemplates(tenants, secrets), table),
  verifications,
  credits,
  documents: documentRecords(table),
  addresses: systemAddresses,
  settings,
};

export const handler = createPipeline(tenantPipeline(table, env.KEYS_TABLE_NAME), {
  readCredits: endpoint(submissionOperations.readCredits, async ({ caller }) =>
    ok({ status: 200, body: { balance: await credits.balance(caller.tenantId), reserved: 0 } }),
  ),
  listDeliveries: endpoint(
    submissionOperations.listDeliveries,
    async ({ caller, query: { cursor, verificationId, status } }) => {
      const filter = { ...(verificationId && { verificationId }), ...(status && { status }) };
      const page = await deps.deliveries.list(caller.tenantId, caller.mode, filter, cursor);
      const body = { deliveries: page.items.map(toDeliveryReply), ...(page.cursor && { cursor: page.cursor }) };
      return ok({ status: 200, body });
    },
  ),
  readDelivery: endpoint(submissionOperations.readDelivery, async ({ caller, params }) => {
    const found = await readDelivery(deps, caller, params.deliveryId ?? '');
    return found.ok ? ok({ status: 200, body: toDeliveryReply(found.value) }) : found;
  }),
  replayDelivery: endpoint(submissionOperations.replayDelivery, async ({ caller, params }) => {
    const replayed = await replayDelivery(deps, caller, params.deliveryId ?? '');
    return replayed.ok ? ok({ status: 202, body: toDeliveryReply(replayed.value) }) : replayed;
  }),
  replayDeliveries: endpoint(submissionOperations.replayDeliveries, async ({ caller, body: { since, until } }) => {
    const replayed = await replayDeliveries(deps, caller, since, until);
    return ok({ status: 202, body: { replayed } });
  }),
  rotateWebhookSecret: endpoint(submissionOperations.rotateWebhookSecret, async ({ caller }) => {
    const { secret, oldUntil } = await rotateWebhookSecret(deps, caller.tenantId);
    return ok({ status: 200, body: { webhookSecret: secret, previousValidUntil: iso(oldUntil) } });
  }),
  deleteSubject: endpoint(submissionOperations.deleteSubject, async ({ caller, params }) => {
    const ref = params.ref ?? '';
    const deleted = await deleteSubject(deps, caller, ref);
    if (!deleted.ok) return deleted;
    return ok({ status: 200, body: { ref, ...deleted.value, deletedAt: iso(deleted.value.deletedAt) } });
  }),
  ...documentAccount(deps),
});
