import type { DocumentExtraction } from '../../domain/document-extraction.ts';
import type { DocumentVerification } from '../../domain/verification.ts';
import type { DocumentEvent } from '../../domain/webhook-delivery.ts';
import { iso } from '../timestamp.ts';
import { toRecordReply } from './replies.ts';
import type { WebhookBody } from './schemas.ts';

interface Subject {
  readonly verification: DocumentVerification;
  readonly extraction?: DocumentExtraction;
}

function toWebhookBody({ occurredAt }: DocumentEvent, { verification, extraction }: Subject): WebhookBody {
  const told = toRecordReply(verification, extraction, '');
  if (told.status === 'processing') throw new Error('An event of a verification that goes on.');
  const head = { event: 'verification.completed', request_id: told.request_id, status: told.status } as const;
  const timestamp = iso(occurredAt);
  const test = told.test_mode && { test_mode: told.test_mode };
  if (told.status === 'error') {
    const nothing = { verified_age: null, confidence_score: null, processing_time_ms: null };
    const document_type = verification.request.documentType;
    return { ...head, ...nothing, document_type, metadata: told.metadata, error: told.error, ...test, timestamp };
  }
  const { verified_age, confidence_score, document_type, processing_time_ms, metadata, extraction_data, reason } = told;
  return {
    ...head,
    verified_age,
    confidence_score,
    document_type,
    processing_time_ms,
    metadata,
    ...(extraction_data !== undefined && { extraction_data }),
    ...(reason !== undefined && { reason }),
    ...test,
    timestamp,
  };
}

/** M-60. While a secret is rotated two signatures stand side by side, the new one first. */
export const documentWebhook = {
  body: (event: DocumentEvent, subject: Subject): string => JSON.stringify(toWebhookBody(event, subject)),
  headers: (
    { type }: DocumentEvent,
    { bodyHex }: { readonly bodyHex: readonly string[] },
  ): Readonly<Record<string, string>> => ({
    'user-agent': 'Selfsame-Webhooks/1.0',
    'x-webhook-event': type,
    'x-webhook-signature': bodyHex.join(','),
  }),
};
