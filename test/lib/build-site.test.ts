import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildSite, startSize } from '../../lib/build-site.ts';
import { projectSource } from '../../lib/project-source.ts';
import { temporaryFolder } from './synthesized.ts';

/** Bytes of script, gzipped, that a phone loads before the camera can open. */
const MOST_SCRIPT = 25_000;

const { site } = projectSource([]);
let built: string;
beforeAll(async () => {
  built = await buildSite(site, temporaryFolder());
});

describe('the pages, built', () => {
  it('P-09 load little before the camera opens', () => {
    expect(startSize(built, 'capture')).toBeLessThan(MOST_SCRIPT);
  });

  it('have a name for every content, so that browsers may keep them for ever', async () => {
    const folder = temporaryFolder();
    const again = await buildSite(site, folder);
    const files = readdirSync(join(built, 'site'));
    expect(readdirSync(join(again, 'site'))).toEqual(files);
    for (const file of files.filter((name) => name.endsWith('.js'))) expect(file).toMatch(/-[A-Z0-9]{8}\.js$/);
  });

  it('are there compressed too, with the same content', () => {
    const folder = join(built, 'site');
    const scripts = readdirSync(folder).filter((file) => file.endsWith('.js'));
    expect(scripts.length).toBeGreaterThan(1);
    for (const file of scripts) {
      expect(gunzipSync(readFileSync(join(folder, `${file}.gz`)))).toEqual(readFileSync(join(folder, file)));
    }
  });

  it('ask no other host for anything', () => {
    const folder = join(built, 'site');
    for (const file of readdirSync(folder).filter((name) => /\.(js|css)$/.test(name))) {
      const addresses = readFileSync(join(folder, file), 'utf8').match(/https?:\/\/[^\s"'`)]+/g) ?? [];
      // Names of XML namespaces are never fetched.
      expect(addresses.filter((one) => !one.startsWith('http://www.w3.org/'))).toEqual([]);
    }
  });

  it('that do not compile are named', async () => {
    const source = temporaryFolder();
    for (const name of ['capture', 'console']) {
      mkdirSync(join(source, name));
      writeFileSync(join(source, name, 'main.tsx'), name === 'console' ? 'const x = ;' : '');
    }
    await expect(buildSite(source, temporaryFolder())).rejects.toThrow(/console\/main\.tsx:1/);
  });
});
