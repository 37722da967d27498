import type { HostedSession } from '../domain/hosted-session.ts';
import type { VerificationRef } from '../domain/verification.ts';
import type { Tokens } from '../ports/trust.ts';

/** Claim `kind` of the tokens that people come to the hosted page with. */
export const visitorKinds = { session: 'hosted_session', link: 'hosted_link' } as const;

export interface HostedTokens {
  readonly tokens: Pick<Tokens, 'sign'>;
  readonly settings: { readonly issuer: string };
}

const claimsFor = (
  { settings: { issuer } }: HostedTokens,
  { tenantId, mode, id }: VerificationRef,
  kind: keyof typeof visitorKinds,
  now: number,
  expiresAt: number,
) => ({
  iss: issuer,
  sub: id,
  tenant: tenantId,
  mode,
  kind: visitorKinds[kind],
  iat: Math.floor(now / 1000),
  exp: Math.floor(expiresAt / 1000),
});

/** For the browser of the person: good for as long as the session. */
export const sessionToken = (deps: HostedTokens, session: HostedSession, now: number): Promise<string> =>
  deps.tokens.sign(session.tenantId, claimsFor(deps, session, 'session', now, session.expiresAt));

/** For an address that opens a session once. @param name by which the session knows it */
export const linkToken = (
  deps: HostedTokens,
  session: HostedSession,
  link: { readonly name: string; readonly expiresAt: number },
  now: number,
): Promise<string> =>
  deps.tokens.sign(session.tenantId, { ...claimsFor(deps, session, 'link', now, link.expiresAt), jti: link.name });
