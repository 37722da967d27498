import { Cron } from 'croner';
import { validation } from './errors.ts';

/** When a schedule is due. Times in milliseconds since the epoch. */
export interface Occurrences {
  /** The first occurrence after `time`, or `undefined` if there is none any more. `anchor` is when rates count from. */
  readonly after: (time: number, anchor: number) => number | undefined;
  readonly kind: 'rate' | 'cron' | 'at';
}

/** Seconds are not AWS's: local runs and tests do not wait for minutes. */
const unitMilliseconds = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

function parseRate(body: string): Occurrences | undefined {
  const match = /^([1-9]\d{0,8}) (second|minute|hour|day)(s?)$/.exec(body);
  if (!match) return undefined;
  const count = Number(match[1]);
  // AWS wants `rate(1 minute)` but `rate(2 minutes)`.
  if ((count === 1) === (match[3] === 's')) return undefined;
  const period = count * unitMilliseconds[match[2] as keyof typeof unitMilliseconds];
  return {
    kind: 'rate',
    after: (time, anchor) => anchor + Math.max(1, Math.floor((time - anchor) / period) + 1) * period,
  };
}

/** Six fields: minutes, hours, day of month, month, day of week (1 = SUN), year. Exactly one of the days is `?`. */
function parseCron(body: string, timezone: string): Occurrences | undefined {
  const fields = body.split(' ');
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year] = fields;
  if (fields.length !== 6 || (dayOfMonth === '?') === (dayOfWeek === '?')) return undefined;
  if ([minutes, hours, month, year].includes('?')) return undefined;
  try {
    // A number of the day of week alone, or with L and #, is Quartz's; `0/15` is a start with a step.
    const cron = new Cron(`0 ${body.replace('?', '*')}`, {
      paused: true,
      mode: '7-part',
      alternativeWeekdays: true,
      sloppyRanges: true,
      timezone,
    });
    return { kind: 'cron', after: (time) => cron.nextRun(new Date(time))?.getTime() };
  } catch {
    return undefined;
  }
}

function parseAt(body: string, timezone: string): Occurrences | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(body)) return undefined;
  try {
    const at = new Cron(body, { paused: true, timezone }).getOnce()?.getTime();
    return at === undefined ? undefined : { kind: 'at', after: (time) => (at > time ? at : undefined) };
  } catch {
    return undefined;
  }
}

function checkTimezone(timezone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
  } catch {
    throw validation(`Invalid ScheduleExpressionTimezone "${timezone}".`);
  }
}

/** Reads `rate(…)`, `cron(…)` or `at(…)`; throws ValidationException for anything else. */
export function parseSchedule(expression: string, timezone = 'UTC'): Occurrences {
  checkTimezone(timezone);
  const match = /^(rate|cron|at)\((.*)\)$/.exec(expression);
  const body = match?.[2] ?? '';
  const occurrences =
    match?.[1] === 'rate'
      ? parseRate(body)
      : match?.[1] === 'cron'
        ? parseCron(body, timezone)
        : parseAt(body, timezone);
  if (!occurrences) throw validation(`Parameter ScheduleExpression is not valid: ${expression}`);
  return occurrences;
}
