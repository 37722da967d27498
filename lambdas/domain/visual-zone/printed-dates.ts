/** Dates as documents print them. */
import { isDate, writeDate } from '../age.ts';
import { monthOf } from './months.ts';
import { plainCharacter } from './printed-text.ts';

/** How a document's issuer writes days in digits; `unknown` where nothing says it. A year in front is always `ymd`. */
export type DateOrder = 'mdy' | 'dmy' | 'unknown';

/** A date in a text. */
export interface PrintedDate {
  readonly start: number;
  readonly end: number;
  /** Four digits, or two where `short`. */
  readonly year: number;
  readonly short: boolean;
  readonly month: number;
  readonly day: number;
  /** 1 where it can be read in one way only; less where separators are missing. */
  readonly ease: number;
}

/** What stands between day, month and year; OCR makes a point of many things. */
const SEPARATOR = String.raw`\s?[./\-–·:,•]\s?`;
const MONTH = String.raw`(\p{L}[\p{L}0]{2,9})\.?(?:\s?/\s?\p{L}[\p{L}0]{1,9}\.?)?`;
const LOOSE = String.raw`[\s./\-,]{0,3}`;

type Reader = (parts: readonly string[], order: DateOrder) => Omit<PrintedDate, 'start' | 'end'> | undefined;

/** Most issuers print two digits: of one alone the other may have been lost. */
const SINGLE = 0.85;

const day = (year: string, month: number, dayOfMonth: string, ease: number) => ({
  year: Number(year),
  short: year.length === 2,
  month,
  day: Number(dayOfMonth),
  ease: dayOfMonth.length === 1 ? ease * SINGLE : ease,
});

/** Two numbers of which the issuer's habit, or the calendar, says which is the month. */
const digits: Reader = ([a = '', separator = '', b = '', second = '', year = ''], order) => {
  const ease = second.trim() === separator.trim() && separator.trim() !== '' ? 1 : 0.8;
  const habit =
    order !== 'unknown'
      ? order
      : separator.includes('.') || Number(a) > 12
        ? 'dmy'
        : Number(b) > 12
          ? 'mdy'
          : a === b
            ? 'dmy'
            : undefined;
  if (habit === undefined) return undefined;
  return habit === 'mdy' ? day(year, Number(a), b, ease) : day(year, Number(b), a, ease);
};

const named = (dayOfMonth: string, name: string, year: string): ReturnType<Reader> => {
  const month = monthOf([...name.replaceAll('0', 'O')].map(plainCharacter).join(''));
  return month === undefined ? undefined : day(year, month, dayOfMonth, 1);
};

const RUN_ON = 0.7;

/** The likeliest first; a digit before or behind means that it is part of a longer number. */
const FORMATS: readonly { readonly pattern: RegExp; readonly read: Reader }[] = [
  {
    pattern: new RegExp(
      String.raw`(?<!\d|\d[./-])((?:19|20)\d{2})${SEPARATOR}(\d{1,2})${SEPARATOR}(\d{1,2})(?![./-]?\d)`,
      'gu',
    ),
    read: ([year = '', month = '', dayOfMonth = '']) => day(year, Number(month), dayOfMonth, 1),
  },
  {
    pattern: new RegExp(String.raw`(?<!\d)((?:19|20)\d{2})${LOOSE}${MONTH}${LOOSE}(\d{1,2})(?!\d)`, 'gu'),
    read: ([year = '', name = '', dayOfMonth = '']) => named(dayOfMonth, name, year),
  },
  {
    pattern: new RegExp(String.raw`(?<!\d)(\d{1,2})(${SEPARATOR})(\d{1,2})(${SEPARATOR}|)((?:19|20)\d{2})(?!\d)`, 'gu'),
    read: digits,
  },
  {
    // The next field's number may run into the year: `11/17/19704a ISS`.
    pattern: /(?<!\d)(\d{2})([./-])(\d{2})([./-])((?:19|20)\d{2})(?=\d)/gu,
    read: (parts, order) => {
      const date = digits(parts, order);
      return date && { ...date, ease: RUN_ON };
    },
  },
  {
    pattern: /(?<!\d)(\d{2})(\s)(\d{2})(\s)((?:19|20)\d{2})(?!\d)/gu,
    read: digits,
  },
  {
    pattern: new RegExp(String.raw`(?<!\d)(\d{1,2})${LOOSE}${MONTH}${LOOSE}((?:19|20)\d{2}|\d{2})(?!\d)`, 'gu'),
    read: ([dayOfMonth = '', name = '', year = '']) => named(dayOfMonth, name, year),
  },
  {
    pattern: new RegExp(String.raw`(?<![\p{L}])${MONTH}${LOOSE}(\d{1,2})[\s,]{1,2}((?:19|20)\d{2})(?!\d)`, 'gu'),
    read: ([name = '', dayOfMonth = '', year = '']) => named(dayOfMonth, name, year),
  },
  {
    pattern: new RegExp(
      String.raw`(?<![\d./-])(\d{2})(${SEPARATOR})(\d{2})(${SEPARATOR})(\d{2})(?![\d./])(?!-\d{1,2}-)`,
      'gu',
    ),
    read: digits,
  },
];

/** Every date of the calendar in a text, from left to right; none overlaps another. */
export function datesIn(text: string, order: DateOrder): PrintedDate[] {
  const found: PrintedDate[] = [];
  for (const { pattern, read } of FORMATS) {
    for (const match of text.matchAll(pattern)) {
      const [start, end] = [match.index, match.index + match[0].length];
      if (found.some((date) => date.start < end && start < date.end)) continue;
      const date = read(match.slice(1), order);
      // A leap day of a year in two digits is checked against a leap year.
      if (date && isDate({ ...date, year: date.short ? 2000 + date.year : date.year }))
        found.push({ start, end, ...date });
    }
  }
  return found.toSorted((a, b) => a.start - b.start);
}

/** `YYYY-MM-DD` of a date whose year is known in full. */
export const isoDate = (date: Pick<PrintedDate, 'month' | 'day'>, year: number): string =>
  writeDate({ year, month: date.month, day: date.day });
