import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toLoginError } from '../../lambdas/contracts/login/errors.ts';
import { type ErrorCode, failure } from '../../lambdas/domain/error.ts';

const told = (code: ErrorCode, detail: Parameters<typeof failure>[2] = {}) =>
  toLoginError(failure(code, 'In words.', detail));

describe('V-34 failures in the words of the login contract', () => {
  test('V-21 V-23 V-24 some messages are codes', () => {
    const missing = 'liveness_session_token_missing';
    expect(told('session_token_missing')).toEqual({ status: 403, body: { code: missing, message: missing } });
    expect(told('validation_not_found')).toEqual({
      status: 404,
      body: { code: 'biometric_validation_not_found', message: '404:biometric_validation_not_found' },
    });
    expect(told('liveness_failed', { detail: { score: 0.4512 } })).toEqual({
      status: 409,
      body: { code: 'liveness_failed', message: '409:liveness_failed@0.45' },
    });
    // Short of 0.55 by a hair is still short of it.
    expect(told('liveness_failed', { detail: { score: 0.5499 } }).body.message).toBe('409:liveness_failed@0.54');
    expect(told('liveness_failed').body.message).toBe('In words.');
    expect(told('internal')).toEqual({ status: 500, body: { code: 'ERROR', message: 'internal_error' } });
  });

  test('V-22 V-26 V-27 V-33 K-18 each has its status', () => {
    const cases: readonly (readonly [code: ErrorCode, status: number, word: string])[] = [
      ['session_expired', 403, 'liveness_session_expired'],
      ['session_completed', 409, 'liveness_session_completed'],
      ['session_cancelled', 403, 'liveness_session_cancelled'],
      ['person_not_found', 404, 'person_not_found'],
      ['collection_not_configured', 409, 'collection_not_configured'],
      ['multiple_candidates', 409, 'multiple_candidates'],
      ['insufficient_credits', 402, 'insufficient_credits'],
      ['invalid_key', 401, 'UNAUTHORIZED'],
      ['secret_key_required', 403, 'FORBIDDEN'],
    ];
    for (const [code, status, word] of cases)
      expect(told(code)).toEqual({ status, body: { code: word, message: 'In words.' } });
  });

  test('V-03 V-34 the first field that is wrong is named; what is missing has a code of its own', () => {
    const field = (fieldErrors: Readonly<Record<string, readonly string[]>>) =>
      told('invalid_request', { detail: { fieldErrors } });
    expect(field({ image: ['is required'], os: ['is required'] })).toEqual({
      status: 409,
      body: { code: 'MissingParameter', message: '"image" is required' },
    });
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z.]{1,20}$/), fc.stringMatching(/^must [a-z ]{1,20}$/), (name, message) => {
        expect(field({ [name]: [message] })).toEqual({
          status: 409,
          body: { code: 'InvalidParameter', message: `"${name}" ${message}` },
        });
      }),
    );
  });
});
