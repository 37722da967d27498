import type { DocumentReading, MrzFields, MrzFormat } from './evidence.ts';
import type { DocumentKind, DocumentRequest } from './verification.ts';

/**
 * The kinds that a zone can stand on, the likeliest first. ICAO Doc 9303 part 3, 4.2: the second letter is the issuer's. Permits of the European
 * Union have `IR`, older ones `AR` and `RP`.
 */
export function kindsOfZone(
  format: MrzFormat,
  { documentCode: code }: Pick<MrzFields, 'documentCode'>,
): readonly [DocumentKind, ...DocumentKind[]] {
  if (format === 'MRV-A' || format === 'MRV-B') return ['visa'];
  if (format === 'TD3' || code.startsWith('P')) return ['passport'];
  if (code.startsWith('D')) return ['drivers_license'];
  if (/^(?:[AIC]R|R)/.test(code)) return ['residence_permit'];
  return format === 'FRA-ID' ? ['national_id'] : ['national_id', 'residence_permit'];
}

/**
 * The kinds that a document can be of, the likeliest first. Cards of one format can be two things, and a North American barcode stands
 * on licences and on ID cards alike. Empty where nothing on it tells.
 */
export function documentKinds({ mrz, barcode, visual }: DocumentReading): readonly DocumentKind[] {
  const told: (readonly DocumentKind[])[] = [
    ...(visual ? [[visual.kind]] : []),
    ...(mrz ? [kindsOfZone(mrz.format, mrz.fields)] : []),
    ...(barcode ? [['drivers_license', 'national_id'] as const] : []),
  ];
  const [first = [], ...others] = told;
  const agreed = first.filter((kind) => others.every((kinds) => kinds.includes(kind)));
  return agreed.length > 0 ? agreed : first;
}

/** The kind that was detected: the one that was claimed, where it can be that. */
export function detectedKind(kinds: readonly DocumentKind[], claimed: DocumentKind): DocumentKind {
  return kinds.includes(claimed) ? claimed : (kinds[0] ?? claimed);
}

/** M-46: the published ceilings, seconds, for `age_only` and `full_verification`. */
const ceilings: Readonly<Record<DocumentKind, readonly [ageOnly: number, full: number]>> = {
  passport: [5, 15],
  drivers_license: [3, 10],
  national_id: [4, 12],
  residence_permit: [4, 12],
  visa: [5, 15],
};

/** How long a document may take once its turn has come. */
export function estimatedSeconds(request: Pick<DocumentRequest, 'documentType' | 'verificationType'>): number {
  const [ageOnly, full] = ceilings[request.documentType];
  return request.verificationType === 'age_only' ? ageOnly : full;
}

const idShape = /^req_[0-9a-f]{16}$/;

export const isDocumentId = (id: string): boolean => idShape.test(id);
