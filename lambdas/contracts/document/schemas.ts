import * as z from 'zod';
import { testScenarios } from '../../domain/sandbox-document.ts';
import { metadata } from '../metadata.ts';
import { text } from '../printable-text.ts';

const documentKinds = ['passport', 'drivers_license', 'national_id', 'residence_permit', 'visa'] as const;

export const requestId = z.string().regex(/^req_[0-9a-f]{16}$/);

export const verifyBody = z
  .strictObject({
    document_type: z.enum(documentKinds),
    document_data: z.string().exactOptional().meta({
      description: 'JPEG, PNG or PDF in base64, bare or as a data URI; at most 10 MB, at least 300×300 pixels.',
    }),
    document_key: text(512).exactOptional().meta({
      description:
        'Instead of `document_data`: what `/v1/uploads` answered, once the document is there. Good for one call.',
    }),
    verification_type: z.enum(['age_only', 'full_verification']).default('age_only'),
    metadata: metadata
      .meta({ description: 'Yours; comes back as it is. In test mode `test_scenario` chooses what is shown.' })
      .exactOptional(),
    webhook_url: z.string().exactOptional().meta({
      description: 'HTTPS address that the result is sent to; the call is then answered with 202.',
    }),
    test_mode: z
      .boolean()
      .default(false)
      .meta({ description: 'Judges prepared evidence, and is free. Test keys force it.' }),
    age_threshold: z
      .number()
      .int()
      .min(1)
      .max(120)
      .exactOptional()
      .meta({ description: 'Years that the holder must have; default: the account’s, else 18.' }),
  })
  .superRefine(({ document_data, document_key }, context) => {
    if ((document_data === undefined) === (document_key === undefined)) {
      const message = document_key === undefined ? 'is required' : 'goes without document_key';
      context.addIssue({ code: 'custom', path: ['document_data'], message });
    }
  })
  .meta({ id: 'DocumentRequest' });

export const testScenario = z.enum(testScenarios);

const share = z.number().min(0).max(1);
const source = z.enum(['mrz', 'barcode', 'visual']);
const field = z.object({ value: z.string(), confidence: share, source }).meta({
  id: 'ExtractedField',
  description: 'Dates are `YYYY-MM-DD`, shorter where a part is unknown; states ISO 3166-1 alpha-3.',
});
const maybe = field.nullable();

const extractionData = z
  .object({
    first_name: maybe,
    last_name: maybe,
    full_name: maybe,
    date_of_birth: maybe,
    document_number: maybe,
    issuing_country: maybe,
    nationality: maybe,
    sex: maybe,
    issue_date: maybe,
    expiry_date: maybe,
    address: field.exactOptional(),
    mrz: z
      .object({
        format: z.string(),
        lines: z.array(z.string()),
        raw_lines: z.array(z.string()).meta({ description: 'As read, before any repair by check digits.' }),
        corrected: z.boolean(),
        check_digits: z.record(z.string(), z.boolean()),
        confidence: share,
        source: z.literal('mrz'),
      })
      .exactOptional(),
    barcode: z
      .object({
        format: z.literal('PDF417'),
        version: z.number().int(),
        issuer: z.string(),
        elements: z.record(z.string(), z.string()),
        source: z.literal('barcode'),
      })
      .exactOptional(),
  })
  .meta({ id: 'ExtractionData', description: 'null: not read.' });

const signal = z
  .object({
    name: z.string(),
    score: share.nullable().meta({ description: '0..1; null: unavailable, and never a pass.' }),
    threshold: z.number(),
    passed: z.boolean(),
    reason: z.string(),
  })
  .meta({ id: 'DocumentSignal' });

const check = z
  .object({ status: z.enum(['passed', 'failed', 'unavailable']), score: share.nullable(), reason: z.string() })
  .meta({ id: 'AuthenticityCheck' });

/** What a verification came to, in the order of the text. */
const completed = {
  request_id: requestId,
  status: z.enum(['verified', 'rejected']),
  verified_age: z.number().int().nullable().meta({
    description: 'Whole years that are certain, by the UTC day of the server; null where no date of birth was read.',
  }),
  confidence_score: share.meta({ description: 'How sure the reading is, whatever it says.' }),
  document_type: z.enum(documentKinds).meta({ description: 'As detected.' }),
  processing_time_ms: z.number().int(),
  metadata: z.record(z.string(), z.json()),
  reason: z.string().exactOptional().meta({
    description:
      'Why it was rejected: `document_suspected_fraud`, `document_specimen`, `document_expired`, `underage`, `document_type_mismatch`, `age_unknown`, `portrait_missing` or `low_confidence`; the first of `reasons`.',
  }),
  reasons: z.array(z.string()).exactOptional(),
  extraction_data: extractionData.nullable().exactOptional().meta({
    description: 'With `full_verification`; null once it is forgotten, after 24 hours.',
  }),
  fraud_signals: z
    .array(signal)
    .exactOptional()
    .meta({ description: 'With `full_verification`: what speaks against it.' }),
  authenticity: z.record(z.string(), check).exactOptional().meta({
    description: 'With `full_verification`. What is not measured is `unavailable`, and says so.',
  }),
  signals: z.array(signal).meta({ description: 'All that was looked at.' }),
  test_mode: z.literal(true).exactOptional(),
} as const;

const error = z.object({
  code: z.string(),
  message: z.string(),
  details: z
    .object({
      reason: z.string().exactOptional(),
      reasons: z.array(z.string()).exactOptional(),
      fields: z.record(z.string(), z.array(z.string())).exactOptional(),
      retry_after_seconds: z.number().int().exactOptional(),
      max_bytes: z.number().int().exactOptional(),
      upload_url: z.string().exactOptional(),
    })
    .exactOptional(),
});

export const errorReply = z
  .object({
    request_id: z.string(),
    status: z.literal('error').exactOptional().meta({ description: 'Where a document was looked at (422).' }),
    error,
    test_mode: z.literal(true).exactOptional(),
  })
  .meta({ id: 'DocumentError' });

export const verifyReply = z.object(completed).meta({ id: 'DocumentReply' });

export const processingReply = z
  .object({
    request_id: requestId,
    status: z.literal('processing'),
    estimated_time_seconds: z.number(),
    webhook_url: z.string().exactOptional(),
    status_url: z.string(),
    test_mode: z.literal(true).exactOptional(),
  })
  .meta({ id: 'DocumentProcessing' });

/** One that could not be judged, as it is read afterwards. */
const failedReply = z
  .object({
    request_id: requestId,
    status: z.literal('error'),
    error,
    metadata: z.record(z.string(), z.json()),
    test_mode: z.literal(true).exactOptional(),
  })
  .meta({ id: 'DocumentFailure' });

export const recordReply = z.union([verifyReply, processingReply, failedReply]);

export const findQuery = z.strictObject({
  x_request_id: text(128).meta({ description: 'The `X-Request-ID` that you sent.' }),
  cursor: z.string().max(2048).exactOptional(),
});
export const findReply = z
  .object({ requests: z.array(recordReply), cursor: z.string().exactOptional() })
  .meta({ id: 'DocumentRecords' });

export const webhookBody = z
  .object({
    event: z.literal('verification.completed'),
    request_id: requestId,
    status: z.enum(['verified', 'rejected', 'error']),
    verified_age: z.number().int().nullable(),
    confidence_score: share.nullable(),
    document_type: z.enum(documentKinds),
    processing_time_ms: z.number().int().nullable(),
    metadata: z.record(z.string(), z.json()),
    extraction_data: extractionData.nullable().exactOptional(),
    reason: z.string().exactOptional(),
    error: error.exactOptional(),
    test_mode: z.literal(true).exactOptional(),
    timestamp: z.string(),
  })
  .meta({ id: 'DocumentWebhook' });

export type VerifyReply = z.infer<typeof verifyReply>;
export type ProcessingReply = z.infer<typeof processingReply>;
export type RecordReply = z.infer<typeof recordReply>;
export type ExtractionData = z.infer<typeof extractionData>;
export type ErrorReply = z.infer<typeof errorReply>;
export type WebhookBody = z.infer<typeof webhookBody>;
