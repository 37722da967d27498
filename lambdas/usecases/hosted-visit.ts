import type { Caller } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import { consentPurpose, consentVersion, type HostedSession, hostedStatus } from '../domain/hosted-session.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { HostedConsent } from '../domain/verification.ts';
import type { Clock, Digest, Random } from '../ports/system.ts';
import type { Tokens } from '../ports/trust.ts';
import type { HostedSessions } from '../ports/verifications.ts';
import { type HostedTokens, linkToken, sessionToken } from './hosted-tokens.ts';

export interface HostedVisit {
  readonly clock: Clock;
  readonly hostedSessions: Pick<HostedSessions, 'get' | 'save'>;
}

const over = failure('session_expired', 'The time for this is over. Start again.');
const changed = failure('conflict', 'Something else happened to this check in the same moment; try again.', {
  retryAfter: 1,
});
const concluded = failure('conflict', 'This check has its result, or is being looked at.');

/** The session that a person calls with, while its time lasts. */
export async function visitOf(
  { clock, hostedSessions }: HostedVisit,
  { tenantId, mode, keyId: id }: Caller,
): Promise<Result<HostedSession, Failure>> {
  const session = await hostedSessions.get({ tenantId, mode, id });
  return session && session.expiresAt > clock.now() ? ok(session) : fail(over);
}

/** Writes a change of a session that is still open; another one in the same moment is lost against, and tried over. */
async function changeVisit(
  deps: HostedVisit,
  caller: Caller,
  change: (session: HostedSession) => Result<HostedSession, Failure>,
): Promise<Result<HostedSession, Failure>> {
  for (let tries = 0; tries < 5; tries++) {
    const found = await visitOf(deps, caller);
    if (!found.ok) return found;
    if (hostedStatus(found.value, deps.clock.now()) !== 'open') return fail(concluded);
    const next = change(found.value);
    if (!next.ok) return next;
    const saved = await deps.hostedSessions.save(next.value);
    if (saved) return ok(saved);
  }
  return fail(changed);
}

export interface GivenConsent {
  /** Of the text: ours on the page, the partner's own where it asked for itself. */
  readonly version: string;
  readonly lang: string;
  readonly sourceIp: string;
}

/** C-12. A consent that was given stays as it was: a repeated call changes nothing. */
export async function giveConsent(
  deps: HostedVisit & { readonly digest: Digest },
  caller: Caller,
  { version, lang, sourceIp }: GivenConsent,
): Promise<Result<HostedConsent, Failure>> {
  if (version !== consentVersion) {
    const message = `The text that is agreed to has the version ${consentVersion}; load the page again.`;
    return fail(
      failure('invalid_request', message, { detail: { fieldErrors: { version: ['is not the current one'] } } }),
    );
  }
  const consent = consentOf(deps, caller.keyId, { version, lang, sourceIp });
  const saved = await changeVisit(deps, caller, (session) => ok({ ...session, consent: session.consent ?? consent }));
  return saved.ok ? ok(saved.value.consent ?? consent) : saved;
}

export const consentOf = (
  { clock, digest }: { readonly clock: Clock; readonly digest: Digest },
  checkId: string,
  { version, lang, sourceIp }: GivenConsent,
): HostedConsent => ({
  version,
  lang,
  purpose: consentPurpose,
  at: clock.now(),
  ipHash: digest.sha256(`${checkId} ${sourceIp}`),
});

export interface HandOff extends HostedVisit, HostedTokens {
  readonly random: Random;
  readonly settings: { readonly issuer: string; readonly hosted: { readonly handOffTtlSeconds: number } };
}

/** P-09: an address with which another device goes on, once. An earlier one that nobody used is no longer good. */
export async function handOff(
  deps: HandOff,
  caller: Caller,
): Promise<Result<{ readonly link: string; readonly expiresAt: number }, Failure>> {
  const { clock, random, settings } = deps;
  const name = random.base62(16);
  const saved = await changeVisit(deps, caller, (session) => ok({ ...session, links: [name] }));
  if (!saved.ok) return saved;
  const now = clock.now();
  const expiresAt = Math.min(saved.value.expiresAt, now + settings.hosted.handOffTtlSeconds * 1000);
  return ok({ link: await linkToken(deps, saved.value, { name, expiresAt }, now), expiresAt });
}

export interface FollowLink extends HostedVisit, HostedTokens {
  readonly tokens: Pick<Tokens, 'sign' | 'peek'>;
}

/** Uses an address that is good once, whose token was proved. */
export async function followLink(
  deps: FollowLink,
  caller: Caller,
  link: string,
): Promise<Result<{ readonly session: HostedSession; readonly token: string }, Failure>> {
  const name = deps.tokens.peek(link)?.jti;
  const used = failure('link_used', 'This address was used before. Start again, or go on where it was opened.');
  for (let tries = 0; tries < 5; tries++) {
    const found = await visitOf(deps, caller);
    if (!found.ok) return found;
    const { links } = found.value;
    if (typeof name !== 'string' || !links.includes(name)) return fail(used);
    const session = await deps.hostedSessions.save({ ...found.value, links: links.filter((one) => one !== name) });
    if (session) return ok({ session, token: await sessionToken(deps, session, deps.clock.now()) });
  }
  return fail(changed);
}
