import type { LedgerEntry } from '../domain/credits.ts';
import { type Failure, failure } from '../domain/error.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Credits, Tenants } from '../ports/accounts.ts';
import type { Clock, Random } from '../ports/system.ts';

export interface GrantCredits {
  readonly clock: Clock;
  readonly random: Random;
  readonly credits: Pick<Credits, 'grant'>;
  readonly tenants: Pick<Tenants, 'get'>;
}

/** Adds credits, or takes back what is still there: a balance never falls below 0 by hand. */
export async function grantCredits(
  { clock, random, credits, tenants }: GrantCredits,
  tenantId: string,
  { amount, reason }: { readonly amount: number; readonly reason: string },
): Promise<Result<LedgerEntry, Failure>> {
  if (!(await tenants.get(tenantId))) return fail(failure('not_found', 'There is no such tenant.'));
  const entry = { id: `grant_${random.base62(16)}`, type: 'grant', amount, reason, createdAt: clock.now() } as const;
  const granted = await credits.grant(tenantId, entry);
  return granted.ok
    ? ok(granted.value)
    : fail(failure('conflict', 'The balance would fall below 0; nothing was changed.'));
}
