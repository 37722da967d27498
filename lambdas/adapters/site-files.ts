import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { SiteFiles } from '../ports/system.ts';

const contentTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/** Best first; `lib/build-site.ts` wrote each file in each of them. */
const encodings = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
] as const;

/** As browsers send it: a list of names; one with `q=0` is refused. */
const accepts = (accepted: string, name: string): boolean =>
  accepted.split(',').some((part) => {
    const [asked = '', quality = ''] = part.split(';').map((text) => text.trim().toLowerCase());
    return asked === name && !/^q=0(\.0+)?$/.test(quality);
  });

/**
 * The pages for browsers, from the layer that `lib/build-site.ts` wrote. @param root `/opt`, or what stands for it
 * @throws where there is no layer
 */
export function siteFiles(root: string): SiteFiles {
  const folder = join(root, 'site');
  const { entries, assets }: Pick<SiteFiles, 'entries'> & { readonly assets: readonly string[] } = JSON.parse(
    readFileSync(join(folder, 'manifest.json'), 'utf8'),
  );
  // Only what was built is read: no name leads out of the folder.
  const known = new Set(assets);
  return {
    entries,
    async asset(name, accepted) {
      const contentType = contentTypes[extname(name)];
      if (!known.has(name) || contentType === undefined) return undefined;
      const encoding = encodings.find((one) => accepts(accepted, one.name));
      const body = await readFile(join(folder, `${name}${encoding?.suffix ?? ''}`));
      return { body, contentType, ...(encoding && { encoding: encoding.name }) };
    },
  };
}
