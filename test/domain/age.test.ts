import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ageOn,
  birthDateOf,
  type CalendarDate,
  dayOf,
  expiryDateOf,
  isExpired,
  utcDay,
} from '../../lambdas/domain/age.ts';

const instant = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2090, 11, 31) });
const day = instant.map(utcDay);
const two = (n: number) => String(n % 100).padStart(2, '0');
const short = ({ year, month, day }: CalendarDate) => two(year) + two(month) + two(day);
const time = ({ year, month = 1, day = 1 }: { year: number; month?: number; day?: number }) =>
  Date.UTC(year, month - 1, day);

describe('the day of an instant', () => {
  test('is the one that the platform calendar names, over six hundred years', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1700, 0, 1), max: Date.UTC(2300, 0, 1) }), (ms) => {
        const date = new Date(ms);
        expect(utcDay(ms)).toEqual({
          year: date.getUTCFullYear(),
          month: date.getUTCMonth() + 1,
          day: date.getUTCDate(),
        });
      }),
    );
  });
});

describe('birth date from six characters', () => {
  const today = { year: 2026, month: 11, day: 20 };

  test.each([
    ['740812', { year: 1974, month: 8, day: 12 }],
    ['261120', { year: 2026, month: 11, day: 20 }],
    ['261121', { year: 1926, month: 11, day: 21 }],
    ['240229', { year: 2024, month: 2, day: 29 }],
    ['7408<<', { year: 1974, month: 8 }],
    ['74<<<<', { year: 1974 }],
    ['26<<<<', { year: 2026 }],
    ['2612<<', { year: 1926, month: 12 }],
  ])('%s is read as %o', (text, date) => expect(birthDateOf(text, today)).toEqual(date));

  test.each(['230229', '741301', '740832', '740400', '74<<12', '<<0812', '', '74081', '7408123', '74O812', 'abcdef'])(
    '%s is no date',
    (text) => expect(birthDateOf(text, today)).toBeUndefined(),
  );

  test('is never in the future, never more than a century ago, and gives a past day of this century back', () => {
    fc.assert(
      fc.property(day, day, (now, born) => {
        const read = birthDateOf(short(born), now);
        if (!read) return expect(short(born)).toMatch(/^..0229$/);
        expect(time(read)).toBeLessThanOrEqual(time(now));
        expect(ageOn(read, now).max).toBeLessThan(100 + (short(born).endsWith('0229') ? 100 : 0));
        if (time(born) <= time(now) && now.year - born.year < 99) expect(read).toEqual(born);
      }),
    );
  });
});

describe('age', () => {
  const born = { year: 2008, month: 2, day: 29 };

  test.each([
    [{ year: 2026, month: 2, day: 28 }, 17],
    [{ year: 2026, month: 3, day: 1 }, 18],
    [{ year: 2028, month: 2, day: 28 }, 19],
    [{ year: 2028, month: 2, day: 29 }, 20],
  ])('of one born on 29 February, on %o, is %i', (today, age) =>
    expect(ageOn(born, today)).toEqual({ min: age, max: age }),
  );

  test('turns on the birthday, not a day before', () => {
    const birth = { year: 2008, month: 11, day: 20 };
    expect(ageOn(birth, { year: 2026, month: 11, day: 19 })).toEqual({ min: 17, max: 17 });
    expect(ageOn(birth, { year: 2026, month: 11, day: 20 })).toEqual({ min: 18, max: 18 });
  });

  test('with an unknown month or day is a range, and its lower end is never too old', () => {
    expect(ageOn({ year: 2008 }, { year: 2026, month: 11, day: 20 })).toEqual({ min: 17, max: 18 });
    expect(ageOn({ year: 2008, month: 11 }, { year: 2026, month: 11, day: 20 })).toEqual({ min: 17, max: 18 });
    expect(ageOn({ year: 2008, month: 2 }, { year: 2026, month: 3, day: 1 })).toEqual({ min: 18, max: 18 });
    expect(ageOn({ year: 2026 }, { year: 2026, month: 1, day: 1 })).toEqual({ min: 0, max: 0 });
  });

  test('never falls as days go by, and hiding the day or month only widens the range', () => {
    fc.assert(
      fc.property(day, instant, fc.nat(4000), (birth, at, later) => {
        const now = utcDay(at);
        fc.pre(time(birth) <= time(now));
        const { min, max } = ageOn(birth, now);
        expect(min).toBe(max);
        expect(min).toBeGreaterThanOrEqual(0);
        expect(ageOn(birth, utcDay(at + later * 86_400_000)).min).toBeGreaterThanOrEqual(min);
        for (const hidden of [{ year: birth.year, month: birth.month }, { year: birth.year }]) {
          const range = ageOn(hidden, now);
          expect(range.min).toBeLessThanOrEqual(min);
          expect(range.max).toBeGreaterThanOrEqual(max);
          expect(range.max - range.min).toBeLessThanOrEqual(1);
          expect(range.min).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});

describe('expiry date from six characters', () => {
  test('lies within 50 years back and 49 ahead, and gives a day of that window back', () => {
    fc.assert(
      fc.property(day, day, (now, expiry) => {
        const read = expiryDateOf(short(expiry), now);
        if (!read) return expect(short(expiry)).toMatch(/^..0229$/);
        expect(read.year - now.year).toBeGreaterThanOrEqual(-50);
        expect(read.year - now.year).toBeLessThanOrEqual(49);
        if (Math.abs(expiry.year - now.year) <= 49) expect(read).toEqual(expiry);
      }),
    );
  });

  test('is over on the day after the last possible one', () => {
    expect(isExpired({ year: 2026, month: 11, day: 20 }, { year: 2026, month: 11, day: 20 })).toBe(false);
    expect(isExpired({ year: 2026, month: 11, day: 20 }, { year: 2026, month: 11, day: 21 })).toBe(true);
    expect(isExpired({ year: 2024, month: 2 }, { year: 2024, month: 2, day: 29 })).toBe(false);
    expect(isExpired({ year: 2024, month: 2 }, { year: 2024, month: 3, day: 1 })).toBe(true);
    expect(isExpired({ year: 2024 }, { year: 2024, month: 12, day: 31 })).toBe(false);
  });
});

test('a written day is read, and what is none is not', () => {
  fc.assert(
    fc.property(instant, (at) => {
      expect(dayOf(new Date(at).toISOString().slice(0, 10))).toEqual(utcDay(at));
    }),
  );
  for (const text of ['2023-02-29', '2023-13-01', '2023-00-10', '2023-1-1', ' 2023-01-01', '2023-01-01T00', ''])
    expect(dayOf(text), text).toBeUndefined();
});
