import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pageShell, toScriptJson } from '../../lambdas/contracts/hosted/page-shell.ts';

const shell = {
  entry: { script: 'capture-A.js', styles: ['capture-B.css'], preload: ['part-C.js'] },
  nonce: 'n0nce',
  lang: 'en',
  title: 'Verify',
  withoutScripts: 'Switch scripts on.',
  boot: {},
  baseUrl: 'https://id.example',
} as const;
const policyOf = (more: object) => pageShell({ ...shell, ...more }).headers['content-security-policy'] ?? '';

describe('the page shell', () => {
  it('P-01 is HTML with the theme’s variables, and starts one script', () => {
    const { html, headers } = pageShell({ ...shell, themeCss: ':root{--accent:#123456}' });
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(html).toContain('<style nonce="n0nce">:root{--accent:#123456}</style>');
    expect(html).toContain('<script type="module" nonce="n0nce" src="/verif/assets/capture-A.js"></script>');
    expect(html).toContain('<link rel="modulepreload" href="/verif/assets/part-C.js">');
  });

  it('P-06 P-10 is kept nowhere, tells nobody where it was, and may use the camera alone', () => {
    const { headers } = pageShell(shell);
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['permissions-policy']).toContain('camera=(self), microphone=()');
  });

  it('runs nothing but its own scripts', () => {
    expect(policyOf({})).toContain("default-src 'none'; script-src 'nonce-n0nce' https://id.example/verif/assets/;");
    expect(policyOf({})).not.toMatch(/unsafe|strict-dynamic|\*/);
  });

  it('calls its own origin, and the storage where it uploads', () => {
    expect(policyOf({})).toContain("connect-src 'self';");
    expect(policyOf({ storageOrigin: 'https://s3.example' })).toContain("connect-src 'self' https://s3.example;");
  });

  it('P-10 is shown in frames of the partner’s sites only', () => {
    expect(policyOf({})).toContain("frame-ancestors 'none'");
    const frameOrigins = ['https://shop.example', 'https://*.shop.example', "https://x; script-src 'unsafe-inline'"];
    expect(policyOf({ frameOrigins })).toMatch(
      /frame-ancestors 'self' https:\/\/shop\.example https:\/\/\*\.shop\.example$/,
    );
  });

  it('reads from right to left where the language does', () => {
    expect(pageShell({ ...shell, lang: 'ar' }).html).toContain('<html lang="ar" dir="rtl">');
    expect(pageShell({ ...shell, lang: 'arn' }).html).toContain('<html lang="arn" dir="ltr">');
  });

  it('what others wrote stays text: in the title, the language, the theme and the boot data', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const evil = `</script></style>"><script>${text}`;
        const { html } = pageShell({ ...shell, lang: evil, title: evil, themeCss: evil, boot: { [evil]: evil } });
        expect(html.match(/<script/g)).toHaveLength(2);
        expect(html.match(/<\/style/g)).toHaveLength(1);
      }),
    );
  });

  it('boot data comes back as it was', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(JSON.parse(toScriptJson(JSON.parse(json)))).toEqual(JSON.parse(json));
      }),
    );
  });
});
