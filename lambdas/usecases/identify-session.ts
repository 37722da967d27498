import { bearerOf } from '../domain/bearer.ts';
import type { Caller } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Plan } from '../domain/tenant.ts';
import type { Tenants } from '../ports/accounts.ts';
import type { Clock } from '../ports/system.ts';
import type { Tokens } from '../ports/trust.ts';

export interface IdentifySession {
  readonly clock: Clock;
  readonly tokens: Pick<Tokens, 'peek' | 'verify'>;
  readonly tenants: Pick<Tenants, 'get'>;
}

/** Claim `kind` of the tokens that people call with. */
export const tokenKinds = { session: 'liveness_session', 'app-login': 'app_login' } as const;

/** Nothing else is looked up: what an unproved token says must fit a key of the database. */
export const tenantIds = /^tn_\w{1,64}$/;
/** The tenant has the secret as well: a token that its signature proves can still name anything. */
const partIds = /^[0-9a-f]{24}$/;

const missing = failure('session_token_missing', 'Send the token of the session as "Authorization: Bearer <token>".');

/**
 * Who calls with a token of ours. It says which tenant it is of, and is believed once a signing secret of that tenant has proved it;
 * anything else, an account's key included, is no token of a session (V-02, V-21).
 */
export async function identifySession(
  { clock, tokens, tenants }: IdentifySession,
  authorization: string | undefined,
  of: keyof typeof tokenKinds,
): Promise<Result<{ readonly caller: Caller; readonly plan: Plan }, Failure>> {
  const bearer = bearerOf(authorization);
  const tenantId = bearer && tokens.peek(bearer)?.tenant;
  if (!bearer || typeof tenantId !== 'string' || !tenantIds.test(tenantId)) return fail(missing);
  const [claims, tenant] = await Promise.all([tokens.verify(tenantId, bearer), tenants.get(tenantId)]);
  if (!claims || !tenant || claims.kind !== tokenKinds[of]) return fail(missing);
  const { tenant: _, mode, exp } = claims;
  const keyId = of === 'session' ? claims.sub : claims.appLogin;
  if (
    typeof keyId !== 'string' ||
    !partIds.test(keyId) ||
    typeof exp !== 'number' ||
    (mode !== 'live' && mode !== 'test')
  )
    return fail(missing);
  if (exp * 1000 <= clock.now()) return fail(failure('session_expired', 'The time of this token is over.'));
  if (tenant.status === 'disabled') return fail(failure('tenant_disabled', 'The account is disabled.'));
  return ok({ caller: { tenantId, mode, keyId, keyType: 'session' }, plan: tenant.plan });
}
