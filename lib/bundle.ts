import { copyFileSync, linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { buildSite } from './build-site.ts';
import { imagePackages } from './image-packages.ts';
import type { BundleSource } from './project-source.ts';

export const zipNames = [
  'submission',
  'step-up',
  'login',
  'account',
  'admin',
  'page',
  'console',
  'service',
  'deliver',
  'sweep',
] as const;
export const imageNames = ['verdicts', 'examine'] as const;

/** Functions deployed as a zip: `handlers/<name>.ts` in one file, everything inside. */
export type ZipName = (typeof zipNames)[number];
/** Functions deployed as the one image that holds the models. */
export type ImageName = (typeof imageNames)[number];

/** Packages with files beside their code, native or WebAssembly: they are installed in the image, not bundled. */
const INSTALLED_PACKAGES = ['@hyzyla/pdfium', 'node-av', 'onnxruntime-node', 'sharp', 'zxing-wasm'];

/** What node-av has for calls between browsers. */
const UNUSED_PACKAGES = ['werift'];

/** Folders, one per asset: `index.mjs` in each zip, the Docker context of the image, the content of the pages' layer. */
export interface FunctionFolders {
  readonly zip: Readonly<Record<ZipName, string>>;
  readonly image: string;
  readonly site: string;
}

const common: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  // ES modules of packages that carry both: only those can be shaken.
  mainFields: ['module', 'main'],
  conditions: ['module'],
  // Names stay: without a source map they are what makes a stack trace in a log readable.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  charset: 'utf8',
  // Errors are thrown; warnings are printed below.
  logLevel: 'silent',
  // Packages written for CommonJS require Node's own modules while they load.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

/** Hard links where the file system has them: a hundred megabytes of models need no second copy. */
function link(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

/**
 * Bundles all functions into `outdir` (emptied first): no network, no Docker, three runs of esbuild.
 * @throws when a handler is missing or does not compile; esbuild names file and line.
 */
export async function bundleFunctions(source: BundleSource, outdir: string): Promise<FunctionFolders> {
  rmSync(outdir, { recursive: true, force: true });
  const image = join(outdir, 'image');
  const entry = (name: string) => join(source.handlers, `${name}.ts`);
  const [site, ...builds] = await Promise.all([
    buildSite(source.site, join(outdir, 'site')),
    build({
      ...common,
      entryPoints: Object.fromEntries(zipNames.map((name) => [`${name}/index`, entry(name)])),
      outdir,
    }),
    build({
      ...common,
      entryPoints: Object.fromEntries([
        ...imageNames.map((name) => [name, entry(name)]),
        ...source.workers.map((file) => [basename(file, '.ts'), file]),
      ]),
      outdir: join(image, 'handlers'),
      external: INSTALLED_PACKAGES,
    }),
  ]);
  for (const { text, location } of builds.flatMap(({ warnings }) => warnings)) {
    console.error(`${location?.file}:${location?.line}: ${text}`);
  }
  copyFileSync(source.dockerfile, join(image, 'Dockerfile'));
  const packages = imagePackages(source.lockfile, INSTALLED_PACKAGES, UNUSED_PACKAGES);
  writeFileSync(join(image, 'package.json'), packages.manifest);
  writeFileSync(join(image, 'package-lock.json'), packages.lock);
  const models = join(image, 'models');
  mkdirSync(models);
  for (const file of source.models) link(file, join(models, basename(file)));
  const zip = Object.fromEntries(zipNames.map((name) => [name, join(outdir, name)])) as Record<ZipName, string>;
  return { zip, image, site };
}
