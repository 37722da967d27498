/** A day of the Gregorian calendar; month 1..12, day 1..31. */
export interface CalendarDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** A date of which the day, or the month and the day, may be unknown. */
export interface PartialDate {
  readonly year: number;
  readonly month?: number;
  readonly day?: number;
}

/** Whole years: `min` is certain, `max` is possible. They differ only where the day or the month is unknown. */
export interface AgeRange {
  readonly min: number;
  readonly max: number;
}

/** The UTC day of an instant, in milliseconds since 1970. (Civil-from-days of Howard Hinnant's chrono date algorithms.) */
export const utcDay = (epochMilliseconds: number): CalendarDate => {
  const shifted = Math.floor(epochMilliseconds / 86_400_000) + 719_468; // days since 1 March of year 0
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
};

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

const daysIn = (year: number, month: number): number =>
  month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;

const order = (a: CalendarDate, b: CalendarDate): number => a.year - b.year || a.month - b.month || a.day - b.day;

const earliest = ({ year, month = 1, day = 1 }: PartialDate): CalendarDate => ({ year, month, day });
const latest = ({ year, month = 12, day }: PartialDate): CalendarDate => ({
  year,
  month,
  day: day ?? daysIn(year, month),
});

/** Two digits, or `undefined` for `<<`; anything else is no part of a date. */
const part = (text: string): number | undefined | 'invalid' =>
  text === '<<' ? undefined : /^[0-9]{2}$/.test(text) ? Number(text) : 'invalid';

/** The date with its two-digit year. */
const split = (text: string): PartialDate | undefined => {
  const [year, month, day] = [part(text.slice(0, 2)), part(text.slice(2, 4)), part(text.slice(4))];
  if (typeof year !== 'number' || month === 'invalid' || day === 'invalid') return undefined;
  if (month === undefined) return day === undefined ? { year } : undefined;
  return day === undefined ? { year, month } : { year, month, day };
};

const exists = ({ year, month, day }: PartialDate): boolean =>
  month === undefined || (month >= 1 && month <= 12 && (day === undefined || (day >= 1 && day <= daysIn(year, month))));

/** The day of `YYYY-MM-DD`; `undefined` for what is no date. */
export const dayOf = (text: string): CalendarDate | undefined => {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  return exists({ year, month, day }) ? { year, month, day } : undefined;
};

const withYear = (date: PartialDate, year: number): PartialDate | undefined => {
  const full = { ...date, year };
  return exists(full) ? full : undefined;
};

/**
 * Birth date from `YYMMDD` (`<<` for an unknown day or month): the latest century that does not lie in the future. People of 100 and
 * more therefore read 100 years too young: two digits cannot say. `undefined` for what is no date.
 */
export const birthDateOf = (text: string, today: CalendarDate): PartialDate | undefined => {
  const date = split(text);
  if (!date) return undefined;
  const century = Math.floor(today.year / 100) * 100;
  for (const year of [century + date.year, century - 100 + date.year]) {
    const full = withYear(date, year);
    if (full && order(earliest(full), today) <= 0) return full;
  }
  return undefined;
};

/** Years that an expiry date may lie ahead; nearly all documents last 10, a few 30, and expired ones may be decades old. */
const EXPIRY_YEARS_AHEAD = 49;

/** Expiry date from `YYMMDD`: the year from 50 years ago to 49 ahead. `undefined` for what is no date. */
export const expiryDateOf = (text: string, today: CalendarDate): PartialDate | undefined => {
  const date = split(text);
  if (!date) return undefined;
  const last = today.year + EXPIRY_YEARS_AHEAD;
  const year = last - ((((last - date.year) % 100) + 100) % 100);
  return withYear(date, year);
};

/** True once the last possible day of validity is over. */
export const isExpired = (expiry: PartialDate, today: CalendarDate): boolean => order(latest(expiry), today) < 0;

const wholeYears = (birth: CalendarDate, today: CalendarDate): number =>
  today.year - birth.year - (order({ ...birth, year: today.year }, today) > 0 ? 1 : 0);

/**
 * Age on a day. Born on 29 February, one is a year older on 1 March of a common year: never a day early.
 * With an unknown day or month, `min` takes the last day that is possible (not after today) and `max` the first.
 */
export const ageOn = (birth: PartialDate, today: CalendarDate): AgeRange => {
  const last = latest(birth);
  return {
    min: wholeYears(order(last, today) > 0 ? today : last, today),
    max: wholeYears(earliest(birth), today),
  };
};
