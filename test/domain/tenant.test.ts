import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { originAllowed, policyOf, redirectAllowed } from '../../lambdas/domain/tenant.ts';
import { defaultThresholds } from '../support/evidence.ts';

describe('X-35 origins', () => {
  const allowed = ['https://shop.example', 'https://*.example.com', 'http://localhost:5173', 'https://*.dev.test:8443'];

  test.each([
    'https://shop.example',
    'https://SHOP.example',
    'https://a.example.com',
    'https://a.b.example.com',
    'https://xn--bcher-kva.example.com',
    'http://localhost:5173',
    'https://x.dev.test:8443',
  ])('X-35 %s may', (origin) => expect(originAllowed(allowed, origin)).toBe(true));

  test.each([
    ['another scheme', 'http://shop.example'],
    ['another port', 'https://shop.example:8443'],
    ['a subdomain of what is listed without a star', 'https://a.shop.example'],
    ['a name that begins alike', 'https://shop.example.evil.com'],
    ['the domain itself, of which only subdomains are listed', 'https://example.com'],
    ['another domain with the same end', 'https://evilexample.com'],
    ['the domain as a beginning', 'https://x.example.com.evil.com'],
    ['the domain in a path', 'https://evil.com/.example.com'],
    ['the domain in a query', 'https://evil.com?.example.com'],
    ['the domain in a fragment', 'https://evil.com#.example.com'],
    ['the domain behind a backslash', 'https://evil.com\\.example.com'],
    ['the domain behind a user', 'https://evil.com@a.example.com'],
    ['the domain behind a port', 'https://evil.com:443.example.com'],
    ['a subdomain without a name', 'https://.example.com'],
    ['a subdomain on another port', 'https://a.example.com:8443'],
    ['a subdomain by another scheme', 'http://a.example.com'],
    ['another port of what is listed with one', 'https://x.dev.test'],
    ['a local server that is not listed', 'http://localhost:3000'],
    ['an opaque origin', 'null'],
    ['nothing', ''],
    ['the star itself', 'https://*.example.com'],
    ['a line break', 'https://a\n.example.com'],
  ])('X-35 %s may not: %s', (_, origin) => expect(originAllowed(allowed, origin)).toBe(false));

  test('X-35 without a list no browser may', () => {
    expect(originAllowed([], 'https://shop.example')).toBe(false);
  });

  test('X-35 whatever a star lets in is a host of that domain, as a browser reads it', () => {
    const piece = fc.string({ unit: fc.constantFrom(...'ab1.-/@:?#\\%_ '), maxLength: 12 });
    fc.assert(
      fc.property(piece, (start) => {
        const origin = `https://${start}.example.com`;
        if (!originAllowed(['https://*.example.com'], origin)) return;
        const url = URL.parse(origin);
        if (url) expect(url.origin).toMatch(/^https:\/\/[a-z0-9.-]+\.example\.com$/);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('S-04 a tenant’s policy', () => {
  test('S-04 S-05 is the installation’s where it sets nothing', () => {
    expect(policyOf({}, defaultThresholds)).toEqual({
      match: 0.8,
      liveness: 0.55,
      approve: 80,
      review: 60,
      requireLiveness: true,
    });
  });

  test('S-04 X-33 takes each of its own thresholds alone', () => {
    expect(policyOf({ thresholds: { approve: 90 }, requireLiveness: false }, defaultThresholds)).toEqual({
      match: 0.8,
      liveness: 0.55,
      approve: 90,
      review: 60,
      requireLiveness: false,
    });
    expect(policyOf({ thresholds: { liveness: 0, match: 0.9 } }, defaultThresholds)).toMatchObject({
      match: 0.9,
      liveness: 0,
    });
  });

  test('X-33 leaves a band to review even where thresholds of two hands cross', () => {
    const installation = { ...defaultThresholds, approve: 65 };
    expect(policyOf({ thresholds: { review: 70 } }, installation)).toMatchObject({ approve: 65, review: 64 });
    const threshold = fc.integer({ min: 100, max: 10_000 }).map((n) => n / 100);
    fc.assert(
      fc.property(threshold, threshold, (approve, review) => {
        const policy = policyOf({ thresholds: { review } }, { ...defaultThresholds, approve });
        expect(policy.approve - policy.review).toBeGreaterThanOrEqual(1 - 1e-9);
        expect(policy.review).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('V-44 where a login may send people', () => {
  const allowed = ['https://app.example', 'https://other.example/back', 'https://port.example:8443/'];

  test.each([
    'https://app.example/',
    'https://app.example/any/path?x=1#y',
    'https://other.example/back?token=t',
    'https://port.example:8443/in',
  ])('V-44 %s', (url) => expect(redirectAllowed(allowed, url)).toBe(true));

  test.each([
    ['another path of what is listed with one', 'https://other.example/backdoor'],
    ['another port', 'https://port.example/'],
    ['another scheme', 'http://app.example/'],
    ['a name that begins alike', 'https://app.example.evil.example/'],
    ['a name before the host', 'https://app.example@evil.example/'],
    ['a name of ours with a user', 'https://user@app.example/'],
    ['a path that climbs out', 'https://other.example/back/../else'],
  ])('V-44 not to %s', (_, url) => expect(redirectAllowed(allowed, url)).toBe(false));

  test('V-44 to nowhere where nothing is listed', () => {
    fc.assert(fc.property(fc.webUrl(), (url) => !redirectAllowed([], url)));
  });
});
