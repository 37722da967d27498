import { toHtml } from './page-shell.ts';

/** What a person reads who came to an address of ours with a browser, and cannot go on there. Nothing in it runs. */
export function errorPage(error: string, requestId: string) {
  const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>${toHtml(error)}</title>
<link rel="icon" href="data:,">
<style>body{font:1.125rem/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1.5rem}small{opacity:.8}</style>
</head>
<body>
<main>
<h1>Verification</h1>
<p>${toHtml(error)}</p>
<p><small>${toHtml(requestId)}</small></p>
</main>
</body>
</html>
`;
  return {
    body,
    contentType: 'text/html; charset=utf-8',
    headers: {
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors *",
      'referrer-policy': 'no-referrer',
    },
  };
}
