import { eventsClient, kmsClient, s3Client, sqsClient } from '../adapters/aws-clients.ts';
import { cachedSecrets } from '../adapters/cached-secrets.ts';
import { dynamoCredits } from '../adapters/dynamo-credits.ts';
import { dynamoDeliveries } from '../adapters/dynamo-deliveries.ts';
import { dynamoKeys } from '../adapters/dynamo-keys.ts';
import { dynamoOutbox } from '../adapters/dynamo-outbox.ts';
import { dynamoRateLimits } from '../adapters/dynamo-rate-limits.ts';
import { dynamoReviews } from '../adapters/dynamo-reviews.ts';
import { dynamoTenants } from '../adapters/dynamo-tenants.ts';
import { dynamoVerificationLog } from '../adapters/dynamo-verification-log.ts';
import { eventBridgeEvents } from '../adapters/eventbridge-events.ts';
import { hs256Tokens } from '../adapters/hs256-tokens.ts';
import { kmsSecrets } from '../adapters/kms-secrets.ts';
import { s3Downloads } from '../adapters/s3-downloads.ts';
import { s3Media } from '../adapters/s3-media.ts';
import { s3Uploads } from '../adapters/s3-uploads.ts';
import { siteFiles } from '../adapters/site-files.ts';
import { sqsDeliveryQueue } from '../adapters/sqs-queues.ts';
import { systemClock, systemDigest, systemRandom } from '../adapters/system.ts';
import { systemAddresses } from '../adapters/webhook-addresses.ts';
import { createPipeline } from '../http/pipeline.ts';
import { identifyConsole } from '../usecases/console-session.ts';
import { consolePage } from './console-page.ts';
import { consoleReviews } from './console-reviews.ts';
import { consoleViews } from './console-views.ts';
import { settings, variables } from './environment.ts';
import { records } from './records.ts';
import { tenantPipeline } from './tenant-access.ts';

const env = variables(
  'TABLE_NAME',
  'KEYS_TABLE_NAME',
  'MEDIA_BUCKET',
  'SECRETS_KEY_ID',
  'DELIVERIES_QUEUE_URL',
  'EVENT_BUS_NAME',
);
const { table, verifications } = records(env.TABLE_NAME);
const tenants = dynamoTenants(table);
const s3 = s3Client();
const deps = {
  clock: systemClock,
  random: systemRandom,
  digest: systemDigest,
  keys: dynamoKeys({ client: table.client, name: env.KEYS_TABLE_NAME }, table.name),
  tenants,
  tokens: hs256Tokens(tenants, cachedSecrets(kmsSecrets(kmsClient(), env.SECRETS_KEY_ID), systemClock)),
  rateLimits: dynamoRateLimits(table),
  verifications,
  log: dynamoVerificationLog(table, systemClock),
  reviews: dynamoReviews(table),
  deliveries: dynamoDeliveries(table, settings.retention.recordDays),
  deliveryQueue: sqsDeliveryQueue(sqsClient(), env.DELIVERIES_QUEUE_URL),
  credits: dynamoCredits(table),
  media: s3Media(s3, env.MEDIA_BUCKET),
  downloads: s3Downloads(s3, env.MEDIA_BUCKET),
  uploads: s3Uploads(s3, env.MEDIA_BUCKET),
  events: eventBridgeEvents(eventsClient(), env.EVENT_BUS_NAME),
  outbox: dynamoOutbox(table),
  addresses: systemAddresses,
  site: siteFiles(process.env.LAMBDA_LAYERS_ROOT ?? '/opt'),
  settings,
};
const { tenantAccess, ...pipeline } = tenantPipeline(table, env.KEYS_TABLE_NAME);
if (!tenantAccess) throw new Error('A console without access to keys.');

/** What a partner's people see of its verifications, and do about them. */
export const handler = createPipeline(
  { ...pipeline, tenantAccess: { ...tenantAccess, identifyConsole: (cookie) => identifyConsole(deps, cookie) } },
  { ...consolePage(deps), ...consoleViews(deps), ...consoleReviews(deps) },
);
