import { s3Client, sqsClient } from '../adapters/aws-clients.ts';
import { s3Media } from '../adapters/s3-media.ts';
import { s3Uploads } from '../adapters/s3-uploads.ts';
import { sqsJobs } from '../adapters/sqs-queues.ts';
import { systemClock, systemRandom } from '../adapters/system.ts';
import { stepUpOperations } from '../contracts/step-up/operations.ts';
import { toVerification } from '../contracts/step-up/replies.ts';
import { submissionOperations } from '../contracts/submission/operations.ts';
import { toInitReply, toStatusReply, toSubmitReply } from '../contracts/submission/replies.ts';
import { ok } from '../domain/result.ts';
import { endpoint } from '../http/endpoint.ts';
import { createPipeline } from '../http/pipeline.ts';
import { readStepUp, readVerification } from '../usecases/read-verification.ts';
import { startVerification } from '../usecases/start-verification.ts';
import { submitVerification } from '../usecases/submit-verification.ts';
import { documentReads } from './document-reads.ts';
import { documentRecords } from './document-records.ts';
import { settings, variables } from './environment.ts';
import { log } from './log.ts';
import { records } from './records.ts';
import { startSteps } from './steps.ts';
import { tenantPipeline } from './tenant-access.ts';

const { TABLE_NAME, KEYS_TABLE_NAME, MEDIA_BUCKET, JOBS_QUEUE_URL } = variables(
  'TABLE_NAME',
  'KEYS_TABLE_NAME',
  'MEDIA_BUCKET',
  'JOBS_QUEUE_URL',
);
const { table, verifications } = records(TABLE_NAME);
const s3 = s3Client();
const deps = {
  clock: systemClock,
  random: systemRandom,
  media: s3Media(s3, MEDIA_BUCKET),
  uploads: s3Uploads(s3, MEDIA_BUCKET),
  jobs: sqsJobs(sqsClient(), JOBS_QUEUE_URL),
  verifications,
  documents: documentRecords(table),
  settings,
};

export const handler = createPipeline(tenantPipeline(table, KEYS_TABLE_NAME), {
  initVerification: endpoint(submissionOperations.initVerification, async ({ caller, body, asOf }) => {
    const { verification, uploads } = await startVerification(deps, caller, body, asOf);
    return ok({ status: 200, body: toInitReply(verification, uploads) });
  }),
  submitVerification: endpoint(submissionOperations.submitVerification, async ({ caller, body, asOf, baseUrl }) => {
    const { livenessScore, ...request } = body;
    const clientLiveness = livenessScore === undefined ? {} : { clientLiveness: livenessScore / 100 };
    const { taken, timed } = startSteps(systemClock);
    const { media, verifications, jobs } = deps;
    const timedDeps = {
      ...deps,
      media: { size: timed('uploads', media.size) },
      verifications: { get: timed('lookup', verifications.get), submit: timed('debit', verifications.submit) },
      jobs: { send: timed('dispatch', jobs.send) },
    };
    const submitted = await submitVerification(timedDeps, caller, { ...request, ...clientLiveness, asOf });
    if (!submitted.ok) return submitted;
    const { id: verificationId, tenantId, mode } = submitted.value;
    log.info('submitted', { verificationId, tenantId, mode, steps: taken() });
    return ok({ status: 202, body: toSubmitReply(submitted.value, baseUrl) });
  }),
  readVerification: endpoint(submissionOperations.readVerification, async ({ caller, params, asOf }) => {
    const found = await readVerification(deps, caller, params.id ?? '', asOf);
    return found.ok ? ok({ status: 200, body: toStatusReply(found.value) }) : found;
  }),
  readStepUp: endpoint(stepUpOperations.readStepUp, async ({ caller, params }) => {
    const found = await readStepUp(deps, caller, params.id ?? '');
    return found.ok ? ok({ status: 200, body: toVerification(found.value) }) : found;
  }),
  ...documentReads(deps),
});
