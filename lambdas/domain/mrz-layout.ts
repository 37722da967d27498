import type { MrzFields, MrzFormat } from './evidence.ts';

/** Characters `start..end` (end excluded) of one line. */
export interface Span {
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

/** A check digit: the characters it covers, in order, and where it stands. */
export interface Check {
  readonly field: string;
  readonly over: readonly Span[];
  readonly at: Span;
}

/** Where everything stands in one format. */
export interface MrzLayout {
  readonly lines: number;
  readonly width: number;
  /** One letter per position of each line; `POSITION_ALPHABETS` says which characters it admits. */
  readonly patterns: readonly string[];
  readonly fields: Readonly<Partial<Record<keyof MrzFields, Span>>>;
  /** Optional data that continues on another line (TD1 has two such fields). */
  readonly moreOptionalData?: Span;
  /** Check digits; `composite`, where there is one, is the last. */
  readonly checks: readonly Check[];
}

/** The 37 characters of Doc 9303 part 3, section 4.3. */
export const MRZ_CHARACTERS = '<0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const DIGITS = '0123456789';

/** What each letter of a pattern admits. */
export const POSITION_ALPHABETS: Readonly<Record<string, string>> = {
  P: 'P',
  V: 'V',
  I: 'ACI',
  f: 'I',
  d: 'D',
  r: 'FRA',
  a: `<${LETTERS}`,
  n: DIGITS,
  N: `<${DIGITS}`,
  s: '<FMX',
  x: MRZ_CHARACTERS,
  '<': '<',
};

const span = (line: number, start: number, end: number): Span => ({ line, start, end });
const check = (field: string, over: readonly Span[], at: Span): Check => ({ field, over, at });
const at = (line: number, position: number): Span => span(line, position, position + 1);

const names = (width: number, code: string) => `${code}aaa${'a'.repeat(width - 5)}`;
const SECOND_LINE = `${'x'.repeat(9)}Naaa${'N'.repeat(7)}s${'N'.repeat(7)}`;

/** Passports, visas and TD2 cards share the first line and the first 28 characters of the second (Doc 9303 parts 4, 6, 7). */
const twoLines = (width: number, optionalEnd: number) => ({
  lines: 2,
  width,
  fields: {
    documentCode: span(0, 0, 2),
    issuingState: span(0, 2, 5),
    surname: span(0, 5, width),
    documentNumber: span(1, 0, 9),
    nationality: span(1, 10, 13),
    birthDate: span(1, 13, 19),
    sex: span(1, 20, 21),
    expiryDate: span(1, 21, 27),
    optionalData: span(1, 28, optionalEnd),
  },
  checks: [
    check('documentNumber', [span(1, 0, 9)], at(1, 9)),
    check('birthDate', [span(1, 13, 19)], at(1, 19)),
    check('expiryDate', [span(1, 21, 27)], at(1, 27)),
  ],
});

const passport = twoLines(44, 42);
const td2 = twoLines(36, 35);
const visaA = twoLines(44, 44);
const visaB = twoLines(36, 36);

export const MRZ_LAYOUTS: Readonly<Record<MrzFormat, MrzLayout>> = {
  TD3: {
    ...passport,
    patterns: [names(44, 'Pa'), `${SECOND_LINE}${'x'.repeat(14)}NN`],
    checks: [
      ...passport.checks,
      check('optionalData', [span(1, 28, 42)], at(1, 42)),
      check('composite', [span(1, 0, 10), span(1, 13, 20), span(1, 21, 43)], at(1, 43)),
    ],
  },
  'MRV-A': { ...visaA, patterns: [names(44, 'Vx'), `${SECOND_LINE}${'x'.repeat(16)}`] },
  TD2: {
    ...td2,
    patterns: [names(36, 'Ia'), `${SECOND_LINE}${'x'.repeat(7)}N`],
    checks: [...td2.checks, check('composite', [span(1, 0, 10), span(1, 13, 20), span(1, 21, 35)], at(1, 35))],
  },
  'MRV-B': { ...visaB, patterns: [names(36, 'Vx'), `${SECOND_LINE}${'x'.repeat(8)}`] },
  // The French card of 1995 to 2021 predates Doc 9303's TD2: its own two lines of 36. Its number is year, month, department and a serial of five digits;
  // departments have letters too (2A, 2B).
  'FRA-ID': {
    lines: 2,
    width: 36,
    patterns: [`fdrrr${'a'.repeat(25)}${'x'.repeat(6)}`, `nnnnxxxnnnnnn${'a'.repeat(14)}${'n'.repeat(7)}sn`],
    fields: {
      documentCode: span(0, 0, 2),
      issuingState: span(0, 2, 5),
      surname: span(0, 5, 30),
      optionalData: span(0, 30, 36),
      documentNumber: span(1, 0, 12),
      givenNames: span(1, 13, 27),
      birthDate: span(1, 27, 33),
      sex: span(1, 34, 35),
    },
    checks: [
      check('documentNumber', [span(1, 0, 12)], at(1, 12)),
      check('birthDate', [span(1, 27, 33)], at(1, 33)),
      check('composite', [span(0, 0, 36), span(1, 0, 35)], at(1, 35)),
    ],
  },
  TD1: {
    lines: 3,
    width: 30,
    patterns: [
      `Ixaaa${'x'.repeat(9)}N${'x'.repeat(15)}`,
      `${'N'.repeat(7)}s${'N'.repeat(7)}aaa${'x'.repeat(11)}N`,
      'a'.repeat(30),
    ],
    fields: {
      documentCode: span(0, 0, 2),
      issuingState: span(0, 2, 5),
      documentNumber: span(0, 5, 14),
      optionalData: span(0, 15, 30),
      birthDate: span(1, 0, 6),
      sex: span(1, 7, 8),
      expiryDate: span(1, 8, 14),
      nationality: span(1, 15, 18),
      surname: span(2, 0, 30),
    },
    moreOptionalData: span(1, 18, 29),
    checks: [
      check('documentNumber', [span(0, 5, 14)], at(0, 14)),
      check('birthDate', [span(1, 0, 6)], at(1, 6)),
      check('expiryDate', [span(1, 8, 14)], at(1, 14)),
      check('composite', [span(0, 5, 30), span(1, 0, 7), span(1, 8, 15), span(1, 18, 29)], at(1, 29)),
    ],
  },
};

/** The characters of a span. */
export const slice = (lines: readonly string[], { line, start, end }: Span): string =>
  (lines[line] ?? '').slice(start, end);
