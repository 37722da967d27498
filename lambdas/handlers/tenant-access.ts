import { dynamoIdempotency } from '../adapters/dynamo-idempotency.ts';
import { dynamoKeys } from '../adapters/dynamo-keys.ts';
import { dynamoRateLimits } from '../adapters/dynamo-rate-limits.ts';
import type { Table } from '../adapters/dynamo-table.ts';
import { dynamoTenants } from '../adapters/dynamo-tenants.ts';
import { systemClock, systemDigest, systemRandom } from '../adapters/system.ts';
import { toErrorReply } from '../contracts/submission/errors.ts';
import type { Pipeline } from '../http/pipeline.ts';
import { authenticate } from '../usecases/authenticate.ts';
import { settings } from './environment.ts';
import { log } from './log.ts';

/** What every HTTP function's pipeline has in common. */
export const answeringDeps: Pipeline = {
  clock: systemClock,
  random: systemRandom,
  log,
  errors: { submission: toErrorReply },
  settings,
};

/** A pipeline for routes that tenants call with their keys. */
export function tenantPipeline(table: Table, keysTable: string): Pipeline {
  const keys = dynamoKeys({ client: table.client, name: keysTable }, table.name);
  const tenants = dynamoTenants(table);
  return {
    ...answeringDeps,
    tenantAccess: {
      clock: systemClock,
      idempotency: dynamoIdempotency(table),
      ttlSeconds: settings.idempotencyTtlSeconds,
      rateLimits: dynamoRateLimits(table),
      identify: (authorization, origin) =>
        authenticate({ clock: systemClock, digest: systemDigest, keys, tenants }, authorization, origin),
    },
  };
}
