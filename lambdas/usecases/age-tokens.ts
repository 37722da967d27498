import type { Caller } from '../domain/caller.ts';
import { isDocumentId } from '../domain/document-kind.ts';
import { type Failure, failure } from '../domain/error.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { DocumentVerification } from '../domain/verification.ts';
import type { Tokens } from '../ports/trust.ts';
import type { Verifications } from '../ports/verifications.ts';

export interface AgeTokens {
  readonly tokens: Pick<Tokens, 'sign' | 'verify'>;
  readonly verifications: Pick<Verifications, 'get'>;
  readonly settings: { readonly issuer: string; readonly document: { readonly tokenTtlSeconds: number } };
}

export interface AgeToken {
  readonly requestId: string;
  /** Whole years that the holder has at least: those that were asked for, never those that they have. */
  readonly over: number;
  /** Unix seconds. */
  readonly exp: number;
}

/** Claim `kind`: tokens of other kinds are signed with the same secret. */
const kind = 'document_age';

async function verified(
  { verifications }: AgeTokens,
  { tenantId, mode }: Caller,
  id: unknown,
): Promise<DocumentVerification | undefined> {
  if (typeof id !== 'string' || !isDocumentId(id)) return undefined;
  const found = await verifications.get({ tenantId, mode, id });
  return found?.contract === 'document' ? found : undefined;
}

/** M-66: what a relying site needs to know of somebody's age and no more, signed with the tenant's secret. */
export async function issueAgeToken(
  deps: AgeTokens,
  caller: Caller,
  requestId: string,
  asOf: number,
): Promise<Result<AgeToken & { readonly token: string }, Failure>> {
  const { tokens, settings } = deps;
  const found = await verified(deps, caller, requestId);
  if (!found) return fail(failure('verification_not_found', 'There is no such request.'));
  if (found.state !== 'approved')
    return fail(failure('conflict', 'Only of a request that was verified is there a token.'));
  const iat = Math.floor(asOf / 1000);
  const exp = iat + settings.document.tokenTtlSeconds;
  const over = found.request.ageThreshold;
  const { tenantId: tenant, mode } = caller;
  const claims = { iss: settings.issuer, kind, tenant, mode, request_id: requestId, age_over: over, iat, exp };
  return ok({ token: await tokens.sign(tenant, claims), requestId, over, exp });
}

/**
 * What a token is worth at `asOf`, ms; undefined: nothing. The tenant shares the secret that signs it, so it must also say what its
 * verification says.
 */
export async function validateAgeToken(
  deps: AgeTokens,
  caller: Caller,
  token: string,
  asOf: number,
): Promise<AgeToken | undefined> {
  const claims = await deps.tokens.verify(caller.tenantId, token);
  if (claims?.kind !== kind || claims.mode !== caller.mode) return undefined;
  const { request_id: id, age_over: over, exp } = claims;
  const found = await verified(deps, caller, id);
  const holds = found?.state === 'approved' && found.request.ageThreshold === over;
  if (!holds || typeof exp !== 'number' || asOf >= exp * 1000) return undefined;
  return { requestId: found.id, over: found.request.ageThreshold, exp };
}
