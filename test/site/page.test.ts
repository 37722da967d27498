import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoFace } from '../../bin/specimen/faces.ts';
import { specimen } from '../../bin/specimen/specimen.ts';
import type { Prompt } from '../../lambdas/domain/challenge.ts';
import { type HostedClient, hosted } from '../contracts/hosted/hosted.ts';
import { chromiumPath, launchBrowser } from '../support/browser.ts';
import type { Json } from '../support/client.ts';
import { filmOfDocument, filmOfFace, insertFilm, PHONE, PHONE_FACE } from '../support/fake-camera.ts';
import { refuseCamera } from './journey.ts';
import { newPerson, type Person } from './person.ts';

/** What the head in the film does; it is turned in depth, and cannot smile. */
const filmed: readonly Prompt[] = ['turn_left', 'look_up'];

const why = chromiumPath === undefined ? ' (skipped: there is no Chromium on this machine; name it with CHROMIUM)' : '';

describe.skipIf(chromiumPath === undefined)(`the hosted page in Chromium${why}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'selfsame-camera-'));
  const camera = join(folder, 'film.mjpeg');
  let browser: Browser;
  let acme: HostedClient;
  let origins: readonly string[];
  let films: { readonly document: Uint8Array; readonly face: Uint8Array };

  beforeAll(async () => {
    acme = await hosted({
      name: 'Acme',
      settings: { theme: { colours: { primary: '#0f766e' } }, requireLiveness: false },
    });
    const session = await acme.openSession();
    const { version } = (await acme.within(session, 'GET', '')).body.consent;
    await acme.within(session, 'POST', '/consent', { version, lang: 'en' });
    const upload = await acme.within(session, 'POST', '/uploads', {
      kind: 'id_photo',
      content_type: 'image/jpeg',
      size: 1,
    });
    origins = [acme.url, new URL(upload.body.url).origin];
    films = { document: await filmOfDocument(PHONE), face: await filmOfFace(PHONE_FACE, filmed) };
    browser = await launchBrowser(camera);
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A session whose challenge the film shows. */
  async function renderable(): Promise<Json> {
    for (let tries = 0; tries < 1000; tries += 1) {
      const session = await acme.openSession({ return_url: 'https://shop.example/done', state: 'basket 7' });
      const { challenge } = (await acme.within(session, 'GET', '')).body;
      if (challenge.map(({ prompt }: Json) => prompt).join() === filmed.join()) return session;
    }
    throw new Error(`No session asked for ${filmed.join(' and ')}.`);
  }

  async function begins({ page, sees, presses }: Person, url: string): Promise<void> {
    await page.goto(url);
    await sees('welcome');
    expect(page.url()).toMatch(/\/verif\/\?s=[0-9a-f-]{36}$/);
    await presses();
    await sees('consent');
    expect(await page.locator('input[type=checkbox]').isChecked()).toBe(false);
    await presses();
    expect(await page.locator('#consent-fault').textContent()).not.toBe('');
    await page.locator('input[type=checkbox]').check();
    await presses();
  }

  // Once more where the machine was too busy to follow the film: the page's cues and the film's go by the clock.
  test.each(['phone', 'desktop'] as const)(
    'P-09 P-08 on a %s, from the welcome to the result and back to the partner',
    {
      retry: 1,
      timeout: 90_000,
    },
    async (device) => {
      const { url, check_id } = await renderable();
      const person = await newPerson(browser, { device, origins: [...origins, 'https://shop.example'] });
      const { page, context, sees, presses } = person;
      insertFilm(camera, films.document);
      await begins(person, url);
      // The page takes the photo itself.
      await sees('review-id_photo');
      insertFilm(camera, films.face);
      await presses();
      await sees('selfie_video');
      await sees('review-selfie_video');
      await presses();
      const ends = ['result-verified', 'result-rejected', 'result-needs_review', 'retry', 'broken'];
      await page.waitForSelector(ends.map((end) => `[data-screen="${end}"]`).join(), { timeout: 60_000 });
      expect(await page.locator('.reasons li').allTextContents()).toEqual([]);
      await sees('result-verified');
      expect((await acme.get(`/verif/checks/${check_id}`)).body).toMatchObject({ status: 'verified' });
      await page.route('https://shop.example/**', (route) => route.fulfill({ body: 'Thank you' }));
      await presses();
      await page.waitForURL('https://shop.example/**');
      const { searchParams } = new URL(page.url());
      expect(Object.fromEntries(searchParams)).toMatchObject({ check_id, status: 'verified', state: 'basket 7' });
      expect(searchParams.get('result')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
      expect({ complaints: person.complaints, found: person.found }).toEqual({ complaints: [], found: [] });
      await context.close();
    },
  );

  test('P-10 P-09 in Arabic, in the dark, without a camera: files, a reload, no network, and once more', async () => {
    const session = await acme.openSession({ lang: 'ar' });
    const expected = /ERR_INTERNET_DISCONNECTED|status of 422/;
    const person = await newPerson(browser, { device: 'phone', origins, colorScheme: 'dark', expected });
    const { page, context, sees, presses } = person;
    const choose = (name: string, mimeType: string, bytes: Uint8Array) =>
      page.locator('input[type=file]').setInputFiles({ name, mimeType, buffer: Buffer.from(bytes) });
    await page.addInitScript(refuseCamera);
    await begins(person, session.url);
    expect(await page.evaluate('[document.documentElement.lang, document.documentElement.dir]')).toEqual(['ar', 'rtl']);
    expect(
      await page.evaluate(
        "matchMedia('(prefers-color-scheme: dark)').matches && getComputedStyle(document.documentElement).backgroundColor",
      ),
    ).toBe('rgb(15, 20, 27)');

    await sees('trouble-id_photo');
    await choose('notes.txt', 'text/plain', Buffer.from('no photo'));
    expect(await page.locator('.fault:visible').textContent()).toBe('هذه ليست صورة.');
    await choose('passport.jpg', 'image/jpeg', await specimen({ portrait: await demoFace('portrait') }));
    await sees('review-id_photo');
    await presses();
    await sees('trouble-selfie_video');

    // What was taken is not taken twice: not after a reload, and not where the network is gone.
    await page.reload();
    await sees('trouble-selfie_video');
    await choose('me.mp4', 'video/mp4', Buffer.from('no video at all'));
    await sees('review-selfie_video');
    await context.setOffline(true);
    await presses();
    await sees('send');
    expect(await page.locator('.notice').textContent()).toContain('غير متصل');
    await context.setOffline(false);
    await sees('retry');
    expect(await page.locator('.reasons li').allTextContents()).toEqual(['تعذرت قراءة الفيديو. سجّله مرة أخرى.']);
    expect(await page.locator('[data-screen]').textContent()).toContain('4');
    await presses();
    await sees('trouble-selfie_video');
    expect({ complaints: person.complaints, found: person.found }).toEqual({ complaints: [], found: [] });
    await context.close();
  }, 60_000);

  test('P-09 the rest goes on on a phone, by a code that is good once, and comes back', async () => {
    const session = await acme.openSession();
    const desk = await newPerson(browser, { device: 'desktop', origins, reducedMotion: 'reduce' });
    await desk.page.goto(session.url);
    await desk.sees('welcome');
    const handedOff = desk.page.waitForResponse('**/hand-off');
    await desk.page.locator('.button.secondary').click();
    await desk.sees('hand-off');
    const { url } = await (await handedOff).json();
    const code = await desk.page.locator('.code svg').getAttribute('viewBox');
    expect(Number(code?.split(' ')[2])).toBeGreaterThan(20);

    const phone = await newPerson(browser, { device: 'phone', origins, expected: /status of 410/ });
    await begins(phone, url);
    await desk.page.getByText('Your phone has taken over.').first().waitFor();
    // Somebody who has seen the code cannot use it as well.
    const stranger = await newPerson(browser, { device: 'phone', origins, expected: /status of 410/ });
    expect((await stranger.page.goto(url))?.status()).toBe(410);
    for (const { complaints, found, context } of [desk, phone, stranger]) {
      expect({ complaints, found }).toEqual({ complaints: [], found: [] });
      await context.close();
    }
  }, 60_000);

  test('P-09 by the keyboard alone, at 320 pixels, and after the time is over', async () => {
    const session = await acme.openSession();
    const { page, context, sees, complaints, found } = await newPerson(browser, {
      device: 'desktop',
      origins,
      reducedMotion: 'reduce',
    });
    await page.setViewportSize({ width: 320, height: 480 });
    await page.goto(session.url);
    await sees('welcome');
    /** Tab by tab to what has these words. */
    const reach = async (words: string): Promise<void> => {
      for (let i = 0; i < 12; i += 1) {
        await page.keyboard.press('Tab');
        const on = await page.evaluate(
          '(document.activeElement.closest("label") ?? document.activeElement).textContent',
        );
        if (String(on).includes(words)) return;
      }
      throw new Error(`No way to “${words}” by Tab.`);
    };
    await reach('Start');
    await page.keyboard.press('Enter');
    await sees('consent');
    await reach('What exactly is stored?');
    await page.keyboard.press('Enter');
    await page.getByText('No sound is recorded').waitFor();
    await reach('I agree');
    await page.keyboard.press('Space');
    await reach('Agree and continue');
    // Meanwhile somebody else has ended it.
    await page.route('**/consent', (route) => route.fulfill({ status: 401, json: { success: false } }));
    await page.route(`**/sessions/${session.check_id}`, (route) =>
      route.fulfill({ status: 401, json: { success: false } }),
    );
    await page.keyboard.press('Enter');
    await sees('expired');
    expect(found).toEqual([]);
    expect(complaints.filter((text) => !text.includes('status of 401'))).toEqual([]);
    await context.close();
  }, 60_000);
});
