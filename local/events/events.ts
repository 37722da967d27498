import { AwsError, serveJson, targetOperation } from '../aws-json.ts';
import type { CloudPlace, Service } from '../service.ts';
import { openDatabase } from '../sqlite.ts';
import { archiveOperations } from './archive-operations.ts';
import { archiveSchema, createArchives } from './archives.ts';
import { createDeliveries, type Deliver, deliverySchema } from './deliveries.ts';
import { createRouter } from './router.ts';
import { ruleOperations } from './rule-operations.ts';
import { createRules, type Rule, ruleSchema } from './rules.ts';
import { createScheduler, schedulerSchema } from './scheduler.ts';
import { setSchedule } from './schedules.ts';
import {
  type ArchiveProperties,
  archiveProperties,
  patternText,
  type RuleProperties,
  ruleProperties,
  type ScheduleProperties,
  scheduleProperties,
} from './template-resources.ts';

/** EventBridge on this machine: buses, rules, archives and schedules, with calls for the template runtime. */
export interface Events extends Service {
  readonly ensureBus: (name: string) => { arn: string };
  /** AWS::Events::Rule. Its targets become exactly these. */
  readonly ensureRule: (name: string, properties: RuleProperties) => { arn: string };
  /** AWS::Events::Archive */
  readonly ensureArchive: (name: string, properties: ArchiveProperties) => void;
  /** AWS::Scheduler::Schedule */
  readonly ensureSchedule: (name: string, properties: ScheduleProperties) => { arn: string };
  /** Removes every rule and schedule that is not named: what a template no longer has must not go on delivering. */
  readonly retain: (arns: ReadonlySet<string>) => void;
  /**
   * Begins to deliver and to fire schedules. To be called once every target can be reached: whatever was accepted
   * before, by this process or by one that was killed, is then delivered.
   */
  readonly start: () => void;
  /** Deliveries accepted and not yet taken by their targets. */
  readonly pending: () => number;
  /** Lets the deliveries under way end, and closes the file; the others follow after the next start. */
  readonly close: () => Promise<void>;
}

const requestLimit = 4 * 1024 * 1024;
const expiryInterval = 3_600_000;

export function createEvents(place: CloudPlace, deliver: Deliver): Events {
  const schema = ruleSchema + archiveSchema + deliverySchema + schedulerSchema;
  const database = openDatabase(place.folder, 'events.sqlite', schema);
  const rules = createRules(database, place);
  const archives = createArchives(database, place.now);
  const deliveries = createDeliveries(database, deliver, place.now);
  const router = createRouter(database, rules, archives, deliveries, place);
  const scheduler = createScheduler(database, place.now, deliveries.drive);
  const sweeper = setInterval(archives.expire, expiryInterval);
  sweeper.unref();

  const follow = (rule: Rule) => {
    const { scheduleExpression: expression, arn, bus, name } = rule;
    if (expression === undefined || !rule.enabled) scheduler.remove(arn);
    else scheduler.set({ arn, expression, fire: (at) => router.trigger(rules.get(bus, name), at) });
  };
  for (const bus of rules.buses()) for (const rule of rules.of(bus)) if (rule.scheduleExpression) follow(rule);

  const handle = serveJson({
    contentType: 'application/x-amz-json-1.1',
    accessKeyId: place.credentials.accessKeyId,
    bodyLimit: requestLimit,
    operationOf: targetOperation,
    operations: {
      ...ruleOperations(rules, router, place, follow, ({ arn }) => scheduler.remove(arn)),
      ...archiveOperations(archives, rules, router, place),
    },
    mismatch: (error) => new AwsError('ValidationException', error.message),
    tooLarge: () => new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.'),
  });

  return {
    signingName: 'events',
    handle,
    ensureBus: (name) => {
      if (!rules.buses().includes(name)) rules.addBus(name);
      return { arn: rules.busArn(name) };
    },
    ensureRule: (name, properties) => {
      const { EventBusName, Description, EventPattern, ScheduleExpression, State, Targets } =
        ruleProperties.parse(properties);
      const rule = rules.put(rules.busName(EventBusName), name, {
        description: Description,
        eventPattern: patternText(EventPattern),
        scheduleExpression: ScheduleExpression,
        enabled: State !== 'DISABLED',
        targets: Targets ?? [],
      });
      follow(rule);
      return { arn: rule.arn };
    },
    ensureArchive: (name, properties) => {
      const { SourceArn, EventPattern, RetentionDays } = archiveProperties.parse(properties);
      const pattern = patternText(EventPattern) ?? '';
      archives.ensure({ name, bus: rules.busName(SourceArn), pattern, retentionDays: RetentionDays ?? 0 });
    },
    ensureSchedule: (name, properties) => ({
      arn: setSchedule(name, scheduleProperties.parse(properties), scheduler, deliveries, place),
    }),
    retain: (arns) => {
      for (const arn of scheduler.arns()) if (!arns.has(arn)) scheduler.remove(arn);
      for (const bus of rules.buses())
        for (const rule of rules.of(bus)) if (!arns.has(rule.arn)) rules.remove(bus, rule.name);
    },
    start: () => {
      deliveries.start();
      scheduler.start();
    },
    pending: deliveries.pending,
    close: async () => {
      clearInterval(sweeper);
      scheduler.stop();
      await deliveries.stop();
      database.close();
    },
  };
}
