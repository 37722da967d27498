import { dynamoClient } from '../adapters/aws-clients.ts';
import type { Table } from '../adapters/dynamo-table.ts';
import { dynamoVerifications } from '../adapters/dynamo-verifications.ts';
import { systemClock, systemDigest, systemRandom } from '../adapters/system.ts';
import type { Verifications } from '../ports/verifications.ts';
import { settings } from './environment.ts';

/** The table of records, and the verifications in it, as every function reaches them. */
export function records(name: string): { readonly table: Table; readonly verifications: Verifications } {
  const table = { client: dynamoClient(), name };
  const { recordDays } = settings.retention;
  const system = { clock: systemClock, random: systemRandom, digest: systemDigest };
  return { table, verifications: dynamoVerifications({ ...system, table, recordDays }) };
}
