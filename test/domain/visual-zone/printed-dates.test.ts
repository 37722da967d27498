import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isDate } from '../../../lambdas/domain/age.ts';
import { type DateOrder, datesIn, isoDate } from '../../../lambdas/domain/visual-zone/printed-dates.ts';

const read = (text: string, order: DateOrder = 'unknown'): string[] =>
  datesIn(text, order).map((date) =>
    date.short ? `${date.year}/${date.month}/${date.day}` : isoDate(date, date.year),
  );

describe('dates in print', () => {
  test.each<[string, DateOrder, string[]]>([
    ['03/05/2026', 'mdy', ['2026-03-05']],
    ['03/05/2026', 'dmy', ['2026-05-03']],
    ['03/05/2026', 'unknown', []],
    ['05/05/2026', 'unknown', ['2026-05-05']],
    ['23/05/2026', 'unknown', ['2026-05-23']],
    ['05/23/2026', 'unknown', ['2026-05-23']],
    ['23/05/2026', 'mdy', []],
    ['03.05.2026', 'unknown', ['2026-05-03']],
    ['2026-05-03', 'mdy', ['2026-05-03']],
    ['2026-MAY-03', 'unknown', ['2026-05-03']],
    ['06 12 1965', 'dmy', ['1965-12-06']],
    ['12AUG/AOUT74', 'unknown', ['74/8/12']],
    ['16 APR/ABR 07', 'unknown', ['7/4/16']],
    ['01 N0V 2030', 'unknown', ['2030-11-01']],
    ['01.DEZ.1985', 'unknown', ['1985-12-01']],
    ['OCT 09, 2031', 'unknown', ['2031-10-09']],
    ['30.02.2020', 'dmy', []],
    ['29.02.2023', 'dmy', []],
    ['29.02.2024', 'dmy', ['2024-02-29']],
    ['21.121971', 'dmy', ['1971-12-21']],
    ['17.10.03-09.05.2013', 'dmy', ['3/10/17', '2013-05-09']],
    ['01.01.2004-01.01.2009', 'dmy', ['2004-01-01', '2009-01-01']],
    ['DD 06/28/201853818/QJ', 'mdy', ['2018-06-28']],
    ['4b1.12.2018', 'dmy', ['2018-12-01']],
    ['012-03-2020-5', 'dmy', []],
    ['10DEC/DEC1110DEC/DEC16', 'unknown', []],
    ['05 LIP 2020', 'unknown', []],
    ['5-06 180', 'mdy', []],
  ])('%s, %s', (text, order, dates) => expect(read(text, order)).toEqual(dates));

  test.each(['06/28/201853818', '4b1.12.2018', '21.121971'])('%s may have lost or won a digit', (text) => {
    expect(datesIn(text, text.includes('/') ? 'mdy' : 'dmy')[0]?.ease).toBeLessThan(0.9);
  });

  test('every day of the calendar is read back from each way of writing it', () => {
    const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
    const two = (n: number) => String(n).padStart(2, '0');
    const day = fc
      .record({
        year: fc.integer({ min: 1900, max: 2099 }),
        month: fc.integer({ min: 1, max: 12 }),
        day: fc.integer({ min: 1, max: 31 }),
      })
      .filter(isDate);
    fc.assert(
      fc.property(day, fc.constantFrom('.', '/', '-'), ({ year, month, day }, mark) => {
        const [d, m] = [two(day), two(month)];
        const iso = `${year}-${m}-${d}`;
        expect(read(`EXP${m}${mark}${d}${mark}${year}`, 'mdy')).toEqual([iso]);
        expect(read(`4b ${d}${mark}${m}${mark}${year} X`, 'dmy')).toEqual([iso]);
        expect(read(`${year}${mark}${m}${mark}${d}`, 'dmy')).toEqual([iso]);
        expect(read(`${d}${MONTHS[month - 1]}${year}`)).toEqual([iso]);
        expect(read(`${d} ${MONTHS[month - 1]}/${MONTHS[month - 1]} ${year}`)).toEqual([iso]);
      }),
    );
  });
});
