import type { MrzFields, MrzFormat } from './evidence.ts';
import { type Check, MRZ_CHARACTERS, MRZ_LAYOUTS, type MrzLayout, slice } from './mrz-layout.ts';

const WEIGHTS = [7, 3, 1] as const;

/** Value of a character: `<` 0, digits themselves, `A` 10 to `Z` 35 (Doc 9303 part 3, section 4.9). Others throw. */
export const mrzValue = (character: string): number => {
  const index = MRZ_CHARACTERS.indexOf(character);
  if (index < 0 || character.length !== 1) throw new RangeError(`not an MRZ character: ${JSON.stringify(character)}`);
  return index === 0 ? 0 : index - 1;
};

/** Check digit 0..9 of a text of MRZ characters, weights 7-3-1 repeating. */
export const checkDigit = (text: string): number => {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum += mrzValue(text.charAt(i)) * (WEIGHTS[i % 3] ?? 0);
  return sum % 10;
};

/** A document number that runs on into the optional data: its tail, and the check digit behind it. */
interface Overflow {
  readonly tail: string;
  readonly digit: string;
  readonly rest: string;
}

/**
 * Doc 9303 part 5, 4.2.2 note j (and part 6): a number of more than nine characters has `<` for its check digit and goes on in the
 * optional data, then its check digit, then a filler.
 */
const overflowOf = (layout: MrzLayout, format: MrzFormat, lines: readonly string[]): Overflow | undefined => {
  const number = layout.checks.find(({ field }) => field === 'documentNumber');
  const optional = layout.fields.optionalData;
  if ((format !== 'TD1' && format !== 'TD2') || !number || !optional || slice(lines, number.at) !== '<')
    return undefined;
  const text = slice(lines, optional);
  const end = text.includes('<') ? text.indexOf('<') : text.length;
  if (end < 2 || !/[0-9]/.test(text.charAt(end - 1))) return undefined;
  return { tail: text.slice(0, end - 1), digit: text.charAt(end - 1), rest: text.slice(end) };
};

const holds = ({ over, at, field }: Check, lines: readonly string[], overflow: Overflow | undefined): boolean => {
  const covered = over.map((part) => slice(lines, part)).join('');
  if (overflow && field === 'documentNumber')
    // Doc 9303 does not say whether the filler in the check digit's place is counted; issuers do both.
    return [covered, `${covered}<`].some((head) => checkDigit(head + overflow.tail) === Number(overflow.digit));
  const digit = slice(lines, at);
  // A field that is not used may have a filler for its check digit.
  if (digit === '<') return field !== 'composite' && /^<+$/.test(covered);
  return /^[0-9]$/.test(digit) && checkDigit(covered) === Number(digit);
};

/** True if the lines have the format's count and width and consist of MRZ characters only. */
export const fitsLayout = (format: MrzFormat, lines: readonly string[]): boolean => {
  const { lines: count, width } = MRZ_LAYOUTS[format];
  return lines.length === count && lines.every((line) => line.length === width && /^[<0-9A-Z]*$/.test(line));
};

const demandLayout = (format: MrzFormat, lines: readonly string[]): MrzLayout => {
  const layout = MRZ_LAYOUTS[format];
  if (!fitsLayout(format, lines))
    throw new RangeError(`${format} is ${layout.lines} lines of ${layout.width} characters out of ${MRZ_CHARACTERS}`);
  return layout;
};

/** Which check digits are right, by field name; `composite` last. Throws `RangeError` on lines that do not fit the format. */
export const checkMrz = (format: MrzFormat, lines: readonly string[]): Record<string, boolean> => {
  const layout = demandLayout(format, lines);
  const overflow = overflowOf(layout, format, lines);
  return Object.fromEntries(layout.checks.map((check) => [check.field, holds(check, lines, overflow)]));
};

/** Fillers inside a value stand for a space, an apostrophe or a hyphen; at its ends for nothing. */
const text = (value: string): string => value.replaceAll(/<+/g, ' ').trim();

const SEXES: Readonly<Record<string, MrzFields['sex']>> = { M: 'M', F: 'F', X: 'X' };

/** Fields of well-formed lines, whether or not the check digits hold. Throws `RangeError` on lines that do not fit the format. */
export const parseMrz = (format: MrzFormat, lines: readonly string[]): MrzFields => {
  const layout = demandLayout(format, lines);
  const overflow = overflowOf(layout, format, lines);
  const field = (name: keyof MrzFields): string => {
    const place = layout.fields[name];
    return place ? slice(lines, place) : '';
  };
  const [primary = '', ...secondary] = layout.fields.givenNames
    ? [field('surname'), field('givenNames')]
    : field('surname').split('<<');
  const optional = overflow ? overflow.rest : field('optionalData');
  const more = layout.moreOptionalData ? slice(lines, layout.moreOptionalData) : '';
  const date = (name: 'birthDate' | 'expiryDate'): string => (/^<*$/.test(field(name)) ? '' : field(name));
  return {
    documentCode: text(field('documentCode')),
    issuingState: text(field('issuingState')),
    documentNumber: overflow ? text(field('documentNumber')) + overflow.tail : text(field('documentNumber')),
    surname: text(primary),
    givenNames: text(secondary.join('<')),
    nationality: format === 'FRA-ID' ? 'FRA' : text(field('nationality')),
    birthDate: date('birthDate'),
    sex: SEXES[field('sex')] ?? '',
    expiryDate: date('expiryDate'),
    optionalData: text(`${optional}<${more}`),
  };
};
