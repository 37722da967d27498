import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Where distributions put it; `CHROMIUM` names another one. */
const places = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser of this machine, if it has one: nothing is downloaded for a test. */
export const chromiumPath: string | undefined = places.find((path) => path !== undefined && existsSync(path));

/** For the names of tests that are skipped without it. */
export const withoutChromium = chromiumPath ? '' : ' (skipped: there is no Chromium on this machine)';

export const startChromium = (args: readonly string[] = []): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath ?? '',
    args: ['--no-sandbox', '--force-color-profile=srgb', ...args],
  });

export interface Watched {
  /** What the page wrote to the console as an error, and what it threw. */
  readonly errors: string[];
  /** Origins that it asked for anything, but its own. */
  readonly origins: Set<string>;
}

/** Notes what no page of ours may do. */
export function watch(page: Page, own: string): Watched {
  const errors: string[] = [];
  const origins = new Set<string>();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== 'data:' && protocol !== 'blob:' && origin !== own) origins.add(origin);
  });
  return { errors, origins };
}
