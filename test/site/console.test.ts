import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { chromiumPath, launchBrowser, newVisitor, type Visitor } from '../support/browser.ts';
import { startReceiver } from '../support/webhook-receiver.ts';
import { logIn, settled, visit } from './console-shots.ts';
import { type Stage, script, stageConsole } from './console-stage.ts';
import { barriers } from './person.ts';

const service = inject('service');

const why = chromiumPath === undefined ? ' (skipped: there is no Chromium on this machine; name it with CHROMIUM)' : '';

/** Everything that axe finds, the untidy too. */
const violations = (page: Page) => barriers(page, true);

describe.skipIf(chromiumPath === undefined)(`P-51 the console in Chromium${why}`, () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let seen: Visitor['complaints'];
  const scripts: string[] = [];
  let stage: Stage;
  let receiver: Awaited<ReturnType<typeof startReceiver>>;

  beforeAll(async () => {
    receiver = await startReceiver();
    [browser, stage] = await Promise.all([launchBrowser(), stageConsole(service, receiver.url)]);
    const { headers } = await fetch(`${service.url}/console/`);
    const storage = / blob: (\S+);/.exec(headers.get('content-security-policy') ?? '')?.[1] ?? '';
    const origins = [service.url, storage];
    // What a test provokes the browser writes down: no session, a wrong key, nothing there, bad settings, no network.
    const expected = /status of 40[0134]|ERR_INTERNET_DISCONNECTED/;
    const visitor = await newVisitor(browser, { device: 'desktop', origins, expected });
    ({ context, page } = visitor);
    seen = visitor.complaints;
    page.on('dialog', (dialog) => {
      scripts.push(dialog.message());
      void dialog.dismiss();
    });
  });
  afterAll(async () => {
    await browser?.close();
    await receiver?.[Symbol.asyncDispose]();
  });

  test('P-51 a wrong key is told so, a secret key opens it, and the key is nowhere after', async () => {
    await page.goto(`${service.url}/console/`);
    await page.getByLabel('Your name').fill('Ana');
    await page.getByLabel('Secret key').fill(stage.tenant.keys.pkLive);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByRole('alert').textContent()).toMatch(/secret key/);
    expect(await violations(page)).toEqual([]);
    await logIn(page, service.url, stage.tenant.keys.skLive, 'Ana');
    expect(await page.content()).not.toContain(stage.tenant.keys.skLive);
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ name: 'console', httpOnly: true, sameSite: 'Strict', path: '/console' });
  });

  test('P-51 a reload keeps the session; the list shows all, filtered and searched', async () => {
    await page.reload();
    await settled(page);
    expect(await page.locator('tbody tr').count()).toBe(7);
    await page.getByRole('button', { name: 'Needs review' }).click();
    await expect.poll(() => page.locator('tbody tr').count()).toBe(2);
    expect(new URL(page.url()).hash).toBe('#/verifications?state=review');
    await page.getByRole('button', { name: 'All', exact: true }).click();
    await page.getByLabel('Search by id').fill('customer-1043');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('tbody tr').count()).toBe(1);
    await page.getByLabel('Search by id').fill('customer');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByText('Nothing matches').waitFor();
    await page.getByRole('link', { name: 'Show all verifications' }).click();
    await expect.poll(() => page.locator('tbody tr').count()).toBe(7);
    expect(await page.getByLabel('Search by id').inputValue()).toBe('');
  });

  test('P-51 script in a field is text', async () => {
    await visit(page, '#/verifications');
    expect(await page.locator('td', { hasText: script }).count()).toBe(1);
    for (const id of [stage.approved, ...stage.waiting]) {
      await visit(page, `#/verifications/${id}`);
      expect(await page.locator('main').textContent()).toContain(script);
      expect(await page.locator('main script, main img[src="x"]').count()).toBe(0);
    }
    await visit(page, `#/verifications?q=${encodeURIComponent(script)}`);
    expect(await page.locator('tbody tr').count()).toBe(1);
  });

  test('P-51 one verification: verdict, signals, pictures from storage, timeline; a delivery is sent again', async () => {
    await visit(page, '#/verifications');
    await page.getByRole('link', { name: stage.rejected }).click();
    await page.getByRole('heading', { name: stage.rejected }).waitFor();
    await settled(page);
    expect(await page.getByLabel('Verdict').textContent()).toContain('Face mismatch');
    expect(await page.getByRole('row', { name: /Face match Failed/ }).count()).toBe(1);
    const pictures = page.locator('.gallery img');
    expect(await pictures.count()).toBe(2);
    const widths = await pictures.evaluateAll((all) =>
      all.map((one) => (one as unknown as { naturalWidth: number }).naturalWidth),
    );
    expect(widths.every((width) => width > 100)).toBe(true);

    await page.getByRole('button', { name: 'Enlarge: Selfie' }).click();
    await page.getByRole('dialog').getByRole('img').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);

    const before = receiver.received.length;
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('Queued to be sent again').waitFor();
    const calls = await receiver.wait(before + 1);
    expect(calls.at(-1)?.body).toMatchObject({ verificationId: stage.rejected });
  });

  test('C-18 a review by keyboard alone: claimed, decided with a reason, told by webhook', async () => {
    await visit(page, '#/reviews');
    expect(await page.locator('tbody tr').count()).toBe(2);
    await page.getByRole('button', { name: 'Review the next one' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Your decision').waitFor();
    await settled(page);
    expect(await page.getByRole('timer').textContent()).toMatch(/^1[45]:/);
    expect(await violations(page)).toEqual([]);
    // The first choice has the focus; without any, or without a reason, nothing is decided.
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => page.locator('#decision-missing').textContent()).toMatch(/Choose/);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => page.locator('#decision-missing').textContent()).toMatch(/Say why/);
    await page.keyboard.type(`Another name. ${script}`);
    await page.keyboard.press('Control+Enter');
    await page.getByRole('link', { name: 'Back to the queue' }).waitFor();
    const verdict = await page.getByLabel('Verdict').textContent();
    expect(verdict).toContain('Rejected');
    expect(verdict).toContain(`Another name. ${script}`);
    const [id] = stage.waiting;
    const [told] = await receiver.wait(
      1,
      ({ body }) => body.event === 'verification.rejected' && body.verificationId === id,
    );
    expect(told?.body).toMatchObject({ verdict: 'rejected', confidence: 79 });
    await page.getByRole('link', { name: 'Back to the queue' }).click();
    await expect.poll(() => page.locator('tbody tr').count()).toBe(1);
  });

  test('C-18 what another person has claimed is seen, and not decided', async () => {
    const other = await browser.newContext({ locale: 'en-GB' });
    const ben = await other.newPage();
    await logIn(ben, service.url, stage.tenant.keys.skLive, 'Ben');
    const id = stage.waiting[1] ?? '';
    await visit(ben, `#/reviews/${id}`);
    await ben.getByRole('button', { name: 'Claim' }).click();
    await ben.getByText('Your decision').waitFor();
    await visit(page, `#/reviews/${id}`);
    await page.getByText('Ben is looking').waitFor();
    expect(await page.getByRole('button', { name: 'Claim' }).count()).toBe(0);
    await ben.getByRole('button', { name: 'Give it up' }).click();
    await ben.getByText('Nobody is looking').waitFor();
    await other.close();
    await page.reload();
    await page.getByRole('button', { name: 'Claim' }).waitFor();
  });

  test('P-51 every view passes axe, light and dark, on a desk and on a phone, and fits the window', async () => {
    const views = ['', `/${stage.approved}`, `/${stage.waiting[0]}`].map((path) => `#/verifications${path}`);
    const hashes = [
      ...views,
      '#/reviews',
      `#/reviews/${stage.waiting[1]}`,
      '#/deliveries',
      '#/credits',
      '#/settings',
      '#/nowhere',
    ];
    for (const [width, colorScheme] of [
      [1280, 'light'],
      [390, 'dark'],
    ] as const) {
      await page.setViewportSize({ width, height: 860 });
      await page.emulateMedia({ colorScheme });
      for (const hash of hashes) {
        await visit(page, hash);
        expect(await violations(page), `${hash} ${width} ${colorScheme}`).toEqual([]);
        const wide = await page
          .locator('body')
          .evaluate((body) => (body as unknown as { scrollWidth: number }).scrollWidth);
        expect(wide, `${hash} ${width}`).toBeLessThanOrEqual(width);
      }
    }
    await page.setViewportSize({ width: 1280, height: 860 });
  });

  test('P-51 P-52 settings are changed, and refused in words', async () => {
    await visit(page, '#/settings');
    const address = page.getByLabel('Address', { exact: false }).first();
    await address.fill('https://user:secret@hooks.example/');
    await page.getByRole('button', { name: 'Save' }).first().click();
    await page.getByText('must not hold a user').waitFor();
    await address.fill(`${receiver.url}?new`);
    await page.getByRole('button', { name: 'Save' }).first().click();
    await page.getByText('Saved.').waitFor();
    await page.getByLabel('Name', { exact: true }).fill(script);
    await page.getByLabel('Colour', { exact: true }).fill('#0f766e');
    await page.getByRole('button', { name: 'Save' }).nth(1).click();
    await expect.poll(() => page.getByText('Saved.').count()).toBe(2);
    await page.reload();
    await settled(page);
    expect(await address.inputValue()).toBe(`${receiver.url}?new`);
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe(script);
    expect(await page.getByLabel('Preview').textContent()).toContain(script);
  });

  test('P-51 a service that is away is told so, and tried again', async () => {
    await context.setOffline(true);
    await page.getByRole('link', { name: 'Credits' }).click();
    await page.getByText('cannot be reached').first().waitFor();
    await context.setOffline(false);
    await page.getByRole('button', { name: 'Try again' }).first().click();
    await page.getByText('credits left').waitFor();
  });

  test('P-51 nothing was asked of other origins but pictures of storage; no error, and no trace after logging out', async () => {
    expect(seen).toEqual([]);
    expect(scripts).toEqual([]);
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByText('You are logged out').waitFor();
    expect(await context.cookies()).toEqual([]);
    await page.goto(`${service.url}/console/#/verifications/${stage.approved}`);
    await page.getByLabel('Secret key').waitFor();
  });
});
