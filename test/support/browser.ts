import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** Chromium of this machine: `CHROMIUM`, or where distributions put it. */
export const chromiumPath: string | undefined = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path));

/** @param film what its camera shows, if it has one; read anew whenever a page opens the camera */
export function launchBrowser(film?: string): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('There is no Chromium on this machine.');
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      ...(film === undefined ? [] : [`--use-file-for-fake-video-capture=${film}`]),
    ],
  });
}

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 } as const;
const desktop = { viewport: { width: 1280, height: 800 } } as const;

export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What should not have happened: errors on the console, and requests to other origins than the allowed ones. */
  readonly complaints: readonly string[];
}

export interface VisitorOptions {
  readonly device: 'phone' | 'desktop';
  /** Origins that the page may call. */
  readonly origins: readonly string[];
  readonly colorScheme?: 'light' | 'dark';
  readonly locale?: string;
  readonly reducedMotion?: 'reduce' | 'no-preference';
  /** Errors that the test provokes itself. */
  readonly expected?: RegExp;
}

/** A browser of its own for one person, with eyes on it. */
export async function newVisitor(browser: Browser, options: VisitorOptions): Promise<Visitor> {
  const {
    device,
    origins,
    expected,
    colorScheme = 'light',
    locale = 'en-GB',
    reducedMotion = 'no-preference',
  } = options;
  const context = await browser.newContext({
    ...(device === 'phone' ? phone : desktop),
    colorScheme,
    locale,
    reducedMotion,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const complain = (text: string): void => void (expected?.test(text) || complaints.push(text));
  page.on('console', (message) => message.type() === 'error' && complain(`console: ${message.text()}`));
  page.on('pageerror', (error) => complain(`error: ${error.message}`));
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (!['data:', 'blob:'].includes(protocol) && !origins.includes(origin)) complain(`request: ${request.url()}`);
  });
  return { context, page, complaints };
}
