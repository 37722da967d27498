import { dynamoIdempotency } from '../adapters/dynamo-idempotency.ts';
import { dynamoKeys } from '../adapters/dynamo-keys.ts';
import { dynamoRateLimits } from '../adapters/dynamo-rate-limits.ts';
import type { Table } from '../adapters/dynamo-table.ts';
import { dynamoTenants } from '../adapters/dynamo-tenants.ts';
import { systemClock, systemDigest } from '../adapters/system.ts';
import type { Pipeline } from '../http/pipeline.ts';
import type { Tokens } from '../ports/trust.ts';
import { authenticate } from '../usecases/authenticate.ts';
import { identifySession } from '../usecases/identify-session.ts';
import { identifyVisitor } from '../usecases/identify-visitor.ts';
import { answeringDeps } from './answering.ts';
import { settings } from './environment.ts';

/** A pipeline for routes that tenants call with their keys; with `tokens`, also for those that people call with a token. */
export function tenantPipeline(table: Table, keysTable: string, tokens?: Tokens): Pipeline {
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
      ...(tokens && {
        identifySession: (authorization, of) =>
          identifySession({ clock: systemClock, tokens, tenants }, authorization, of),
        identifyVisitor: (token, of) => identifyVisitor({ clock: systemClock, tokens, tenants }, token, of),
      }),
    },
  };
}
