import { kmsClient, s3Client } from '../adapters/aws-clients.ts';
import { cachedSecrets } from '../adapters/cached-secrets.ts';
import { dynamoCredits } from '../adapters/dynamo-credits.ts';
import { dynamoTenants } from '../adapters/dynamo-tenants.ts';
import { hs256Tokens } from '../adapters/hs256-tokens.ts';
import { kmsSecrets } from '../adapters/kms-secrets.ts';
import { s3Downloads } from '../adapters/s3-downloads.ts';
import { s3Media } from '../adapters/s3-media.ts';
import { s3Uploads } from '../adapters/s3-uploads.ts';
import { siteFiles } from '../adapters/site-files.ts';
import { systemClock, systemDigest, systemRandom } from '../adapters/system.ts';
import { systemAddresses } from '../adapters/webhook-addresses.ts';
import { createPipeline } from '../http/pipeline.ts';
import { settings, variables } from './environment.ts';
import { hostedChecks } from './hosted-checks.ts';
import { hostedPage } from './hosted-page.ts';
import { hostedRecords } from './hosted-records.ts';
import { hostedSessions } from './hosted-sessions.ts';
import { records } from './records.ts';
import { tenantPipeline } from './tenant-access.ts';

const env = variables('TABLE_NAME', 'KEYS_TABLE_NAME', 'MEDIA_BUCKET', 'SECRETS_KEY_ID');
const { table, verifications } = records(env.TABLE_NAME);
const s3 = s3Client();
const tenants = dynamoTenants(table);
const deps = {
  ...hostedRecords(table),
  clock: systemClock,
  random: systemRandom,
  digest: systemDigest,
  tenants,
  tokens: hs256Tokens(tenants, cachedSecrets(kmsSecrets(kmsClient(), env.SECRETS_KEY_ID), systemClock)),
  media: s3Media(s3, env.MEDIA_BUCKET),
  uploads: s3Uploads(s3, env.MEDIA_BUCKET),
  downloads: s3Downloads(s3, env.MEDIA_BUCKET),
  addresses: systemAddresses,
  credits: dynamoCredits(table),
  verifications,
  site: siteFiles(process.env.LAMBDA_LAYERS_ROOT ?? '/opt'),
  settings,
};

/** The hosted page and what leads up to a verdict: nothing here needs a model. */
export const handler = createPipeline(tenantPipeline(table, env.KEYS_TABLE_NAME, deps.tokens), {
  ...hostedPage(deps),
  ...hostedSessions(deps),
  ...hostedChecks(deps),
});
