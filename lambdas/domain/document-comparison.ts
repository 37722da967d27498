/** What a document says in one place against what it says in another. Values only: what follows from them is decided elsewhere. */
import { type CalendarDate, isDate } from './age.ts';
import type { DocumentReading, FieldName, MrzReading, ReadField, ReadFields } from './evidence.ts';
import { nameSimilarity } from './mrz-claims.ts';

type Source = 'mrz' | 'visual' | 'barcode';

/** One field that both places of a pair tell. */
interface ComparedField {
  readonly field: FieldName;
  readonly same: boolean;
  /** Of the less sure of the two, 0..1. */
  readonly confidence: number;
}

export interface SourceComparison {
  readonly between: readonly [Source, Source];
  readonly compared: readonly ComparedField[];
  /** Fields that one place tells and the other does not. */
  readonly alone: readonly FieldName[];
}

export type ComparisonOutcome = 'agree' | 'differ' | 'not_comparable';

const PAIRS: readonly (readonly [Source, Source])[] = [
  ['mrz', 'visual'],
  ['barcode', 'visual'],
  ['mrz', 'barcode'],
];

/** Of a field whose check digit does not hold: it was misread, or it is false. */
const UNCHECKED = 0.5;

/** Every pair of places that were both read. */
export function compareSources(reading: Pick<DocumentReading, Source>): SourceComparison[] {
  const told: Readonly<Record<Source, ReadFields | undefined>> = {
    mrz: reading.mrz && zoneFields(reading.mrz),
    visual: reading.visual?.fields,
    barcode: reading.barcode?.fields,
  };
  // The zone of a visa holds the number of the visa or of the passport it sticks in (Doc 9303 part 7).
  const skip: readonly FieldName[] = reading.visual?.kind === 'visa' ? ['documentNumber'] : [];
  return PAIRS.flatMap(([one, other]) => {
    const [a, b] = [told[one], told[other]];
    return a && b ? [{ between: [one, other], ...compareFields(whole(a), whole(b), skip) } as const] : [];
  });
}

/** `differ` where a field of at least that confidence differs, `agree` where one such field agrees and none differs. */
export function outcomeOf({ compared }: SourceComparison, least: number): ComparisonOutcome {
  const sure = compared.filter(({ confidence }) => confidence >= least);
  if (sure.length === 0) return 'not_comparable';
  return sure.every(({ same }) => same) ? 'agree' : 'differ';
}

function compareFields(a: ReadFields, b: ReadFields, skip: readonly FieldName[]): Omit<SourceComparison, 'between'> {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].toSorted() as FieldName[];
  const compared: ComparedField[] = [];
  const alone: FieldName[] = [];
  for (const field of names) {
    const [one, other] = [a[field], b[field]];
    if (field === 'address' || skip.includes(field)) continue;
    if (one && other)
      compared.push({
        field,
        same: sameValue(field, one.value, other.value),
        confidence: Math.min(one.confidence, other.confidence),
      });
    else alone.push(field);
  }
  return { compared, alone };
}

/** Fields of a zone in their own words; dates stay `YYMMDD`. */
function zoneFields({ fields, checks, confidence }: MrzReading): ReadFields {
  const told = Object.entries(fields).filter(
    ([name, value]) => value !== '' && !['documentCode', 'optionalData'].includes(name),
  );
  return Object.fromEntries(
    told.map(([name, value]): [string, ReadField] => [
      name,
      { value, confidence: checks[name] === false ? confidence * UNCHECKED : confidence },
    ]),
  );
}

/** With the name as one: which word is a surname, places do not agree on. */
function whole(fields: ReadFields): ReadFields {
  const { surname, givenNames, fullName } = fields;
  if (fullName || !surname || !givenNames) return fields;
  const confidence = Math.min(surname.confidence, givenNames.confidence);
  return { ...fields, fullName: { value: `${givenNames.value} ${surname.value}`, confidence } };
}

/** Whether two places say the same, each in its own way of writing. */
export function sameValue(field: FieldName, a: string, b: string): boolean {
  switch (field) {
    case 'surname':
    case 'givenNames':
    case 'fullName':
      return sameName(a, b);
    case 'birthDate':
    case 'issueDate':
    case 'expiryDate':
      return sameDay(a, b);
    case 'issuingState':
    case 'nationality':
      return stateOf(a) === stateOf(b);
    default:
      return bare(a) === bare(b);
  }
}

/** Every word of the shorter name in the other, whichever is the one cut short. */
const sameName = (a: string, b: string): boolean =>
  [
    [a, b],
    [b, a],
    // Print that lost its diacritics (MULLER) beside a zone that spells them out (MUELLER).
    [folded(a), folded(b)],
    [folded(b), folded(a)],
  ].some(([one = '', other = '']) => nameSimilarity(one, { surname: other, givenNames: '' }) === 1);

const folded = (name: string): string => name.toUpperCase().replace(/([AOU])E|A(?=A)/g, '$1');

/** The last six digits of a year, month and day; `<` stands for any. */
function sameDay(a: string, b: string): boolean {
  const [one, other] = [a, b].map((date) => date.replaceAll('-', '').slice(-6)) as [string, string];
  const centuries = a.length > 6 && b.length > 6 ? a.slice(0, 2) === b.slice(0, 2) : true;
  return (
    centuries &&
    one.length === other.length &&
    one.split('').every((digit, i) => digit === other[i] || digit === '<' || other[i] === '<')
  );
}

/** Germany alone has one letter; the six kinds of British national have codes of their own (Doc 9303 part 3, section 5). */
const stateOf = (code: string): string => (code === 'D' ? 'DEU' : /^GB[DNOPS]$/.test(code) ? 'GBR' : code);

/** No reader tells O and 0, I and 1 apart where both may stand; noughts in front may be printed or not. */
const bare = (text: string): string =>
  text
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .replace(/^0+(?=\d)/, '')
    .replaceAll('O', '0')
    .replaceAll('I', '1');

export type DateFault =
  | 'birth_in_future'
  | 'born_too_long_ago'
  | 'issue_in_future'
  | 'issued_before_birth'
  | 'expires_before_birth'
  | 'expires_before_issue'
  | 'valid_too_long';

const OLDEST_YEARS = 120;
/** The longest validity that is printed: Arizona's licences, until the age of 65. Most documents have ten years. */
const LONGEST_YEARS = 50;

/** What cannot be about dates in full, `YYYY-MM-DD`; others are left out of account. */
export function dateFaults(
  dates: Readonly<Partial<Record<'birthDate' | 'issueDate' | 'expiryDate', string>>>,
  today: CalendarDate,
): DateFault[] {
  const born = ordinal(dates.birthDate);
  const issued = ordinal(dates.issueDate);
  const expires = ordinal(dates.expiryDate);
  const now = ordinalOf(today);
  const faults: readonly (readonly [DateFault, boolean])[] = [
    ['birth_in_future', after(born, now)],
    ['born_too_long_ago', after(now, born, OLDEST_YEARS)],
    ['issue_in_future', after(issued, now)],
    ['issued_before_birth', after(born, issued)],
    ['expires_before_birth', after(born, expires)],
    ['expires_before_issue', after(issued, expires)],
    ['valid_too_long', after(expires, issued, LONGEST_YEARS)],
  ];
  return faults.flatMap(([fault, holds]) => (holds ? [fault] : []));
}

/** Days in order, and nothing else: year, month and day as one number. */
const ordinalOf = ({ year, month, day }: CalendarDate): number => year * 10_000 + month * 100 + day;

function ordinal(date: string | undefined): number | undefined {
  const [year = 0, month = 0, day = 0] = (date ?? '').split('-').map(Number);
  return isDate({ year, month, day }) ? ordinalOf({ year, month, day }) : undefined;
}

const years = (day: number | undefined, more: number): number | undefined => day && day + more * 10_000;

/** True where both days are known and the first lies behind the second, moved on by years. */
function after(one: number | undefined, other: number | undefined, more = 0): boolean {
  const limit = years(other, more);
  return one !== undefined && limit !== undefined && one > limit;
}
