import type { FaceVerification, StepUp } from '../../lambdas/domain/verification.ts';
import type { Verified } from '../../lambdas/usecases/verify-face.ts';
import { anOutcome } from './verification.ts';

/** A step-up that was verified, but for what is changed. */
export const aStepUp = (change: Partial<FaceVerification> = {}, facts: Partial<StepUp> = {}): Verified => ({
  tenantId: 'tn_AAAAAAAAAAAAAAAA',
  mode: 'live',
  id: 'ver_AAAAAAAAAAA',
  contract: 'step-up',
  state: 'approved',
  claims: { userRef: 'user-1' },
  createdAt: 1_800_000_000_000,
  submittedAt: 1_800_000_000_000,
  concludedAt: 1_800_000_000_100,
  outcome: anOutcome(),
  ...change,
  stepUp: {
    action: 'wire',
    live: 'passive',
    match: true,
    score: 0.93,
    iat: 1_800_000_000,
    exp: 1_800_000_060,
    modelSet: 'test/1',
    frames: 1,
    jwt: 'h.p.s',
    requestId: 'req_1',
    ...facts,
  },
});
