/**
 * The console's cookie: sent to the console alone, from its own pages alone, and out of reach of scripts.
 * @param name one of cookie-name's characters (RFC 6265, 4.1.1) @param value of base64url and dots; empty takes the cookie away
 */
export const toCookie = (name: string, value: string, seconds: number, baseUrl: string): string =>
  [
    `${name}=${value}`,
    'Path=/console',
    `Max-Age=${seconds}`,
    'HttpOnly',
    'SameSite=Strict',
    ...(baseUrl.startsWith('https:') ? ['Secure'] : []),
  ].join('; ');
