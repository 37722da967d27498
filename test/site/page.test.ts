import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HostedClient, hosted } from '../contracts/hosted/hosted.ts';
import { chromiumPath, launchBrowser } from '../support/browser.ts';
import type { Json } from '../support/client.ts';
import { documentScene, film, PHONE } from '../support/fake-camera.ts';
import { refuseCamera } from './journey.ts';
import { newPerson, type Person } from './person.ts';

const why = chromiumPath === undefined ? ' (skipped: there is no Chromium on this machine; name it with CHROMIUM)' : '';

describe.skipIf(chromiumPath === undefined)(`the hosted page in Chromium${why}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'selfsame-camera-'));
  const camera = join(folder, 'film.mjpeg');
  let browser: Browser;
  let acme: HostedClient;
  let origins: readonly string[];

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
    browser = await launchBrowser(camera);
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Sessions with a challenge that a rendered head can follow, the same for all. */
  async function alike(count: number): Promise<readonly Json[]> {
    const byChallenge = new Map<string, Json[]>();
    for (let tries = 0; tries < 200; tries += 1) {
      const session = await acme.openSession({ return_url: 'https://shop.example/done', state: 'basket 7' });
      const { challenge } = (await acme.within(session, 'GET', '')).body;
      const key = challenge.map(({ prompt }: Json) => prompt).join();
      const same = [...(byChallenge.get(key) ?? []), session];
      byChallenge.set(key, same);
      if (same.length === count) return same;
    }
    throw new Error('No two sessions had the same challenge.');
  }

  async function goesThrough({ page, sees, presses }: Person, url: string): Promise<string | undefined> {
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
    await sees('review-id_photo');
    await presses();
    await sees('selfie_video');
    await sees('review-selfie_video');
    await presses();
    await page.waitForSelector('[data-screen^="result-"], [data-screen="retry"]', { timeout: 60_000 });
    return (await page.locator('[data-screen]').getAttribute('data-screen')) ?? undefined;
  }

  test('P-09 a phone and a computer, from the welcome to the result and back to the partner', async () => {
    const sessions = await alike(2);
    const { challenge } = (await acme.within(sessions[0], 'GET', '')).body;
    writeFileSync(camera, await film({ view: PHONE, prompts: challenge.map(({ prompt }: Json) => prompt) }));
    const devices = ['phone', 'desktop'] as const;
    await Promise.all(
      devices.map(async (device, i) => {
        const person = await newPerson(browser, { device, origins });
        const screen = await goesThrough(person, sessions[i].url);
        console.log(
          JSON.stringify((await acme.get(`/verif/checks/${sessions[i].check_id}`)).body, null, 1).slice(0, 3000),
        );
        console.log(device, screen, await person.page.locator('.reasons').allTextContents());
        expect(person.complaints).toEqual([]);
        expect(person.found).toEqual([]);
        await person.context.close();
      }),
    );
  }, 90_000);
});
