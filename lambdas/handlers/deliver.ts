import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { kmsClient, sqsClient } from '../adapters/aws-clients.ts';
import { dynamoDeliveries } from '../adapters/dynamo-deliveries.ts';
import { dynamoLoginRecords } from '../adapters/dynamo-login-records.ts';
import { dynamoTenants } from '../adapters/dynamo-tenants.ts';
import { kmsSecrets } from '../adapters/kms-secrets.ts';
import { sqsDeliveryQueue } from '../adapters/sqs-queues.ts';
import { systemClock, systemDigest, systemRandom } from '../adapters/system.ts';
import { webhookEgress } from '../adapters/webhook-egress.ts';
import { webhookSigner } from '../adapters/webhook-signer.ts';
import { documentWebhook } from '../contracts/document/webhook.ts';
import { hostedWebhook } from '../contracts/hosted/webhook.ts';
import { loginWebhook } from '../contracts/login/webhook.ts';
import { submissionWebhook } from '../contracts/submission/webhook.ts';
import type { DomainEvent } from '../domain/webhook-delivery.ts';
import type { DeliveryRef } from '../ports/messages.ts';
import { deliverEvent, formatOf, redeliver } from '../usecases/deliver-webhook.ts';
import { readDocumentSubject } from '../usecases/read-document.ts';
import { readHostedSubject } from '../usecases/read-hosted-check.ts';
import { readLoginSubject } from '../usecases/read-login-subject.ts';
import { documentRecords } from './document-records.ts';
import { settings, variables } from './environment.ts';
import { hostedTelling } from './hosted-records.ts';
import { log } from './log.ts';
import { records } from './records.ts';

const env = variables('TABLE_NAME', 'DELIVERIES_QUEUE_URL', 'SECRETS_KEY_ID');
const { table, verifications } = records(env.TABLE_NAME);
const { recordDays } = settings.retention;
const { timeoutSeconds, allowInsecure } = settings.webhooks;
const deps = {
  clock: systemClock,
  random: systemRandom,
  tenants: dynamoTenants(table),
  deliveries: dynamoDeliveries(table, recordDays),
  deliveryQueue: sqsDeliveryQueue(sqsClient(), env.DELIVERIES_QUEUE_URL),
  secrets: kmsSecrets(kmsClient(), env.SECRETS_KEY_ID),
  signer: webhookSigner,
  egress: webhookEgress({ timeoutMs: timeoutSeconds * 1000, allowInsecure }),
  formats: {
    submission: formatOf(
      ({ tenantId, mode, subject }) => verifications.get({ tenantId, mode, id: subject }),
      submissionWebhook,
    ),
    document: formatOf(
      (event) => readDocumentSubject({ verifications, documents: documentRecords(table) }, event),
      documentWebhook,
    ),
    hosted: formatOf(async (event) => {
      const check = await readHostedSubject({ verifications }, event);
      return check && { check, telling: hostedTelling };
    }, hostedWebhook),
    login: formatOf(
      (event) => readLoginSubject({ records: dynamoLoginRecords(table), digest: systemDigest }, event),
      loginWebhook,
    ),
  },
  settings,
};

/** The queue carries events as the bus wrote them, and deliveries that are due again. */
type Message = { readonly detail: DomainEvent } | { readonly delivery: DeliveryRef };

async function deliver({ body }: SQSRecord): Promise<void> {
  const message = JSON.parse(body) as Message;
  await ('detail' in message ? deliverEvent(deps, message.detail) : redeliver(deps, message.delivery));
}

/** Deliveries queue → signed webhook. A receiver that fails is no fault here: its next attempt is due by the schedule. */
export async function handler({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  // Together: a slow receiver must not hold up the others of its batch.
  const results = await Promise.allSettled(Records.map(deliver));
  const batchItemFailures = results.flatMap((result, at) => {
    const { messageId = '' } = Records[at] ?? {};
    if (result.status === 'fulfilled') return [];
    log.error('delivery failed', { messageId, error: String(result.reason?.stack ?? result.reason) });
    return [{ itemIdentifier: messageId }];
  });
  return { batchItemFailures };
}
