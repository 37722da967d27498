import type { DocumentExtraction } from '../../lambdas/domain/document-extraction.ts';
import type { DocumentRequest, DocumentVerification } from '../../lambdas/domain/verification.ts';
import { anOutcome } from './verification.ts';

/** A document that was verified within its call, but for what is changed. */
export const aDocument = (
  change: Partial<DocumentVerification> = {},
  request: Partial<DocumentRequest> = {},
): DocumentVerification => ({
  tenantId: 'tn_AAAAAAAAAAAAAAAA',
  mode: 'live',
  id: 'req_0123456789abcdef',
  contract: 'document',
  state: 'approved',
  claims: {},
  createdAt: 1_800_000_000_000,
  submittedAt: 1_800_000_000_000,
  concludedAt: 1_800_000_000_900,
  outcome: anOutcome({ flags: [] }),
  result: { documentType: 'passport', age: 25, processingTimeMs: 900 },
  attempts: 0,
  ...change,
  request: {
    documentType: 'passport',
    verificationType: 'full_verification',
    ageThreshold: 18,
    testMode: false,
    ...request,
  },
});

/** One that waits for its verdict. */
export function aWaitingDocument(
  change: Partial<DocumentVerification> = {},
  request: Partial<DocumentRequest> = {},
): DocumentVerification {
  const { outcome: _, result: __, concludedAt: ___, ...bare } = aDocument({ state: 'submitted', ...change }, request);
  return bare;
}

export const anExtraction = (surname = 'ERIKSSON'): DocumentExtraction => ({
  fields: { surname: { value: surname, confidence: 0.9, source: 'mrz' } },
});
