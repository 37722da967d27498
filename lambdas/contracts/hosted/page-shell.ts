import type { SiteEntry } from '../../ports/system.ts';

export interface PageShell {
  readonly entry: SiteEntry;
  /** Fresh for every answer, from a cryptographic source. */
  readonly nonce: string;
  /** BCP 47. */
  readonly lang: string;
  readonly title: string;
  /** Told in place of a page to browsers without scripts. */
  readonly withoutScripts: string;
  /** CSS that sets the theme's variables, as `domain/theme.ts` writes it. */
  readonly themeCss?: string;
  /** What the page begins with: anything that is JSON. */
  readonly boot: unknown;
  /** `https://host` of this service. */
  readonly baseUrl: string;
  /** Origin that presigned forms go to. */
  readonly storageOrigin?: string;
  /** Origin that pictures and videos are shown from, where the page shows what is in storage. */
  readonly mediaOrigin?: string;
  /** Origins of sites that may show the page in a frame; each as `originAllowed` takes it. */
  readonly frameOrigins?: readonly string[];
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Text for HTML, between tags and within quotes. */
export const toHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character] ?? '');

/** JSON that can stand in a `<script>`: nothing in it ends the element or begins a comment. */
export const toScriptJson = (value: unknown): string =>
  JSON.stringify(value ?? null).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const rightToLeft = /^(ar|dv|fa|he|ku|ps|ur|yi)\b/;
const directionOf = (lang: string): 'rtl' | 'ltr' => (rightToLeft.test(lang.toLowerCase()) ? 'rtl' : 'ltr');

/** Where assets are served; the names of the files are in the manifest. */
const ASSETS = '/verif/assets/';

/** The one HTML document of the hosted page and of the console: everything that is seen is drawn by their scripts. */
export function pageShell(shell: PageShell): {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
} {
  const { entry, nonce, lang, title } = shell;
  const styles = entry.styles.map((file) => `<link rel="stylesheet" href="${ASSETS}${file}">`);
  const preload = entry.preload.map((file) => `<link rel="modulepreload" href="${ASSETS}${file}">`);
  const html = `<!doctype html>
<html lang="${toHtml(lang)}" dir="${directionOf(lang)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>${toHtml(title)}</title>
<link rel="icon" href="data:,">
${[...styles, ...preload].join('\n')}
${shell.themeCss ? `<style nonce="${nonce}">${shell.themeCss.replaceAll('<', '')}</style>` : ''}
<script type="application/json" id="boot" nonce="${nonce}">${toScriptJson(shell.boot)}</script>
<script type="module" nonce="${nonce}" src="${ASSETS}${entry.script}"></script>
</head>
<body>
<div id="root"></div>
<noscript><p>${toHtml(shell.withoutScripts)}</p></noscript>
</body>
</html>
`;
  return { html, headers: pageHeaders(shell) };
}

const origin = /^https?:\/\/(\*\.)?[a-z0-9.-]+(:\d+)?$/i;

/** Nothing but what this page is made of runs, shows or is called. `strict-dynamic` is not needed: all scripts are ours, under one path. */
function pageHeaders({
  nonce,
  baseUrl,
  storageOrigin,
  mediaOrigin,
  frameOrigins = [],
}: PageShell): Readonly<Record<string, string>> {
  const assets = `${baseUrl}${ASSETS}`;
  const shown = mediaOrigin ? ` ${mediaOrigin}` : '';
  const frames = frameOrigins.filter((one) => origin.test(one));
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' ${assets}`,
    `style-src 'nonce-${nonce}' ${assets}`,
    // Logos are data, previews are blobs: but for what is in storage, no picture is fetched from elsewhere.
    `img-src 'self' data: blob:${shown}`,
    `media-src 'self' blob:${shown}`,
    `connect-src 'self'${storageOrigin ? ` ${storageOrigin}` : ''}`,
    "form-action 'self'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
    `frame-ancestors ${frames.length > 0 ? `'self' ${frames.join(' ')}` : "'none'"}`,
  ];
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.join('; '),
    'permissions-policy': 'camera=(self), microphone=(), geolocation=(), payment=(), usb=()',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
}
