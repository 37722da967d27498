/** Elements of an AAMVA card → fields, pure. Element ids and values: annex D of the DL/ID Card Design Standard, all versions. */
import { readDate } from './age.ts';
import type { FieldName, ReadField, ReadFields } from './evidence.ts';
import { REGIONS } from './visual-zone/regions.ts';

export type AamvaElements = Readonly<Record<string, string>>;

interface Reading {
  readonly version: number;
  /** Of every value, 0..1. */
  readonly certainty: number;
}

/** The standard's words for a value that there is none of. */
const NOTHING = /^(?:NONE|UNAVL|UNAVAIL(?:ABLE)?|N\/A|-*)$/i;

/** A name that says of itself that it was cut short. */
const CUT_SHORT = 0.8;
/** Read from the parts of a value, or from another element than the one that is meant for it. */
const DERIVED = 0.9;
/** A date whose order is another country's: right on some real cards, and a mistake of forgers. */
const ODD_ORDER = 0.7;

export function aamvaFields(elements: AamvaElements, { version, certainty }: Reading): ReadFields {
  const read = (id: string): string => {
    const value = elements[id]?.replaceAll(/\s+/g, ' ').trim() ?? '';
    return NOTHING.test(value) ? '' : value;
  };
  const state = stateOf(read);
  const fields: Partial<Record<FieldName, ReadField | undefined>> = {
    ...namesOf(read),
    birthDate: dateOf(read('DBB'), state?.value, version),
    documentNumber: field(read('DAQ')),
    issuingState: state,
    sex: field(SEXES[read('DBC')] ?? ''),
    issueDate: dateOf(read('DBD'), state?.value, version),
    expiryDate: dateOf(read('DBA'), state?.value, version),
    address: addressOf(read),
  };
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, one]) =>
      one ? [[name, { ...one, confidence: one.confidence * certainty }]] : [],
    ),
  );
}

type Read = (id: string) => string;

const field = (value: string, confidence = 1): ReadField | undefined =>
  value === '' ? undefined : { value, confidence };

/** ANSI D-20; letters are version 1's. */
const SEXES: Readonly<Record<string, string>> = { '1': 'M', '2': 'F', '9': 'X', M: 'M', F: 'F', X: 'X' };

type Names = Pick<ReadFields, 'surname' | 'givenNames' | 'fullName'>;

/** Version 1 has the whole name in DAA, versions 2 and 3 all given names in DCT, later ones each name for itself. */
function namesOf(read: Read): Names {
  const [last = '', ...rest] = read('DAA')
    .split(/ ?[,@$] ?/)
    .map((part) => part.trim());
  const whole = rest.length > 0;
  const surname = read('DCS') || read('DAB');
  const given = [read('DAC') || read('DCT').replaceAll(/ ?[,$] ?/g, ' '), read('DAD')].filter((name) => name !== '');
  const suffix = read('DCU') || read('DAE') || (rest[2] ?? '');
  const names = {
    surname: surname ? field(surname, cut(read('DDE'))) : whole ? field(last, DERIVED) : undefined,
    givenNames:
      given.length > 0
        ? field(given.join(' '), Math.min(cut(read('DDF')), cut(read('DDG'))))
        : field(rest.slice(0, 2).join(' ').trim(), DERIVED),
  };
  const parts = [names.givenNames, names.surname].filter((part) => part !== undefined);
  const full = parts.map(({ value }) => value).join(' ');
  const fullName = full
    ? field(suffix ? `${full} ${suffix}` : full, Math.min(...parts.map(({ confidence }) => confidence)))
    : field(last, DERIVED);
  return {
    ...(names.surname && { surname: names.surname }),
    ...(names.givenNames && { givenNames: names.givenNames }),
    ...(fullName && { fullName }),
  };
}

const cut = (flag: string): number => (flag === 'T' ? CUT_SHORT : 1);

const codesOf = (country: 'US' | 'CA') => REGIONS.flatMap(({ state, code }) => (state === country ? [code] : []));
/** With the codes of before 2002. */
const PROVINCES = new Set([...codesOf('CA'), 'NF', 'PQ']);
/** With the territories whose printed cards nobody has seen. */
const STATES = new Set([...codesOf('US'), 'AS', 'MP', 'VI']);

/** The country of DCG; version 1 has none, but the state of the address. */
function stateOf(read: Read): ReadField | undefined {
  const country = read('DCG').toUpperCase();
  if (/^[A-Z]{3}$/.test(country)) return field(country);
  const state = read('DAJ').toUpperCase() || read('DAO').toUpperCase();
  if (PROVINCES.has(state)) return field('CAN', DERIVED);
  return STATES.has(state) ? field('USA', DERIVED) : undefined;
}

/**
 * MMDDCCYY in the USA, CCYYMMDD in Canada and in version 1. No eight digits are a date of our times in both orders, so a card in the wrong
 * one is read all the same.
 */
function dateOf(text: string, state: string | undefined, version: number): ReadField | undefined {
  const digits = text.replaceAll(/[-/. ]/g, '');
  if (!/^\d{8}$/.test(digits)) return undefined;
  const american = `${digits.slice(4)}-${digits.slice(0, 2)}-${digits.slice(2, 4)}`;
  const other = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
  const right = version >= 2 && state !== 'CAN' ? american : other;
  const wrong = right === american ? other : american;
  if (isOurs(right)) return field(right);
  return isOurs(wrong) ? field(wrong, ODD_ORDER) : undefined;
}

const isOurs = (date: string): boolean => date >= '1850' && date < '2200' && readDate(date)?.day !== undefined;

/** The mailing address; version 1 may have that of residence instead. */
function addressOf(read: Read): ReadField | undefined {
  const pick = (ids: readonly string[]) => ids.map(read);
  const mailing = pick(['DAG', 'DAH', 'DAI', 'DAJ', 'DAK']);
  const [street = '', more = '', city = '', state = '', postal = ''] = mailing.some((part) => part !== '')
    ? mailing
    : pick(['DAL', 'DAM', 'DAN', 'DAO', 'DAP']);
  return field(
    [street, more, city, [state, postalCode(postal)].join(' ').trim()].filter((part) => part !== '').join(', '),
  );
}

/** `850070000` is the ZIP code 85007 without its last four digits. */
const postalCode = (code: string): string =>
  code.replace(/^(\d{5})-?(\d{4})$/, (_, zip: string, plus: string) => (plus === '0000' ? zip : `${zip}-${plus}`));
