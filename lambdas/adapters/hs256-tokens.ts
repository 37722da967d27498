import { CompactSign, compactVerify, decodeJwt, decodeProtectedHeader } from 'jose';
import type { Tenants } from '../ports/accounts.ts';
import type { Secrets, Tokens } from '../ports/trust.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Compact JWS (RFC 7515), HS256 alone: a token that names another algorithm, `none` included, is no token of ours. */
export const hs256Tokens = (tenants: Pick<Tenants, 'signingSecrets'>, secrets: Pick<Secrets, 'open'>): Tokens => ({
  async sign(tenantId, claims) {
    const [newest] = await tenants.signingSecrets(tenantId);
    if (!newest) throw new Error('A token for a tenant that is not there.');
    const secret = await secrets.open(tenantId, newest.sealed);
    return new CompactSign(bytes(JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: newest.kid })
      .sign(bytes(secret));
  },

  async verify(tenantId, token) {
    try {
      const { kid } = decodeProtectedHeader(token);
      const named = (await tenants.signingSecrets(tenantId)).find((one) => one.kid === kid);
      if (!named) return undefined;
      const secret = bytes(await secrets.open(tenantId, named.sealed));
      const { payload } = await compactVerify(token, secret, { algorithms: ['HS256'] });
      const claims: unknown = JSON.parse(new TextDecoder().decode(payload));
      if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) return undefined;
      return claims as Record<string, unknown>;
    } catch (error) {
      if (error instanceof TypeError || error instanceof SyntaxError || isJose(error)) return undefined;
      throw error;
    }
  },

  peek(token) {
    try {
      return decodeJwt(token);
    } catch {
      return undefined;
    }
  },
});

/** What jose throws on a token that is not ours; a fault of KMS or of the table is none of these. */
const isJose = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_J');
