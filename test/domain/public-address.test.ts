import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPublicAddress } from '../../lambdas/domain/public-address.ts';

/** First and last address of each special-purpose block (IANA registries), and the public neighbours around it. */
const blocks: readonly (readonly [name: string, first: string, last: string, neighbours: readonly string[]])[] = [
  ['this network', '0.0.0.0', '0.255.255.255', ['1.0.0.0']],
  ['private 10/8', '10.0.0.0', '10.255.255.255', ['9.255.255.255', '11.0.0.0']],
  ['carrier-grade NAT', '100.64.0.0', '100.127.255.255', ['100.63.255.255', '100.128.0.0']],
  ['loopback', '127.0.0.0', '127.255.255.255', ['126.255.255.255', '128.0.0.0']],
  ['link-local', '169.254.0.0', '169.254.255.255', ['169.253.255.255', '169.255.0.0']],
  ['private 172.16/12', '172.16.0.0', '172.31.255.255', ['172.15.255.255', '172.32.0.0']],
  ['protocol assignments', '192.0.0.0', '192.0.0.255', ['191.255.255.255', '192.0.1.0']],
  ['documentation 1', '192.0.2.0', '192.0.2.255', ['192.0.3.0']],
  ['6to4 relay', '192.88.99.0', '192.88.99.255', ['192.88.98.255', '192.88.100.0']],
  ['private 192.168/16', '192.168.0.0', '192.168.255.255', ['192.167.255.255', '192.169.0.0']],
  ['benchmarks', '198.18.0.0', '198.19.255.255', ['198.17.255.255', '198.20.0.0']],
  ['documentation 2', '198.51.100.0', '198.51.100.255', ['198.51.99.255', '198.51.101.0']],
  ['documentation 3', '203.0.113.0', '203.0.113.255', ['203.0.112.255', '203.0.114.0']],
  ['multicast and reserved', '224.0.0.0', '255.255.255.255', ['223.255.255.255']],
  ['unspecified and loopback, IPv6', '::', '::1', []],
  ['NAT64 for local use', '64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff', []],
  ['discard', '100::', '100::ffff:ffff:ffff:ffff', []],
  ['Teredo and assignments', '2001::', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff', ['2001:200::']],
  ['documentation, IPv6', '2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', ['2001:db7::', '2001:db9::']],
  ['documentation, IPv6, new', '3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff', ['3fff:1000::', '3ffe::1']],
  ['segment routing', '5f00::', '5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff', []],
  ['unique local', 'fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', []],
  ['link-local, IPv6', 'fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff', []],
  ['site-local', 'fec0::', 'feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', []],
  ['multicast, IPv6', 'ff00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', []],
];

const hex = (address: string): string => {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
};

describe('C-31 addresses that webhooks may go to', () => {
  test.each(blocks)(
    'C-31 %s is refused from its first to its last address, its neighbours are not',
    (_, first, last, neighbours) => {
      for (const address of [first, last, ...neighbours]) expect(isIP(address)).not.toBe(0);
      expect([first, last].map(isPublicAddress)).toEqual([false, false]);
      expect(neighbours.filter((one) => !isPublicAddress(one))).toEqual([]);
    },
  );

  test.each(['8.8.8.8', '1.1.1.1', '93.184.216.34', '2606:4700::1111', '2a00:1450:4001:81b::200e', '2600::'])(
    'C-31 %s is public',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  test.each(['169.254.169.254', '169.254.170.2', 'fd00:ec2::254', '100.100.100.200', '::ffff:169.254.169.254'])(
    'C-31 the metadata service of a cloud at %s is refused',
    (address) => expect(isPublicAddress(address)).toBe(false),
  );

  test('C-31 an IPv4 address inside an IPv6 one is judged as what it is', () => {
    for (const [inner, allowed] of [
      ['10.0.0.1', false],
      ['127.0.0.1', false],
      ['169.254.169.254', false],
      ['8.8.8.8', true],
    ] as const) {
      const wrapped = [
        `::ffff:${inner}`,
        `::FFFF:${hex(inner)}`,
        `0:0:0:0:0:ffff:${inner}`,
        `64:ff9b::${inner}`,
        `64:ff9b::${hex(inner)}`,
        `2002:${hex(inner)}::1`,
      ];
      expect(wrapped.map(isPublicAddress)).toEqual(wrapped.map(() => allowed));
    }
    expect(isPublicAddress('::10.0.0.1')).toBe(false);
    expect(isPublicAddress('::8.8.8.8')).toBe(false);
  });

  test('C-31 a link-local address is refused with its zone too', () => {
    expect(isPublicAddress('fe80::1%eth0')).toBe(false);
  });

  test.each([
    '',
    'localhost',
    'example.com',
    '0177.0.0.1',
    '012.1.1.1',
    '08.8.8.8',
    '8.8.8.08',
    '0x7f.0.0.1',
    '0x08080808',
    '134744072',
    '8.8.8',
    '8.8',
    '8.8.8.8.8',
    '8.8.8.256',
    '8.8.8.-1',
    ' 8.8.8.8',
    '8.8.8.8 ',
    '8.8.8.8\n',
    '٨.٨.٨.٨',
    '2606:4700::1111::',
    '2606:4700',
    ':::',
    '2606:4700:0:0:0:0:0:0:1',
    '2606:4700::12345',
    '2606:4700::g',
    '[2606:4700::1111]',
    '1::2606:0:0:0:0:0:0:0',
    '2606:4700::8.8.8.256',
    '2606:4700::08.8.8.8',
  ])('C-31 %j is no address that dns writes, and is refused', (text) => {
    expect(isPublicAddress(text)).toBe(false);
  });

  test('C-31 nothing that the system does not take for an address passes', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0189afx.:%') }), (text) => {
        if (isIP(text) === 0) expect(isPublicAddress(text)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test('C-31 of IPv6 only the global unicast block passes, whatever the spelling', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 }), (groups) => {
        const long = groups.map((group) => group.toString(16)).join(':');
        const short = new URL(`http://[${long}]`).hostname.slice(1, -1);
        expect(isPublicAddress(short)).toBe(isPublicAddress(long));
        const [first = 0] = groups;
        if (first < 0x2000 || first > 0x3fff) expect(isPublicAddress(long)).toBe(false);
      }),
    );
  });
});
