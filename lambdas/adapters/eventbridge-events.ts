import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { Events } from '../ports/messages.ts';

const eventSource = 'selfsame';

export const eventBridgeEvents = (client: EventBridgeClient, busName: string): Events => ({
  async publish(event) {
    const entry = {
      EventBusName: busName,
      Source: eventSource,
      DetailType: event.type,
      Time: new Date(event.occurredAt),
      Detail: JSON.stringify(event),
    };
    const { FailedEntryCount, Entries } = await client.send(new PutEventsCommand({ Entries: [entry] }));
    if (FailedEntryCount) throw new Error(`The event bus refused an event: ${Entries?.[0]?.ErrorCode}.`);
  },
});
