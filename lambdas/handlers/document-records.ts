import { dynamoDocumentVerifications } from '../adapters/dynamo-document-verifications.ts';
import type { Table } from '../adapters/dynamo-table.ts';
import { systemClock, systemDigest, systemRandom } from '../adapters/system.ts';
import type { DocumentVerifications } from '../ports/verifications.ts';
import { settings } from './environment.ts';

/** What the document contract keeps, as every function reaches it. */
export function documentRecords(table: Table): DocumentVerifications {
  const { recordDays, documentHours } = settings.retention;
  const system = { clock: systemClock, random: systemRandom, digest: systemDigest };
  return dynamoDocumentVerifications({ ...system, table, recordDays, documentHours });
}
