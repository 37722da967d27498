import { type AgeRange, type CalendarDate, isExpired, liesBefore, type PartialDate, readDate } from './age.ts';
import type { DocumentField, DocumentFields } from './document-fields.ts';
import { READABLE } from './document-readable.ts';
import { measured, unavailable } from './evidence.ts';
import { type Policy, reviewCeiling, type Signal, signal } from './verdict.ts';

/** A date that was read with less certainty says nothing of the others. */
const goodEnough = 0.5;
/** Of a document without a date of expiry, or with one that cannot be read. */
const EXPIRY_UNKNOWN = 0.85;

/** What says how sure a reading is. What says how a person is to be judged (too young, expired) leaves the confidence alone. */
const certain = (): number => 1;

/** Nobody is born tomorrow: a date that says so is none. */
export function birthOf({ birthDate }: DocumentFields, today: CalendarDate): PartialDate | undefined {
  const date = birthDate && readDate(birthDate.value);
  return date && !liesBefore(today, date) ? date : undefined;
}

export function birthDateRead(
  field: DocumentField | undefined,
  birth: PartialDate | undefined,
  policy: Policy,
): Signal {
  const none = field ? 'The date of birth lies in the future.' : 'No date of birth could be read.';
  const rule = {
    threshold: READABLE,
    passes: 'The date of birth was read.',
    fails: 'The date of birth was read with too little certainty.',
    ceiling: (score: number) => score,
    unavailableFlags: ['age_unknown'],
  } as const;
  return signal('date_of_birth', field && birth ? measured(field.confidence) : unavailable(none), rule, policy);
}

export function ageReached(years: AgeRange | undefined, least: number, policy: Policy): Signal {
  const young = years !== undefined && years.max < least;
  const rule = {
    threshold: 1,
    passes: `The holder is ${least} or older.`,
    fails: young
      ? `The holder is younger than ${least}.`
      : `The holder may be younger than ${least}: the date of birth is incomplete.`,
    ceiling: young ? certain : () => reviewCeiling(policy),
    failFlags: [young ? ('underage' as const) : ('age_uncertain' as const)],
  };
  const measure = years
    ? measured(years.min >= least ? 1 : 0)
    : unavailable('Without a date of birth there is no age.');
  return signal('age', measure, { ...rule, ...(years && years.min >= least && { ceiling: certain }) }, policy);
}

export function documentExpiry(field: DocumentField | undefined, today: CalendarDate, policy: Policy): Signal {
  const expiry = field && field.confidence >= goodEnough ? readDate(field.value) : undefined;
  const rule = {
    threshold: 1,
    passes: 'The document is valid today.',
    fails: 'The document has expired.',
    ceiling: certain,
    ceilingUnavailable: Math.max(EXPIRY_UNKNOWN, policy.approve / 100),
    failFlags: ['document_expired'],
  } as const;
  const measure = expiry ? measured(isExpired(expiry, today) ? 0 : 1) : unavailable('No date of expiry could be read.');
  return signal('document_expiry', measure, rule, policy);
}

export function datesPlausible(fields: DocumentFields, today: CalendarDate, policy: Policy): Signal {
  const dated = (name: 'birthDate' | 'issueDate' | 'expiryDate') => {
    const field = fields[name];
    return field && field.confidence >= goodEnough ? readDate(field.value) : undefined;
  };
  const [birth, issue, expiry] = [dated('birthDate'), dated('issueDate'), dated('expiryDate')];
  /** Pairs of which the second must not lie before the first. */
  const pairs = [
    [birth, issue],
    [issue, expiry],
    [birth, expiry],
    [birth, today],
    [issue, today],
  ].filter((pair): pair is [PartialDate, PartialDate] => pair.every((date) => date !== undefined));
  const orderly = pairs.filter(([first, second]) => !liesBefore(second, first)).length;
  const rule = {
    threshold: 1,
    passes: 'Its dates follow one another.',
    fails: 'Its dates contradict one another.',
    failFlags: ['dates_implausible'],
    ceilingUnavailable: 1,
  } as const;
  const measure =
    pairs.length > 0 ? measured(orderly / pairs.length) : unavailable('Too few dates could be read to compare.');
  return signal('dates_plausible', measure, rule, policy);
}
