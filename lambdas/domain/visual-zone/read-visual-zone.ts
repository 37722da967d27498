/** The words on a document → its fields. Pure: lines with boxes in, a reading out; what no table explains is not read at all. */
import type { FieldName, ReadField, ReadFields, VisualReading } from '../evidence.ts';
import { assignDates } from './assign-dates.ts';
import { cardBlock } from './card-names.ts';
import { recogniseDocument, untitledLayout } from './document-titles.ts';
import { type FoundValue, labelledValues } from './field-values.ts';
import { nameAbove, unlabelledNames, wholeName } from './holder-names.ts';
import { issuerOf, orderOf } from './issuer.ts';
import { type Layout, NUMBER_FORMS, regionName } from './layouts.ts';
import { type LabelledLine, labelled, printedLines, type VisualLine } from './printed-lines.ts';

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
  const { family } = layout;
  const first = labelled(printed, family, family.order);
  const values = labelledValues(first, family);
  const state = issuerOf(layout, ease, first, values);
  // Which of two numbers is the month is known once the issuer is.
  const order = orderOf(layout, state?.value);
  const dated = order === family.order ? first : labelled(printed, family, order);
  const labelledFields = surest([
    ...values.flatMap(({ name, value, confidence }) => (name === 'name' ? [] : [{ [name]: { value, confidence } }])),
    assignDates(dated, family.inline, layout.kind === 'drivers_license' ? LEAST_DRIVER : 0),
    wholeName(values),
  ]);
  const fields = surest([cardFields(layout, labelledFields, values, dated), state ? { issuingState: state } : {}]);
  const found = Object.keys(fields).filter((name) => name !== 'issuingState' && name !== 'address').length;
  return found < LEAST_FIELDS ? undefined : { kind: layout.kind, layout: layout.name, fields: rounded(fields) };
}

/** Of every field the reading that is surest, the first of equals. */
function surest(readings: readonly ReadFields[]): ReadFields {
  const fields: Partial<Record<FieldName, ReadField>> = {};
  for (const reading of readings)
    for (const [name, { value, confidence }] of Object.entries(reading) as [FieldName, ReadField][])
      if (confidence > (fields[name]?.confidence ?? 0)) fields[name] = { value, confidence };
  return fields;
}

/** What a licence tells by its form: names above a street, an address of several lines, numbers of a known shape. */
function cardFields(
  { family, region }: Layout,
  fields: ReadFields,
  values: readonly FoundValue[],
  lines: readonly LabelledLine[],
): ReadFields {
  if (!region) {
    const above = family.inline ? nameAbove(values, fields, lines) : undefined;
    return above ? surest([fields, { surname: above }]) : fields;
  }
  if (!family.streets) return fields;
  const numbered = values.some(({ name }) => name === 'surname' || name === 'givenNames');
  const { names, address } = cardBlock(lines, numbered);
  const { address: _, documentNumber: number, ...others } = fields;
  const form = NUMBER_FORMS[regionName(region)];
  const odd = number && form && !form.test(number.value);
  return surest([
    others,
    number ? { documentNumber: odd ? { ...number, confidence: number.confidence * ODD_NUMBER } : number } : {},
    unlabelledNames(names, fields, regionName(region)),
    address ? { address } : {},
  ]);
}

/** Three decimals: what is behind them is noise, and differs between machines. */
const rounded = (fields: ReadFields): ReadFields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, { value, confidence }]) => [
      name,
      { value, confidence: Math.round(confidence * 1000) / 1000 },
    ]),
  );
