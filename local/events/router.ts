import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { transaction } from '../sqlite.ts';
import type { Archives } from './archives.ts';
import { type Deliveries, type DeliveryJob, defaultRetry } from './deliveries.ts';
import type { Rule, Rules } from './rules.ts';
import { type RuleTarget, targetInput } from './target-input.ts';

/** An event in the envelope in which rules see it and targets get it. */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601, whole seconds */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
  readonly 'replay-name'?: string;
}

export const isoSeconds = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;

/** Retries and dead-letter queue of a target, EventBridge's defaults filled in. */
export function deliverySettings(target: Pick<RuleTarget, 'RetryPolicy' | 'DeadLetterConfig' | 'SqsParameters'>) {
  const deadLetterArn = target.DeadLetterConfig?.Arn;
  const messageGroupId = target.SqsParameters?.MessageGroupId;
  return {
    maximumRetryAttempts: target.RetryPolicy?.MaximumRetryAttempts ?? defaultRetry.maximumRetryAttempts,
    maximumEventAgeSeconds: target.RetryPolicy?.MaximumEventAgeInSeconds ?? defaultRetry.maximumEventAgeSeconds,
    ...(deadLetterArn ? { deadLetterArn } : {}),
    ...(messageGroupId ? { messageGroupId } : {}),
  };
}

export interface Router {
  /** Accepts events: they are archived, and a delivery to each matching target is durable, when this returns. */
  readonly publish: (events: readonly { readonly bus: string; readonly event: BusEvent }[]) => void;
  /** Sends an event past the patterns, to the targets of one rule, as its schedule does; the caller drives. */
  readonly trigger: (rule: Rule, scheduledAt: number) => void;
  /** As publish, but for archived events: they are not archived again. `ruleArns` narrows the rules, if not empty. */
  readonly replay: (bus: string, events: readonly BusEvent[], ruleArns: readonly string[]) => void;
}

export function createRouter(
  database: DatabaseSync,
  rules: Rules,
  archives: Archives,
  deliveries: Deliveries,
  place: { readonly region: string; readonly accountId: string; readonly now: () => number },
): Router {
  const addDeliveries = (rule: Rule, event: BusEvent) => {
    const context = { ruleArn: rule.arn, ruleName: rule.name, ingestionTime: isoSeconds(place.now()) };
    for (const target of rule.targets) {
      const payload = targetInput(target, event, context);
      const job: DeliveryJob = { payload, targetId: target.Id, sourceArn: rule.arn, ...deliverySettings(target) };
      deliveries.add(target.Arn, job);
    }
  };
  const route = (bus: string, event: BusEvent, ruleArns: readonly string[] = []) => {
    for (const rule of rules.of(bus))
      if (rule.enabled && (ruleArns.length === 0 || ruleArns.includes(rule.arn)) && rule.matches(event))
        addDeliveries(rule, event);
  };
  const accept = (work: () => void) => {
    transaction(database, work);
    deliveries.drive();
  };

  return {
    publish: (events) =>
      accept(() => {
        for (const { bus, event } of events) {
          archives.keep(bus, event);
          route(bus, event);
        }
      }),
    trigger: (rule, scheduledAt) =>
      addDeliveries(rule, {
        version: '0',
        id: randomUUID(),
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        account: place.accountId,
        time: isoSeconds(scheduledAt),
        region: place.region,
        resources: [rule.arn],
        detail: {},
      }),
    replay: (bus, events, ruleArns) =>
      accept(() => {
        for (const event of events) route(bus, event, ruleArns);
      }),
  };
}
