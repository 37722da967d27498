/** The token of an `Authorization: Bearer …` header (RFC 6750, 2.1); undefined where there is none, or more than one. */
export const bearerOf = (authorization: string | undefined): string | undefined =>
  /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
