import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** Pages: `<name>/main.tsx` each. */
const entries = ['capture', 'console'] as const;

/** Written beside the assets: what each page begins with, as names of assets. `adapters/site-files.ts` reads it. */
interface Manifest {
  readonly entries: Readonly<
    Record<string, { readonly script: string; readonly styles: readonly string[]; readonly preload: readonly string[] }>
  >;
  readonly assets: readonly string[];
}

interface Output {
  readonly entryPoint?: string;
  readonly cssBundle?: string;
  readonly imports: readonly { readonly path: string; readonly kind: string }[];
}

/** Scripts that a script needs before it can run: loaded beside it, not one after the other. */
function needed(
  outputs: Readonly<Record<string, Output>>,
  path: string,
  seen = new Set<string>(),
): ReadonlySet<string> {
  for (const { path: next, kind } of outputs[path]?.imports ?? []) {
    if (kind !== 'import-statement' || seen.has(next)) continue;
    seen.add(next);
    needed(outputs, next, seen);
  }
  return seen;
}

/**
 * Bundles the pages in `source` into the content of a layer: `outdir/site`, with a name for every content, and each file once more
 * compressed, so that no function compresses while somebody waits.
 * @throws when a page does not compile; esbuild names file and line.
 */
export async function buildSite(source: string, outdir: string): Promise<string> {
  const folder = join(outdir, 'site');
  const { metafile, outputFiles, warnings } = await build({
    entryPoints: Object.fromEntries(entries.map((name) => [name, join(source, name, 'main.tsx')])),
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    // The oldest browsers that the pages are for: `<dialog>`, container units, `light-dark()` are not needed.
    target: ['chrome100', 'firefox100', 'safari15.4'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    entryNames: '[name]-[hash]',
    chunkNames: 'part-[hash]',
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
    metafile: true,
    write: false,
  });
  for (const { text, location } of warnings) console.error(`${location?.file}:${location?.line}: ${text}`);
  mkdirSync(folder, { recursive: true });
  for (const { path, contents } of outputFiles) {
    writeFileSync(path, contents);
    writeFileSync(`${path}.gz`, gzipSync(contents, { level: 9 }));
    writeFileSync(`${path}.br`, brotliCompressSync(contents));
  }
  const outputs = Object.entries(metafile.outputs as Record<string, Output>);
  const manifest: Manifest = {
    entries: Object.fromEntries(
      entries.map((name) => {
        const [path, output] = outputs.find(([, { entryPoint }]) => entryPoint?.endsWith(`${name}/main.tsx`)) ?? [];
        if (path === undefined || output === undefined) throw new Error(`esbuild made no ${name}.`);
        const preload = [...needed(metafile.outputs, path)].map((other) => basename(other));
        const styles = output.cssBundle === undefined ? [] : [basename(output.cssBundle)];
        return [name, { script: basename(path), styles, preload }];
      }),
    ),
    assets: outputFiles.map(({ path }) => basename(path)).toSorted(),
  };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest, null, 2));
  return outdir;
}

/** Size of the scripts that a page loads before it can be used, bytes gzipped. @param folder as `buildSite` answered */
export function startSize(folder: string, entry: (typeof entries)[number]): number {
  const { entries: built } = JSON.parse(readFileSync(join(folder, 'site/manifest.json'), 'utf8')) as Manifest;
  const { script, preload } = built[entry] ?? { script: '', preload: [] };
  return [script, ...preload]
    .filter((file) => extname(file) === '.js')
    .reduce((sum, file) => sum + readFileSync(join(folder, 'site', `${file}.gz`)).length, 0);
}
