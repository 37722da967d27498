/** How much the hosted page loads before a camera can open, and how soon its first button does something on a slow phone. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSite, startSize } from '../../lib/build-site.ts';
import { projectSource } from '../../lib/project-source.ts';
import { chromiumPath, launchBrowser, newVisitor } from '../support/browser.ts';
import { integrator } from '../support/client.ts';
import { startService } from '../support/service.ts';
import { type Figure, percentile } from './figure.ts';

const VISITS = 7;
/** A phone of the middle class against this machine; a usual mobile network (Lighthouse's "slow 4G": 150 ms, 1.6 Mbit/s). */
const CPU_RATE = 4;
const NETWORK = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 };

interface Visit {
  readonly shownMs: number;
  readonly usableMs: number;
  readonly scriptBytes: number;
  readonly allBytes: number;
}

export async function benchPage(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'selfsame-page-'));
  const built = await buildSite(projectSource([]).site, folder);
  const size = { name: 'script before the camera opens, gzip', value: startSize(built, 'capture') / 1000, unit: 'kB' };
  rmSync(folder, { recursive: true });
  if (chromiumPath === undefined) return [size];
  const service = await startService();
  const browser = await launchBrowser('');
  const { api } = integrator(service);
  const visit = async (throttled: boolean): Promise<Visit> => {
    const body = { user_identifier: 'someone' };
    const { url } = (await api('POST', '/verif/sessions', { key: service.tenant.keys.skTest, body })).body;
    const { context, page } = await newVisitor(browser, { device: 'phone', origins: [service.url] });
    const session = await context.newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: CPU_RATE });
    await session.send('Network.enable');
    if (throttled) await session.send('Network.emulateNetworkConditions', NETWORK);
    const bytes = { script: 0, all: 0 };
    const types = new Map<string, string>();
    session.on('Network.responseReceived', ({ requestId, type }) => types.set(requestId, type));
    session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      bytes.all += encodedDataLength;
      if (types.get(requestId) === 'Script') bytes.script += encodedDataLength;
    });
    // In the page, on its own clock: when the button is there, and when pressing it has led to the next screen.
    await page.addInitScript(`addEventListener('DOMContentLoaded', () => {
      const seen = new MutationObserver(() => {
        const screen = document.querySelector('[data-screen]')?.dataset.screen;
        if (screen === 'welcome' && !window.shown) { window.shown = performance.now(); document.querySelector('.button.primary').click(); }
        if (screen === 'consent') { seen.disconnect(); window.usable = performance.now(); }
      });
      seen.observe(document.body, { childList: true, subtree: true });
    })`);
    await page.goto(url);
    // As a function: the page's policy lets no text become code.
    await page.waitForFunction(() => (globalThis as { usable?: number }).usable);
    const [shownMs = 0, usableMs = 0] = (await page.evaluate('[window.shown, window.usable]')) as number[];
    await context.close();
    return { shownMs, usableMs, scriptBytes: bytes.script, allBytes: bytes.all };
  };
  try {
    const figures: Figure[] = [size];
    for (const throttled of [false, true]) {
      const visits: Visit[] = [];
      for (let i = 0; i < VISITS; i += 1) visits.push(await visit(throttled));
      const where = throttled ? `CPU ÷ ${CPU_RATE}, slow 4G` : `CPU ÷ ${CPU_RATE}`;
      const of = (pick: (one: Visit) => number): number => percentile(visits.map(pick), 0.5);
      figures.push(
        { name: `first screen (${where})`, value: of(({ shownMs }) => shownMs), unit: 'ms' },
        { name: `first button has worked (${where})`, value: of(({ usableMs }) => usableMs), unit: 'ms' },
      );
      if (throttled) continue;
      figures.push(
        { name: 'script on the wire', value: of(({ scriptBytes }) => scriptBytes) / 1000, unit: 'kB' },
        { name: 'everything on the wire', value: of(({ allBytes }) => allBytes) / 1000, unit: 'kB' },
      );
    }
    return figures;
  } finally {
    await browser.close();
    await service.remove();
  }
}
