import type { FaceVerification, StepUp } from '../../domain/verification.ts';

/**
 * L-39: what a receipt says: the verdict, and which token it was given out with. The tenant could sign such a token as well as we
 * can; a receipt it cannot.
 */
export const toReceiptClaims = (
  issuer: string,
  digest: (text: string) => string,
  { id, claims, stepUp }: FaceVerification & { readonly stepUp: StepUp },
) => ({
  iss: issuer,
  event: 'step_up.completed',
  verification_id: id,
  sub: claims.userRef,
  act: stepUp.action,
  live: stepUp.live,
  match: stepUp.match,
  score: stepUp.score,
  iat: stepUp.iat,
  jwt_sha256: digest(stepUp.jwt),
});
