import { dynamoHostedSessions, dynamoHostedVerifications } from '../adapters/dynamo-hosted.ts';
import type { Table } from '../adapters/dynamo-table.ts';
import { systemClock, systemDigest, systemRandom } from '../adapters/system.ts';
import type { Telling } from '../contracts/hosted/replies.ts';
import type { HostedSessions, HostedVerifications } from '../ports/verifications.ts';
import { settings } from './environment.ts';

/** What the hosted contract keeps, as every function reaches it. */
export function hostedRecords(table: Table): {
  readonly hostedSessions: HostedSessions;
  readonly hostedVerifications: HostedVerifications;
} {
  const { recordDays } = settings.retention;
  const deps = { clock: systemClock, random: systemRandom, digest: systemDigest, table, recordDays };
  return { hostedSessions: dynamoHostedSessions(deps), hostedVerifications: dynamoHostedVerifications(deps) };
}

/** How results of the hosted contract are told. */
export const hostedTelling: Telling = { method: settings.hosted.comparisonMethod, sha256: systemDigest.sha256 };
