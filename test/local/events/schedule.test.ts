import { describe, expect, it } from 'vitest';
import { parseSchedule } from '../../../local/events/schedule.ts';

const from = Date.parse('2026-02-01T08:16:30Z'); // a Sunday
function next(expression: string, count: number, timezone?: string): string[] {
  const occurrences = parseSchedule(expression, timezone);
  const found: string[] = [];
  for (let at: number | undefined = from; found.length < count; ) {
    at = occurrences.after(at, from);
    if (at === undefined) break;
    found.push(new Date(at).toISOString().slice(0, 16));
  }
  return found;
}

describe('schedule expressions', () => {
  it.each([
    ['rate(1 minute)', ['2026-02-01T08:17', '2026-02-01T08:18']],
    ['rate(2 hours)', ['2026-02-01T10:16', '2026-02-01T12:16']],
    ['cron(0/15 8-9 * * ? *)', ['2026-02-01T08:30', '2026-02-01T08:45', '2026-02-01T09:00']],
    ['cron(0 8 ? * MON-FRI *)', ['2026-02-02T08:00', '2026-02-03T08:00']],
    ['cron(0 8 ? * 1 *)', ['2026-02-08T08:00']],
    ['cron(0 8 ? * 6#3 *)', ['2026-02-20T08:00']],
    ['cron(0 8 ? * 6L *)', ['2026-02-27T08:00']],
    ['cron(0 8 L * ? *)', ['2026-02-28T08:00', '2026-03-31T08:00']],
    ['cron(0 8 15W * ? *)', ['2026-02-16T08:00']],
    ['cron(0 8 1 JAN,JUL ? 2026-2027)', ['2026-07-01T08:00', '2027-01-01T08:00', '2027-07-01T08:00']],
    ['cron(0 8 1 1 ? 2025)', []],
    ['at(2026-03-01T10:00:00)', ['2026-03-01T10:00']],
    ['at(2026-01-01T10:00:00)', []],
  ])('%s', (expression, expected) => {
    const found = next(expression, Math.max(1, expected.length));
    expect(found).toEqual(expected);
  });

  it('follow the time zone, also over a change to summer time', () => {
    expect(next('cron(30 9 ? * SUN *)', 10, 'Europe/Paris').slice(-2)).toEqual([
      '2026-03-29T07:30',
      '2026-04-05T07:30',
    ]);
    expect(next('at(2026-07-01T10:00:00)', 1, 'America/New_York')).toEqual(['2026-07-01T14:00']);
  });

  it('keep the rhythm of a rate whatever the moment of asking', () => {
    expect(parseSchedule('rate(5 minutes)').after(from + 7 * 60_000, from)).toBe(from + 10 * 60_000);
    expect(parseSchedule('rate(5 minutes)').after(from + 10 * 60_000, from)).toBe(from + 15 * 60_000);
  });

  it.each([
    'rate(1 minutes)',
    'rate(2 minute)',
    'rate(0 minutes)',
    'rate(1 week)',
    'cron(* * * * * *)',
    'cron(0 8 ? * ? *)',
    'cron(0 8 * * ?)',
    'cron(60 8 * * ? *)',
    'cron(0 8 32 * ? *)',
    'cron(? 8 * * ? *)',
    'at(2026-13-01T10:00:00)',
    'at(tomorrow)',
    'every day',
    '',
  ])('refuse %j', (expression) => {
    expect(() => parseSchedule(expression)).toThrow(expect.objectContaining({ code: 'ValidationException' }));
  });

  it('refuse a time zone that does not exist', () => {
    expect(() => parseSchedule('rate(1 minute)', 'Mars/Olympus')).toThrow('Mars/Olympus');
  });
});
