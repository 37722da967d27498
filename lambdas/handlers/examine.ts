import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as z from 'zod';
import { eventsClient, s3Client } from '../adapters/aws-clients.ts';
import { dynamoReadings } from '../adapters/dynamo-readings.ts';
import { dynamoTenants } from '../adapters/dynamo-tenants.ts';
import { eventBridgeEvents } from '../adapters/eventbridge-events.ts';
import { s3Media } from '../adapters/s3-media.ts';
import { systemClock, systemDigest } from '../adapters/system.ts';
import { isDocumentId } from '../domain/document-kind.ts';
import type { VerificationRef } from '../domain/verification.ts';
import { examineDocument } from '../usecases/examine-document.ts';
import { examineVerification } from '../usecases/examine-verification.ts';
import { giveUpVerification } from '../usecases/give-up-verification.ts';
import { documentRecords } from './document-records.ts';
import { openVision } from './engine.ts';
import { settings, variables } from './environment.ts';
import { log } from './log.ts';
import { records } from './records.ts';

const env = variables('TABLE_NAME', 'MEDIA_BUCKET', 'EVENT_BUS_NAME', 'MODELS_FOLDER');
const { table, verifications } = records(env.TABLE_NAME);
const deps = {
  clock: systemClock,
  digest: systemDigest,
  media: s3Media(s3Client(), env.MEDIA_BUCKET),
  readings: dynamoReadings(table, systemClock),
  tenants: dynamoTenants(table),
  verifications,
  documents: documentRecords(table),
  events: eventBridgeEvents(eventsClient(), env.EVENT_BUS_NAME),
  // At init, so that no job pays for it.
  vision: await openVision(env.MODELS_FOLDER),
  settings,
};

const jobSchema = z.object({ tenantId: z.string(), mode: z.enum(['live', 'test']), id: z.string() });

function readJob(body: string): VerificationRef | undefined {
  try {
    return jobSchema.parse(JSON.parse(body));
  } catch {
    return undefined;
  }
}

/** True where the job is done with; false leaves it in the queue, and after its attempts with the dead letters. */
async function work(messageId: string, body: string): Promise<boolean> {
  const ref = readJob(body);
  if (!ref) {
    log.error('job is unreadable', { messageId });
    return false;
  }
  const startedAt = systemClock.now();
  const ids = { verificationId: ref.id, tenantId: ref.tenantId, mode: ref.mode };
  try {
    const stages = await (isDocumentId(ref.id) ? examineDocument(deps, ref) : examineVerification(deps, ref));
    log.info('examined', { ...ids, durationMs: systemClock.now() - startedAt, stages });
    return true;
  } catch (error) {
    log.error('examination failed', { ...ids, error: error instanceof Error ? error.stack : String(error) });
    const attempts = await deps.verifications.countAttempt(ref);
    if (attempts < settings.jobs.maxAttempts) return false;
    await giveUpVerification(deps, ref, 'processing_failed');
    return true;
  }
}

/** Jobs queue → verdict. A fault of ours leaves its job in the queue, until it has had its attempts. */
export async function handler({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  const batchItemFailures = [];
  for (const { messageId, body } of Records)
    if (!(await work(messageId, body))) batchItemFailures.push({ itemIdentifier: messageId });
  return { batchItemFailures };
}
