import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { newVisitor, type Visitor, type VisitorOptions } from '../support/browser.ts';

/** Of axe's findings, those that keep people out; with `all` also what is no more than untidy. */
export async function barriers(page: Page, all = false): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(`axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(({ violations }) =>
    violations
      .filter(({ impact }) => ${all} || impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`);
}

/** What on the screen is smaller than a thumb: buttons, links and fields below 44 by 44 CSS pixels, by their words. */
const smallTargets = (page: Page): Promise<readonly string[]> =>
  page.evaluate(`[...document.querySelectorAll('button, a[href], select, summary, label.check')]
    .map((one) => [one, one.getBoundingClientRect()])
    .filter(([, { width, height }]) => width > 0 && (width < 43.9 || height < 43.9))
    .map(([one, { width, height }]) => one.textContent + ' ' + width + 'x' + height)`);

export interface Person extends Visitor {
  /** Waits for a screen, and looks whether everybody can use it. */
  readonly sees: (name: string) => Promise<void>;
  /** What was found on the way. */
  readonly found: readonly string[];
  readonly presses: () => Promise<void>;
}

/** Somebody in front of the page, who looks closely at every screen. */
export async function newPerson(browser: Browser, options: VisitorOptions): Promise<Person> {
  const visitor = await newVisitor(browser, options);
  const { page } = visitor;
  const found: string[] = [];
  const sees = async (name: string): Promise<void> => {
    await page.waitForSelector(`[data-screen="${name}"]`, { timeout: 25_000 });
    const focused = await page.evaluate('document.activeElement?.tagName');
    const sideways = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    found.push(
      ...(focused === 'H1' ? [] : [`${name}: the focus is on ${focused}`]),
      ...(sideways === 0 ? [] : [`${name}: ${sideways} pixels stick out`]),
      ...(await smallTargets(page)).map((what) => `${name}: small: ${what}`),
      ...(await barriers(page)).map((what) => `${name}: ${what}`),
    );
  };
  const presses = (): Promise<void> => page.locator('.button.primary').click();
  return { ...visitor, sees, found, presses };
}
