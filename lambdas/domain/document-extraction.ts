import type { DocumentFields } from './document-fields.ts';
import type { BarcodeReading, DocumentReading, MrzReading } from './evidence.ts';

/** What was read on a document, as it is shown and kept for a while: text alone, no picture. */
export interface DocumentExtraction {
  readonly fields: DocumentFields;
  readonly mrz?: Omit<MrzReading, 'fields'>;
  readonly barcode?: Omit<BarcodeReading, 'fields'>;
}

export function extractionOf({ mrz, barcode }: DocumentReading, fields: DocumentFields): DocumentExtraction {
  const bare = <T extends { readonly fields: unknown }>({ fields: _, ...rest }: T): Omit<T, 'fields'> => rest;
  return { fields, ...(mrz && { mrz: bare(mrz) }), ...(barcode && { barcode: bare(barcode) }) };
}
