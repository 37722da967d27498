import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assessDocument, type DocumentEvidence } from '../../lambdas/domain/assess-document.ts';
import {
  type DocumentReading,
  measured,
  type ReadFields,
  unavailable,
  type VisualReading,
} from '../../lambdas/domain/evidence.ts';
import { decide } from '../../lambdas/domain/verdict.ts';
import { anyPolicy, defaultPolicy, document, mrz } from '../support/evidence.ts';

const today = { year: 2026, month: 11, day: 30 };
const policy = { ...defaultPolicy, acceptSpecimens: true };
const passport = { documentType: 'passport', verificationType: 'age_only', ageThreshold: 18 } as const;
const evidence = (change: Partial<DocumentEvidence> = {}): DocumentEvidence => ({
  reading: document(),
  request: passport,
  today,
  ...change,
});
const judged = (change: Partial<DocumentEvidence> = {}, rules = policy) => {
  const { signals, ...rest } = assessDocument(evidence(change), rules);
  return { ...decide(signals, [], rules), ...rest };
};
const zone = (fields: Parameters<typeof mrz>[1], change: Parameters<typeof mrz>[0] = {}) => ({
  reading: document({ mrz: mrz(change, fields) }),
});
const printed = (fields: ReadFields, kind: VisualReading['kind'] = 'passport') => ({ kind, layout: 'test', fields });
const sure = (value: string) => ({ value, confidence: 0.95 });

describe('M-23 M-32 age', () => {
  test('M-24 of a good document is sure, and approved', () => {
    expect(judged()).toMatchObject({ decision: 'approved', confidence: 97, age: 52, kind: 'passport' });
  });

  test.each([
    ['turns 18 tomorrow', '081201', 17, 'rejected', ['underage']],
    ['turns 18 today', '081130', 18, 'approved', []],
    ['was born on 29 February, the day before her birthday of a common year', '080229', 18, 'approved', []],
  ])('M-32 who %s', (_, birthDate, age, decision, flags) => {
    expect(judged(zone({ birthDate }))).toMatchObject({ age, decision, flags });
  });

  test('M-23 born on 29 February, one is 18 on 1 March, not on 28 February', () => {
    const on = (month: number, day: number) =>
      judged({ ...zone({ birthDate: '080229' }), today: { year: 2026, month, day } });
    expect(on(2, 28)).toMatchObject({ age: 17, decision: 'rejected' });
    expect(on(3, 1)).toMatchObject({ age: 18, decision: 'approved' });
  });

  test('M-31 too young is told with the certainty of the reading', () => {
    expect(judged(zone({ birthDate: '100101' }))).toMatchObject({ decision: 'rejected', confidence: 97 });
  });

  test('M-23 an incomplete date tells what is certain, and approves nobody who may be too young', () => {
    expect(judged(zone({ birthDate: '08<<<<' }))).toMatchObject({
      age: 17,
      decision: 'review',
      flags: ['age_uncertain'],
    });
    expect(judged(zone({ birthDate: '07<<<<' }))).toMatchObject({ age: 18, decision: 'approved' });
    expect(judged(zone({ birthDate: '20<<<<' }))).toMatchObject({ age: 5, flags: ['underage'] });
  });

  test('M-23 nobody is born tomorrow, and without a date of birth there is no age', () => {
    const { mrz: _, ...bare } = document();
    const future = judged({ reading: { ...bare, visual: printed({ birthDate: sure('2031-01-01') }) } });
    for (const one of [future, judged(zone({ birthDate: '' }))]) {
      expect(one.age).toBeUndefined();
      expect(one.flags).toContain('age_unknown');
      expect(one.decision).not.toBe('approved');
    }
  });

  test('M-32 the threshold is the one that was asked for', () => {
    expect(judged({ request: { ...passport, ageThreshold: 53 } }).flags).toEqual(['underage']);
    expect(judged({ request: { ...passport, ageThreshold: 52 } }).flags).toEqual([]);
  });
});

describe('M-29 M-31 what speaks against a document', () => {
  test.each([
    ['an expired one', zone({ expiryDate: '261129' }), 'document_expired', 'rejected'],
    [
      'wrong check digits',
      zone({}, { checks: { birthDate: false, composite: false } }),
      'mrz_check_failed',
      'rejected',
    ],
    ['another kind than given', { request: { ...passport, documentType: 'visa' } }, 'document_type_mismatch', 'review'],
    ['a state that is none', zone({ issuingState: 'QQQ' }), 'issuing_state_unknown', 'review'],
    [
      'a surname printed otherwise',
      { reading: document({ visual: printed({ surname: sure('Smith') }) }) },
      'document_inconsistent',
      'rejected',
    ],
    [
      'an issue date after its expiry',
      { reading: document({ visual: printed({ issueDate: sure('2033-01-01') }) }) },
      'dates_implausible',
      'review',
    ],
  ] as const)('M-31 %s', (_, change, flag, decision) => {
    const { flags, ...verdict } = judged(change as Partial<DocumentEvidence>);
    expect(flags).toContain(flag);
    expect(verdict.decision === 'approved').toBe(false);
    if (decision === 'review') expect(verdict.confidence).toBeGreaterThan(50);
  });

  test('M-20 valid on its last day', () => {
    expect(judged(zone({ expiryDate: '261130' })).decision).toBe('approved');
  });

  test('M-29 a specimen is taken where specimens are, and rejected elsewhere; either way it is said', () => {
    const strict = judged({}, { ...policy, acceptSpecimens: false });
    expect(strict).toMatchObject({ decision: 'rejected', flags: ['specimen_document'] });
    for (const { signals } of [strict, judged()])
      expect(signals.find(({ name }) => name === 'issuing_state')).toMatchObject({ score: 0, passed: false });
    expect(judged(zone({ issuingState: 'SWE' }), { ...policy, acceptSpecimens: false }).decision).toBe('approved');
  });

  test('M-15 a poor photo of a zone that adds up costs certainty, and of one that does not more', () => {
    const poor = { quality: measured(0.3), reasons: ['glare'] as const };
    expect(judged({ reading: document(poor) })).toMatchObject({ decision: 'approved', confidence: 90 });
    const wrong = mrz({ checks: { composite: false } });
    expect(judged({ reading: document({ ...poor, mrz: wrong }) }).confidence).toBeLessThan(80);
  });

  test('C-50 a repaired zone is approved, and is not surer than the repair', () => {
    const { decision, confidence, flags } = judged(zone({}, { corrected: true }));
    expect({ decision, flags }).toEqual({ decision: 'approved', flags: ['mrz_corrected'] });
    expect(confidence).toBeLessThanOrEqual(85);
  });

  test('M-29 in depth: the portrait where there should be one, and what nobody measures', () => {
    const full = { ...passport, verificationType: 'full_verification' } as const;
    const named = (name: string, change: Partial<DocumentEvidence>) =>
      judged({ request: full, ...change }).signals.find((one) => one.name === name);
    expect(named('portrait', { faces: 1 })?.passed).toBe(true);
    expect(judged({ request: full, faces: 0 }).flags).toContain('no_face_in_document');
    const card = zone({ documentCode: 'I' }, { format: 'TD1' });
    expect(named('portrait', { ...card, faces: 0 })?.score).toBeUndefined();
    for (const name of ['screen_recapture', 'tampering']) {
      const unmeasured = named(name, { faces: 1 });
      expect(unmeasured).toMatchObject({ passed: false, ceiling: 1 });
      expect(unmeasured).not.toHaveProperty('score');
    }
    expect(assessDocument(evidence(), policy).signals.map(({ name }) => name)).not.toContain('portrait');
  });

  test('M-29 an editing program in the file is told, and decides nothing', () => {
    const full = { ...passport, verificationType: 'full_verification' } as const;
    const seen = (editor: Partial<DocumentReading>) => {
      const { decision, confidence, flags, signals } = judged({ request: full, faces: 1, reading: document(editor) });
      const { passed, score, reason } = signals.find(({ name }) => name === 'editor_traces') ?? {};
      return { passed, score, reason, verdict: { decision, confidence, flags } };
    };
    const [named, none, unknown] = [seen({ editor: 'GIMP' }), seen({ editor: null }), seen({})];
    expect(named).toMatchObject({ passed: false, score: 0, reason: expect.stringContaining('GIMP') });
    expect(none).toMatchObject({ passed: true, score: 1 });
    expect(unknown).toMatchObject({ passed: false, score: undefined });
    expect([named.verdict, unknown.verdict]).toEqual([none.verdict, none.verdict]);
  });

  test('M-29 an unavailable signal is never passed; a higher quality never worsens a verdict', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const rank = { rejected: 0, review: 1, approved: 2 };
    fc.assert(
      fc.property(share, share, fc.option(share, { nil: undefined }), anyPolicy, (a, b, ocr, rules) => {
        const ocrConfidence = ocr === undefined ? unavailable('None.') : measured(ocr);
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map((quality) =>
          judged(
            { reading: document({ quality: measured(quality), ocrConfidence }) },
            { ...rules, acceptSpecimens: true },
          ),
        ) as [ReturnType<typeof judged>, ReturnType<typeof judged>];
        for (const { score, passed } of low.signals) if (score === undefined) expect(passed).toBe(false);
        expect(rank[high.decision]).toBeGreaterThanOrEqual(rank[low.decision]);
        expect(high.confidence).toBeGreaterThanOrEqual(low.confidence);
      }),
    );
  });
});

describe('M-25 the kind of document', () => {
  test.each([
    ['P', 'TD3', 'passport', 'passport'],
    ['V', 'MRV-A', 'passport', 'visa'],
    ['I', 'TD1', 'national_id', 'national_id'],
    ['I', 'TD1', 'residence_permit', 'residence_permit'],
    ['I', 'TD2', 'passport', 'national_id'],
    ['IR', 'TD1', 'passport', 'residence_permit'],
    ['AR', 'TD1', 'national_id', 'residence_permit'],
    ['ID', 'FRA-ID', 'residence_permit', 'national_id'],
  ] as const)('M-25 a zone with %s in %s, given as %s, is %s', (documentCode, format, documentType, kind) => {
    const change = { ...zone({ documentCode }, { format }), request: { ...passport, documentType } };
    expect(judged(change).kind).toBe(kind);
  });

  test('K-11 what is printed, and what a barcode stands on', () => {
    const { mrz: _, ...bare } = document();
    const licence = { reading: { ...bare, visual: printed({}, 'drivers_license') } };
    expect(judged(licence)).toMatchObject({ kind: 'drivers_license' });
    expect(judged(licence).flags).toContain('document_type_mismatch');
    const barcode = { version: 9, issuer: '636026', elements: {}, fields: {} };
    const request = { ...passport, documentType: 'national_id' } as const;
    expect(judged({ reading: { ...bare, barcode }, request }).kind).toBe('national_id');
  });
});
