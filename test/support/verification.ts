import fc from 'fast-check';
import { type Flag, flagSeverity } from '../../lambdas/domain/flags.ts';
import { type IdentityVerification, type Outcome, states } from '../../lambdas/domain/verification.ts';
import { defaultPolicy } from './evidence.ts';

const tenantId = 'tn_AAAAAAAAAAAAAAAA';
const id = 'vf_0000000000000000AAAA';

/** A verification as init leaves it, but for what is changed. */
export const aVerification = (change: Partial<IdentityVerification> = {}): IdentityVerification => ({
  tenantId,
  mode: 'live',
  id,
  contract: 'submission',
  state: 'created',
  claims: {},
  uploads: {
    docFront: `verif/${change.tenantId ?? tenantId}/${change.id ?? id}/doc-front.jpg`,
    docBack: `verif/${change.tenantId ?? tenantId}/${change.id ?? id}/doc-back.jpg`,
    selfie: `verif/${change.tenantId ?? tenantId}/${change.id ?? id}/selfie.jpg`,
  },
  createdAt: 1_800_000_000_000,
  expiresAt: 1_800_003_600_000,
  attempts: 0,
  ...change,
});

export const anOutcome = (change: Partial<Outcome> = {}): Outcome => ({
  decision: 'approved',
  confidence: 93,
  signals: [
    { name: 'face_match', score: 0.93, threshold: 0.8, passed: true, reason: 'Same.', ceiling: 0.93, flags: [] },
    {
      name: 'liveness',
      threshold: 0.55,
      passed: false,
      reason: 'No model.',
      ceiling: 1,
      flags: ['liveness_not_required'],
    },
  ],
  flags: ['liveness_not_required'],
  policy: defaultPolicy,
  policyHash: 'f'.repeat(64),
  models: { 'dlib-resnet': 'a'.repeat(64) },
  scores: { ocrConfidence: 0.951, faceMatch: 0.93, docQuality: 0.88 },
  stages: { total: 1200 },
  ...change,
});

const share = fc.double({ min: 0, max: 1, noNaN: true });
const moment = fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 });
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const present = <T extends object>(value: T) =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined));

const anyOutcome = fc
  .record({
    confidence: fc.integer({ min: 0, max: 10_000 }).map((n) => n / 100),
    flags: fc.subarray(Object.keys(flagSeverity) as Flag[]),
    scores: fc
      .record({
        ocrConfidence: optional(share),
        faceMatch: optional(share),
        liveness: optional(share),
        docQuality: optional(share),
      })
      .map(present),
    signals: fc.array(
      fc
        .record({
          name: fc.string(),
          score: optional(share),
          threshold: share,
          passed: fc.boolean(),
          reason: fc.string(),
        })
        .map((one) => ({ ...present(one), ceiling: 1, flags: [] }) as unknown as Outcome['signals'][number]),
      { maxLength: 4 },
    ),
  })
  .map(anOutcome);

/** A verification as it can be in any state, with all that the state brings along. */
export const anyVerification: fc.Arbitrary<IdentityVerification> = fc
  .record({
    state: fc.constantFrom(...states),
    outcome: anyOutcome,
    createdAt: moment,
    later: fc.nat(10_000_000),
    userRef: optional(fc.string({ minLength: 1, maxLength: 128 })),
    metadata: optional(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 })),
  })
  .map(({ state, outcome, createdAt, later, userRef, metadata }) => {
    const judged = state === 'approved' || state === 'review' || state === 'rejected';
    const accepted = judged || state === 'failed' || state === 'submitted' || state === 'processing';
    return aVerification({
      state,
      createdAt,
      expiresAt: createdAt + 3_600_000,
      claims: { ...(userRef !== undefined && { userRef }) },
      ...(accepted && {
        submittedAt: createdAt + later,
        submission: { docBack: false, ...(metadata && { metadata: JSON.parse(JSON.stringify(metadata)) }) },
      }),
      ...(judged && { outcome: { ...outcome, decision: state } }),
      ...((judged || state === 'failed') && { concludedAt: createdAt + 2 * later }),
    });
  });
