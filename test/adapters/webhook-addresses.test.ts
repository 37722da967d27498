import { lookup } from 'node:dns/promises';
import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { systemAddresses } from '../../lambdas/adapters/webhook-addresses.ts';
import { isPublicAddress } from '../../lambdas/domain/public-address.ts';

describe('M-11 C-31 addresses of webhooks', () => {
  test.each([
    ['93.184.216.34', true],
    ['[2606:2800:220:1:248:1893:25c8:1946]', true],
    ['127.0.0.1', false],
    ['169.254.169.254', false],
    ['192.168.1.1', false],
    ['[::1]', false],
    ['[fe80::1]', false],
    ['[fd00::1]', false],
    ['localhost', false],
    ['LOCALHOST.', false],
    ['app.localhost', false],
  ])('M-11 %s: public %s', async (host, expected) => {
    expect(await systemAddresses.isPublic(host)).toBe(expected);
  });

  test('M-11 a name that stands for no address today is let through: it is looked at again when something is sent', async () => {
    expect(await systemAddresses.isPublic('nobody.invalid')).toBe(true);
  });

  test('M-11 a name that resolves to a private address is not', async (context) => {
    const found = await lookup(hostname(), { all: true }).catch(() => []);
    if (found.length === 0 || found.some(({ address }) => isPublicAddress(address)))
      return context.skip('This machine’s own name stands for no private address.');
    expect(await systemAddresses.isPublic(hostname())).toBe(false);
  });
});
