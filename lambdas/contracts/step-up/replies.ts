import type * as z from 'zod';
import type { EnrolledUser, Enrolment, IssuedChallenge } from '../../domain/enrolment.ts';
import type { Signal } from '../../domain/verdict.ts';
import type { FaceVerification, StepUp } from '../../domain/verification.ts';
import { iso } from '../timestamp.ts';
import type { challengeReply, ErrorReply, SignalReply, UserReply, VerificationReply, VerifyReply } from './schemas.ts';

/** L-35: the claims of the token, which is the contract; what was not sent is not there. */
export const toClaims = (
  issuer: string,
  id: string,
  userId: string,
  { action, amt, asset, live, match, score, iat, exp }: Omit<StepUp, 'jwt'>,
) => ({
  iss: issuer,
  sub: userId,
  act: action,
  ...(amt !== undefined && { amt }),
  ...(asset !== undefined && { asset }),
  live,
  match,
  score,
  iat,
  exp,
  verification_id: id,
});

const four = (value: number): number => Math.round(value * 10_000) / 10_000;

export const toSignals = (signals: readonly Signal[]): SignalReply[] =>
  signals.map(({ name, score, threshold, passed, reason }) => ({
    name,
    score: score === undefined ? null : four(score),
    threshold: four(threshold),
    passed,
    reason,
  }));

/** K-08: a match is 200, a score below the threshold 422, and both carry the token. */
export function toVerifyReply(
  { id, outcome, stepUp }: FaceVerification & { readonly stepUp: StepUp },
  receipt: string | undefined,
): { readonly status: number; readonly body: VerifyReply | ErrorReply } {
  const { jwt, match, score, iat, exp, modelSet, requestId } = stepUp;
  const more = {
    signals: toSignals(outcome?.signals ?? []),
    model_set: modelSet,
    ...(receipt !== undefined && { receipt }),
  };
  if (match) return { status: 200, body: { jwt, verification_id: id, match, score, iat, exp, ...more } };
  const code = 'low_confidence';
  const message = 'The face is not surely the enrolled one.';
  const error = { error: code, code, message, request_id: requestId };
  return { status: 422, body: { ...error, verification_id: id, match, score, jwt, iat, exp, ...more } };
}

export function toVerification({
  id,
  state,
  claims,
  outcome,
  stepUp,
  createdAt,
  redactedFrom,
}: FaceVerification): VerificationReply {
  const head = { verification_id: id, match: (redactedFrom ?? state) === 'approved', created_at: iso(createdAt) };
  if (!stepUp) return { ...head, status: 'redacted' };
  const { action, amt, asset, live, score, iat, exp, modelSet } = stepUp;
  return {
    ...head,
    status: 'completed',
    ...(claims.userRef !== undefined && { user_id: claims.userRef }),
    action,
    ...(amt !== undefined && { amt }),
    ...(asset !== undefined && { asset }),
    live,
    score,
    iat,
    exp,
    signals: toSignals(outcome?.signals ?? []),
    model_set: modelSet,
  };
}

export const toChallenge = (
  userId: string,
  { challengeId, nonce, prompts, expiresAt, action }: IssuedChallenge,
): z.infer<typeof challengeReply> => ({
  challenge_id: challengeId,
  nonce,
  prompts: [...prompts],
  expires_at: iso(expiresAt),
  user_id: userId,
  ...(action !== undefined && { action }),
});

export const toEnrolled = (userId: string, { enrolledAt, framesUsed, embeddingId, sealed }: Enrolment) => ({
  user_id: userId,
  enrolled_at: iso(enrolledAt),
  frames_used: framesUsed,
  embedding_id: embeddingId,
  model_set: Object.keys(sealed)[0] ?? '',
});

export const toUser = (userId: string, { enrolment, erasedAt }: EnrolledUser): UserReply => ({
  user_id: userId,
  enrolled: enrolment !== undefined,
  ...(enrolment && {
    enrolled_at: iso(enrolment.enrolledAt),
    embedding_id: enrolment.embeddingId,
    frames_used: enrolment.framesUsed,
    model_sets: Object.keys(enrolment.sealed),
  }),
  ...(erasedAt !== undefined && { deleted_at: iso(erasedAt) }),
});
