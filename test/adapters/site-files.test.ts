import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { siteFiles } from '../../lambdas/adapters/site-files.ts';
import type { SiteFiles } from '../../lambdas/ports/system.ts';
import { buildSite } from '../../lib/build-site.ts';
import { projectSource } from '../../lib/project-source.ts';

const folder = mkdtempSync(join(tmpdir(), 'selfsame-site-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files: SiteFiles;
beforeAll(async () => {
  files = siteFiles(await buildSite(projectSource([]).site, folder));
});

describe('the pages’ files', () => {
  it.each([
    ['br, gzip', 'br', brotliDecompressSync],
    ['gzip, deflate', 'gzip', gunzipSync],
    ['gzip;q=0.8, br;q=0', 'gzip', gunzipSync],
    ['', undefined, (body: Uint8Array) => Buffer.from(body)],
    ['gzip;q=0', undefined, (body: Uint8Array) => Buffer.from(body)],
  ])('come as the browser can read them: %j', async (accepted, encoding, decode) => {
    const name = files.entries.capture.script;
    const asset = await files.asset(name, accepted);
    expect(asset?.encoding).toBe(encoding);
    expect(asset?.contentType).toBe('text/javascript; charset=utf-8');
    expect(decode(asset?.body ?? new Uint8Array())).toEqual(readFileSync(join(folder, 'site', name)));
  });

  it('include what each page begins with', async () => {
    for (const { script, styles, preload } of Object.values(files.entries)) {
      expect(styles.length).toBeGreaterThan(0);
      for (const file of [script, ...styles, ...preload]) expect(await files.asset(file, 'br')).toBeDefined();
    }
  });

  it.each(['manifest.json', '../site/manifest.json', '../../../etc/passwd', '', 'main.js', '__proto__'])(
    'are no others: %j',
    async (name) => {
      expect(await files.asset(name, 'br')).toBeUndefined();
    },
  );
});
