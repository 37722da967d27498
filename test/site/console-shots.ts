import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { newVisitor, type VisitorOptions } from '../support/browser.ts';
import type { Stage } from './console-stage.ts';

interface Shot {
  readonly name: string;
  /** Brings a page that is logged in to what is to be seen. */
  readonly show: (page: Page, stage: Stage) => Promise<void>;
}

/** Goes to a place of the console and waits until it has what it shows. */
export async function visit(page: Page, hash: string): Promise<void> {
  const { origin } = new URL(page.url());
  await page.goto(`${origin}/console/${hash}`);
  await settled(page);
}

interface PageGlobals {
  readonly document: {
    querySelector(selector: string): unknown;
    querySelectorAll(selector: string): Iterable<{ readonly complete: boolean }>;
  };
}

/** Runs in the page: nothing is waited for any more, and every picture is there. */
const shown = (): boolean => {
  const { document } = globalThis as unknown as PageGlobals;
  return !document.querySelector('.waiting') && [...document.querySelectorAll('img')].every(({ complete }) => complete);
};

/** Until a view has all that it shows. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(shown);
}

export async function logIn(page: Page, url: string, key: string, name = 'Ana Ruiz'): Promise<void> {
  await page.goto(`${url}/console/`);
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Secret key').fill(key);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await settled(page);
}

const consoleShots: readonly Shot[] = [
  { name: 'list', show: (page) => visit(page, '#/verifications') },
  { name: 'filtered', show: (page) => visit(page, '#/verifications?state=review') },
  { name: 'nothing', show: (page) => visit(page, '#/verifications?q=nobody') },
  { name: 'approved', show: (page, { approved }) => visit(page, `#/verifications/${approved}`) },
  { name: 'rejected', show: (page, { rejected }) => visit(page, `#/verifications/${rejected}`) },
  { name: 'unknown', show: (page) => visit(page, '#/verifications/vf_0000000000000000AAAA') },
  { name: 'queue', show: (page) => visit(page, '#/reviews') },
  {
    name: 'desk',
    show: async (page, { waiting: [id] }) => {
      await visit(page, `#/reviews/${id}`);
      const claim = page.getByRole('button', { name: 'Claim', exact: true });
      if (await claim.isVisible()) await claim.click();
      await page.getByText('Your decision').waitFor();
      await page.getByLabel('Reject').check();
      await page.getByLabel('Reason').fill('Ears and brow do not fit, and the name is another.');
    },
  },
  { name: 'deliveries', show: (page) => visit(page, '#/deliveries') },
  { name: 'credits', show: (page) => visit(page, '#/credits') },
  { name: 'settings', show: (page) => visit(page, '#/settings') },
];

const variants = {
  'console, desktop': { device: 'desktop' },
  'console, desktop, dark': { device: 'desktop', colorScheme: 'dark' },
  'console, phone': { device: 'phone' },
} as const satisfies Record<string, Omit<VisitorOptions, 'origins'>>;

interface Taken {
  readonly variant: string;
  readonly shot: string;
  /** Name in the folder. */
  readonly file: string;
}

/** Takes a picture of every view of the console, on each device. */
export async function shootConsole(
  browser: Browser,
  url: string,
  stage: Stage,
  folder: string,
): Promise<readonly Taken[]> {
  const taken: Taken[] = [];
  for (const [variant, options] of Object.entries(variants)) {
    const { context, page } = await newVisitor(browser, { ...options, origins: [], reducedMotion: 'reduce' });
    const take = async (shot: string): Promise<void> => {
      const file = `${variant}-${shot}.png`.replace(/[^\w.]+/g, '-');
      await page.screenshot({ path: join(folder, file), fullPage: true });
      taken.push({ variant, shot, file });
    };
    await page.goto(`${url}/console/`);
    await page.getByLabel('Secret key').waitFor();
    await take('login');
    await logIn(page, url, stage.tenant.keys.skLive);
    for (const { name, show } of consoleShots) {
      await show(page, stage);
      await take(name);
    }
    await context.close();
  }
  return taken;
}
