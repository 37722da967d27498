import { dynamoClient, s3Client, sqsClient } from '../adapters/aws-clients.ts';
import { dependencyChecks } from '../adapters/dependency-checks.ts';
import { platformOperations } from '../contracts/platform/operations.ts';
import { ok } from '../domain/result.ts';
import { endpoint } from '../http/endpoint.ts';
import { createPipeline } from '../http/pipeline.ts';
import { answeringDeps } from './answering.ts';
import { openVision } from './engine.ts';
import { variables } from './environment.ts';

const env = variables('TABLE_NAME', 'MEDIA_BUCKET', 'JOBS_QUEUE_URL', 'MODELS_FOLDER');
const checks = dependencyChecks({
  dynamo: { client: dynamoClient(), tableName: env.TABLE_NAME },
  s3: { client: s3Client(), bucket: env.MEDIA_BUCKET },
  sqs: { client: sqsClient(), queueUrl: env.JOBS_QUEUE_URL },
});
const { capabilities } = await openVision(env.MODELS_FOLDER);

/** The image function behind HTTP: it alone knows the models, so it answers whether all is ready. */
export const handler = createPipeline(answeringDeps, {
  ready: endpoint(platformOperations.ready, async () => {
    const results = await checks();
    const ready = Object.values(results).every((result) => result === 'ok');
    const body = { status: ready ? 'ready' : 'not_ready', checks: results, ...capabilities };
    return ok({ status: ready ? 200 : 503, body });
  }),
});
