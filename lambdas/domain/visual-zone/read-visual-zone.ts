/** The words on a document → its fields. Pure: lines with boxes in, a reading out; what no table explains is not read at all. */
import type { FieldName, ReadField, ReadFields, VisualReading } from '../evidence.ts';
import { assignDates } from './assign-dates.ts';
import { cardBlock, stackAbove } from './card-names.ts';
import { recogniseDocument, untitledLayout, withoutTitles } from './document-titles.ts';
import { type FoundValue, labelledValues, nameOf } from './field-values.ts';
import { GIVEN_NAMES_FIRST, type Layout, NUMBER_FORMS, regionName } from './layouts.ts';
import type { DateOrder } from './printed-dates.ts';
import { certainty, type LabelledLine, labelled, printedLines, type VisualLine } from './printed-lines.ts';
import { stateNamed } from './state-names.ts';

/** Names that are told by their place alone. */
const UNLABELLED = 0.8;
const WHOLE_NAME = 0.9;
const HALF_NAME = 0.6;
/** A number of a form that the issuer does not use was misread. */
const ODD_NUMBER = 0.6;
/** Years: nobody drives before. */
const LEAST_DRIVER = 14;
/** Fewer fields are no document: a poster has a title too. */
const LEAST_FIELDS = 2;

/**
 * `undefined` for a document that no layout explains. Every value stands on the page; one that can be read in two ways is left
 * out, or has a confidence below 0.9. `kind`: what another part of the document says that it is, for pages without a title.
 */
export function readVisualZone(lines: readonly VisualLine[], kind?: VisualReading['kind']): VisualReading | undefined {
  const printed = printedLines(lines);
  const recognised = recogniseDocument(printed) ?? (kind && untitledLayout(kind));
  if (!recognised) return undefined;
  const { layout, ease } = recognised;
  const { family, region } = layout;
  const first = labelled(printed, family, family.order);
  const values = labelledValues(first, family);
  const state = issuerOf(layout, ease, first, values);
  // Which of two numbers is the month is known once the issuer is.
  const order = orderOf(layout, state?.value);
  const dated = order === family.order ? first : labelled(printed, family, order);
  const fields: Partial<Record<FieldName, ReadField>> = {};
  const keep = (name: FieldName, field: ReadField | undefined): void => {
    if (field && field.confidence > (fields[name]?.confidence ?? 0))
      fields[name] = { value: field.value, confidence: field.confidence };
  };
  for (const { name, ...field } of values) if (name !== 'name') keep(name, field);
  for (const [name, field] of Object.entries(
    assignDates(dated, family.inline, layout.kind === 'drivers_license' ? LEAST_DRIVER : 0),
  ))
    keep(name as FieldName, field);
  for (const [name, field] of Object.entries(wholeName(values))) keep(name as FieldName, field);
  if (region && region.state !== 'AU') {
    const block = cardBlock(
      dated,
      values.some(({ name }) => name === 'surname' || name === 'givenNames'),
    );
    for (const [name, field] of Object.entries(unlabelledNames(block.names, fields, regionName(region))))
      keep(name as FieldName, field);
    delete fields.address;
    keep('address', block.address);
    const form = NUMBER_FORMS[regionName(region)];
    const number = fields.documentNumber;
    if (form && number && !form.test(number.value))
      fields.documentNumber = { ...number, confidence: number.confidence * ODD_NUMBER };
  }
  if (!region && family.inline) keep('surname', nameAbove(values, fields, dated));
  keep('issuingState', state);
  const found = Object.keys(fields).filter((name) => name !== 'issuingState' && name !== 'address').length;
  return found < LEAST_FIELDS ? undefined : { kind: layout.kind, layout: layout.name, fields: rounded(fields) };
}

/** Three decimals: what is behind them is noise, and differs between machines. */
const rounded = (fields: ReadFields): ReadFields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, { value, confidence }]) => [
      name,
      { value, confidence: Math.round(confidence * 1000) / 1000 },
    ]),
  );

/** Share of the page that titles stand in; further down a state's name is a place of birth. */
const TITLES_END = 0.35;
const BY_TITLE = 0.85;

const COUNTRIES = { US: 'USA', CA: 'CAN', AU: 'AUS' } as const;

function issuerOf(
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
  return title && value !== undefined ? { value, confidence: title.confidence * BY_TITLE } : undefined;
}

function orderOf({ family }: Layout, state: string | undefined): DateOrder {
  if (family.order !== 'unknown' || state === undefined || state === 'CAN') return family.order;
  return state === 'USA' ? 'mdy' : 'dmy';
}

/** A label that means all names: parted by a comma, surname first; or the surname, where given names have a label of their own. */
function wholeName(values: readonly FoundValue[]): ReadFields {
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
function unlabelledNames(lines: readonly LabelledLine[], known: ReadFields, region: string): ReadFields {
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
function nameAbove(
  values: readonly FoundValue[],
  known: ReadFields,
  lines: readonly LabelledLine[],
): ReadField | undefined {
  const given = values.find(({ name }) => name === 'givenNames');
  const [above] = given && !known.surname ? stackAbove(given.line, lines) : [];
  const value = above && above.labels.length === 0 ? nameOf(above.text) : undefined;
  return above && value !== undefined ? { value, confidence: certainty(above) * UNLABELLED } : undefined;
}
