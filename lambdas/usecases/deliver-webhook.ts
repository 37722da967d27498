import type { Tenant } from '../domain/tenant.ts';
import { type Attempt, afterAttempt, type Delivery, type DomainEvent } from '../domain/webhook-delivery.ts';
import type { Tenants } from '../ports/accounts.ts';
import type { Deliveries, DeliveryQueue, DeliveryRef, Egress, WebhookSigner } from '../ports/messages.ts';
import type { Clock, Random } from '../ports/system.ts';
import type { Secrets } from '../ports/trust.ts';

interface WebhookSignature {
  readonly unixSeconds: number;
  /** Of the moment and the body, and of the body alone: one for each secret that signs, the newest first. */
  readonly hex: readonly string[];
  readonly bodyHex: readonly string[];
}

interface WebhookHeaders<Event extends DomainEvent> {
  headers(event: Event, signature: WebhookSignature): Readonly<Record<string, string>>;
}

/** How a contract writes an event: the body that is signed, and its headers around the signatures. */
interface WebhookFormat<Event extends DomainEvent> extends WebhookHeaders<Event> {
  /** Undefined where what the event is about is no longer kept. */
  body(event: Event): Promise<string | undefined>;
}

/** The format of a contract that writes an event from what is kept of its subject. */
export const formatOf = <Event extends DomainEvent, Subject>(
  read: (event: Event) => Promise<Subject | undefined>,
  { body, headers }: WebhookHeaders<Event> & { body(event: Event, subject: Subject): string },
): WebhookFormat<Event> => ({
  headers,
  async body(event) {
    const subject = await read(event);
    return subject === undefined ? undefined : body(event, subject);
  },
});

export interface DeliverWebhook {
  readonly clock: Clock;
  readonly random: Random;
  readonly tenants: Pick<Tenants, 'get' | 'webhookSecrets' | 'disableWebhook'>;
  readonly deliveries: Pick<Deliveries, 'open' | 'get' | 'claim' | 'record'>;
  readonly deliveryQueue: DeliveryQueue;
  readonly secrets: Secrets;
  readonly signer: WebhookSigner;
  readonly egress: Egress;
  readonly formats: { readonly [C in DomainEvent['contract']]: WebhookFormat<Extract<DomainEvent, { contract: C }>> };
  readonly settings: {
    readonly webhooks: { readonly retrySeconds: readonly number[]; readonly timeoutSeconds: number };
  };
}

/** SQS holds a message back for 15 minutes at most; the sweeper sends what is due later. */
const longestDelaySeconds = 900;
/** Time beyond the attempt's own after which a worker that said nothing is taken for dead. */
const leaseMarginMs = 20_000;

/** Opens the delivery of an event to its own address or the tenant's endpoint, where there is one, and makes the first attempt. */
export async function deliverEvent(deps: DeliverWebhook, event: DomainEvent): Promise<void> {
  const tenant = await deps.tenants.get(event.tenantId);
  const endpoint = tenant?.webhookDisabledAt === undefined ? tenant?.settings.webhookUrl : undefined;
  const url = event.url ?? endpoint;
  if (!tenant || !url) return;
  const now = deps.clock.now();
  const delivery = await deps.deliveries.open({
    deliveryId: event.eventId,
    event,
    url,
    status: 'pending',
    attempts: [],
    dueAt: now,
    createdAt: now,
  });
  await attemptDelivery(deps, tenant, delivery);
}

/** Makes the attempt of a delivery that is due; one that is not, or is done, is left alone. */
export async function redeliver(deps: DeliverWebhook, ref: DeliveryRef): Promise<void> {
  const [tenant, delivery] = await Promise.all([deps.tenants.get(ref.tenantId), deps.deliveries.get(ref)]);
  if (tenant && delivery) await attemptDelivery(deps, tenant, delivery);
}

async function attemptDelivery(deps: DeliverWebhook, tenant: Tenant, delivery: Delivery): Promise<void> {
  const { clock, random, deliveries, deliveryQueue, tenants, settings } = deps;
  const now = clock.now();
  if (delivery.status !== 'pending') return;
  const leaseUntil = now + settings.webhooks.timeoutSeconds * 1000 + leaseMarginMs;
  if (!(await deliveries.claim(delivery, now, leaseUntil))) return;

  const { attempt, retryAfterSeconds } = await send(deps, delivery);
  const count = delivery.attempts.length + 1;
  const step = afterAttempt(attempt, count, settings.webhooks.retrySeconds, random.unit(), retryAfterSeconds);
  await deliveries.record(delivery, attempt, step);
  // A tenant that has moved on to another endpoint keeps it: the one that is gone is the old one.
  const gone = step.status === 'failed' && step.disableEndpoint && delivery.url === tenant.settings.webhookUrl;
  if (gone) await tenants.disableWebhook(tenant.tenantId, attempt.at);
  if (step.status === 'pending') {
    const delay = Math.ceil((step.dueAt - clock.now()) / 1000);
    const { tenantId, mode } = delivery.event;
    const ref = { tenantId, mode, deliveryId: delivery.deliveryId };
    if (delay <= longestDelaySeconds) await deliveryQueue.send(ref, Math.max(0, delay));
  }
}

async function send(
  deps: DeliverWebhook,
  { event, url }: Delivery,
): Promise<{ readonly attempt: Attempt; readonly retryAfterSeconds?: number }> {
  const { clock, egress, formats, secrets, signer, tenants } = deps;
  const { tenantId, eventId, contract } = event;
  const at = clock.now();
  const format: WebhookFormat<DomainEvent> = formats[contract];
  const body = await format.body(event);
  if (body === undefined) return { attempt: { at, durationMs: 0, error: 'subject_deleted' } };

  const sealed = await tenants.webhookSecrets(tenantId);
  const current = sealed.filter(({ until }) => until === undefined || until > at);
  const keys = await Promise.all(current.map((one) => secrets.open(tenantId, one.sealed)));
  const unixSeconds = Math.floor(at / 1000);
  const signed = signer.sign(keys, { id: eventId, unixSeconds, body });
  const headers = {
    'content-type': 'application/json',
    'webhook-id': eventId,
    'webhook-timestamp': String(unixSeconds),
    'webhook-signature': signed.standard.join(' '),
    ...format.headers(event, { unixSeconds, hex: signed.hex, bodyHex: signed.bodyHex }),
  };
  const answer = await egress.post(url, headers, body);
  const durationMs = clock.now() - at;
  if (!answer.ok) return { attempt: { at, durationMs, error: answer.error } };
  const { status, retryAfterSeconds } = answer.value;
  return { attempt: { at, durationMs, status }, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
}
