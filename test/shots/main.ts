/** `npm run shots`: pictures of every step of the hosted page on four devices and of the console, and one page that shows them all. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { shootConsole } from '../site/console-shots.ts';
import { stageConsole } from '../site/console-stage.ts';
import { agree, filmed, onScreen, photographed, primary, refuseCamera, start } from '../site/journey.ts';
import { chromiumPath, launchBrowser, newVisitor, type VisitorOptions } from '../support/browser.ts';
import { integrator, type Json } from '../support/client.ts';
import { COMPUTER, filmOfDocument, filmOfFace, insertFilm, PHONE } from '../support/fake-camera.ts';
import { startService } from '../support/service.ts';

const folder = join(import.meta.dirname, '../../.selfsame/shots');
const camera = join(folder, 'camera.mjpeg');

const variants = {
  phone: { device: 'phone' },
  'phone, dark': { device: 'phone', colorScheme: 'dark' },
  desktop: { device: 'desktop' },
  'phone, Arabic': { device: 'phone', locale: 'ar-EG' },
} as const satisfies Record<string, Omit<VisitorOptions, 'origins'>>;

/** A partner with colours, a font and a logo of its own. */
const mark = `<svg xmlns="http://www.w3.org/2000/svg" width="150" height="32"><circle cx="16" cy="16" r="15" fill="#0f766e"/><path d="M9 21V11l14 10V11" fill="none" stroke="#fff" stroke-width="3"/><text x="40" y="22" font-family="sans-serif" font-weight="700" font-size="18" fill="#0f766e">Northwind</text></svg>`;
const theme = {
  name: 'Northwind',
  logo: `data:image/svg+xml;base64,${Buffer.from(mark).toString('base64')}`,
  colours: { primary: '#0f766e' },
};

interface Films {
  readonly document: Uint8Array;
  readonly face: Uint8Array;
}

type Take = (name: string) => Promise<void>;

/** Every screen that a person can meet, one after the other. What the server would say of a bad day is said in its place. */
async function walk(page: Page, open: () => Promise<Json>, take: Take, films: Films): Promise<void> {
  insertFilm(camera, films.document);
  await page.goto((await open()).url);
  await onScreen(page, 'welcome');
  await take('welcome');
  await start(page);
  await take('consent');
  await primary(page).click();
  await take('consent, box not ticked');
  await page.locator('summary').click();
  await take('consent, what is stored');
  await agree(page);
  await onScreen(page, 'id_photo');
  await page.waitForTimeout(350);
  await take('document');
  await photographed(page);
  await take('document, review');
  insertFilm(camera, films.face);
  await primary(page).click();
  await onScreen(page, 'selfie_video');
  await page.waitForTimeout(300);
  await take('face');
  await page.waitForSelector('.count');
  await take('face, countdown');
  await page.waitForSelector('.cue');
  await take('face, straight ahead');
  await page.waitForTimeout(1600);
  await take('face, first movement');
  await filmed(page);
  await take('face, review');
  let submitted: object | undefined;
  await page.route('**/submit', async (route) => {
    while (!submitted) await page.waitForTimeout(50);
    await route.fulfill(submitted);
  });
  await primary(page).click();
  await onScreen(page, 'checking');
  await take('checking');
  const again = {
    success: false,
    retry: true,
    which: 'selfie_video',
    reasons: ['selfie_quality_low', 'challenge_not_followed'],
  };
  submitted = { status: 422, json: again };
  await onScreen(page, 'retry');
  await take('once more');
  await page.unroute('**/submit');
}

const results: Readonly<Record<string, object>> = {
  verified: { status: 'verified', reasons: [], redirect_url: 'https://northwind.example/done' },
  'a person looks': {
    status: 'needs_review',
    reasons: ['liveness_unavailable', 'mrz_check_failed'],
    redirect_url: 'https://northwind.example/done',
  },
  rejected: { status: 'rejected', reasons: ['face_mismatch', 'document_expired'] },
};

/** What the page shows first of a session, with some of it changed. */
async function openWith(page: Page, open: () => Promise<Json>, change: object): Promise<void> {
  await page.goto((await open()).url);
  // What an address redirects to is not seen by a route: the page is asked for again.
  await page.route(/\/verif\/\?s=/, async (route) => {
    const response = await route.fetch();
    const html = await response.text();
    const boot = /(<script type="application\/json"[^>]*>)(.*?)(<\/script>)/s;
    const changed = html.replace(
      boot,
      (_, before, json, after) => before + JSON.stringify({ ...JSON.parse(json), ...change }) + after,
    );
    await route.fulfill({ response, body: changed });
  });
  await page.reload();
  await page.waitForSelector('[data-screen]');
  await page.unroute(/\/verif\/\?s=/);
}

async function others(page: Page, open: () => Promise<Json>, take: Take, isDesktop: boolean): Promise<void> {
  for (const [name, result] of Object.entries(results)) {
    await openWith(page, open, { status: 'done', result });
    await take(name);
  }
  await openWith(page, open, { attempts_left: 0 });
  await take('no attempts left');
  await openWith(page, open, { expires_at: '2020-01-01T00:00:00.000Z' });
  await take('expired');
  await openWith(page, open, { status: 'done' });
  await take('already done');
  if (isDesktop) {
    await page.goto((await open()).url);
    await onScreen(page, 'welcome');
    await page.locator('.button.secondary').click();
    await page.waitForSelector('.code');
    await take('on the phone instead');
  }
  const given = { consent: { version: '2026-11', given: true } };
  await page.addInitScript(refuseCamera);
  await openWith(page, open, given);
  await onScreen(page, 'trouble-id_photo');
  await take('camera refused');
  await openWith(page, open, { ...given, uploads: { id_photo: true, id_back: false, selfie_video: false } });
  await onScreen(page, 'trouble-selfie_video');
  await take('camera refused, video');
  await page.route('**/uploads', (route) => route.abort());
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'me.mp4', mimeType: 'video/mp4', buffer: Buffer.alloc(1000) });
  await onScreen(page, 'review-selfie_video').catch(() => undefined);
  await primary(page).click();
  await onScreen(page, 'send');
  await page.context().setOffline(true);
  await page.waitForSelector('.notice');
  await take('sending, offline');
}

async function shoot(
  browser: Browser,
  name: keyof typeof variants,
  open: () => Promise<Json>,
  films: Films,
): Promise<string[]> {
  const variant = variants[name];
  const { context, page } = await newVisitor(browser, { ...variant, origins: [], reducedMotion: 'reduce' });
  const taken: string[] = [];
  const take: Take = async (step) => {
    const file = `${name}-${step}`.replace(/\W+/g, '-').toLowerCase();
    await page.waitForTimeout(120);
    await page.screenshot({ path: join(folder, `${file}.png`) });
    taken.push(step);
  };
  await walk(page, open, take, films);
  await others(page, open, take, variant.device === 'desktop');
  await context.close();
  console.log(`${name}: ${taken.length}`);
  return taken;
}

if (chromiumPath === undefined) throw new Error('There is no Chromium on this machine: name it with CHROMIUM.');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const service = await startService();
const browser = await launchBrowser(camera);
try {
  const { api, tenant } = integrator(service);
  const { keys } = await tenant({ name: 'Northwind', settings: { theme } });
  const open = async (): Promise<Json> =>
    (await api('POST', '/verif/sessions', { key: keys.skTest, body: { user_identifier: 'someone' } })).body;
  const filmsOf = async (view: typeof PHONE) => ({
    document: await filmOfDocument(view),
    face: await filmOfFace(view, ['turn_left', 'turn_right']),
  });
  const films = { phone: await filmsOf(PHONE), desktop: await filmsOf(COMPUTER) };
  const sheet: string[] = [];
  for (const name of Object.keys(variants) as (keyof typeof variants)[]) {
    const steps = await shoot(browser, name, open, films[variants[name].device]);
    const pictures = steps.map((step) => {
      const file = `${name}-${step}`.replace(/\W+/g, '-').toLowerCase();
      return `<figure><a href="${file}.png"><img src="${file}.png" loading="lazy"></a><figcaption>${step}</figcaption></figure>`;
    });
    sheet.push(`<h2>${name}</h2><div>${pictures.join('')}</div>`);
  }
  const taken = await shootConsole(browser, service.url, await stageConsole(service), folder);
  for (const [variant, shots = []] of Object.entries(Object.groupBy(taken, (one) => one.variant))) {
    const pictures = shots.map(
      ({ file, shot }) =>
        `<figure><a href="${file}"><img src="${file}" loading="lazy"></a><figcaption>${shot}</figcaption></figure>`,
    );
    sheet.push(`<h2>${variant}</h2><div>${pictures.join('')}</div>`);
  }
  const style =
    'body{font:14px system-ui;margin:2rem;background:#ddd}div{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0}img{height:26rem;border-radius:.5rem}';
  writeFileSync(
    join(folder, 'index.html'),
    `<!doctype html><meta charset="utf-8"><title>Hosted page</title><style>${style}</style>${sheet.join('')}`,
  );
  console.log(`Look at ${join(folder, 'index.html')}`);
} finally {
  await browser.close();
  await service.remove();
  rmSync(camera, { force: true });
}
