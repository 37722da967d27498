import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measured, unavailable } from '../../lambdas/domain/evidence.ts';
import { type Flag, flagSeverity, isCritical, needsPerson } from '../../lambdas/domain/flags.ts';
import { decide, reviewCeiling, type Signal, signal } from '../../lambdas/domain/verdict.ts';
import { anyPolicy, defaultPolicy } from '../support/evidence.ts';

const flagsOf = (severity: string) =>
  (Object.keys(flagSeverity) as Flag[]).filter((flag) => flagSeverity[flag] === severity);

const withCeiling = (ceiling: number, flags: readonly Flag[] = []): Signal => ({
  name: 'one',
  score: ceiling,
  threshold: 0.5,
  passed: ceiling >= 0.5,
  reason: 'As measured.',
  ceiling,
  flags,
});

const rank = { rejected: 0, review: 1, approved: 2 };
const anySignal = fc
  .tuple(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.subarray(Object.keys(flagSeverity) as Flag[], { minLength: 0, maxLength: 1 }),
  )
  .map(([ceiling, flags]) => withCeiling(ceiling, flags));
const anySignals = fc.array(anySignal, { minLength: 1, maxLength: 6 });

describe('the bands of X-33', () => {
  test.each([
    [0, 'rejected'],
    [0.5999, 'rejected'],
    [0.6, 'review'],
    [0.6001, 'review'],
    [0.7999, 'review'],
    [0.8, 'approved'],
    [1, 'approved'],
  ])('X-33 a ceiling of %d is %s', (ceiling, decision) => {
    expect(decide([withCeiling(ceiling)], [], defaultPolicy)).toMatchObject({
      decision,
      confidence: Math.round(ceiling * 10_000) / 100,
    });
  });

  test('X-33 are the tenant’s own', () => {
    const strict = { ...defaultPolicy, approve: 95, review: 90 };
    expect(decide([withCeiling(0.9499)], [], strict).decision).toBe('review');
    expect(decide([withCeiling(0.95)], [], strict).decision).toBe('approved');
    expect(decide([withCeiling(0.8999)], [], strict).decision).toBe('rejected');
  });

  test('X-33 every threshold of two decimals is met by exactly itself', () => {
    fc.assert(
      fc.property(anyPolicy, (policy) => {
        expect(decide([withCeiling(policy.approve / 100)], [], policy).decision).toBe('approved');
        const held = decide([withCeiling(reviewCeiling(policy))], [], policy);
        expect(held.decision).toBe('review');
        expect(held.confidence).toBeLessThan(policy.approve);
      }),
    );
  });
});

describe('a verdict', () => {
  test('is as sure as its weakest signal, whatever their order', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (ceilings) => {
        const { confidence } = decide(
          ceilings.map((one) => withCeiling(one)),
          [],
          defaultPolicy,
        );
        expect(confidence).toBe(Math.round(Math.min(...ceilings) * 10_000) / 100);
      }),
    );
  });

  test.each(flagsOf('critical'))('X-33 the critical flag %s rejects the surest verification', (flag) => {
    expect(decide([withCeiling(1)], [flag], defaultPolicy)).toMatchObject({ decision: 'rejected', flags: [flag] });
    expect(decide([withCeiling(1, [flag])], [], defaultPolicy).decision).toBe('rejected');
  });

  test.each(flagsOf('review'))('the flag %s keeps the surest verification at review', (flag) => {
    expect(decide([withCeiling(1)], [flag], defaultPolicy)).toMatchObject({ decision: 'review', confidence: 79 });
    expect(decide([withCeiling(0.3, [flag])], [], defaultPolicy).decision).toBe('rejected');
  });

  test.each(flagsOf('notice'))('the flag %s changes nothing, and is told', (flag) => {
    expect(decide([withCeiling(1)], [flag], defaultPolicy)).toMatchObject({
      decision: 'approved',
      confidence: 100,
      flags: [flag],
    });
  });

  test('its decision follows from its confidence unless a critical flag rejects', () => {
    fc.assert(
      fc.property(anySignals, anyPolicy, (signals, policy) => {
        const { decision, confidence, flags } = decide(signals, [], policy);
        if (flags.some(isCritical)) {
          expect(decision).toBe('rejected');
          return;
        }
        if (flags.some(needsPerson)) expect(decision).not.toBe('approved');
        expect(confidence >= policy.approve).toBe(decision === 'approved');
        expect(confidence < policy.review).toBe(decision === 'rejected');
      }),
    );
  });

  test('never gains by a signal or a flag more', () => {
    fc.assert(
      fc.property(anySignals, anySignal, anyPolicy, (signals, one, policy) => {
        const before = decide(signals, [], policy);
        const after = decide([...signals, one], [], policy);
        expect(after.confidence).toBeLessThanOrEqual(before.confidence);
        expect(rank[after.decision]).toBeLessThanOrEqual(rank[before.decision]);
      }),
    );
  });

  test('of no signal at all is a rejection', () => {
    expect(decide([], [], defaultPolicy)).toMatchObject({ decision: 'rejected', confidence: 0 });
  });

  test('names each flag once, and lists the signals as they came', () => {
    const signals = [withCeiling(1, ['mrz_corrected']), withCeiling(1, ['mrz_corrected'])];
    const verdict = decide(signals, ['mrz_corrected', 'same_image'], defaultPolicy);
    expect(verdict.flags).toEqual(['mrz_corrected', 'same_image']);
    expect(verdict.signals).toEqual(signals);
  });
});

describe('a signal', () => {
  const rule = { threshold: 0.5, passes: 'Good.', fails: 'Bad.', failFlags: ['name_mismatch'] } as const;

  test('passes at its threshold and not below', () => {
    expect(signal('s', measured(0.5), rule, defaultPolicy)).toEqual({
      name: 's',
      score: 0.5,
      threshold: 0.5,
      passed: true,
      reason: 'Good.',
      ceiling: 1,
      flags: [],
    });
    expect(signal('s', measured(0.4999), rule, defaultPolicy)).toMatchObject({
      passed: false,
      reason: 'Bad.',
      ceiling: 0.79,
      flags: ['name_mismatch'],
    });
  });

  test('that is unavailable has no score, is no pass, and says why', () => {
    const lost = signal('s', unavailable('Too dark.'), { ...rule, threshold: 0 }, defaultPolicy);
    expect(lost).toEqual({ name: 's', threshold: 0, passed: false, reason: 'Too dark.', ceiling: 0.79, flags: [] });
    expect('score' in lost).toBe(false);
  });
});
