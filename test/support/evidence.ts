import fc from 'fast-check';
import type { IdentityEvidence } from '../../lambdas/domain/assess-identity.ts';
import type { Looked } from '../../lambdas/domain/document-sides.ts';
import {
  type DocumentReading,
  type Face,
  type FaceReading,
  type Measure,
  type MrzReading,
  measured,
  unavailable,
} from '../../lambdas/domain/evidence.ts';
import { policyOf } from '../../lambdas/domain/tenant.ts';

export const defaultThresholds = { match: 0.8, liveness: 0.55, search: 0.85, approve: 80, review: 60 };
export const defaultPolicy = policyOf({}, defaultThresholds);

/** A face that looks straight into the camera; nothing but good was measured of it. */
export const face = (change: Partial<Face> = {}): Face => ({
  box: { x: 10, y: 10, width: 200, height: 200 },
  detection: 0.99,
  pose: { yaw: 0, pitch: 0, roll: 0 },
  quality: 0.9,
  reasons: [],
  template: { modelSet: 'test/1', vector: new Float32Array(4) },
  olderTemplates: [],
  expression: { eyes: 0.28, mouth: 0, smile: 0.55 },
  landmarks: new Float32Array(),
  fingerprint: '0'.repeat(64),
  liveness: measured(0.9),
  ...change,
});

/** A reading of so many faces; the first of them as given. */
export const faces = (count: number, live: Measure = measured(0.9), quality = 0.9): FaceReading => ({
  faces: count,
  ...(count > 0 && { face: face({ liveness: live, quality }) }),
  stages: { detect: 2 },
});

export const mrz = (change: Partial<MrzReading> = {}, fields: Partial<MrzReading['fields']> = {}): MrzReading => ({
  format: 'TD3',
  lines: [],
  raw: [],
  corrected: false,
  checks: { documentNumber: true, birthDate: true, expiryDate: true, composite: true },
  confidence: 0.97,
  ...change,
  fields: {
    documentCode: 'P',
    issuingState: 'UTO',
    documentNumber: 'L898902C3',
    surname: 'ERIKSSON',
    givenNames: 'ANNA MARIA',
    nationality: 'UTO',
    birthDate: '740812',
    sex: 'F',
    expiryDate: '320415',
    optionalData: '',
    ...fields,
  },
});

export const document = (change: Partial<DocumentReading> = {}): DocumentReading => ({
  found: true,
  ocrConfidence: measured(0.95),
  quality: measured(0.9),
  reasons: [],
  mrz: mrz(),
  lines: [],
  stages: { ocr: 5 },
  ...change,
});

/** An applicant of whom nothing but good was measured. */
export const goodEvidence = (change: Partial<IdentityEvidence> = {}): IdentityEvidence => ({
  selfie: { reading: faces(1) },
  front: { reading: { document: document(), portrait: faces(1) } },
  similarity: measured(0.93),
  sameImage: false,
  claims: {},
  today: { year: 2026, month: 11, day: 20 },
  ...change,
});

const share = fc.double({ min: 0, max: 1, noNaN: true });
const measure = fc.oneof({ weight: 3, arbitrary: share.map(measured) }, fc.constant(unavailable('Not measured.')));
const often = <T>(value: T, other: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: other });
const orFault = <T>(reading: fc.Arbitrary<T>): fc.Arbitrary<Looked<T>> =>
  fc.oneof(
    { weight: 6, arbitrary: reading.map((one) => ({ reading: one })) },
    fc.constantFrom({ fault: 'image_truncated' as const }, { fault: 'image_empty' as const }),
  );

const anyFaces = fc
  .tuple(often(1, fc.nat(3)), often(measured(0.9), measure), often(0.9, share))
  .map(([count, live, quality]) => faces(count, live, quality));

const anyMrz = fc
  .record({
    format: fc.constantFrom('TD3', 'TD1', 'MRV-A'),
    corrected: fc.boolean(),
    checks: fc.record({ documentNumber: often(true, fc.boolean()), expiryDate: often(true, fc.boolean()) }),
    expiryDate: fc.constantFrom('320415', '200101', '<<<<<<', '261120', '261119'),
  })
  .map(({ expiryDate, ...change }) => mrz(change as Partial<MrzReading>, { expiryDate }));

const anyDocument = fc
  .record({
    found: often(true, fc.boolean()),
    ocrConfidence: often(measured(0.9), measure),
    quality: often(measured(0.9), measure),
    zone: fc.option(anyMrz, { nil: undefined }),
  })
  .map(({ zone, ...reading }) => {
    const { mrz: _, ...bare } = document(reading);
    return { ...bare, ...(zone && { mrz: zone }) };
  });

const anyClaims = fc.record(
  {
    submittedFullName: fc.constantFrom('Anna Maria Eriksson', 'John Doe'),
    documentType: fc.constantFrom('passport', 'dni', 'drivers_license', 'other'),
  },
  { requiredKeys: [] },
);

/** Anything that could be measured of an applicant, with enough that is good for every decision to come up. */
export const anyEvidence = fc
  .record({
    selfie: orFault(anyFaces),
    front: orFault(fc.record({ document: anyDocument, portrait: anyFaces })),
    back: fc.option(orFault(anyDocument), { nil: undefined }),
    similarity: often(measured(0.9), measure),
    sameImage: often(false, fc.boolean()),
    clientLiveness: fc.option(share, { nil: undefined }),
    claims: often({}, anyClaims as fc.Arbitrary<IdentityEvidence['claims']>),
  })
  .map(({ back, clientLiveness, ...evidence }) =>
    goodEvidence({
      ...evidence,
      ...(back && { back: back as NonNullable<IdentityEvidence['back']> }),
      ...(clientLiveness !== undefined && { clientLiveness }),
    }),
  );

const percent = (min: number, max: number) => fc.integer({ min: min * 100, max: max * 100 }).map((n) => n / 100);

/** A tenant's rules, thresholds that cross included. */
export const anyPolicy = fc
  .record({
    match: often(0.8, share),
    liveness: often(0.55, share),
    approve: often(80, percent(1, 100)),
    review: often(60, percent(0, 100)),
    requireLiveness: fc.boolean(),
  })
  .map(({ requireLiveness, ...thresholds }) => policyOf({ thresholds, requireLiveness }, defaultThresholds));
