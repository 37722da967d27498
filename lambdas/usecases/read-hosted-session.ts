import type { Caller } from '../domain/caller.ts';
import type { Failure } from '../domain/error.ts';
import { type HostedSession, type HostedSlot, hostedSlots, incomingKey } from '../domain/hosted-session.ts';
import { ok, type Result } from '../domain/result.ts';
import type { Tenant } from '../domain/tenant.ts';
import type { HostedVerification } from '../domain/verification.ts';
import type { Tenants } from '../ports/accounts.ts';
import type { Media } from '../ports/media.ts';
import type { Verifications } from '../ports/verifications.ts';
import { type HostedReturn, returnAddress } from './hosted-return.ts';
import { type HostedVisit, visitOf } from './hosted-visit.ts';

export interface ReadHostedSession extends HostedVisit, HostedReturn {
  readonly tenants: Pick<Tenants, 'get'>;
  readonly media: Pick<Media, 'size'>;
  readonly verifications: Pick<Verifications, 'get'>;
}

/** What the page has to know to go on wherever it was left. */
export interface HostedSessionView {
  readonly session: HostedSession;
  readonly tenant: Tenant;
  readonly uploaded: Readonly<Record<HostedSlot, boolean>>;
  /** What it came to, and where the person goes with it. */
  readonly result?: { readonly verification: HostedVerification; readonly returnTo?: string };
}

export async function readHostedSession(
  deps: ReadHostedSession,
  caller: Caller,
): Promise<Result<HostedSessionView, Failure>> {
  const { media, tenants, verifications } = deps;
  const found = await visitOf(deps, caller);
  if (!found.ok) return found;
  const session = found.value;
  const [tenant, sizes, verification] = await Promise.all([
    tenants.get(session.tenantId),
    Promise.all(hostedSlots.map((slot) => (session.doneAt === undefined ? media.size(incomingKey(session, slot)) : 0))),
    session.doneAt === undefined ? undefined : verifications.get(session),
  ]);
  if (!tenant) throw new Error('A session without its tenant.');
  const uploaded = Object.fromEntries(hostedSlots.map((slot, at) => [slot, sizes[at] !== undefined]));
  const view = { session, tenant, uploaded: uploaded as HostedSessionView['uploaded'] };
  if (verification?.contract !== 'hosted') return ok(view);
  const returnTo = await returnAddress(deps, session, verification);
  return ok({ ...view, result: { verification, ...(returnTo !== undefined && { returnTo }) } });
}
