import { eventsClient, kmsClient, s3Client } from '../adapters/aws-clients.ts';
import { cachedSecrets } from '../adapters/cached-secrets.ts';
import { dynamoCredits } from '../adapters/dynamo-credits.ts';
import { dynamoLoginRecords } from '../adapters/dynamo-login-records.ts';
import { dynamoOutbox } from '../adapters/dynamo-outbox.ts';
import { dynamoTenants } from '../adapters/dynamo-tenants.ts';
import { eventBridgeEvents } from '../adapters/eventbridge-events.ts';
import { hs256Tokens } from '../adapters/hs256-tokens.ts';
import { kmsSecrets } from '../adapters/kms-secrets.ts';
import { s3Media } from '../adapters/s3-media.ts';
import { systemClock, systemRandom } from '../adapters/system.ts';
import { createPipeline } from '../http/pipeline.ts';
import { settings, variables } from './environment.ts';
import { openCollections } from './gallery.ts';
import { loginAccount } from './login-account.ts';
import { loginSessions } from './login-sessions.ts';
import { loginSetup } from './login-setup.ts';
import { records } from './records.ts';
import { tenantPipeline } from './tenant-access.ts';

const env = variables('TABLE_NAME', 'KEYS_TABLE_NAME', 'MEDIA_BUCKET', 'SECRETS_KEY_ID', 'EVENT_BUS_NAME');
const { table } = records(env.TABLE_NAME);
const tenants = dynamoTenants(table);
const deps = {
  clock: systemClock,
  random: systemRandom,
  records: dynamoLoginRecords(table),
  tenants,
  credits: dynamoCredits(table),
  tokens: hs256Tokens(tenants, cachedSecrets(kmsSecrets(kmsClient(), env.SECRETS_KEY_ID), systemClock)),
  events: eventBridgeEvents(eventsClient(), env.EVENT_BUS_NAME),
  outbox: dynamoOutbox(table),
  media: s3Media(s3Client(), env.MEDIA_BUCKET),
  gallery: openCollections(),
  settings,
};

/** What of logins needs no look at a face. */
export const handler = createPipeline(tenantPipeline(table, env.KEYS_TABLE_NAME, deps.tokens), {
  ...loginSetup(deps),
  ...loginSessions(deps),
  ...loginAccount(deps),
});
