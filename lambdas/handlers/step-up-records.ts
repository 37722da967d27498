import { dynamoEnrolments } from '../adapters/dynamo-enrolments.ts';
import { dynamoFaceVerifications } from '../adapters/dynamo-face-verifications.ts';
import type { Table } from '../adapters/dynamo-table.ts';
import { systemClock, systemDigest, systemRandom } from '../adapters/system.ts';
import { settings } from './environment.ts';

/** What the step-up contract keeps, as every function reaches it. */
export function stepUpRecords(table: Table) {
  const { recordDays, templateDays } = settings.retention;
  const { replayDays } = settings.stepUp;
  const kept = { table, clock: systemClock, digest: systemDigest, templateDays, replayDays };
  return {
    enrolments: dynamoEnrolments(kept),
    faceVerifications: dynamoFaceVerifications({ ...kept, random: systemRandom, recordDays }),
  };
}
