import type { Realm } from '../domain/caller.ts';
import { partId, type Validation, type ValidationOutcome } from '../domain/validation.ts';
import type { Tokens } from '../ports/trust.ts';
import { tokenKinds } from './identify-session.ts';

export interface AppToken {
  readonly tokens: Pick<Tokens, 'sign'>;
  readonly settings: { readonly issuer: string; readonly login: { readonly tokenTtlSeconds: number } };
}

/** V-11: what the relying app is told of who logged in; the same however often it is made of one validation. */
export const appToken = (
  { tokens, settings }: AppToken,
  { tenantId, mode }: Realm,
  { id, project, projectFlow }: Validation,
  { person, at, waiver }: ValidationOutcome,
): Promise<string> => {
  const iat = Math.floor(at / 1000);
  return tokens.sign(tenantId, {
    iss: settings.issuer,
    sub: person,
    appLogin: partId(id, 'login'),
    project,
    projectFlow,
    tenant: tenantId,
    mode,
    kind: tokenKinds['app-login'],
    // S-05: whoever trusts this is told where liveness was not what decided.
    ...(waiver && { liveness: waiver }),
    iat,
    exp: iat + settings.login.tokenTtlSeconds,
  });
};
