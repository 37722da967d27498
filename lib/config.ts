import * as z from 'zod';
import { type Settings, settingsSchema } from '../lambdas/settings.ts';
import { withOverrides } from './overrides.ts';

export type Stage = 'dev' | 'prod';

const count = z.number().int().positive();
const days = count;
const percent = z.number().min(0).max(100);

/** The values that CloudWatch Logs accepts, in days. */
const logDays = z.literal([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653]);

const size = (memoryMb: number, timeoutSeconds: number, longestSeconds = 900) =>
  z
    .strictObject({
      memoryMb: z.number().int().min(128).max(10_240).default(memoryMb),
      timeoutSeconds: z.number().int().min(1).max(longestSeconds).default(timeoutSeconds),
    })
    .prefault({});

/** API Gateway gives up after 30 s: a function that answers a request must be done, and have said so, before. */
const LONGEST_REQUEST_SECONDS = 29;

/** What concerns the infrastructure alone. Functions never see it. */
const stackSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,60}$/)
    .default('Selfsame'),
  /** Whether tables, buckets and keys outlive the stack. */
  removal: z.enum(['destroy', 'retain']).default('destroy'),
  functions: z
    .strictObject({
      submission: size(1024, 15, LONGEST_REQUEST_SECONDS),
      'step-up': size(1024, 15, LONGEST_REQUEST_SECONDS),
      login: size(1024, 15, LONGEST_REQUEST_SECONDS),
      account: size(512, 15, LONGEST_REQUEST_SECONDS),
      admin: size(512, 15, LONGEST_REQUEST_SECONDS),
      page: size(512, 15, LONGEST_REQUEST_SECONDS),
      service: size(512, 10, LONGEST_REQUEST_SECONDS),
      console: size(512, 15, LONGEST_REQUEST_SECONDS),
      verdicts: size(3008, 29, LONGEST_REQUEST_SECONDS),
      examine: size(3008, 120),
      deliver: size(512, 60),
      sweep: size(512, 55),
    })
    .prefault({}),
  /** Executions that one queue may start at the same time; AWS takes 2..1000. */
  concurrency: z
    .strictObject({
      examine: z.number().int().min(2).max(1000).default(20),
      deliver: z.number().int().min(2).max(1000).default(10),
      /** Executions of `verdicts` that are kept warm, their models loaded; each costs money while nobody calls. */
      warmVerdicts: z.number().int().min(0).max(1000).default(0),
    })
    .prefault({}),
  queues: z
    .strictObject({
      /** Added to a function's own timeout: only then may another worker take the message. */
      visibilityMarginSeconds: count.default(10),
      deliverBatchSize: z.number().int().min(1).max(10).default(5),
      /** Receives of one delivery before it is a dead letter; the retry schedule is not made of receives. */
      deliverMaxReceives: z.number().int().min(1).max(1000).default(5),
      messageDays: z.number().int().min(1).max(14).default(4),
      deadLetterDays: z.number().int().min(1).max(14).default(14),
    })
    .prefault({}),
  api: z
    .strictObject({
      /** Requests per second and burst over all callers; each key has its own limit besides (`rateLimits`). */
      ratePerSecond: count.default(500),
      burst: count.default(1000),
      corsMaxAgeSeconds: z.number().int().min(0).max(86_400).default(7200),
    })
    .prefault({}),
  /** Pages that may upload from a browser; the presigned form is the authority, not the origin. */
  uploadOrigins: z.array(z.string().min(1)).min(1).default(['*']),
  /** EventBridge Scheduler counts in minutes; the local cloud also takes `rate(5 seconds)`. */
  sweepSchedule: z
    .string()
    .regex(/^rate\((1 (second|minute|hour)|([2-9]|[1-9]\d+) (seconds|minutes|hours))\)$/)
    .default('rate(1 minute)'),
  logs: z
    .strictObject({
      functionDays: logDays.default(14),
      apiDays: logDays.default(14),
      mediaAccessDays: days.default(30),
    })
    .prefault({}),
  eventArchiveDays: days.default(7),
  keyDeletionDays: z.number().int().min(7).max(30).default(7),
  alarms: z
    .strictObject({
      /** Address that is told; empty: nobody but the dashboard. */
      email: z.union([z.literal(''), z.email()]).default(''),
      deadLetters: count.default(1),
      oldestJobSeconds: count.default(120),
      functionErrorPercent: percent.default(5),
      apiErrorPercent: percent.default(1),
      /** 95th percentile of the whole request. */
      apiLatencyMs: count.default(1500),
      periodMinutes: count.default(5),
    })
    .prefault({}),
});

const configSchema = z
  .strictObject({ ...settingsSchema.shape, stack: stackSchema.prefault({}) })
  .refine((config) => config.stack.functions.deliver.timeoutSeconds > config.webhooks.timeoutSeconds, {
    path: ['stack', 'functions', 'deliver', 'timeoutSeconds'],
    message: 'must be longer than webhooks.timeoutSeconds, or a slow receiver ends the function',
  });

export type StackConfig = z.infer<typeof stackSchema>;

/** One stage, parsed: what the functions obey and what the infrastructure is made of. */
export interface StageConfig {
  readonly stage: Stage;
  readonly settings: Settings;
  readonly stack: StackConfig;
}

const stages: Record<Stage, z.input<typeof configSchema>> = {
  dev: {},
  prod: {
    stack: {
      removal: 'retain',
      concurrency: { examine: 200, deliver: 50 },
      api: { ratePerSecond: 5000, burst: 5000 },
      logs: { functionDays: 90, apiDays: 365, mediaAccessDays: 365 },
      eventArchiveDays: 30,
      keyDeletionDays: 30,
    },
  },
};

/**
 * The values of a stage with an operator's overrides.
 * @param overrides dotted path → text: `{ 'webhooks.retrySeconds': '1,2,4', 'stack.alarms.email': 'a@b.example' }`.
 * @throws {ConfigError} names the path that is unknown, of the wrong type or out of range.
 */
export function parseConfig(stage: Stage, overrides: Readonly<Record<string, string>> = {}): StageConfig {
  const { stack, ...settings } = withOverrides(configSchema, stages[stage], overrides);
  return { stage, settings, stack };
}
