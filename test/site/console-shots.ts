import type { Browser, Page } from 'playwright-core';
import { watch } from '../support/chromium.ts';
import type { Stage } from './console-stage.ts';

type Scheme = 'light' | 'dark';

export interface Shot {
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

export const consoleShots: readonly Shot[] = [
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

const sizes = { desktop: { width: 1280, height: 860 }, phone: { width: 390, height: 844 } } as const;

/** Takes a picture of every view of the console. @returns what a page did that it may not */
export async function shootConsole(
  browser: Browser,
  service: { readonly url: string },
  stage: Stage,
  folder: string,
  variants: readonly (readonly [keyof typeof sizes, Scheme])[] = [
    ['desktop', 'light'],
    ['desktop', 'dark'],
    ['phone', 'light'],
  ],
): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const [size, colorScheme] of variants) {
    const context = await browser.newContext({ viewport: sizes[size], colorScheme, locale: 'en-GB' });
    const page = await context.newPage();
    const { errors } = watch(page, service.url);
    const take = (name: string) =>
      page.screenshot({ path: `${folder}/console-${name}-${size}-${colorScheme}.png`, fullPage: true });
    await page.goto(`${service.url}/console/`);
    await page.getByLabel('Secret key').waitFor();
    await take('login');
    // Nobody is logged in yet, and the browser says so itself.
    errors.length = 0;
    await logIn(page, service.url, stage.tenant.keys.skLive);
    errors.length = 0;
    for (const { name, show } of consoleShots) {
      await show(page, stage);
      await take(name);
    }
    // What is nowhere is a 404, which the browser writes down too.
    faults.push(...errors.filter((text) => !text.includes('404')));
    await context.close();
  }
  return faults;
}
