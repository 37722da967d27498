import type { Caller } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { SealedSecret } from '../domain/tenant.ts';
import type { Delivery } from '../domain/webhook-delivery.ts';
import type { Tenants } from '../ports/accounts.ts';
import type { Deliveries, DeliveryQueue, DeliveryRef } from '../ports/messages.ts';
import type { Clock, Random } from '../ports/system.ts';
import type { Secrets } from '../ports/trust.ts';

export interface ManageDeliveries {
  readonly clock: Clock;
  readonly deliveries: Pick<Deliveries, 'get' | 'list' | 'reopen'>;
  readonly deliveryQueue: DeliveryQueue;
}

const refOf = ({ tenantId, mode }: Caller, deliveryId: string): DeliveryRef => ({ tenantId, mode, deliveryId });

export async function readDelivery(
  { deliveries }: Pick<ManageDeliveries, 'deliveries'>,
  caller: Caller,
  deliveryId: string,
): Promise<Result<Delivery, Failure>> {
  const found = await deliveries.get(refOf(caller, deliveryId));
  return found ? ok(found) : fail(failure('not_found', 'There is no such delivery.'));
}

/** Sends a delivery again, under the same id; its attempts so far stay in the log. */
export async function replayDelivery(
  deps: ManageDeliveries,
  caller: Caller,
  deliveryId: string,
): Promise<Result<Delivery, Failure>> {
  const found = await readDelivery(deps, caller, deliveryId);
  if (!found.ok) return found;
  await replay(deps, caller, found.value);
  return readDelivery(deps, caller, deliveryId);
}

/** Sends every delivery again that was opened in [since, until), ms since the epoch; answers how many. */
export async function replayDeliveries(
  deps: ManageDeliveries,
  caller: Caller,
  since: number,
  until: number,
): Promise<number> {
  let replayed = 0;
  let cursor: string | undefined;
  do {
    const page = await deps.deliveries.list(caller.tenantId, caller.mode, { since, until }, cursor);
    for (const delivery of page.items) await replay(deps, caller, delivery);
    replayed += page.items.length;
    cursor = page.cursor;
  } while (cursor);
  return replayed;
}

async function replay({ clock, deliveries, deliveryQueue }: ManageDeliveries, caller: Caller, delivery: Delivery) {
  const ref = refOf(caller, delivery.deliveryId);
  await deliveries.reopen(ref, clock.now());
  await deliveryQueue.send(ref, 0);
}

export interface RotateWebhookSecret {
  readonly clock: Clock;
  readonly random: Random;
  readonly secrets: Pick<Secrets, 'seal'>;
  readonly tenants: Pick<Tenants, 'rotateWebhookSecret'>;
  readonly settings: { readonly webhooks: { readonly rotationSeconds: number } };
}

/** A new webhook secret, shown once; the old one signs beside it until `oldUntil`. */
export async function rotateWebhookSecret(
  deps: RotateWebhookSecret,
  tenantId: string,
): Promise<{ readonly secret: string; readonly oldUntil: number }> {
  const secret = newWebhookSecret(deps.random);
  const sealed: SealedSecret = { sealed: await deps.secrets.seal(tenantId, secret) };
  const oldUntil = deps.clock.now() + deps.settings.webhooks.rotationSeconds * 1000;
  await deps.tenants.rotateWebhookSecret(tenantId, sealed, oldUntil);
  return { secret, oldUntil };
}

/** `whsec_` and 32 base64 characters (24 bytes), as Standard Webhooks has it; base62 is a part of base64's alphabet. */
export const newWebhookSecret = (random: Random): string => `whsec_${random.base62(32)}`;
