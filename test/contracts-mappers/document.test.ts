import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDocumentData } from '../../lambdas/contracts/document/document-data.ts';
import { toErrorReply } from '../../lambdas/contracts/document/errors.ts';
import { toRecordReply } from '../../lambdas/contracts/document/replies.ts';
import { errorReply, recordReply, webhookBody } from '../../lambdas/contracts/document/schemas.ts';
import { documentWebhook } from '../../lambdas/contracts/document/webhook.ts';
import type { CommonCode, DocumentCode, Failure } from '../../lambdas/domain/error.ts';
import { failure } from '../../lambdas/domain/error.ts';
import { type Flag, flagSeverity } from '../../lambdas/domain/flags.ts';
import type { DocumentVerification } from '../../lambdas/domain/verification.ts';
import { conclusionEvent, type DocumentEvent } from '../../lambdas/domain/webhook-delivery.ts';
import { aDocument, anExtraction, aWaitingDocument } from '../support/document.ts';
import { anOutcome } from '../support/verification.ts';

const called = { ownId: 'req_0000000000000001', baseUrl: 'https://api.example' };
const base = 'https://api.example';
const rejectedBy = (...flags: Flag[]) =>
  aDocument({ state: 'rejected', outcome: anOutcome({ decision: 'rejected', flags }) });

describe('M-40 M-48 errors', () => {
  test.each([
    ['invalid_request', 400, 'REQUEST_INVALID'],
    ['unsupported_media_type', 400, 'REQUEST_INVALID'],
    ['document_invalid_format', 400, 'DOCUMENT_INVALID_FORMAT'],
    ['webhook_url_invalid', 400, 'WEBHOOK_URL_INVALID'],
    ['unauthorized', 401, 'AUTH_INVALID_KEY'],
    ['invalid_key', 401, 'AUTH_INVALID_KEY'],
    ['key_expired', 401, 'AUTH_INVALID_KEY'],
    ['insufficient_credits', 402, 'QUOTA_EXCEEDED'],
    ['verification_not_found', 404, 'REQUEST_NOT_FOUND'],
    ['idempotency_in_flight', 409, 'IDEMPOTENCY_IN_FLIGHT'],
    ['document_too_large', 413, 'DOCUMENT_TOO_LARGE'],
    ['payload_too_large', 413, 'DOCUMENT_TOO_LARGE'],
    ['document_quality_low', 422, 'DOCUMENT_QUALITY_LOW'],
    ['document_not_found', 422, 'DOCUMENT_NOT_FOUND'],
    ['document_unsupported', 422, 'DOCUMENT_UNSUPPORTED'],
    ['idempotency_key_reused', 422, 'IDEMPOTENCY_KEY_REUSED'],
    ['rate_limited', 429, 'RATE_LIMIT_EXCEEDED'],
    ['internal', 500, 'INTERNAL_ERROR'],
    ['unavailable', 503, 'SERVICE_UNAVAILABLE'],
  ] as const satisfies readonly (readonly [CommonCode | DocumentCode, number, string])[])(
    'M-48 %s is %i %s, under an id of ours',
    (cause, status, code) => {
      const reply = toErrorReply(failure(cause, 'Why.'), 'theirs', called);
      expect(reply.status).toBe(status);
      expect(reply.body).toMatchObject({ request_id: called.ownId, error: { code } });
      expect(errorReply.strict().parse(reply.body)).toEqual(reply.body);
    },
  );

  test('M-41 the number of seconds is in the message and beside it', () => {
    const of = (retryAfter: number) =>
      toErrorReply(failure('rate_limited', 'x', { retryAfter }), '', called).body.error;
    expect(of(30)).toEqual({
      ...{ code: 'RATE_LIMIT_EXCEEDED', message: 'Rate limit exceeded. Try again in 30 seconds.' },
      details: { retry_after_seconds: 30 },
    });
    expect(of(1).message).toBe('Rate limit exceeded. Try again in 1 second.');
  });

  test('M-13 K-06 the way to send what is too large, where there is one', () => {
    const urlOf = (error: Failure) => toErrorReply(error, '', called).body.error.details?.upload_url;
    expect(urlOf(failure('payload_too_large', 'x'))).toBe('https://api.example/v1/uploads');
    expect(urlOf(failure('document_too_large', 'x', { detail: { reason: 'bytes' } }))).toBe(`${base}/v1/uploads`);
    expect(urlOf(failure('document_too_large', 'x', { detail: { reason: 'pixels' } }))).toBeUndefined();
  });
});

describe('M-31 reasons', () => {
  const reasonsOf = (...flags: Flag[]) => {
    const reply = toRecordReply(rejectedBy(...flags), undefined, base);
    return 'reasons' in reply ? reply.reasons : undefined;
  };

  test('M-31 the graver comes first, each once', () => {
    expect(reasonsOf('underage', 'document_expired', 'mrz_check_failed', 'document_inconsistent')).toEqual([
      ...['document_suspected_fraud', 'document_expired', 'underage'],
    ]);
    expect(reasonsOf('age_uncertain', 'age_unknown')).toEqual(['age_unknown']);
    expect(reasonsOf('specimen_document')).toEqual(['document_specimen']);
    expect(reasonsOf()).toEqual(['low_confidence']);
  });

  test('M-22 who is to be looked at by a person is not verified', () => {
    const review = aDocument({
      state: 'review',
      outcome: anOutcome({ decision: 'review', flags: [], confidence: 70 }),
    });
    expect(toRecordReply(review, undefined, base)).toMatchObject({ status: 'rejected', reason: 'low_confidence' });
  });

  test('M-20 M-31 whatever it came to, the answer is what its description says', () => {
    const anyFlags = fc.subarray(Object.keys(flagSeverity) as Flag[]);
    const decisions = fc.constantFrom('approved', 'review', 'rejected');
    fc.assert(
      fc.property(anyFlags, decisions, fc.boolean(), fc.boolean(), (flags, decision, kept, testMode) => {
        const verification = aDocument({ state: decision, outcome: anOutcome({ decision, flags }) }, { testMode });
        const reply = toRecordReply(verification, kept ? anExtraction() : undefined, base);
        expect(recordReply.parse(reply)).toEqual(reply);
        expect('reason' in reply).toBe(decision !== 'approved');
      }),
    );
  });
});

describe('C-03 M-62 what is read', () => {
  test('C-03 a fault of ours that outlived its retries is an error of ours, wherever it is told', () => {
    const failed = { ...aWaitingDocument({ state: 'failed', failure: 'time_out' }), concludedAt: 1_800_000_001_000 };
    expect(toRecordReply(failed, undefined, base)).toMatchObject({
      ...{ status: 'error', error: { code: 'INTERNAL_ERROR' }, metadata: {} },
    });
    const event = conclusionEvent(failed) as DocumentEvent;
    const body = JSON.parse(documentWebhook.body(event, { verification: failed }));
    expect(body).toMatchObject({ event: 'verification.completed', status: 'error', error: { code: 'INTERNAL_ERROR' } });
    expect(webhookBody.strict().parse(body)).toEqual(body);
  });

  test('C-14 K-13 what was read is null once it is forgotten, and never there with age_only', () => {
    expect(toRecordReply(aDocument(), undefined, base)).toMatchObject({ extraction_data: null });
    const ageOnly = toRecordReply(aDocument({}, { verificationType: 'age_only' }), anExtraction(), base);
    for (const name of ['extraction_data', 'fraud_signals', 'authenticity']) expect(ageOnly).not.toHaveProperty(name);
  });

  test('M-30 M-34 one that goes on says where to ask, and where it will be told if it was asked to', () => {
    const waits = aWaitingDocument({ state: 'processing' });
    expect(toRecordReply(waits, undefined, base)).toEqual({
      ...{ request_id: waits.id, status: 'processing', estimated_time_seconds: 15 },
      status_url: `https://api.example/v1/status/${waits.id}`,
    });
    const told = aWaitingDocument({}, { webhookUrl: 'https://a.example' });
    expect(toRecordReply(told, undefined, base)).toMatchObject({ webhook_url: 'https://a.example' });
  });

  test('M-60 the event goes to its own address and is one, however it ended', () => {
    const url = 'https://a.example';
    const at = (change: Partial<DocumentVerification>) => conclusionEvent(aDocument(change, { webhookUrl: url }));
    const events = [at({}), at({ state: 'rejected' }), at({ state: 'failed' })];
    for (const event of events)
      expect(event).toMatchObject({ contract: 'document', type: 'verification.completed', url });
    expect(new Set(events.map((event) => event?.eventId)).size).toBe(1);
    expect(conclusionEvent(aWaitingDocument())).toBeUndefined();
  });
});

describe('M-06 a document in base64', () => {
  test('M-06 bare, as a data URI, in lines: the same bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        const lines = text.replace(/(.{10})/g, '$1\r\n');
        for (const form of [
          text,
          lines,
          text.replace(/=+$/, ''),
          `data:image/png;base64,${text}`,
          `data:application/pdf;base64,${text}`,
        ])
          expect(readDocumentData(form).bytes).toEqual(Buffer.from(bytes));
      }),
    );
  });

  test('M-06 of another alphabet, with spaces, of another type: none', () => {
    for (const form of ['AA-_', 'AA AA', 'A', 'data:text/plain;base64,AAAA', 'data:image/png,AAAA', 'AAAA…'])
      expect(readDocumentData(form).bytes, form).toBeUndefined();
    expect(readDocumentData('AA AA').characters).toBe(5);
  });
});
