import { flagSeverity } from '../../domain/flags.ts';
import type { State, Verification } from '../../domain/verification.ts';
import type { Upload } from '../../ports.ts';
import type { InitReply, StatusReply, SubmitReply } from './schemas.ts';

const iso = (ms: number): string => new Date(ms).toISOString();
const hundred = (score: number | undefined): number | null =>
  score === undefined ? null : Math.round(score * 10_000) / 100;

const word: Readonly<Record<State, StatusReply['status']>> = {
  created: 'created',
  submitted: 'queued',
  processing: 'processing',
  approved: 'completed',
  review: 'completed',
  rejected: 'completed',
  failed: 'completed',
  expired: 'canceled',
  canceled: 'canceled',
  redacted: 'redacted',
};

export const toInitReply = (
  verification: Verification,
  uploads: Readonly<Record<'docFront' | 'docBack' | 'selfie', Upload>>,
): InitReply => ({
  verificationId: verification.id,
  uploads: { ...uploads },
  expiresAt: Math.floor(verification.expiresAt / 1000),
});

export function toSubmitReply(verification: Verification, baseUrl: string): SubmitReply {
  const status = word[verification.state];
  return {
    verificationId: verification.id,
    status: status === 'queued' || status === 'processing' ? status : 'completed',
    statusUrl: `${baseUrl}/v1/verify/${verification.id}`,
  };
}

/** What a poll and a webhook say alike of a verification that has its verdict; nothing before. */
export function toResult(verification: Verification): Pick<StatusReply, 'verdict' | 'confidence' | 'scores' | 'flags'> {
  const { state, outcome } = verification;
  if (state === 'failed') {
    const none = { ocrConfidence: null, faceMatch: null, liveness: null, docQuality: null };
    return { verdict: 'review', confidence: 0, scores: none, flags: ['processing_failed'] };
  }
  if (!outcome || (state !== 'approved' && state !== 'review' && state !== 'rejected')) return {};
  const { ocrConfidence, faceMatch, liveness, docQuality } = outcome.scores;
  return {
    verdict: state,
    confidence: outcome.confidence,
    scores: {
      ocrConfidence: hundred(ocrConfidence),
      faceMatch: hundred(faceMatch),
      liveness: hundred(liveness),
      docQuality: hundred(docQuality),
    },
    flags: outcome.flags.filter((flag) => flag in flagSeverity),
  };
}

export function toStatusReply(verification: Verification): StatusReply {
  const { id, state, outcome, submission, submittedAt, concludedAt } = verification;
  const status = word[state];
  const head = { verificationId: id, status, ...(submittedAt !== undefined && { submittedAt: iso(submittedAt) }) };
  if (status !== 'completed') return head;
  return {
    ...head,
    ...toResult(verification),
    signals: (outcome?.signals ?? []).map(({ name, score, threshold, passed, reason }) => ({
      name,
      score: hundred(score),
      threshold: hundred(threshold) ?? 0,
      passed,
      reason,
    })),
    models: { ...outcome?.models },
    metadata: metadataOf(submission?.metadata),
    ...(concludedAt !== undefined && { completedAt: iso(concludedAt) }),
  };
}

export const metadataOf = (
  metadata: Readonly<Record<string, unknown>> | undefined,
): NonNullable<StatusReply['metadata']> => (metadata ?? {}) as NonNullable<StatusReply['metadata']>;
