/** Secrets, and what is signed. */

export interface Secrets {
  /** Bound to the tenant: opening it for another one fails. */
  seal(tenantId: string, plain: string): Promise<string>;
  open(tenantId: string, sealed: string): Promise<string>;
}

/** What this installation vouches for with Ed25519; anybody can check it by the installation's JWKS. */
export interface Receipts {
  /** Compact JWS over the claims, EdDSA. */
  sign(claims: Readonly<Record<string, unknown>>): Promise<string>;
  /** Base64url signature over the text's UTF-8. */
  signText(text: string): Promise<string>;
}

/** JSON Web Keys (RFC 7517) that receipts are checked with. */
export interface PublicKeys {
  jwks(): Promise<{ readonly keys: readonly Readonly<Record<string, unknown>>[] }>;
}

/** Tokens that a tenant's own systems check, with the signing secret that they share with us. */
export interface Tokens {
  /** Compact JWS, HS256, by the newest secret. Throws for an unknown tenant. */
  sign(tenantId: string, claims: Readonly<Record<string, unknown>>): Promise<string>;
  /** The claims of a token that an active secret of the tenant signed, whatever its times and kind say; else undefined. */
  verify(tenantId: string, token: string): Promise<Readonly<Record<string, unknown>> | undefined>;
  /** What a token says of itself, believed by nobody: it only tells whose secrets to check it with. */
  peek(token: string): Readonly<Record<string, unknown>> | undefined;
}
