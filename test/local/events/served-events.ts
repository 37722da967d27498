import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutRuleCommand,
  PutTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, beforeEach, expect, vi } from 'vitest';
import type { Deliver } from '../../../local/events/deliveries.ts';
import { createEvents, type Events } from '../../../local/events/events.ts';
import { type ServedCloud, serveCloud } from '../serve-cloud.ts';

/** EventBridge for one test file, its clock, and what it delivers to. */
export function serveEvents() {
  const deliver = vi.fn<Deliver>();
  const clock = { skippedMs: 0 };
  let cloud: ServedCloud<Events>;
  let client: EventBridgeClient;
  beforeAll(async () => {
    cloud = await serveCloud(
      (place) => createEvents(place, deliver),
      () => Date.now() + clock.skippedMs,
    );
    client = new EventBridgeClient(cloud.client);
    cloud.service.start();
  });
  afterAll(() => cloud.close());
  beforeEach(() => {
    deliver.mockReset();
    deliver.mockResolvedValue();
  });

  let count = 0;
  return {
    deliver,
    clock,
    get cloud() {
      return cloud;
    },
    get client() {
      return client;
    },
    /** A bus with one rule for everything from `app`, and these targets. */
    bus: async (targets: Omit<Target, 'Id'>[]) => {
      count += 1;
      const Name = `bus-${count}`;
      await client.send(new CreateEventBusCommand({ Name }));
      const EventPattern = '{"source":["app"]}';
      const { RuleArn } = await client.send(new PutRuleCommand({ Name: 'rule', EventBusName: Name, EventPattern }));
      const Targets = targets.map((target, index) => ({ Id: `t${index}`, ...target }));
      await client.send(new PutTargetsCommand({ Rule: 'rule', EventBusName: Name, Targets }));
      return { name: Name, ruleArn: RuleArn };
    },
    put: (EventBusName: string, ...entries: PutEventsRequestEntry[]) =>
      client.send(
        new PutEventsCommand({
          Entries: entries.map((entry) => ({
            EventBusName,
            Source: 'app',
            DetailType: 'done',
            Detail: '{}',
            ...entry,
          })),
        }),
      ),
    /** Waits for that many deliveries in this test. */
    delivered: (times: number) => vi.waitFor(() => expect(deliver).toHaveBeenCalledTimes(times), 4000),
    payload: (call: number): unknown => JSON.parse(deliver.mock.calls[call]?.[1] ?? 'null'),
  };
}

/** An error of this name. */
export const named = (name: string) => expect.objectContaining({ name });
