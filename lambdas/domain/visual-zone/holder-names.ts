/** Names that no label of their own tells: by a label for all of them, by their place, by the issuer's habit. */
import type { ReadField, ReadFields } from '../evidence.ts';
import { stackAbove } from './card-names.ts';
import { type FoundValue, nameOf } from './field-values.ts';
import { GIVEN_NAMES_FIRST } from './layouts.ts';
import { certainty, type LabelledLine } from './printed-lines.ts';

/** Names that are told by their place alone. */
const UNLABELLED = 0.8;
const WHOLE_NAME = 0.9;
const HALF_NAME = 0.6;

/** A label that means all names: parted by a comma, surname first; or the surname, where given names have a label of their own. */
export function wholeName(values: readonly FoundValue[]): ReadFields {
  const named = values.find(({ name }) => name === 'name');
  if (!named) return {};
  const [surname = '', given = '', ...more] = named.value.split(',').map((part) => part.trim());
  const { confidence } = named;
  if (given !== '' && more.length === 0)
    return { surname: { value: surname, confidence }, givenNames: { value: given, confidence } };
  if (values.some(({ name }) => name === 'givenNames')) return { surname: named };
  // One word is the half of a name whose other half stands in another line, or two that ran together.
  return {
    fullName: { value: named.value, confidence: confidence * (named.value.includes(' ') ? WHOLE_NAME : HALF_NAME) },
  };
}

/** Names above a street. Without a number or label their order is the issuer's habit; a lone one completes the other. */
export function unlabelledNames(lines: readonly LabelledLine[], known: ReadFields, region: string): ReadFields {
  const names = lines.flatMap((line): ReadField[] => {
    const value = nameOf(line.text);
    return value === undefined ? [] : [{ value, confidence: certainty(line) * UNLABELLED }];
  });
  const [a, b] = names;
  if (!a) return {};
  if (known.surname && known.givenNames) return {};
  if (known.surname) return { givenNames: b ?? a };
  if (known.givenNames) return { surname: names.find(({ value }) => value !== known.givenNames?.value) ?? a };
  if (!b) return { fullName: a };
  return GIVEN_NAMES_FIRST.has(region) ? { givenNames: a, surname: b } : { surname: a, givenNames: b };
}

/** On a European licence the surname stands right above the given names. */
export function nameAbove(
  values: readonly FoundValue[],
  known: ReadFields,
  lines: readonly LabelledLine[],
): ReadField | undefined {
  const given = values.find(({ name }) => name === 'givenNames');
  const [above] = given && !known.surname ? stackAbove(given.line, lines) : [];
  const value = above && above.labels.length === 0 ? nameOf(above.text) : undefined;
  return above && value !== undefined ? { value, confidence: certainty(above) * UNLABELLED } : undefined;
}
