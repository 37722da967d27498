import { asJudged } from '../../domain/review.ts';
import type { KeptCheck } from '../../domain/verification.ts';
import type { HostedEvent } from '../../domain/webhook-delivery.ts';
import { fileUrl, type Telling, toResult } from './replies.ts';
import type { WebhookBody } from './schemas.ts';

function toWebhookBody({ type }: HostedEvent, { check: found, telling }: Subject): WebhookBody {
  const check = type === 'verification.completed' ? asJudged(found) : found;
  const {
    sessionId,
    timestamp,
    status,
    faceComparison: compared,
    verificationAssessment: assessed,
  } = toResult(check, telling);
  const { slots } = check.hosted;
  return {
    check_id: check.id,
    user_identifier: check.claims.userRef ?? '',
    verification_result: {
      sessionId,
      timestamp,
      status,
      faceComparison: {
        isIdentical: compared?.isIdentical ?? false,
        confidence: compared?.confidence ?? 0,
        similarityScore: compared?.similarityScore ?? 0,
      },
      verificationAssessment: {
        overallScore: assessed?.overallScore ?? 0,
        verificationStatus: status,
        confidenceLevel: assessed?.confidenceLevel ?? 'low',
      },
    },
    selfie_video_url: slots.includes('selfie_video') ? fileUrl(telling, check, 'selfie_video') : null,
    id_photo_url: slots.includes('id_photo') ? fileUrl(telling, check, 'id_photo') : null,
    completed_at: timestamp,
  };
}

interface Subject {
  readonly check: KeptCheck;
  readonly telling: Telling;
}

/** P-41, P-42. Credits that run low are told in the same endpoint's other shapes, by the event's own contract. */
export const hostedWebhook = {
  body: (event: HostedEvent, subject: Subject): string => JSON.stringify(toWebhookBody(event, subject)),
  headers: (): Readonly<Record<string, string>> => ({ 'user-agent': 'IdentityVerification/1.0' }),
};
