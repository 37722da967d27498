import { eventsClient, s3Client, sqsClient } from '../adapters/aws-clients.ts';
import { dynamoDeliveries } from '../adapters/dynamo-deliveries.ts';
import { dynamoLoginRecords } from '../adapters/dynamo-login-records.ts';
import { dynamoOutbox } from '../adapters/dynamo-outbox.ts';
import { eventBridgeEvents } from '../adapters/eventbridge-events.ts';
import { s3Media } from '../adapters/s3-media.ts';
import { sqsDeliveryQueue, sqsJobs } from '../adapters/sqs-queues.ts';
import { systemClock } from '../adapters/system.ts';
import { sweep } from '../usecases/sweep.ts';
import { settings, variables } from './environment.ts';
import { openCollections, openKeptFaces } from './gallery.ts';
import { hostedRecords } from './hosted-records.ts';
import { log } from './log.ts';
import { records } from './records.ts';

const env = variables('TABLE_NAME', 'MEDIA_BUCKET', 'JOBS_QUEUE_URL', 'DELIVERIES_QUEUE_URL', 'EVENT_BUS_NAME');
const { table, verifications } = records(env.TABLE_NAME);
const sqs = sqsClient();
const { recordDays } = settings.retention;
const deps = {
  ...hostedRecords(table),
  clock: systemClock,
  media: s3Media(s3Client(), env.MEDIA_BUCKET),
  jobs: sqsJobs(sqs, env.JOBS_QUEUE_URL),
  events: eventBridgeEvents(eventsClient(), env.EVENT_BUS_NAME),
  deliveries: dynamoDeliveries(table, recordDays),
  deliveryQueue: sqsDeliveryQueue(sqs, env.DELIVERIES_QUEUE_URL),
  verifications,
  records: dynamoLoginRecords(table),
  outbox: dynamoOutbox(table),
  gallery: openCollections(),
  keptFaces: openKeptFaces(table),
  settings,
};

/** On a schedule: moves on what is due. */
export async function handler(): Promise<void> {
  const moved = await sweep(deps);
  if (Object.values(moved).some((count) => count > 0)) log.info('swept', { ...moved });
}
