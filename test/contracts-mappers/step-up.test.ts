import { describe, expect, test } from 'vitest';
import { stepUpErrors, toErrorReply } from '../../lambdas/contracts/step-up/errors.ts';
import { toClaims, toVerification, toVerifyReply } from '../../lambdas/contracts/step-up/replies.ts';
import { errorReply, verificationReply, verifyBody, verifyReply } from '../../lambdas/contracts/step-up/schemas.ts';
import { type ErrorCode, failure } from '../../lambdas/domain/error.ts';
import { aStepUp } from '../support/step-up.ts';

const stated: readonly (readonly [status: number, code: string, causes: readonly ErrorCode[]])[] = [
  [400, 'invalid_request', ['invalid_request', 'unsupported_media_type']],
  [401, 'invalid_credentials', ['unauthorized', 'invalid_key']],
  [402, 'insufficient_credits', ['insufficient_credits']],
  [403, 'key_expired', ['key_expired']],
  [403, 'tenant_disabled', ['tenant_disabled']],
  [404, 'user_not_enrolled', ['user_not_enrolled']],
  [409, 'duplicate_request', ['idempotency_in_flight', 'idempotency_key_reused']],
  [409, 'already_enrolled', ['already_enrolled']],
  [413, 'payload_too_large', ['payload_too_large']],
  [422, 'liveness_failed', ['liveness_failed']],
  [422, 'no_face_detected', ['no_face_detected']],
  [422, 'multiple_faces_detected', ['multiple_faces_detected']],
  [422, 'quality_below_threshold', ['quality_below_threshold']],
  [429, 'rate_limited', ['rate_limited']],
  [500, 'internal_error', ['internal', 'multiple_candidates']],
  [503, 'maintenance', ['unavailable']],
];

describe('step-up on the wire', () => {
  test.each(stated)('L-40…L-51 K-18 %i %s', (status, code, causes) => {
    for (const cause of causes) {
      const reply = toErrorReply(failure(cause, 'Why.'), 'req_1');
      expect(reply).toEqual({ status, body: { error: code, code, message: 'Why.', request_id: 'req_1' } });
    }
  });

  test('L-52 every code has one word, in both fields, whatever it tells besides', () => {
    for (const code of Object.keys(stepUpErrors) as ErrorCode[]) {
      const detail = {
        reason: 'why',
        scope: 'user',
        next: 'active',
        score: 0.25,
        fieldErrors: { amt: ['is none'] },
        signals: [{ name: 'a', threshold: 0.5, passed: false, reason: 'No.', ceiling: 1, flags: [] }],
      } as const;
      const { body } = toErrorReply(failure(code, 'Why.', { detail }), 'req_1');
      expect(errorReply.strict().parse(body)).toEqual(body);
      expect(body.error).toBe(body.code);
      expect(body.signals).toEqual([{ name: 'a', score: null, threshold: 0.5, passed: false, reason: 'No.' }]);
    }
  });

  test('L-30 L-41 K-08 a match is 200, a score below the threshold 422; the token is in both', () => {
    const match = toVerifyReply(aStepUp(), undefined);
    expect(match.status).toBe(200);
    expect(verifyReply.strict().parse(match.body)).toEqual(match.body);
    const low = toVerifyReply(aStepUp({}, { match: false, score: 0.31 }), 'a.b.c');
    expect(low.status).toBe(422);
    expect(errorReply.strict().parse(low.body)).toEqual(low.body);
    expect(low.body).toMatchObject({
      code: 'low_confidence',
      match: false,
      score: 0.31,
      jwt: 'h.p.s',
      receipt: 'a.b.c',
    });
  });

  test('L-35 optional claims are absent, not null', () => {
    const { stepUp } = aStepUp();
    expect(Object.keys(toClaims('selfsame', 'ver_1', 'u', stepUp)).toSorted()).toEqual([
      'act',
      'exp',
      'iat',
      'iss',
      'live',
      'match',
      'score',
      'sub',
      'verification_id',
    ]);
    expect(toClaims('x', 'ver_1', 'u', { ...stepUp, amt: '1', asset: 'A' })).toMatchObject({ amt: '1', asset: 'A' });
  });

  test('C-15 a redacted record keeps its verdict and says nothing of whose it was', () => {
    const { stepUp: _, outcome: __, ...rest } = aStepUp();
    const redacted = { ...rest, state: 'redacted', redactedFrom: 'rejected', claims: {} } as const;
    const reply = toVerification(redacted);
    expect(verificationReply.strict().parse(reply)).toEqual(reply);
    expect(reply).toEqual({
      ...{ verification_id: redacted.id, status: 'redacted', match: false },
      created_at: '2027-01-15T08:00:00.000Z',
    });
  });

  test('L-16 L-19 a frame comes out as its bytes', () => {
    const jpeg = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 9, 8, 7, 6]);
    for (let length = 3; length <= jpeg.length; length++) {
      const bytes = jpeg.subarray(0, length);
      const base64 = Buffer.from(bytes).toString('base64');
      for (const frame of [
        base64,
        base64.replace(/=+$/, ''),
        `data:image/jpeg;base64,${base64}`,
        `data:image/JPG;base64,${base64}`,
      ]) {
        const { frames } = verifyBody.parse({ user_id: 'u', action: 'a', frames: [frame] });
        expect([...(frames[0] ?? [])]).toEqual([...bytes]);
      }
    }
  });

  test.each(['0', '50000', '0.25', `${'9'.repeat(30)}.${'9'.repeat(18)}`])('L-13 %s is an amount', (amt) => {
    expect(verifyBody.safeParse({ user_id: 'u', action: 'a', amt, frames: ['/9j/4AAQ'] }).success).toBe(true);
  });
  test.each(['', '1e5', '-1', '+1', '1.', '.5', '1,5', '0x10', '1 ', '٣', 'NaN', '9'.repeat(31)])(
    'L-13 %j is no amount',
    (amt) => {
      expect(verifyBody.safeParse({ user_id: 'u', action: 'a', amt, frames: ['/9j/4AAQ'] }).success).toBe(false);
    },
  );
});
