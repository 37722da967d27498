import type { CalendarDate } from './age.ts';
import { type FieldSource, fieldsBySource, SURE, sameValue } from './document-fields.ts';
import { type DocumentReading, type FieldName, measured, type ReadFields, unavailable } from './evidence.ts';
import { type Policy, type Signal, signal } from './verdict.ts';

const pairs = [
  ['mrz_visual_consistency', 'mrz', 'visual'],
  ['barcode_visual_consistency', 'barcode', 'visual'],
  ['mrz_barcode_consistency', 'mrz', 'barcode'],
] as const satisfies readonly (readonly [name: string, FieldSource, FieldSource])[];

const words: Readonly<Record<FieldSource, string>> = {
  mrz: 'the machine-readable zone',
  barcode: 'the barcode',
  visual: 'the printed side',
};

/** What nobody has to look at twice: names are cut and spelled in many ways, addresses in more. */
const compared: readonly FieldName[] = ['surname', 'birthDate', 'documentNumber', 'sex', 'expiryDate'];

function compare(
  a: ReadFields,
  b: ReadFields,
): { readonly shared: readonly FieldName[]; readonly different: readonly FieldName[] } {
  const sure = (fields: ReadFields, name: FieldName): string | undefined => {
    const field = fields[name];
    return field && field.confidence >= SURE ? field.value : undefined;
  };
  const shared = compared.filter((name) => sure(a, name) !== undefined && sure(b, name) !== undefined);
  const different = shared.filter((name) => !sameValue(name, sure(a, name) ?? '', sure(b, name) ?? ''));
  return { shared, different };
}

/** Whether a document says the same wherever it says it: one signal for every two places. */
export function consistencySignals(reading: DocumentReading, today: CalendarDate, policy: Policy): Signal[] {
  const told = fieldsBySource(reading, today);
  return pairs.map(([name, one, other]) => {
    const [a, b] = [told[one], told[other]];
    const { shared, different } = a && b ? compare(a, b) : { shared: [], different: [] };
    const missing =
      a && b
        ? 'Nothing was read surely in both places.'
        : `There is nothing to compare: ${words[a ? other : one]} was not read.`;
    const rule = {
      threshold: 1,
      passes: `What ${words[one]} and ${words[other]} say is the same.`,
      fails: `${words[one]} and ${words[other]} say different things: ${different.join(', ')}.`.replace(/^t/, 'T'),
      ceilingUnavailable: 1,
      failFlags: ['document_inconsistent'],
    } as const;
    const measure =
      shared.length > 0 ? measured((shared.length - different.length) / shared.length) : unavailable(missing);
    return signal(name, measure, rule, policy);
  });
}
