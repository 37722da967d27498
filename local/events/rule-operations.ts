import * as z from 'zod';
import { type Operation, operation } from '../aws-json.ts';
import type { CloudPlace } from '../service.ts';
import { validation } from './errors.ts';
import { parsePattern } from './pattern.ts';
import { putEvents, putEventsInput } from './put-events.ts';
import type { Router } from './router.ts';
import type { Rule, RuleDefinition, Rules } from './rules.ts';
import { ruleTarget } from './target-input.ts';

const bus = z.string().nullish();
const oneRule = z.object({ Name: z.string(), EventBusName: bus });
const targetsOf = z.object({ Rule: z.string(), EventBusName: bus });
const mostTargets = 5;

function wireRule(rule: Rule) {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventBusName: rule.bus,
    State: rule.enabled ? 'ENABLED' : 'DISABLED',
    ...(rule.description === undefined ? {} : { Description: rule.description }),
    ...(rule.eventPattern === undefined ? {} : { EventPattern: rule.eventPattern }),
    ...(rule.scheduleExpression === undefined ? {} : { ScheduleExpression: rule.scheduleExpression }),
  };
}

const definitionOf = ({ description, eventPattern, scheduleExpression, enabled, targets }: Rule): RuleDefinition => ({
  description,
  eventPattern,
  scheduleExpression,
  enabled,
  targets,
});

/** The operations on events, buses and rules. `changed` and `removed` keep schedules in step with their rules. */
export function ruleOperations(
  rules: Rules,
  router: Router,
  place: CloudPlace,
  changed: (rule: Rule) => void,
  removed: (rule: Rule) => void,
): Record<string, Operation> {
  const put = (busName: string, name: string, definition: RuleDefinition) => {
    const rule = rules.put(busName, name, definition);
    changed(rule);
    return rule;
  };
  const enable = (enabled: boolean) =>
    operation(oneRule, ({ Name, EventBusName }) => {
      const rule = rules.get(rules.busName(EventBusName), Name);
      put(rule.bus, Name, { ...definitionOf(rule), enabled });
    });
  const wireBus = (name: string) => ({
    Name: name,
    Arn: rules.busArn(name),
    CreationTime: rules.busCreatedAt(name) / 1000,
    LastModifiedTime: rules.busCreatedAt(name) / 1000,
  });

  return {
    PutEvents: operation(putEventsInput, (input) => putEvents(input, rules, router, place)),

    CreateEventBus: operation(z.object({ Name: z.string() }), ({ Name }) => {
      rules.addBus(Name);
      return { EventBusArn: rules.busArn(Name) };
    }),
    DescribeEventBus: operation(z.object({ Name: z.string().nullish() }), ({ Name }) => wireBus(rules.busName(Name))),
    ListEventBuses: operation(z.object({ NamePrefix: z.string().nullish() }), ({ NamePrefix }) => ({
      EventBuses: rules
        .buses()
        .filter((name) => name.startsWith(NamePrefix ?? ''))
        .map(wireBus),
    })),

    PutRule: operation(
      oneRule.extend({
        EventPattern: z.string().nullish(),
        ScheduleExpression: z.string().nullish(),
        State: z.enum(['ENABLED', 'DISABLED']).nullish(),
        Description: z.string().nullish(),
      }),
      (input) => {
        const busName = rules.busName(input.EventBusName);
        const rule = put(busName, input.Name, {
          enabled: input.State !== 'DISABLED',
          targets: rules.find(busName, input.Name)?.targets ?? [],
          eventPattern: input.EventPattern || undefined,
          scheduleExpression: input.ScheduleExpression || undefined,
          description: input.Description ?? undefined,
        });
        return { RuleArn: rule.arn };
      },
    ),
    DescribeRule: operation(oneRule, ({ Name, EventBusName }) =>
      wireRule(rules.get(rules.busName(EventBusName), Name)),
    ),
    EnableRule: enable(true),
    DisableRule: enable(false),
    ListRules: operation(z.object({ NamePrefix: z.string().nullish(), EventBusName: bus }), (input) => ({
      Rules: rules
        .of(rules.busName(input.EventBusName))
        .filter(({ name }) => name.startsWith(input.NamePrefix ?? ''))
        .map(wireRule),
    })),
    DeleteRule: operation(oneRule, ({ Name, EventBusName }) => {
      const rule = rules.find(rules.busName(EventBusName), Name);
      // A rule that is not there counts as deleted.
      if (!rule) return;
      if (rule.targets.length > 0) throw validation("Rule can't be deleted since it has targets.");
      rules.remove(rule.bus, Name);
      removed(rule);
    }),

    PutTargets: operation(targetsOf.extend({ Targets: z.array(ruleTarget) }), ({ Rule, EventBusName, Targets }) => {
      const rule = rules.get(rules.busName(EventBusName), Rule);
      const replaced = new Set(Targets.map(({ Id }) => Id));
      const targets = [...rule.targets.filter(({ Id }) => !replaced.has(Id)), ...Targets];
      if (targets.length > mostTargets) throw validation(`A rule has at most ${mostTargets} targets.`);
      put(rule.bus, Rule, { ...definitionOf(rule), targets });
      return { FailedEntryCount: 0, FailedEntries: [] };
    }),
    ListTargetsByRule: operation(targetsOf, ({ Rule, EventBusName }) => ({
      Targets: rules.get(rules.busName(EventBusName), Rule).targets,
    })),
    RemoveTargets: operation(targetsOf.extend({ Ids: z.array(z.string()) }), ({ Rule, EventBusName, Ids }) => {
      const rule = rules.get(rules.busName(EventBusName), Rule);
      const targets = rule.targets.filter(({ Id }) => !Ids.includes(Id));
      const known = new Set(rule.targets.map(({ Id }) => Id));
      put(rule.bus, Rule, { ...definitionOf(rule), targets });
      const FailedEntries = Ids.filter((id) => !known.has(id)).map((TargetId) => ({
        TargetId,
        ErrorCode: 'ResourceNotFoundException',
        ErrorMessage: `Rule ${Rule} does not have a target with the Id ${TargetId}.`,
      }));
      return { FailedEntryCount: FailedEntries.length, FailedEntries };
    }),

    TestEventPattern: operation(
      z.object({ EventPattern: z.string(), Event: z.string() }),
      ({ EventPattern, Event }) => ({
        Result: parsePattern(EventPattern)(parseEvent(Event)),
      }),
    ),
  };
}

const envelope = z.looseObject({
  id: z.string(),
  account: z.string(),
  source: z.string(),
  time: z.string(),
  region: z.string(),
  resources: z.array(z.string()),
  'detail-type': z.string(),
});

function parseEvent(text: string): unknown {
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch {
    throw validation('Parameter Event is not valid. Reason: it is not JSON.');
  }
  const parsed = envelope.safeParse(event);
  if (!parsed.success)
    throw validation(
      `Parameter Event is not valid. Reason: ${parsed.error.issues[0]?.path.join('.')} is missing or wrong.`,
    );
  return event;
}
