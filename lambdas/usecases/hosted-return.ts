import { type HostedSession, resultOf } from '../domain/hosted-session.ts';
import type { HostedVerification } from '../domain/verification.ts';
import type { Clock } from '../ports/system.ts';
import type { Tokens } from '../ports/trust.ts';

export interface HostedReturn {
  readonly clock: Clock;
  readonly tokens: Pick<Tokens, 'sign'>;
  readonly settings: { readonly issuer: string };
}

/** How long the partner has to look at what the person brings back. */
const resultSeconds = 600;

/**
 * P-08: where the person goes with the result; undefined where the partner named no address. The result is signed for that address's site,
 * since the person carries it there and could change it.
 */
export async function returnAddress(
  { clock, tokens, settings }: HostedReturn,
  { tenantId, returnUrl, state, applicant }: HostedSession,
  verification: Pick<HostedVerification, 'id' | 'state'>,
): Promise<string | undefined> {
  if (returnUrl === undefined) return undefined;
  const url = new URL(returnUrl);
  const iat = Math.floor(clock.now() / 1000);
  const status = resultOf(verification.state);
  const result = await tokens.sign(tenantId, {
    iss: settings.issuer,
    sub: applicant.userIdentifier,
    aud: url.origin,
    check_id: verification.id,
    status,
    ...(state !== undefined && { state }),
    iat,
    exp: iat + resultSeconds,
  });
  url.searchParams.set('check_id', verification.id);
  url.searchParams.set('status', status);
  if (state !== undefined) url.searchParams.set('state', state);
  url.searchParams.set('result', result);
  return url.href;
}
