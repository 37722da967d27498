import type { Caller } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import { isCheckId, sessionMissing } from '../domain/hosted-session.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Plan } from '../domain/tenant.ts';
import type { Tenants } from '../ports/accounts.ts';
import type { Clock } from '../ports/system.ts';
import type { Tokens } from '../ports/trust.ts';
import { visitorKinds } from './hosted-tokens.ts';
import { tenantIds } from './identify-session.ts';

export interface IdentifyVisitor {
  readonly clock: Clock;
  readonly tokens: Pick<Tokens, 'peek' | 'verify'>;
  readonly tenants: Pick<Tenants, 'get'>;
}

const missing = fail(sessionMissing);

/**
 * Who comes to the hosted page with a token of ours. It says which tenant it is of, and is believed once a signing secret of that tenant
 * has proved it. The caller's `keyId` is the check that it is for.
 */
export async function identifyVisitor(
  { clock, tokens, tenants }: IdentifyVisitor,
  token: string | undefined,
  of: keyof typeof visitorKinds,
): Promise<Result<{ readonly caller: Caller; readonly plan: Plan }, Failure>> {
  const tenantId = token && tokens.peek(token)?.tenant;
  if (!token || typeof tenantId !== 'string' || !tenantIds.test(tenantId)) return missing;
  const [claims, tenant] = await Promise.all([tokens.verify(tenantId, token), tenants.get(tenantId)]);
  if (!claims || !tenant || claims.kind !== visitorKinds[of]) return missing;
  const { sub, mode, exp } = claims;
  // The tenant has the secret as well: a token that its signature proves can still name anything.
  if (typeof sub !== 'string' || !isCheckId(sub) || typeof exp !== 'number' || (mode !== 'live' && mode !== 'test'))
    return missing;
  if (exp * 1000 <= clock.now()) return fail(failure('session_expired', 'The time for this is over. Start again.'));
  if (tenant.status === 'disabled') return fail(failure('tenant_disabled', 'The account is disabled.'));
  return ok({ caller: { tenantId, mode, keyId: sub, keyType: 'session' }, plan: tenant.plan });
}
