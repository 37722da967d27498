import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assessIdentity, type IdentityEvidence } from '../../lambdas/domain/assess-identity.ts';
import {
  type BarcodeReading,
  type DocumentReading,
  type Face,
  type Measure,
  measured,
  unavailable,
} from '../../lambdas/domain/evidence.ts';
import { decide, type Policy } from '../../lambdas/domain/verdict.ts';
import { anyEvidence, anyPolicy, defaultPolicy, document, faces, goodEvidence, mrz } from '../support/evidence.ts';

const judge = (evidence: IdentityEvidence, policy: Policy = defaultPolicy) => {
  const { signals, flags } = assessIdentity(evidence, policy);
  return decide(signals, flags, policy);
};
const signalOf = (evidence: IdentityEvidence, name: string, policy: Policy = defaultPolicy) =>
  judge(evidence, policy).signals.find((one) => one.name === name);
const front = (change: Partial<DocumentReading>, portraits = 1): Partial<IdentityEvidence> => ({
  front: { reading: { document: document(change), portrait: faces(portraits) } },
});

const rank = { rejected: 0, review: 1, approved: 2 };
const lost = unavailable('Lost.');

/** The places of the evidence that hold a score, and the signal that each is for. */
const knobs: Readonly<Record<string, (evidence: IdentityEvidence, to: Measure) => IdentityEvidence | undefined>> = {
  face_match: (evidence, to) => ({ ...evidence, similarity: to }),
  liveness: (evidence, to) => withFace(evidence, { liveness: to }),
  selfie_quality: (evidence, to) => ('value' in to ? withFace(evidence, { quality: to.value }) : undefined),
  document_readable: (evidence, to) => withDocument(evidence, { ocrConfidence: to }),
  document_quality: (evidence, to) => withDocument(evidence, { quality: to }),
};

function withFace(evidence: IdentityEvidence, change: Partial<Face>): IdentityEvidence | undefined {
  if (!('reading' in evidence.selfie) || !evidence.selfie.reading.face) return undefined;
  const { reading } = evidence.selfie;
  return { ...evidence, selfie: { reading: { ...reading, face: { ...evidence.selfie.reading.face, ...change } } } };
}

function withDocument(evidence: IdentityEvidence, change: Partial<DocumentReading>): IdentityEvidence | undefined {
  if (!('reading' in evidence.front)) return undefined;
  const { document: read, portrait } = evidence.front.reading;
  const { back: _, ...rest } = evidence;
  return { ...rest, front: { reading: { document: { ...read, ...change }, portrait } } };
}

const share = fc.double({ min: 0, max: 1, noNaN: true });
const knob = fc.constantFrom(...Object.keys(knobs));

describe('properties of every verdict on an applicant', () => {
  test('a higher score never makes it worse', () => {
    fc.assert(
      fc.property(anyEvidence, anyPolicy, knob, share, share, (evidence, policy, name, a, b) => {
        // What a browser claims is compared with our own score: nearer is better there, not higher.
        const { clientLiveness: _, ...own } = evidence;
        const lower = knobs[name]?.(own, measured(Math.min(a, b)));
        const higher = knobs[name]?.(own, measured(Math.max(a, b)));
        if (!lower || !higher) return;
        const [low, high] = [judge(lower, policy), judge(higher, policy)];
        expect(high.confidence).toBeGreaterThanOrEqual(low.confidence);
        expect(rank[high.decision]).toBeGreaterThanOrEqual(rank[low.decision]);
      }),
      { numRuns: 300 },
    );
  });

  test('a passing signal that becomes unavailable never makes it better', () => {
    fc.assert(
      fc.property(anyEvidence, anyPolicy, knob, share, (evidence, policy, name, score) => {
        const { clientLiveness: _, ...own } = evidence;
        const available = knobs[name]?.(own, measured(score));
        const gone = knobs[name]?.(own, lost);
        if (!available || !gone || !signalOf(available, name, policy)?.passed) return;
        const [before, after] = [judge(available, policy), judge(gone, policy)];
        expect(after.confidence).toBeLessThanOrEqual(before.confidence);
        expect(rank[after.decision]).toBeLessThanOrEqual(rank[before.decision]);
      }),
      { numRuns: 300 },
    );
  });

  test('S-13 what is unavailable has no score, is no pass and gives its reason in words', () => {
    fc.assert(
      fc.property(anyEvidence, anyPolicy, (evidence, policy) => {
        for (const one of judge(evidence, policy).signals) {
          expect(one.reason).toMatch(/\.$/);
          if (one.score === undefined) expect(one.passed).toBe(false);
          else if (one.name !== 'client_liveness') expect(one.passed).toBe(one.score >= one.threshold);
        }
      }),
    );
  });

  test('two different people are never approved, whatever else was measured', () => {
    fc.assert(
      fc.property(anyEvidence, anyPolicy, share, (evidence, policy, similarity) => {
        fc.pre(similarity < policy.match);
        const verdict = judge({ ...evidence, similarity: measured(similarity) }, policy);
        expect(verdict.decision).not.toBe('approved');
        if (similarity < 0.5) expect(verdict).toMatchObject({ decision: 'rejected' });
        if (similarity < 0.5) expect(verdict.flags).toContain('face_mismatch');
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    [0.8, 'approved', []],
    [0.7999, 'review', []],
    [0.5, 'rejected', []],
    [0.4999, 'rejected', ['face_mismatch']],
  ])('a similarity of %d is %s', (similarity, decision, flags) => {
    expect(judge(goodEvidence({ similarity: measured(similarity) }))).toMatchObject({ decision, flags });
  });
});

describe('S-05 liveness', () => {
  const silent = goodEvidence({ selfie: { reading: faces(1, lost) } });

  test('S-05 that cannot be judged: at best review', () => {
    expect(judge(goodEvidence())).toMatchObject({ decision: 'approved', confidence: 93, flags: [] });
    expect(judge(silent)).toMatchObject({ decision: 'review', confidence: 79, flags: ['liveness_unavailable'] });
    fc.assert(
      fc.property(anyEvidence, anyPolicy, (evidence, policy) => {
        const blind = withFace(evidence, { liveness: lost });
        if (blind) expect(judge(blind, { ...policy, requireLiveness: true }).decision).not.toBe('approved');
      }),
    );
  });

  test('S-05 not required: can be approved, and the verdict says so', () => {
    const policy = { ...defaultPolicy, requireLiveness: false };
    expect(judge(silent, policy)).toMatchObject({ decision: 'approved', flags: ['liveness_not_required'] });
    expect(signalOf(silent, 'liveness', policy)).toMatchObject({ passed: false, reason: 'Lost.' });
  });

  test('not required is no leave to fail: a spoof is rejected all the same', () => {
    const spoof = goodEvidence({ selfie: { reading: faces(1, measured(0.54)) } });
    for (const requireLiveness of [true, false]) {
      expect(judge(spoof, { ...defaultPolicy, requireLiveness })).toMatchObject({
        decision: 'rejected',
        flags: ['liveness_failed'],
      });
    }
    expect(judge(goodEvidence({ selfie: { reading: faces(1, measured(0.55)) } })).decision).toBe('approved');
  });

  test('S-13 a threshold of 0 turns the passive rung off, which the verdict says', () => {
    const off = { ...defaultPolicy, liveness: 0 };
    expect(judge(goodEvidence(), off)).toMatchObject({ decision: 'approved', flags: ['liveness_not_required'] });
    expect(signalOf(goodEvidence(), 'liveness', off)?.reason).toContain('turned passive liveness off');
    expect(signalOf(goodEvidence(), 'liveness', off)).not.toHaveProperty('score');
  });
});

describe('X-09 K-23 what the browser claims of liveness', () => {
  test('K-23 can only lower a verdict, and by 5 points at most', () => {
    fc.assert(
      fc.property(anyEvidence, anyPolicy, share, (evidence, policy, clientLiveness) => {
        const { clientLiveness: _, ...own } = evidence;
        const [without, claimed] = [judge(own, policy), judge({ ...own, clientLiveness }, policy)];
        expect(claimed.confidence).toBeLessThanOrEqual(without.confidence);
        expect(without.confidence - claimed.confidence).toBeLessThanOrEqual(5);
        expect(rank[claimed.decision]).toBeLessThanOrEqual(rank[without.decision]);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    [0.9, 0.5, true],
    [0.9, 0.49, false],
    [0.56, 0.97, false],
    [0.56, 0.95, true],
  ])('K-23 ours %d, theirs %d: agrees is %s', (ours, clientLiveness, agrees) => {
    const evidence = goodEvidence({
      selfie: { reading: faces(1, measured(ours)) },
      clientLiveness,
      similarity: measured(1),
    });
    expect(signalOf(evidence, 'client_liveness')).toMatchObject({ passed: agrees, score: clientLiveness });
    expect(judge(evidence)).toMatchObject({
      decision: 'approved',
      confidence: agrees ? 100 : 95,
      flags: agrees ? [] : ['client_liveness_disagrees'],
    });
  });

  test('X-09 a perfect claim does not save a spoof, nor stand in for a score that is missing', () => {
    const spoof = goodEvidence({ selfie: { reading: faces(1, measured(0.1)) }, clientLiveness: 1 });
    expect(judge(spoof).decision).toBe('rejected');
    const silent = goodEvidence({ selfie: { reading: faces(1, lost) }, clientLiveness: 1 });
    expect(judge(silent).decision).toBe('review');
    expect(signalOf(silent, 'client_liveness')).toBeUndefined();
  });
});

describe('findings', () => {
  const fault = { fault: 'image_truncated' } as const;
  const table: [string, Partial<IdentityEvidence>, 'rejected' | 'review' | 'approved', string[]][] = [
    [
      'a selfie that is no image',
      { selfie: fault, similarity: lost },
      'rejected',
      ['selfie_unreadable', 'liveness_unavailable'],
    ],
    [
      'a selfie without a face',
      { selfie: { reading: faces(0) }, similarity: lost },
      'rejected',
      ['no_face_in_selfie', 'liveness_unavailable'],
    ],
    ['a selfie of two', { selfie: { reading: faces(2) } }, 'review', ['multiple_faces_in_selfie']],
    ['a blurred selfie', { selfie: { reading: faces(1, measured(0.9), 0.24) } }, 'review', ['selfie_quality_low']],
    [
      'a document that is no image',
      { front: fault, similarity: lost },
      'rejected',
      ['document_unreadable', 'document_not_recognised'],
    ],
    ['a document without a portrait', { ...front({}, 0), similarity: lost }, 'review', ['no_face_in_document']],
    ['a back that is no image', { back: fault }, 'review', ['document_back_unreadable']],
    ['one image for both', { sameImage: true }, 'review', ['same_image']],
    ['a poor photo of the document', front({ quality: measured(0.49) }), 'review', ['document_quality_low']],
    ['a document read just surely enough', front({ ocrConfidence: measured(0.6) }), 'approved', []],
    [
      'a document read with little certainty',
      front({ ocrConfidence: measured(0.59) }),
      'review',
      ['document_not_recognised'],
    ],
    ['a picture of no document', front({ found: false }), 'review', ['document_not_recognised']],
    [
      'a wrong check digit',
      front({ mrz: mrz({ checks: { composite: false, birthDate: true } }) }),
      'review',
      ['mrz_check_failed'],
    ],
    ['a repaired character', front({ mrz: mrz({ corrected: true }) }), 'approved', ['mrz_corrected']],
    [
      'a document that expired yesterday',
      front({ mrz: mrz({}, { expiryDate: '261119' }) }),
      'rejected',
      ['document_expired'],
    ],
    ['a document that expires today', front({ mrz: mrz({}, { expiryDate: '261120' }) }), 'approved', []],
    ['an expiry date that nobody can read', front({ mrz: mrz({}, { expiryDate: '<<<<<<' }) }), 'review', []],
    [
      'an expiry date against its check digit',
      front({ mrz: mrz({ checks: { expiryDate: false } }, { expiryDate: '200101' }) }),
      'review',
      ['mrz_check_failed'],
    ],
    ['the name on the document', { claims: { submittedFullName: 'Anna Maria Eriksson' } }, 'approved', []],
    ['another name', { claims: { submittedFullName: 'John Doe' } }, 'review', ['name_mismatch']],
    ['the kind of document', { claims: { documentType: 'passport' } }, 'approved', []],
    ['another kind of document', { claims: { documentType: 'dni' } }, 'review', ['document_type_mismatch']],
    ['any kind of document', { claims: { documentType: 'other' } }, 'approved', []],
    [
      'a back that reads better than the front',
      { ...front({ ocrConfidence: measured(0.3) }), back: { reading: document() } },
      'approved',
      [],
    ],
  ];

  test.each(table)('%s', (_, change, decision, flags) => {
    const verdict = judge(goodEvidence(change));
    expect([...verdict.flags].sort()).toEqual([...flags].sort());
    expect(verdict.decision).toBe(decision);
  });

  test('the zone may stand on the back', () => {
    const { mrz: zone, ...bare } = document();
    const side = (document: DocumentReading): IdentityEvidence['front'] => ({
      reading: { document, portrait: faces(1) },
    });
    const evidence = goodEvidence({
      front: side(bare),
      back: { reading: { ...bare, ...(zone && { mrz: zone }) } },
    });
    expect(signalOf(evidence, 'mrz_check_digits')).toMatchObject({ passed: true, score: 1 });
    expect(signalOf(goodEvidence({ front: side(bare) }), 'mrz_check_digits')).toBeUndefined();
  });

  test('a claimed name or kind that cannot be compared holds at review, and says so', () => {
    const { mrz: _, ...bare } = document();
    const claims = { submittedFullName: 'Anna Maria Eriksson', documentType: 'passport' } as const;
    const verdict = judge(goodEvidence({ front: { reading: { document: bare, portrait: faces(1) } }, claims }));
    expect(verdict.decision).toBe('review');
    const silent = verdict.signals.filter(({ score }) => score === undefined).map(({ name }) => name);
    expect(silent).toEqual(['name_match', 'document_type']);
  });
});

describe('a licence with a barcode and no machine-readable zone', () => {
  const field = (value: string) => ({ value, confidence: 1 });
  const licence = (fields: BarcodeReading['fields']): Partial<IdentityEvidence> => {
    const { mrz: _, ...bare } = document();
    const barcode = { version: 8, issuer: '636045', elements: {}, fields };
    return {
      front: { reading: { document: bare, portrait: faces(1) } },
      back: { reading: { ...bare, barcode } },
      claims: { submittedFullName: 'Berta Lindqvist' },
    };
  };
  const fields = {
    surname: field('LINDQVIST'),
    givenNames: field('BERTA MAE'),
    fullName: field('BERTA MAE LINDQVIST'),
    expiryDate: field('2031-04-17'),
  };

  test('S-13 its date and name count', () => {
    const good = goodEvidence(licence(fields));
    expect(signalOf(good, 'document_expiry')).toMatchObject({ score: 1, passed: true });
    expect(signalOf(good, 'name_match')).toMatchObject({ score: 1, passed: true });
    const expired = judge(goodEvidence(licence({ ...fields, expiryDate: field('2026-11-19') })));
    expect(expired).toMatchObject({ decision: 'rejected' });
    expect(expired.flags).toContain('document_expired');
    const other = goodEvidence({ ...licence(fields), claims: { submittedFullName: 'Otto Nemo' } });
    expect(judge(other).flags).toContain('name_mismatch');
  });

  test('a name in one piece is compared, and what it does not say is unavailable', () => {
    const whole = goodEvidence(licence({ fullName: field('LINDQVIST BERTA MAE') }));
    expect(signalOf(whole, 'name_match')).toMatchObject({ passed: true });
    expect(signalOf(whole, 'document_expiry')?.score).toBeUndefined();
    expect(signalOf(goodEvidence(licence({})), 'name_match')?.score).toBeUndefined();
  });

  test('where there is a zone too, the zone is what counts', () => {
    const both = goodEvidence({ ...licence({ ...fields, expiryDate: field('2020-01-01') }) });
    const front = { reading: { document: document(), portrait: faces(1) } };
    expect(signalOf({ ...both, front }, 'document_expiry')).toMatchObject({ score: 1 });
  });
});
