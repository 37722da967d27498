import type { Outcome, Verification } from '../../lambdas/domain/verification.ts';
import { defaultPolicy } from './evidence.ts';

const tenantId = 'tn_0000000000000001';
const id = 'vf_0000000000000000AAAA';

/** A verification as init leaves it, but for what is changed. */
export const aVerification = (change: Partial<Verification> = {}): Verification => ({
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
