import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isPublicAddress } from '../domain/public-address.ts';
import type { WebhookAddresses } from '../ports/messages.ts';

/** A resolver that is slower than this will not hold up the call: the address is looked at again before anything is sent. */
const PATIENCE_MS = 2_000;

/** Names that stand for no address today are let through: their owner may be about to set them up. */
export const systemAddresses: WebhookAddresses = {
  async isPublic(hostname) {
    const host = hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0) return isPublicAddress(host);
    // RFC 6761, 6.3: these never leave the machine, whatever a resolver says.
    if (/(?:^|\.)localhost\.?$/i.test(host)) return false;
    const late = new Promise<readonly never[]>((resolve) => setTimeout(resolve, PATIENCE_MS, []).unref());
    const found = await Promise.race([lookup(host, { all: true }).catch(() => []), late]);
    return found.every(({ address }) => isPublicAddress(address));
  },
};
