import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deliveryReply, replayBody, toDeliveryReply } from '../../lambdas/contracts/submission/account.ts';
import { submissionErrors, toErrorReply } from '../../lambdas/contracts/submission/errors.ts';
import { toInitReply, toStatusReply, toSubmitReply } from '../../lambdas/contracts/submission/replies.ts';
import {
  errorReply,
  initBody,
  initReply,
  statusReply,
  submitBody,
  submitReply,
} from '../../lambdas/contracts/submission/schemas.ts';
import type { CommonCode } from '../../lambdas/domain/error.ts';
import { failure } from '../../lambdas/domain/error.ts';
import { type State, states } from '../../lambdas/domain/verification.ts';
import { anOutcome, anyVerification, aVerification } from '../support/verification.ts';

describe('X-20 errors', () => {
  const table: Record<CommonCode, [number, string]> = {
    invalid_request: [400, 'invalid_body'],
    upload_mismatch: [400, 'invalid_body'],
    upload_missing: [400, 'invalid_body'],
    upload_too_large: [400, 'invalid_body'],
    unsupported_media_type: [400, 'invalid_body'],
    unauthorized: [401, 'unauthorized'],
    invalid_key: [401, 'invalid_key'],
    key_expired: [401, 'invalid_key'],
    insufficient_credits: [403, 'insufficient_credits'],
    secret_key_required: [403, 'secret_key_required'],
    origin_not_allowed: [403, 'origin_not_allowed'],
    tenant_disabled: [403, 'tenant_disabled'],
    not_found: [404, 'not_found'],
    verification_not_found: [404, 'verification_not_found'],
    method_not_allowed: [405, 'method_not_allowed'],
    conflict: [409, 'conflict'],
    idempotency_in_flight: [409, 'idempotency_in_flight'],
    payload_too_large: [413, 'payload_too_large'],
    idempotency_key_reused: [422, 'idempotency_key_reused'],
    rate_limited: [429, 'rate_limited'],
    internal: [500, 'internal'],
    unavailable: [503, 'unavailable'],
  };

  test.each(Object.entries(table))('X-20 %s is %o', (code, [status, error]) => {
    const reply = toErrorReply(failure(code as CommonCode, 'In words.'), 'req_1');
    expect(reply).toEqual({ status, body: { error, message: 'In words.', requestId: 'req_1' } });
  });

  test('X-20 every code has its word', () => {
    expect(Object.keys(submissionErrors).sort()).toEqual(Object.keys(table).sort());
  });

  test('X-20 details are passed on, and only what is meant for the caller', () => {
    const detail = { reason: 'selfie_empty', fieldErrors: { 'keys.selfie': ['is empty'] } };
    const { body } = toErrorReply(failure('upload_missing', 'Empty.', { detail, retryAfter: 3 }), 'req_1');
    expect(body).toEqual({ error: 'invalid_body', message: 'Empty.', requestId: 'req_1', detail });
    expect(errorReply.parse(body)).toEqual(body);
  });
});

describe('X-32 replies', () => {
  const upload = {
    key: 'k',
    url: 'https://media.example/k',
    method: 'PUT',
    headers: { 'content-type': 'image/jpeg' },
    post: { url: 'https://media.example', fields: { key: 'k' } },
  } as const;

  test('C-09 replies about any verification are what the schemas say of them', () => {
    fc.assert(
      fc.property(anyVerification, (verification) => {
        const status = toStatusReply(verification);
        expect(statusReply.strict().parse(status)).toEqual(status);
        const submitted = toSubmitReply(verification, 'https://api.example');
        expect(submitReply.strict().parse(submitted)).toEqual(submitted);
        const opened = toInitReply(verification, { docFront: upload, docBack: upload, selfie: upload });
        expect(initReply.strict().parse(opened)).toEqual(opened);
        expect(Number.isInteger(opened.expiresAt)).toBe(true);
      }),
    );
  });

  const words: Record<State, string> = {
    created: 'created',
    submitted: 'queued',
    processing: 'processing',
    approved: 'completed',
    review: 'completed',
    rejected: 'completed',
    failed: 'completed',
    expired: 'canceled',
    canceled: 'canceled',
    redacted: 'redacted',
  };
  test.each(Object.entries(words))('X-32 the state %s is told as %s', (state, status) => {
    const verification = aVerification({ state: state as State, outcome: anOutcome() });
    const reply = toStatusReply(verification);
    expect(reply.status).toBe(status);
    expect('verdict' in reply).toBe(status === 'completed');
    expect(Object.keys(words).sort()).toEqual([...states].sort());
  });

  test('X-32 a verdict has its scores in 0..100, null where nothing could be measured', () => {
    const submission = { docBack: false, metadata: { a: [1, { b: null }] } };
    const reply = toStatusReply(
      aVerification({
        state: 'approved',
        outcome: anOutcome(),
        submission,
        submittedAt: 1_800_000_000_000,
        concludedAt: 1_800_000_002_500,
      }),
    );
    expect(reply).toEqual({
      verificationId: 'vf_0000000000000000AAAA',
      status: 'completed',
      submittedAt: '2027-01-15T08:00:00.000Z',
      completedAt: '2027-01-15T08:00:02.500Z',
      verdict: 'approved',
      confidence: 93,
      scores: { ocrConfidence: 95.1, faceMatch: 93, liveness: null, docQuality: 88 },
      flags: ['liveness_not_required'],
      signals: [
        { name: 'face_match', score: 93, threshold: 80, passed: true, reason: 'Same.' },
        { name: 'liveness', score: null, threshold: 55, passed: false, reason: 'No model.' },
      ],
      models: { 'dlib-resnet': 'a'.repeat(64) },
      metadata: { a: [1, { b: null }] },
    });
  });

  test('C-03 a fault of ours reads as a review that found nothing', () => {
    const failed = aVerification({ state: 'failed', failure: 'time_out', submittedAt: 1, concludedAt: 2 });
    expect(toStatusReply(failed)).toMatchObject({
      status: 'completed',
      verdict: 'review',
      confidence: 0,
      scores: { ocrConfidence: null, faceMatch: null, liveness: null, docQuality: null },
      flags: ['processing_failed'],
      signals: [],
      metadata: {},
    });
  });

  test.each([
    ['submitted', 'queued'],
    ['processing', 'processing'],
    ['review', 'completed'],
    ['failed', 'completed'],
  ] as const)('X-11 X-13 a submit of what is %s is answered %s, with its status address', (state, status) => {
    expect(toSubmitReply(aVerification({ state }), 'https://api.example')).toEqual({
      verificationId: 'vf_0000000000000000AAAA',
      status,
      statusUrl: 'https://api.example/v1/verify/vf_0000000000000000AAAA',
    });
  });

  test('S-07 a delivery shows its attempts, and when the next one is due while there is one', () => {
    const event = {
      eventId: 'evt_1',
      contract: 'submission',
      type: 'credits.low',
      tenantId: 'tn_1',
      mode: 'live',
      subject: 'vf_1',
      occurredAt: 1,
    } as const;
    const attempts = [
      { at: 0, durationMs: 12, status: 500 },
      { at: 5000, durationMs: 10_000, error: 'timeout' },
    ];
    const pending = {
      deliveryId: 'evt_1',
      event,
      url: 'https://a.example',
      status: 'pending',
      attempts,
      dueAt: 10_000,
      createdAt: 0,
    } as const;
    const reply = toDeliveryReply(pending);
    expect(deliveryReply.strict().parse(reply)).toEqual(reply);
    expect(reply).toMatchObject({
      nextAttemptAt: '1970-01-01T00:00:10.000Z',
      attempts: [{ at: '1970-01-01T00:00:00.000Z', durationMs: 12, status: 500 }, { error: 'timeout' }],
    });
    expect(toDeliveryReply({ ...pending, status: 'delivered' })).not.toHaveProperty('nextAttemptAt');
  });
});

describe('requests', () => {
  test.each([
    [{ userRef: 'x'.repeat(128) }, true],
    [{ userRef: 'x'.repeat(129) }, false],
    [{ userRef: '' }, false],
    [{ userRef: 'a\u0000' }, false],
    [{ userRef: undefined }, false],
    [{ submittedFullName: 'Æ'.repeat(255) }, true],
    [{ submittedFullName: 'Æ'.repeat(256) }, false],
    [{ country: 'es' }, true],
    [{ country: 'ESP' }, false],
    [{ country: '1S' }, false],
    [{ documentType: 'dni' }, true],
    [{ documentType: 'DNI' }, false],
    [{ tenantId: 'tn_other' }, false],
  ])('X-30 init %o: %s', (body, valid) => expect(initBody.safeParse(body).success).toBe(valid));

  test('X-30 a country is kept in capitals', () =>
    expect(initBody.parse({ country: 'es' })).toEqual({ country: 'ES' }));

  const good = { verificationId: 'vf_AG07CDWRRFQV4T05', keys: { docFront: 'a', selfie: 'b' } };
  test.each([
    [{}, true],
    [{ verificationId: `vf_${'A'.repeat(24)}` }, true],
    [{ verificationId: `vf_${'A'.repeat(25)}` }, false],
    [{ verificationId: `vf_${'A'.repeat(15)}` }, false],
    [{ verificationId: `vf_${'A'.repeat(16)}\n` }, false],
    [{ keys: { docFront: 'a'.repeat(512), selfie: 'b', docBack: 'c' } }, true],
    [{ keys: { docFront: 'a'.repeat(513), selfie: 'b' } }, false],
    [{ keys: { docFront: '', selfie: 'b' } }, false],
    [{ livenessScore: 0 }, true],
    [{ livenessScore: 100 }, true],
    [{ livenessScore: 100.1 }, false],
    [{ livenessScore: -0.1 }, false],
    [{ livenessScore: '50' }, false],
    [{ metadata: {} }, true],
    [{ metadata: [] }, false],
    [{ metadata: { a: 'x'.repeat(16_376) } }, true],
    [{ metadata: { a: 'x'.repeat(16_377) } }, false],
    [{ metadata: { a: '€'.repeat(5_459) } }, false],
    [{ mode: 'test' }, false],
  ])('X-04 X-05 X-09 X-10 submit with %o: %s', (change, valid) => {
    expect(submitBody.safeParse({ ...good, ...change }).success).toBe(valid);
  });

  test.each([
    [{ since: '2027-01-01T00:00:00Z', until: '2027-01-02T00:00:00+01:00' }, [1_798_761_600_000, 1_798_844_400_000]],
    [{ since: 0, until: 253_402_300_799 }, [0, 253_402_300_799_000]],
    [{ since: 5, until: 5 }, [5000, 5000]],
    [{ since: 6, until: 5 }, undefined],
    [{ since: 0, until: 1_800_000_000_000 }, undefined],
    [{ since: -1, until: 5 }, undefined],
    [{ since: '2027-02-30T00:00:00Z', until: 9e9 }, undefined],
    [{ since: 'yesterday', until: 9e9 }, undefined],
    [{ since: 1 }, undefined],
  ])('S-07 replay of %o', (body, times) => {
    const { data } = replayBody.safeParse(body);
    expect(data && [data.since, data.until]).toEqual(times);
  });
});
