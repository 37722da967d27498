import type { Realm } from '../domain/caller.ts';
import { drawVideoChallenge } from '../domain/challenge.ts';
import { type Failure, failure } from '../domain/error.ts';
import { type Applicant, checkIdOf, type HostedSession } from '../domain/hosted-session.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { redirectAllowed } from '../domain/tenant.ts';
import type { Tenants } from '../ports/accounts.ts';
import type { Clock, Random } from '../ports/system.ts';
import type { HostedSessions } from '../ports/verifications.ts';
import { type HostedTokens, linkToken, sessionToken } from './hosted-tokens.ts';

export interface OpenHostedSession extends HostedTokens {
  readonly clock: Clock;
  readonly random: Random;
  readonly tenants: Pick<Tenants, 'get'>;
  readonly hostedSessions: Pick<HostedSessions, 'open'>;
  readonly settings: {
    readonly issuer: string;
    readonly hosted: { readonly sessionTtlSeconds: number; readonly mostAttempts: number };
  };
}

export interface Visit {
  readonly applicant: Applicant;
  readonly returnUrl?: string;
  readonly state?: string;
  readonly lang?: string;
}

export interface OpenedSession {
  readonly session: HostedSession;
  readonly token: string;
  /** For an address that opens it once, in a browser that has not got the token. */
  readonly link: string;
}

const refused = failure(
  'return_url_refused',
  'return_url is not one of the addresses that this account returns people to',
);

/** Opens the page for one person: P-06 behind a key, P-07 for a server that sends the person there. */
export async function openHostedSession(
  deps: OpenHostedSession,
  { tenantId, mode }: Realm,
  { returnUrl, ...visit }: Visit,
): Promise<Result<OpenedSession, Failure>> {
  const { clock, random, tenants, hostedSessions, settings } = deps;
  const { sessionTtlSeconds, mostAttempts } = settings.hosted;
  if (returnUrl !== undefined) {
    const allowed = (await tenants.get(tenantId))?.settings.returnUrls ?? [];
    if (!isAddress(returnUrl) || !redirectAllowed(allowed, returnUrl)) return fail(refused);
  }
  const now = clock.now();
  const name = random.base62(16);
  const session: HostedSession = {
    tenantId,
    mode,
    id: checkIdOf(random.hex(32)),
    revision: 0,
    ...visit,
    ...(returnUrl !== undefined && { returnUrl }),
    challenge: drawVideoChallenge(random.unit),
    attemptsLeft: mostAttempts,
    links: [name],
    createdAt: now,
    // In whole seconds: the token says the same.
    expiresAt: Math.floor(now / 1000 + sessionTtlSeconds) * 1000,
  };
  await hostedSessions.open(session);
  const [token, link] = await Promise.all([
    sessionToken(deps, session, now),
    linkToken(deps, session, { name, expiresAt: session.expiresAt }, now),
  ]);
  return ok({ session: { ...session, revision: 1 }, token, link });
}

const isAddress = (text: string): boolean => /^https?:\/\//i.test(text) && URL.canParse(text);
