import * as z from 'zod';
import { ruleTarget } from './target-input.ts';

// CloudFormation's properties, with references resolved. Numbers may come as text, and patterns as objects.
const whole = z.coerce.number().int();

/** AWS::Events::Rule */
export const ruleProperties = z.looseObject({
  EventBusName: z.string().optional(),
  Description: z.string().optional(),
  EventPattern: z.union([z.record(z.string(), z.unknown()), z.string()]).optional(),
  ScheduleExpression: z.string().optional(),
  State: z.enum(['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']).optional(),
  Targets: z.array(ruleTarget).optional(),
});
export type RuleProperties = z.input<typeof ruleProperties>;

/** AWS::Events::Archive */
export const archiveProperties = z.looseObject({
  SourceArn: z.string(),
  EventPattern: z.union([z.record(z.string(), z.unknown()), z.string()]).optional(),
  RetentionDays: whole.optional(),
});
export type ArchiveProperties = z.input<typeof archiveProperties>;

/** AWS::Scheduler::Schedule */
export const scheduleProperties = z.looseObject({
  GroupName: z.string().optional(),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().optional(),
  StartDate: z.iso.datetime({ offset: true }).optional(),
  EndDate: z.iso.datetime({ offset: true }).optional(),
  State: z.enum(['ENABLED', 'DISABLED']).optional(),
  Target: ruleTarget.omit({ Id: true, InputPath: true, InputTransformer: true }),
});
export type ScheduleProperties = z.input<typeof scheduleProperties>;

/** JSON text of a pattern that a template holds as an object or as text. */
export const patternText = (pattern: string | Record<string, unknown> | undefined): string | undefined =>
  pattern === undefined || typeof pattern === 'string' ? pattern : JSON.stringify(pattern);
