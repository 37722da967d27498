import type { Verification } from '../domain/verification.ts';
import { conclusionEvent } from '../domain/webhook-delivery.ts';
import type { Events } from '../ports/messages.ts';
import type { Verifications } from '../ports/verifications.ts';

export interface Announce {
  readonly events: Events;
  readonly verifications: Pick<Verifications, 'settle'>;
}

/** Publishes what a verification came to, then takes it off the list of what is due. The order makes a crash between harmless. */
export async function announce({ events, verifications }: Announce, verification: Verification): Promise<void> {
  const event = conclusionEvent(verification);
  if (!event) return;
  await events.publish(event);
  await verifications.settle(verification);
}
