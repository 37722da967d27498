import type { Caller } from '../domain/caller.ts';
import { isVerificationId } from '../domain/step-up.ts';
import type { Enrolments } from '../ports/people.ts';
import type { Tokens } from '../ports/trust.ts';
import type { Verifications } from '../ports/verifications.ts';

export interface IntrospectToken {
  readonly enrolments: Pick<Enrolments, 'get'>;
  readonly tokens: Pick<Tokens, 'verify'>;
  readonly verifications: Pick<Verifications, 'get'>;
}

export interface Introspection {
  readonly active: boolean;
  readonly revoked: boolean;
  /** Of a token that the tenant's secret signed. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/**
 * What a token is worth at `asOf`, ms. The tenant shares the secret that signs it, so the signature alone does not say that it came
 * from here: it must also be the very token that its verification gave out.
 */
export async function introspectToken(
  { enrolments, tokens, verifications }: IntrospectToken,
  { tenantId, mode }: Caller,
  token: string,
  asOf: number,
): Promise<Introspection> {
  const claims = await tokens.verify(tenantId, token);
  if (!claims) return { active: false, revoked: false };
  const { verification_id: id, sub, exp } = claims;
  if (!isVerificationId(id) || typeof sub !== 'string' || typeof exp !== 'number')
    return { active: false, revoked: false, claims };
  const [found, user] = await Promise.all([
    verifications.get({ tenantId, mode, id }),
    enrolments.get({ tenantId, mode, userId: sub }),
  ]);
  if (found?.contract !== 'step-up') return { active: false, revoked: false, claims };
  const revoked = !found.stepUp || (found.concludedAt ?? 0) <= (user?.erasedAt ?? -1);
  return { active: !revoked && found.stepUp?.jwt === token && asOf < exp * 1000, revoked, claims };
}
