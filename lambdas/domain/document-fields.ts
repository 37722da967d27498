import { birthDateOf, type CalendarDate, expiryDateOf, readDate, writeDate } from './age.ts';
import type { DocumentReading, FieldName, MrzFields, MrzReading, ReadField, ReadFields } from './evidence.ts';
import { nameSimilarity } from './mrz-claims.ts';
import { MRZ_LAYOUTS, slice } from './mrz-layout.ts';

export type FieldSource = 'barcode' | 'mrz' | 'visual';

/** A value, and where it was read: where sources agree, the one that is told first. */
export interface DocumentField extends ReadField {
  readonly source: FieldSource;
}

export type DocumentFields = Readonly<Partial<Record<FieldName, DocumentField>>>;

/** A barcode has error correction over all of it, an MRZ check digits over the fields that matter, print has neither. */
const sources: readonly FieldSource[] = ['barcode', 'mrz', 'visual'];

/** A value that its check digit contradicts, or another source, is no better than a guess. */
const GUESS = 0.3;
const CONTRADICTED = 0.5;
/** Below it a difference between two places is a misreading, likelier than a forgery. */
export const SURE = 0.9;
/** A character was put right by its check digit: it fits, which is not the same as being read. */
const REPAIRED = 0.85;
/** Of fields that no check digit covers: an O read as a 0 looks as sure as any other character. */
const UNCHECKED = 0.95;

const fieldOfZone: Readonly<Partial<Record<FieldName, keyof MrzFields>>> = {
  surname: 'surname',
  givenNames: 'givenNames',
  birthDate: 'birthDate',
  documentNumber: 'documentNumber',
  issuingState: 'issuingState',
  nationality: 'nationality',
  sex: 'sex',
  expiryDate: 'expiryDate',
};

/** ICAO Doc 9303 part 3, section 5: Germany alone has one letter, and six kinds of British national have codes of their own. */
const stateOf = (code: string): string => (code === 'D' ? 'DEU' : /^GB[DNOPS]$/.test(code) ? 'GBR' : code);

function valueInZone(name: FieldName, text: string, today: CalendarDate): string {
  if (name === 'issuingState' || name === 'nationality') return stateOf(text);
  if (name !== 'birthDate' && name !== 'expiryDate') return text;
  const date = name === 'birthDate' ? birthDateOf(text, today) : expiryDateOf(text, today);
  return date ? writeDate(date) : '';
}

function confidenceInZone({ format, lines, raw, checks, confidence }: MrzReading, field: keyof MrzFields): number {
  const check = checks[field];
  if (check === false) return Math.min(confidence, GUESS);
  const place = MRZ_LAYOUTS[format].fields[field];
  const repaired =
    place && lines.length === raw.length && lines.length > 0 && slice(lines, place) !== slice(raw, place);
  return Math.min(confidence * (check ? 1 : UNCHECKED), repaired ? REPAIRED : 1);
}

function fieldsOfZone(mrz: MrzReading, today: CalendarDate): ReadFields {
  const found = Object.entries(fieldOfZone).flatMap(([name, field]) => {
    const value = valueInZone(name as FieldName, mrz.fields[field], today);
    return value === '' ? [] : [[name, { value, confidence: confidenceInZone(mrz, field) }] as const];
  });
  return Object.fromEntries(found);
}

/** What each source says, in its own words. */
export function fieldsBySource(
  { mrz, barcode, visual }: DocumentReading,
  today: CalendarDate,
): Readonly<Partial<Record<FieldSource, ReadFields>>> {
  return {
    ...(barcode && { barcode: barcode.fields }),
    ...(mrz && { mrz: fieldsOfZone(mrz, today) }),
    ...(visual && { visual: visual.fields }),
  };
}

/** No reader tells O from 0 and I from 1 where both may stand. */
const bare = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toUpperCase()
    .replaceAll('O', '0')
    .replaceAll('I', '1');

/** Print that lost its diacritics (MULLER) beside a zone that spells them out (MUELLER). */
const folded = (name: string): string => name.toUpperCase().replace(/([AOU])E|A(?=A)/g, '$1');

const sameName = (a: string, b: string): boolean =>
  [
    [a, b],
    [b, a],
    [folded(a), folded(b)],
  ].some(([one = '', other = '']) => nameSimilarity(one, { surname: other, givenNames: '' }) === 1);

/** Two digits of a year are what a zone has: of two dates with the same ones, the longer ago the more is known. */
function sameDate(a: string, b: string): boolean {
  const [shorter, longer] = a.length <= b.length ? [a, b] : [b, a];
  return longer.slice(2).startsWith(shorter.slice(2));
}

/** Whether two sources say the same, each in the letters that it has. */
export function sameValue(name: FieldName, a: string, b: string): boolean {
  switch (name) {
    case 'surname':
    case 'givenNames':
    case 'fullName':
      return sameName(a, b);
    case 'issuingState':
    case 'nationality':
      return stateOf(a) === stateOf(b);
    case 'birthDate':
    case 'expiryDate':
    case 'issueDate':
      return sameDate(a, b);
    default:
      return bare(a) === bare(b);
  }
}

/** The century that a printed year tells, where the zone's two digits only suggest one. */
function withCentury(name: FieldName, field: DocumentField, same: readonly DocumentField[]): DocumentField {
  if (field.source !== 'mrz' || (name !== 'birthDate' && name !== 'expiryDate')) return field;
  const full = same.find(
    (one) => one !== field && readDate(one.value)?.day !== undefined && sameDate(one.value, field.value),
  );
  return full ? { ...field, value: full.value } : field;
}

/**
 * One value a field: the surest reading, in the words of the source that is vouched for best. Sources that agree make it surer, and one
 * that says something else makes it a guess.
 */
export function documentFields(reading: DocumentReading, today: CalendarDate): DocumentFields {
  const told = fieldsBySource(reading, today);
  const names = new Set(Object.values(told).flatMap((fields) => Object.keys(fields) as FieldName[]));
  const merged = [...names].map((name) => {
    const all = sources.flatMap((source): DocumentField[] => {
      const field = told[source]?.[name];
      return field ? [{ ...field, source }] : [];
    });
    return [name, checked(name, merge(name, all), told.mrz?.[name], reading.mrz)] as const;
  });
  const fields: DocumentFields = Object.fromEntries(merged);
  return { ...fields, ...fullName(fields) };
}

/** What its check digit contradicts stays a guess, also where print says the same: whoever alters a document alters both. */
function checked(name: FieldName, field: DocumentField, inZone: ReadField | undefined, mrz: MrzReading | undefined) {
  const key = fieldOfZone[name];
  const refuted = key !== undefined && mrz?.checks[key] === false;
  return refuted && inZone && sameValue(name, inZone.value, field.value)
    ? { ...field, confidence: Math.min(field.confidence, GUESS) }
    : field;
}

function merge(name: FieldName, all: readonly DocumentField[]): DocumentField {
  const best = all.reduce((first, next) => (next.confidence > first.confidence ? next : first));
  const others = all.filter((one) => one !== best);
  const agreeing = others.filter(({ value }) => sameValue(name, best.value, value));
  const doubt = agreeing.reduce((product, { confidence }) => product * (1 - confidence), 1);
  // What was hardly read contradicts nothing.
  const contradicted = others.some((one) => !agreeing.includes(one) && one.confidence >= SURE);
  const confidence = contradicted
    ? Math.min(best.confidence, CONTRADICTED)
    : best.confidence + (1 - best.confidence) * (1 - doubt);
  // Names as they are printed have their diacritics; of all else the zone and the barcode are vouched for.
  const named = name === 'surname' || name === 'givenNames' || name === 'fullName';
  const same = all.filter((one) => one === best || agreeing.includes(one));
  const told = named ? best : (same[0] ?? best);
  return { ...withCentury(name, told, same), confidence };
}

function fullName({ fullName, surname, givenNames }: DocumentFields): DocumentFields {
  if (fullName) return {};
  const parts = [givenNames, surname].filter((part) => part !== undefined);
  const [first] = parts;
  if (!first) return {};
  const value = parts.map((part) => part.value).join(' ');
  const confidence = Math.min(...parts.map((part) => part.confidence));
  return { fullName: { value, confidence, source: first.source } };
}
