import type { MrzFields, MrzFormat } from './evidence.ts';
import { checkDigit } from './mrz.ts';
import { MRZ_LAYOUTS, type MrzLayout, type Span, slice } from './mrz-layout.ts';

/** Upper case A-Z, 0-9; spaces, hyphens and fillers become `<`, apostrophes vanish. Anything else throws: transliterate first. */
const encode = (name: string, value: string): string => {
  const encoded = value.toUpperCase().replaceAll(/['’]/g, '').replaceAll(/[ -]+/g, '<');
  if (!/^[<0-9A-Z]*$/.test(encoded))
    throw new RangeError(`${name}: no MRZ character for some of ${JSON.stringify(value)}`);
  return encoded;
};

const put = (grid: string[][], { line, start, end }: Span, value: string): void => {
  for (let i = 0; i < Math.min(value.length, end - start); i++) (grid[line] as string[])[start + i] = value.charAt(i);
};

const demandFit = (name: string, value: string, width: number): string => {
  if (value.length > width) throw new RangeError(`${name}: ${value.length} characters do not fit into ${width}`);
  return value;
};

/** `SURNAME<<GIVEN<NAMES`, cut to the width so that at least one given name's initial stays (Doc 9303 part 3, 4.6.2). */
const nameField = (surname: string, given: string, width: number): string => {
  if (given === '') return surname.slice(0, width);
  return `${surname.slice(0, width - 3)}<<${given}`.slice(0, width);
};

/** A long number's head in its own field, `<` for the check digit, the tail and its check digit in the optional data. */
const longNumber = (number: string): { readonly head: string; readonly optional: string } => ({
  head: number.slice(0, 9),
  optional: `${number.slice(9)}${checkDigit(number)}<`,
});

const putCheckDigits = (layout: MrzLayout, grid: string[][], overflow: boolean): void => {
  for (const { field, over, at } of layout.checks) {
    if (overflow && field === 'documentNumber') continue;
    const lines = grid.map((line) => line.join(''));
    const covered = over.map((part) => slice(lines, part)).join('');
    const unused = field === 'optionalData' && /^<*$/.test(covered);
    put(grid, at, unused ? '<' : String(checkDigit(covered)));
  }
};

/**
 * Valid lines for the fields: `parseMrz(format, writeMrz(format, fields))` gives the fields back as far as the format has room for them.
 * Names are cut to fit; any other field that is too long, or that has characters outside the MRZ's, throws `RangeError`.
 */
export const writeMrz = (format: MrzFormat, fields: MrzFields): string[] => {
  const layout = MRZ_LAYOUTS[format];
  const grid = Array.from({ length: layout.lines }, () => Array.from({ length: layout.width }, () => '<'));
  const encoded = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, encode(name, value)]));
  const overflow = (format === 'TD1' || format === 'TD2') && (encoded.documentNumber ?? '').length > 9;
  if (overflow) {
    const { head, optional } = longNumber(encoded.documentNumber ?? '');
    encoded.documentNumber = head;
    encoded.optionalData = optional + (encoded.optionalData ?? '');
  }
  for (const [name, place] of Object.entries(layout.fields)) {
    const width = place.end - place.start;
    const value = encoded[name] ?? '';
    if (name === 'surname' && !layout.fields.givenNames)
      put(grid, place, nameField(value, encoded.givenNames ?? '', width));
    else if (name === 'surname' || name === 'givenNames') put(grid, place, value.slice(0, width));
    else put(grid, place, demandFit(name, value, width));
  }
  putCheckDigits(layout, grid, overflow);
  return grid.map((line) => line.join(''));
};
