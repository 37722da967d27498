import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventsBetween } from '../../lambdas/domain/login-events.ts';
import {
  afterShortfall,
  loginStatus,
  mostAttempts,
  partId,
  registrationStatus,
  type Shortfall,
  sessionStatus,
  stateAt,
  type ValidationPart,
  type ValidationState,
  validationMoves,
  validationOf,
  validationStatus,
} from '../../lambdas/domain/validation.ts';
import { anyValidation, aValidation } from '../support/a-validation.ts';

const states = Object.keys(validationMoves) as ValidationState[];
const anyShortfall = fc.constantFrom<Shortfall>('liveness_failed', 'person_not_found', 'multiple_candidates');
const realm = { tenantId: 'tn_1', mode: 'live' } as const;

describe('V-13 ids of the parts', () => {
  const parts: ValidationPart[] = ['session', 'validation', 'login', 'image', 'person'];
  const anyId = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 24, maxLength: 24 });

  test('V-13 differ from each other, are 24 hex digits, and lead back to the validation and to nothing else', () => {
    fc.assert(
      fc.property(anyId, (id) => {
        const ids = parts.map((part) => partId(id, part));
        expect(new Set(ids).size).toBe(parts.length);
        for (const [at, one] of ids.entries()) {
          expect(one).toMatch(/^[0-9a-f]{24}$/);
          for (const part of parts)
            expect(validationOf(one, part)).toBe(part === parts[at] ? partId(id, 'validation') : undefined);
        }
      }),
    );
  });
});

describe('V-09 V-19 the words of a state', () => {
  test('V-09 V-06 V-29 the four records never disagree', () => {
    fc.assert(
      fc.property(anyValidation, (validation) => {
        const { state } = validation;
        const done = state === 'validated';
        expect(sessionStatus(state) === 'completed').toBe(done);
        expect(validationStatus(state) === 'validated').toBe(done);
        expect(loginStatus(state, validation) === 'validated').toBe(done);
        expect(registrationStatus(state, validation).startsWith('COMPLETED')).toBe(done);
        expect(sessionStatus(state) === 'active').toBe(validationStatus(state) === 'new');
      }),
    );
  });

  test.each([
    ['active', 'active', 'new', 'pending', 'STARTED'],
    ['validated', 'completed', 'validated', 'validated', 'COMPLETED'],
    ['failed', 'cancelled', 'failed', 'failed', 'FAILED'],
    ['expired', 'expired', 'failed', 'failed', 'EXPIRED'],
    ['cancelled', 'cancelled', 'failed', 'failed', 'FAILED'],
  ] as const)('V-09 V-49 of %s', (state, session, validation, login, registration) => {
    const one = aValidation({ state });
    expect([sessionStatus(state), validationStatus(state)]).toEqual([session, validation]);
    expect([loginStatus(state, one), registrationStatus(state, one)]).toEqual([login, registration]);
  });

  test('V-49 an onboarding without a judged liveness says so, whichever way it went', () => {
    const outcome = { person: 'p', at: 1, answerId: 'a', waiver: 'liveness_not_required' } as const;
    expect(registrationStatus('validated', aValidation({ outcome }))).toBe('COMPLETED_WITHOUT_KYC');
    const failed = aValidation({ shortfall: 'liveness_unavailable' });
    expect(registrationStatus('failed', failed)).toBe('NEEDS_MANUAL_VERIFICATION');
  });

  test('V-14 V-22 time ends a session that is active, and no other', () => {
    fc.assert(
      fc.property(anyValidation, fc.integer({ min: -1000, max: 1000 }), (validation, ms) => {
        const over = ms >= 0 && validation.state === 'active';
        expect(stateAt(validation, validation.expiresAt + ms)).toBe(over ? 'expired' : validation.state);
      }),
    );
  });

  test('terminal states absorb', () => {
    expect(states.filter((state) => validationMoves[state].length > 0)).toEqual(['active']);
  });
});

describe('V-32 S-17 tries', () => {
  test('V-32 S-17 two leave it open, the third ends it, whatever they fell short of', () => {
    fc.assert(
      fc.property(fc.array(anyShortfall, { minLength: 3, maxLength: 3 }), (shortfalls) => {
        let validation = aValidation({ heldUntil: 5 });
        for (const [at, shortfall] of shortfalls.entries()) {
          validation = afterShortfall(validation, shortfall, {});
          expect(validation).toMatchObject({ attempts: at + 1, shortfall });
          expect(validation).not.toHaveProperty('heldUntil');
          expect(validation.state).toBe(at + 1 < mostAttempts ? 'active' : 'failed');
        }
      }),
    );
  });

  test('V-29 the scores kept are those of the last try', () => {
    const first = afterShortfall(aValidation(), 'person_not_found', { livenessScore: 0.9, searchScore: 0.4 });
    expect(first).toMatchObject({ livenessScore: 0.9, searchScore: 0.4 });
    const second = afterShortfall(first, 'liveness_failed', { livenessScore: 0.2 });
    expect(second.livenessScore).toBe(0.2);
    expect(second).not.toHaveProperty('searchScore');
  });

  test('V-26 a login fails with a try that found nobody, and is pending otherwise', () => {
    expect(loginStatus('active', { shortfall: 'person_not_found' })).toBe('failed');
    expect(loginStatus('active', { shortfall: 'liveness_failed' })).toBe('pending');
    expect(loginStatus('active', {})).toBe('pending');
  });
});

describe('V-31 events', () => {
  const types = (...args: Parameters<typeof eventsBetween>) => eventsBetween(...args).map(({ type }) => type);

  test('V-31 of a login that takes two tries', () => {
    const opened = aValidation();
    const tried = afterShortfall(opened, 'liveness_failed', { livenessScore: 0.45 });
    const done = aValidation({ attempts: 1, state: 'validated', outcome: { person: 'p', at: 1, answerId: 'a' } });
    expect(types(realm, undefined, opened)).toEqual(['biometric_validation_new']);
    expect(types(realm, opened, tried)).toEqual([
      'biometric_validation_liveness_failed',
      'biometrics_liveness_score_not_acceptable',
    ]);
    expect(types(realm, tried, done)).toEqual(['biometric_validation_validated']);
  });

  test('V-31 of an onboarding: each of its stages, and the person made', () => {
    const opened = aValidation({ type: 'onboarding' });
    const tried = afterShortfall(opened, 'liveness_failed', {});
    const done = { ...tried, state: 'validated', outcome: { person: 'p', at: 1, answerId: 'a' } } as const;
    expect(types(realm, undefined, opened)).toEqual([
      'biometric_validation_new',
      'app_registration_created',
      'app_registration_started',
    ]);
    expect(types(realm, opened, tried)).toEqual(['biometric_validation_liveness_failed', 'app_registration_ongoing']);
    expect(types(realm, tried, done)).toEqual([
      'biometric_validation_validated',
      'biometric_validation_created_person',
      'app_registration_completed',
    ]);
  });

  test('V-31 every step has events of its own ids, and nothing of who the person is', () => {
    fc.assert(
      fc.property(fc.array(anyShortfall, { minLength: 3, maxLength: 3 }), (shortfalls) => {
        let before = aValidation({ webhookUrl: 'https://hooks.example/b' });
        const events = eventsBetween(realm, undefined, before);
        for (const shortfall of shortfalls) {
          const after = afterShortfall(before, shortfall, { livenessScore: 0.1 });
          events.push(...eventsBetween(realm, before, after));
          before = after;
        }
        expect(events.at(-1)?.type).toBe('biometric_validation_failed');
        expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(events.length);
        for (const event of events) {
          expect(event.eventId).toMatch(/^[\w.-]+$/);
          expect(event.url).toBe('https://hooks.example/b');
          expect(JSON.stringify(event)).not.toContain('ana@example.com');
        }
      }),
    );
  });
});
