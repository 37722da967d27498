import { describe, expect, test } from 'vitest';
import { hostedWebhook } from '../../lambdas/contracts/hosted/webhook.ts';
import { newReview } from '../../lambdas/domain/review.ts';
import type { KeptCheck } from '../../lambdas/domain/verification.ts';
import { conclusionEvent, decisionEvent, type HostedEvent } from '../../lambdas/domain/webhook-delivery.ts';
import { digest } from '../support/memory.ts';
import { anOutcome } from '../support/verification.ts';

const judged: KeptCheck = {
  tenantId: 'tn_AAAAAAAAAAAAAAAA',
  mode: 'live',
  id: '0f0e0d0c-0b0a-4908-8706-050403020100',
  contract: 'hosted',
  state: 'review',
  claims: { userRef: 'user_1' },
  createdAt: 1_800_000_000_000,
  concludedAt: 1_800_000_003_000,
  outcome: anOutcome({ decision: 'review', confidence: 79 }),
  fileSecret: 'secret',
  filesUntil: 1_800_600_000_000,
  hosted: { slots: ['id_photo', 'selfie_video'], baseUrl: 'https://id.example' },
};
const by = { keyId: 'key_1', keyHint: 'sk_live_…x', name: 'Ana' };
const decided = {
  ...judged,
  state: 'approved',
  review: newReview('approved', 'Same.', by, 1_800_000_900_000),
} as const;
const telling = { method: 'face_embedding_v1', sha256: digest.sha256 };

const body = (event: HostedEvent, check: KeptCheck) => JSON.parse(hostedWebhook.body(event, { check, telling }));

describe('C-18 P-33 P-41 what a partner is told of a hosted check that a person decides', () => {
  const completed = conclusionEvent(judged) as HostedEvent;
  const reviewed = decisionEvent(decided) as HostedEvent;

  test('C-18 first that a person has to look, then what they decided, at the moment of each', () => {
    expect([completed.type, reviewed.type]).toEqual(['verification.completed', 'verification.reviewed']);
    const [first, second] = [body(completed, judged), body(reviewed, decided)];
    expect(first).toMatchObject({
      check_id: judged.id,
      verification_result: { status: 'needs_review' },
      completed_at: '2027-01-15T08:00:03.000Z',
    });
    expect(second).toMatchObject({
      check_id: judged.id,
      verification_result: { status: 'verified', verificationAssessment: { overallScore: 79 } },
      completed_at: '2027-01-15T08:15:00.000Z',
    });
  });

  test('C-18 P-45 what was told first says the same when it is sent again after the decision', () => {
    expect(body(completed, decided)).toEqual(body(completed, judged));
  });
});
