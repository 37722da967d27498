import type { DomainEvent } from '../domain/webhook-delivery.ts';
import type { Events } from '../ports/messages.ts';
import type { Outbox } from '../ports/people.ts';

export interface TellEvents {
  readonly events: Events;
  readonly outbox: Pick<Outbox, 'settle'>;
}

/** Publishes what was written with a change, then takes it out of the outbox. The order makes a crash between harmless. */
export async function tellEvents({ events, outbox }: TellEvents, told: readonly DomainEvent[]): Promise<void> {
  await Promise.all(
    told.map(async (event) => {
      await events.publish(event);
      await outbox.settle(event);
    }),
  );
}

/** The same at the end of a call whose change is written: what cannot be told now stays due, and the sweeper tells it. */
export async function tellSoon(deps: TellEvents, told: readonly DomainEvent[]): Promise<void> {
  await tellEvents(deps, told).catch(() => undefined);
}
