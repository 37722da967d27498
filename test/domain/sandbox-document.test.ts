import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assessDocument } from '../../lambdas/domain/assess-document.ts';
import { unreadReading } from '../../lambdas/domain/document-fault.ts';
import { sandboxReading, scenarioOf, testScenarios } from '../../lambdas/domain/sandbox-document.ts';
import { decide } from '../../lambdas/domain/verdict.ts';
import { defaultPolicy } from '../support/evidence.ts';

const policy = { ...defaultPolicy, acceptSpecimens: true };
const kinds = ['passport', 'drivers_license', 'national_id', 'residence_permit', 'visa'] as const;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const magic = (scenario: string) => `%PDF-1.4\n% Selfsame sandbox document: ${scenario}. It shows nobody.\n%%EOF\n`;

describe('M-54 which scenario is shown', () => {
  test('M-54 the one that was named, whatever is sent', () => {
    for (const named of testScenarios) expect(scenarioOf({ named, size: 3, kind: 'national_id' })).toBe(named);
  });

  test('M-54 that of a magic document: its text is published, its hash is known', () => {
    for (const scenario of testScenarios)
      expect(scenarioOf({ sha256: sha256(magic(scenario)), size: 70, kind: 'national_id' })).toBe(scenario);
    expect(scenarioOf({ sha256: sha256(magic('other')), size: 70, kind: 'passport' })).toBe('success');
  });

  test('M-54 a poor one for less than 64 bytes, else as the table of the text has it', () => {
    expect(scenarioOf({ size: 63, kind: 'passport' })).toBe('poor_quality');
    expect(kinds.map((kind) => scenarioOf({ size: 64, kind }))).toEqual([
      ...['success', 'underage', 'expired', 'success', 'success'],
    ]);
  });
});

describe('M-50 M-51 M-52 M-53 what it shows', () => {
  const anyDay = fc
    .date({ min: new Date('2020-01-01'), max: new Date('2090-12-31'), noInvalidDate: true })
    .map((day) => ({ year: day.getUTCFullYear(), month: day.getUTCMonth() + 1, day: day.getUTCDate() }));

  test('M-50 M-51 M-52 M-53 on any day, for any kind of document, what its name says', () => {
    fc.assert(
      fc.property(anyDay, fc.constantFrom(...kinds), fc.constantFrom(...testScenarios), (today, kind, scenario) => {
        const reading = sandboxReading(scenario, kind, today);
        const unread = unreadReading(reading);
        if (scenario === 'poor_quality') {
          expect(unread).toEqual({ code: 'document_quality_low', reasons: ['blur', 'glare'] });
          return;
        }
        expect(unread).toBeUndefined();
        const request = { documentType: kind, verificationType: 'full_verification', ageThreshold: 18 } as const;
        const { signals, age, ...found } = assessDocument({ reading, request, today, faces: 1 }, policy);
        const { decision, confidence, flags } = decide(signals, [], policy);
        expect({ decision, flags, age }).toEqual(
          {
            success: { decision: 'approved', flags: [], age: 25 },
            underage: { decision: 'rejected', flags: ['underage'], age: 17 },
            expired: { decision: 'rejected', flags: ['document_expired'], age: 40 },
          }[scenario],
        );
        expect(confidence).toBeGreaterThan(80);
        expect(found.kind).toBe(kind);
      }),
    );
  });

  test('M-50 is the same whenever it is asked for on one day', () => {
    const today = { year: 2028, month: 2, day: 29 };
    expect(sandboxReading('success', 'passport', today)).toEqual(sandboxReading('success', 'passport', today));
    expect(sandboxReading('success', 'passport', today).mrz?.fields.birthDate).toBe('030228');
  });
});
