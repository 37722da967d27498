import { lookup } from 'node:dns';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { isPublicAddress } from '../domain/public-address.ts';
import { fail, ok } from '../domain/result.ts';
import type { Egress, EgressFault } from '../ports/messages.ts';

interface Options {
  readonly timeoutMs: number;
  /** Allows `http:` and private addresses; for local runs. */
  readonly allowInsecure: boolean;
}

class AddressRefused extends Error {}

/**
 * Calls to addresses that customers chose. The name is resolved once, by the connection itself: what was checked is what is
 * connected to, so that a name that changes its mind between check and call gains nothing.
 */
export const webhookEgress = ({ timeoutMs, allowInsecure }: Options): Egress => ({
  post: (address, headers, body) =>
    new Promise((resolve) => {
      const url = URL.parse(address);
      const secure = url?.protocol === 'https:';
      const host = url?.hostname.replace(/^\[|\]$/g, '') ?? '';
      const refused =
        !url || (!secure && !(allowInsecure && url.protocol === 'http:')) || url.username + url.password !== '';
      if (refused || (isIP(host) !== 0 && !allowInsecure && !isPublicAddress(host)))
        return resolve(fail('address_refused'));

      const options: RequestOptions = {
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        lookup: guardedLookup(allowInsecure),
        agent: false,
        signal: AbortSignal.timeout(timeoutMs),
      };
      const request = (secure ? httpsRequest : httpRequest)(url, options, (response) => {
        resolve(ok(statusOf(response)));
        // The body of an answer is nothing to us; a receiver that keeps on sending must not hold the connection.
        response.destroy();
      });
      request.on('error', (error) => resolve(fail(faultOf(error))));
      request.end(body);
    }),
});

const guardedLookup =
  (allowInsecure: boolean): NonNullable<RequestOptions['lookup']> =>
  (hostname, options, callback) =>
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const allowed = addresses.filter(({ address }) => allowInsecure || isPublicAddress(address));
      const first = allowed[0];
      // One private address among public ones is an attempt, not an accident.
      if (!first || allowed.length < addresses.length) return callback(new AddressRefused(hostname), []);
      return options.all ? callback(null, allowed) : callback(null, first.address, first.family);
    });

const statusOf = ({ statusCode, headers }: IncomingMessage): { status: number; retryAfterSeconds?: number } => {
  const wait = headers['retry-after'] ?? '';
  const seconds = /^\d+$/.test(wait) ? Number(wait) : Math.ceil((Date.parse(wait) - Date.now()) / 1000);
  return { status: statusCode ?? 0, ...(Number.isInteger(seconds) && seconds > 0 && { retryAfterSeconds: seconds }) };
};

function faultOf(error: NodeJS.ErrnoException): EgressFault {
  if (error instanceof AddressRefused) return 'address_refused';
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'timeout';
  if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') return 'unresolvable';
  if (/CERT|TLS|SSL|SELF_SIGNED/.test(error.code ?? '')) return 'tls_failed';
  return 'connection_failed';
}
