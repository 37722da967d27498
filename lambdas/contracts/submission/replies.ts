import { flagSeverity } from '../../domain/flags.ts';
import { endedAt } from '../../domain/review.ts';
import type { IdentityVerification, State, Verification } from '../../domain/verification.ts';
import type { Upload } from '../../ports/media.ts';
import { iso } from '../timestamp.ts';
import type { InitReply, StatusReply, SubmitReply } from './schemas.ts';

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
  verification: IdentityVerification,
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

/** The contract's word for how a verification was judged; a fault of ours is for a person to look at. */
function verdictOf(state: State): StatusReply['verdict'] {
  if (state === 'failed') return 'review';
  return state === 'approved' || state === 'review' || state === 'rejected' ? state : undefined;
}

/** What a poll and a webhook say alike of a verification that has its verdict; nothing before. */
export function toResult(verification: Verification): Pick<StatusReply, 'verdict' | 'confidence' | 'scores' | 'flags'> {
  const { state, outcome } = verification;
  const verdict = verdictOf(state);
  if (!verdict) return {};
  if (state === 'failed') {
    const none = { ocrConfidence: null, faceMatch: null, liveness: null, docQuality: null };
    return { verdict, confidence: 0, scores: none, flags: ['processing_failed'] };
  }
  if (!outcome) return {};
  const { ocrConfidence, faceMatch, liveness, docQuality } = outcome.scores;
  return {
    verdict,
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

export function toStatusReply(verification: IdentityVerification): StatusReply {
  const { id, state, outcome, submission, submittedAt, redactedFrom } = verification;
  const at = endedAt(verification);
  const status = word[state];
  const head = { verificationId: id, status, ...(submittedAt !== undefined && { submittedAt: iso(submittedAt) }) };
  const ended = at === undefined ? {} : { completedAt: iso(at) };
  if (status === 'redacted') {
    const verdict = redactedFrom && verdictOf(redactedFrom);
    return { ...head, ...(verdict && { verdict }), ...ended };
  }
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
    ...ended,
  };
}

export const metadataOf = (
  metadata: Readonly<Record<string, unknown>> | undefined,
): NonNullable<StatusReply['metadata']> => (metadata ?? {}) as NonNullable<StatusReply['metadata']>;
