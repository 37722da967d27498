import { dynamoClient, eventsClient, kmsClient, s3Client, sqsClient } from '../adapters/aws-clients.ts';
import { cachedSecrets } from '../adapters/cached-secrets.ts';
import { dependencyChecks } from '../adapters/dependency-checks.ts';
import { dynamoCredits } from '../adapters/dynamo-credits.ts';
import { dynamoLoginRecords } from '../adapters/dynamo-login-records.ts';
import { dynamoOutbox } from '../adapters/dynamo-outbox.ts';
import { dynamoTenants } from '../adapters/dynamo-tenants.ts';
import { eventBridgeEvents } from '../adapters/eventbridge-events.ts';
import { hs256Tokens } from '../adapters/hs256-tokens.ts';
import { kmsReceipts } from '../adapters/kms-receipts.ts';
import { kmsSecrets } from '../adapters/kms-secrets.ts';
import { s3Media } from '../adapters/s3-media.ts';
import { sealedTemplates } from '../adapters/sealed-templates.ts';
import { sqsJobs } from '../adapters/sqs-queues.ts';
import { systemClock, systemDigest, systemRandom } from '../adapters/system.ts';
import { systemAddresses } from '../adapters/webhook-addresses.ts';
import { platformOperations } from '../contracts/platform/operations.ts';
import { toClaims } from '../contracts/step-up/replies.ts';
import { ok } from '../domain/result.ts';
import { endpoint } from '../http/endpoint.ts';
import { createPipeline } from '../http/pipeline.ts';
import { documentRecords } from './document-records.ts';
import { documentVerdicts } from './document-verdicts.ts';
import { openVideos, openVision } from './engine.ts';
import { settings, variables } from './environment.ts';
import { openGallery, openVault } from './gallery.ts';
import { hostedRecords } from './hosted-records.ts';
import { hostedVerdicts } from './hosted-verdicts.ts';
import { log } from './log.ts';
import { loginFaces } from './login-faces.ts';
import { loginVerdicts } from './login-verdicts.ts';
import { records } from './records.ts';
import { stepUpRecords } from './step-up-records.ts';
import { stepUpVerdicts } from './step-up-verdicts.ts';
import { tenantPipeline } from './tenant-access.ts';

const env = variables(
  'TABLE_NAME',
  'KEYS_TABLE_NAME',
  'MEDIA_BUCKET',
  'JOBS_QUEUE_URL',
  'MODELS_FOLDER',
  'SECRETS_KEY_ID',
  'RECEIPTS_KEY_ID',
  'EVENT_BUS_NAME',
);
const { table, verifications } = records(env.TABLE_NAME);
const kms = kmsClient();
const tenants = dynamoTenants(table);
const secrets = cachedSecrets(kmsSecrets(kms, env.SECRETS_KEY_ID), systemClock);
const vision = await openVision(env.MODELS_FOLDER);
const deps = {
  ...stepUpRecords(table),
  ...hostedRecords(table),
  clock: systemClock,
  random: systemRandom,
  digest: systemDigest,
  log,
  tenants,
  credits: dynamoCredits(table),
  verifications,
  documents: documentRecords(table),
  jobs: sqsJobs(sqsClient(), env.JOBS_QUEUE_URL),
  addresses: systemAddresses,
  vault: openVault(sealedTemplates(tenants, secrets), table),
  tokens: hs256Tokens(tenants, secrets),
  receipts: kmsReceipts(kms, env.RECEIPTS_KEY_ID),
  records: dynamoLoginRecords(table),
  events: eventBridgeEvents(eventsClient(), env.EVENT_BUS_NAME),
  outbox: dynamoOutbox(table),
  media: s3Media(s3Client(), env.MEDIA_BUCKET),
  gallery: openGallery(vision.compare),
  vision,
  videos: openVideos(),
  toClaims,
  settings,
};
const checks = dependencyChecks({
  dynamo: { client: dynamoClient(), tableName: env.TABLE_NAME },
  s3: { client: s3Client(), bucket: env.MEDIA_BUCKET },
  sqs: { client: sqsClient(), queueUrl: env.JOBS_QUEUE_URL },
});

/** The image function behind HTTP: it alone knows the models, so it judges faces, and answers whether all is ready. */
export const handler = createPipeline(tenantPipeline(table, env.KEYS_TABLE_NAME, deps.tokens), {
  ready: endpoint(platformOperations.ready, async () => {
    const results = await checks();
    const ready = Object.values(results).every((result) => result === 'ok');
    const { modelSet, models, missing } = deps.vision.capabilities;
    const capabilities = { modelSet, models, missing: { ...missing, ...deps.videos.missing } };
    const body = { status: ready ? 'ready' : 'not_ready', checks: results, ...capabilities };
    return ok({ status: ready ? 200 : 503, body });
  }),
  ...stepUpVerdicts(deps),
  ...documentVerdicts(deps),
  ...hostedVerdicts(deps),
  ...loginFaces(deps),
  ...loginVerdicts(deps),
});
