import { randomUUID } from 'node:crypto';
import type * as z from 'zod';
import type { CloudPlace } from '../service.ts';
import type { Deliveries } from './deliveries.ts';
import { deliverySettings, isoSeconds } from './router.ts';
import type { Scheduler } from './scheduler.ts';
import type { scheduleProperties } from './template-resources.ts';

type Properties = z.output<typeof scheduleProperties>;

/** Sets a schedule of EventBridge Scheduler; answers with its ARN. */
export function setSchedule(
  name: string,
  properties: Properties,
  scheduler: Scheduler,
  deliveries: Deliveries,
  place: CloudPlace,
): string {
  const { GroupName, ScheduleExpression, ScheduleExpressionTimezone, StartDate, EndDate, State, Target } = properties;
  const arn = `arn:aws:scheduler:${place.region}:${place.accountId}:schedule/${GroupName ?? 'default'}/${name}`;
  if (State === 'DISABLED') {
    scheduler.remove(arn);
    return arn;
  }
  scheduler.set({
    arn,
    expression: ScheduleExpression,
    timezone: ScheduleExpressionTimezone,
    start: StartDate === undefined ? undefined : Date.parse(StartDate),
    end: EndDate === undefined ? undefined : Date.parse(EndDate),
    immediate: true,
    fire: (scheduledAt) => {
      const payload = schedulePayload(Target.Input, arn, scheduledAt, place);
      deliveries.add(Target.Arn, { payload, targetId: name, sourceArn: arn, ...deliverySettings(Target) });
    },
  });
  return arn;
}

function schedulePayload(
  input: string | null | undefined,
  arn: string,
  scheduledAt: number,
  place: CloudPlace,
): string {
  const time = isoSeconds(scheduledAt);
  const id = randomUUID();
  if (typeof input !== 'string')
    // What Scheduler sends to a templated target that has no input.
    return JSON.stringify({
      version: '0',
      id,
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      account: place.accountId,
      time,
      region: place.region,
      resources: [arn],
      detail: '{}',
    });
  // EventBridge Scheduler user guide, "Adding context attributes".
  return input
    .replaceAll('<aws.scheduler.schedule-arn>', arn)
    .replaceAll('<aws.scheduler.scheduled-time>', time)
    .replaceAll('<aws.scheduler.execution-id>', id)
    .replaceAll('<aws.scheduler.attempt-number>', '1');
}
