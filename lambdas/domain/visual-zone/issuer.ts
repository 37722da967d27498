/** Who issued a document, and in which order it writes days and months. */
import type { ReadField } from '../evidence.ts';
import { withoutTitles } from './document-titles.ts';
import type { FoundValue } from './field-values.ts';
import { EU_LICENCE, type Layout } from './layouts.ts';
import type { DateOrder } from './printed-dates.ts';
import { certainty, type LabelledLine } from './printed-lines.ts';
import { stateNamed, stateOfSign } from './state-names.ts';

/** Share of the page that titles stand in; further down a state's name is a place of birth. */
const TITLES_END = 0.35;
const BY_TITLE = 0.85;
const BY_SIGN = 0.7;

const COUNTRIES = { US: 'USA', CA: 'CAN', AU: 'AUS' } as const;

export function issuerOf(
  layout: Layout,
  ease: number,
  lines: readonly LabelledLine[],
  values: readonly FoundValue[],
): ReadField | undefined {
  if (layout.region) return { value: COUNTRIES[layout.region.state], confidence: ease * 0.98 };
  const labelledState = values.find(({ name }) => name === 'issuingState');
  if (labelledState) return labelledState;
  const top = Math.min(...lines.map(({ box }) => box.y));
  const bottom = Math.max(...lines.map(({ box }) => box.y + box.height));
  const title = lines.find(
    ({ labels, box, squeezed }) =>
      labels.length === 0 && box.y < top + (bottom - top) * TITLES_END && stateNamed(withoutTitles(squeezed.letters)),
  );
  const value = title && stateNamed(withoutTitles(title.squeezed.letters));
  if (title && value !== undefined) return { value, confidence: title.confidence * BY_TITLE };
  return layout === EU_LICENCE
    ? signIn(lines.filter(({ box }) => box.y < top + (bottom - top) * TITLES_END))
    : undefined;
}

/** The letters in the flag of a European licence, left of everything else; one letter alone may be an ornament. */
function signIn(lines: readonly LabelledLine[]): ReadField | undefined {
  const left = Math.min(...lines.map(({ box }) => box.x));
  const sign = lines.find(({ text, box }) => box.x < left + 2 * box.height && stateOfSign(text) !== undefined);
  const value = sign && stateOfSign(sign.text);
  return sign && value !== undefined ? { value, confidence: certainty(sign) * BY_SIGN } : undefined;
}

export function orderOf({ family }: Layout, state: string | undefined): DateOrder {
  if (family.order !== 'unknown' || state === undefined || state === 'CAN') return family.order;
  return state === 'USA' ? 'mdy' : 'dmy';
}
