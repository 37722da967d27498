import { existsSync, globSync, readFileSync, realpathSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf } from './support/imports.ts';

const root = realpathSync(join(import.meta.dirname, '..'));

/** What the files of a layer may import besides each other. `files`: paths or folders of this project. */
interface Layer {
  readonly files: readonly string[];
  /** Modules of Node, and packages that are at home in no other layer (`homes`). */
  readonly packages: 'all' | readonly string[];
  readonly node: boolean;
}

const PORTS = ['lambdas/domain', 'lambdas/ports', 'lambdas/settings.ts'];

/** The arrow: handlers → {http, contracts, usecases, adapters, vision} → ports → domain. The longest prefix of a path counts. */
const layers: Readonly<Record<string, Layer>> = {
  'lambdas/domain': { files: [], packages: [], node: false },
  'lambdas/settings.ts': { files: [], packages: ['zod'], node: false },
  'lambdas/ports': { files: ['lambdas/domain', 'lambdas/settings.ts'], packages: [], node: false },
  'lambdas/usecases': { files: PORTS, packages: [], node: false },
  'lambdas/contracts': { files: PORTS, packages: ['zod', 'zod-openapi'], node: false },
  'lambdas/http': { files: PORTS, packages: ['zod', '@middy/core', 'aws-lambda', 'busboy'], node: true },
  'lambdas/adapters': { files: PORTS, packages: 'all', node: true },
  'lambdas/vision': { files: [...PORTS, 'models/manifest.ts'], packages: 'all', node: true },
  'lambdas/vision/video/ffmpeg': { files: [...PORTS, 'lambdas/vision'], packages: [], node: false },
  'lambdas/handlers': { files: ['lambdas'], packages: 'all', node: true },
  lib: { files: ['lambdas/http/routes.ts', 'lambdas/settings.ts'], packages: 'all', node: true },
  local: { files: [], packages: 'all', node: true },
  models: { files: [], packages: 'all', node: true },
  // Browser code knows the rules and the words of the wire, and no way to a server but HTTP.
  layers: { files: ['lambdas/domain'], packages: ['preact', 'uqr'], node: false },
  bin: { files: ['lib', 'local', 'models', 'lambdas'], packages: 'all', node: true },
};

/** Packages that live in one place. */
const homes: readonly { readonly packages: RegExp; readonly layers: readonly string[] }[] = [
  { packages: /^@(aws-sdk|smithy)\//, layers: ['lambdas/adapters'] },
  { packages: /^onnxruntime-\w+$/, layers: ['lambdas/vision'] },
  { packages: /^@hyzyla\/pdfium$/, layers: ['lambdas/vision'] },
  // FFmpeg is loaded by a process of its own, and by nothing that imports or is imported: what it is, it starts.
  { packages: /^node-av$/, layers: ['lambdas/vision/video/ffmpeg'] },
  { packages: /^(sharp|zxing-wasm)$/, layers: ['lambdas/vision', 'bin'] },
  { packages: /^(aws-cdk-lib|constructs|cdk-nag|@aws-cdk\/.+)$/, layers: ['lib', 'bin'] },
  { packages: /^@middy\//, layers: ['lambdas/http'] },
  { packages: /^busboy$/, layers: ['lambdas/http', 'local'] },
  { packages: /^(preact|uqr)$/, layers: ['layers'] },
];

/** K-24: a picture leaves by the AWS SDK, to the account's own services, or not at all; what we post ourselves are webhooks. */
const sockets = /^(node:)?(dgram|dns|http|http2|https|net|tls)(\/|$)/;
const socketFiles = ['lambdas/adapters/webhook-addresses.ts', 'lambdas/adapters/webhook-egress.ts'];

const within = (path: string, place: string): boolean => path === place || path.startsWith(`${place}/`);

function layerOf(path: string): string | undefined {
  const places = Object.keys(layers).filter((place) => within(path, place));
  return places.toSorted((a, b) => b.length - a.length)[0];
}

/** What in `text`, were it the file at `path`, breaks the rules; empty if nothing does. */
function violations(path: string, text: string): string[] {
  const place = layerOf(path);
  const layer = place === undefined ? undefined : layers[place];
  if (place === undefined || layer === undefined) return [`${path} is in no layer`];

  const fault = (specifier: string, computed: boolean): string | undefined => {
    if (computed) return place.startsWith('lambdas') ? 'imports what only the running program knows' : undefined;
    if (isBuiltin(specifier)) {
      const dials = place.startsWith('lambdas') && sockets.test(specifier) && !socketFiles.includes(path);
      return layer.node && !dials ? undefined : `imports ${specifier}`;
    }
    if (/^[./]|^file:/.test(specifier)) {
      const target = specifier.startsWith('file:')
        ? new URL(specifier).pathname
        : resolve(root, dirname(path), specifier);
      if (!existsSync(target)) return `imports ${specifier}, which is not there`;
      // Links and detours are followed: what counts is which file is read.
      const real = relative(root, realpathSync(target)).split(sep).join('/');
      if (layerOf(real) === place || layer.files.some((allowed) => within(real, allowed))) return undefined;
      return `imports ${real}`;
    }
    const [scope = '', name = ''] = specifier.split('/');
    const wanted = specifier.startsWith('@') ? `${scope}/${name}` : scope;
    const home = homes.find(({ packages }) => packages.test(wanted));
    if (home ? home.layers.includes(place) : layer.packages === 'all' || layer.packages.includes(wanted))
      return undefined;
    return `imports ${wanted}`;
  };
  return importsOf(path, text).flatMap(({ specifier, computed }) => fault(specifier, computed) ?? []);
}

const files = globSync('{bin,lib,lambdas,layers,local,models}/**/*.{ts,mts,cts,js,mjs,cjs,tsx}', {
  cwd: root,
  exclude: (name) => name === 'node_modules',
}).map((path) => path.split(sep).join('/'));

describe('the arrow of imports', () => {
  it('sees the house: every layer that has files', () => {
    const seen = new Set(files.map(layerOf));
    for (const place of [
      'lib',
      'local',
      'models',
      'bin',
      'lambdas/domain',
      'lambdas/ports',
      'lambdas/vision',
      'layers',
    ]) {
      expect(seen, place).toContain(place);
    }
    expect(files.length).toBeGreaterThan(80);
  });

  it('points inwards in every file', () => {
    const found = files.flatMap((path) =>
      violations(path, readFileSync(join(root, path), 'utf8')).map((what) => `${path} ${what}`),
    );
    expect(found).toEqual([]);
  });

  it('ends before FFmpeg: nothing outside its folder imports anything in it', () => {
    const folder = 'lambdas/vision/video/ffmpeg';
    const reaches = (path: string) =>
      importsOf(path, readFileSync(join(root, path), 'utf8')).some(
        ({ specifier }) =>
          specifier.startsWith('.') && within(relative(root, resolve(root, dirname(path), specifier)), folder),
      );
    expect(files.filter(reaches).filter((path) => !within(path, folder))).toEqual([]);
    expect(files.filter(reaches)).toContain(`${folder}/video-worker.ts`);
  });

  it('K-24 nothing in a function calls out but the SDK and the guarded sender of webhooks', () => {
    const functions = files.filter((path) => within(path, 'lambdas'));
    const calls = functions.filter((path) =>
      /(?<![.\w])(fetch|WebSocket|EventSource)\(/.test(readFileSync(join(root, path), 'utf8')),
    );
    expect(calls).toEqual([]);
    for (const path of socketFiles) expect(functions).toContain(path);
  });

  it.each([
    ['a value', 'lambdas/domain/x.ts', "import { routes } from '../http/routes.ts';"],
    ['a type', 'lambdas/domain/x.ts', "import type { Keys } from '../ports/accounts.ts';"],
    ['a type among values', 'lambdas/domain/x.ts', "import { type Keys } from '../ports/accounts.ts';"],
    ['a type in place', 'lambdas/domain/x.ts', "let keys: import('../ports/accounts.ts').Keys;"],
    ['a typeof in place', 'lambdas/usecases/x.ts', "let routes: typeof import('../http/routes.ts');"],
    ['a dynamic import', 'lambdas/usecases/x.ts', "const x = await import('../http/routes.ts');"],
    ['a dynamic import by template', 'lambdas/usecases/x.ts', 'const x = await import(`../http/routes.ts`);'],
    ['an import of a computed name', 'lambdas/usecases/x.ts', 'const x = await import(name);'],
    ['a re-export', 'lambdas/contracts/x.ts', "export { routes } from '../http/routes.ts';"],
    ['a re-export of everything', 'lambdas/contracts/x.ts', "export * from '../http/routes.ts';"],
    ['a re-export of a type', 'lambdas/contracts/x.ts', "export type { Route } from '../http/routes.ts';"],
    ['an import for its effect', 'lambdas/adapters/x.ts', "import '../vision/session.ts';"],
    ['a detour', 'lambdas/usecases/x.ts', "import { routes } from './../http/../http/routes.ts';"],
    ['a detour out of the layer and back', 'lambdas/vision/x.ts', "import '../vision/../adapters/system.ts';"],
    ['a require', 'lambdas/adapters/x.ts', "const session = require('../vision/session.ts');"],
    ['settings in the domain', 'lambdas/domain/x.ts', "import type { Settings } from '../settings.ts';"],
    ['a package in the domain', 'lambdas/domain/x.ts', "import * as z from 'zod';"],
    ['Node in the domain', 'lambdas/domain/x.ts', "import { createHash } from 'node:crypto';"],
    ['Node without its prefix', 'lambdas/usecases/x.ts', "import { createHash } from 'crypto';"],
    ['the AWS SDK in a use case', 'lambdas/usecases/x.ts', "import { S3Client } from '@aws-sdk/client-s3';"],
    ['the AWS SDK in a handler', 'lambdas/handlers/x.ts', "import { S3Client } from '@aws-sdk/client-s3';"],
    ['a type of the AWS SDK in the local cloud', 'local/x.ts', "import type { S3Client } from '@aws-sdk/client-s3';"],
    ['onnxruntime outside vision', 'lambdas/adapters/x.ts', "import { InferenceSession } from 'onnxruntime-node';"],
    [
      'a decoder of barcodes in an adapter',
      'lambdas/adapters/x.ts',
      "import { readBarcodes } from 'zxing-wasm/reader';",
    ],
    ['a socket in vision', 'lambdas/vision/x.ts', "import { connect } from 'node:tls';"],
    ['a request in another adapter', 'lambdas/adapters/x.ts', "import { request } from 'https';"],
    ['FFmpeg in a process that serves', 'lambdas/vision/video/x.ts', "import { Log } from 'node-av/lib';"],
    ['FFmpeg’s folder in vision', 'lambdas/vision/x.ts', "import './video/ffmpeg/video-worker.ts';"],
    ['sharp in a handler', 'lambdas/handlers/x.ts', "import sharp from 'sharp';"],
    ['the CDK in a function', 'lambdas/adapters/x.ts', "import { App } from 'aws-cdk-lib';"],
    ['a part of the CDK in the local cloud', 'local/x.ts', "import { Bucket } from 'aws-cdk-lib/aws-s3';"],
    ['the product in the local cloud', 'local/x.ts', "import { routes } from '../lambdas/http/routes.ts';"],
    ['the stack in the local cloud', 'local/x.ts', "import { parseConfig } from '../lib/config.ts';"],
    ['the domain in the stack', 'lib/x.ts', "import type { Face } from '../lambdas/domain/evidence.ts';"],
    ['a page in the stack', 'lib/x.ts', "import '../layers/site/shared/boot.ts';"],
    ['a port in a page', 'layers/site/x.tsx', "import type { Clock } from '../../lambdas/ports/system.ts';"],
    ['Node in a page', 'layers/site/x.tsx', "import { join } from 'node:path';"],
    ['a package of the server in a page', 'layers/site/x.tsx', "import * as z from 'zod';"],
    ['Preact in a function', 'lambdas/handlers/x.ts', "import { render } from 'preact';"],
    ['a file that is not there', 'lib/x.ts', "import { gone } from './gone.ts';"],
  ])('is broken by %s, and that is seen', (_, path, text) => {
    expect(violations(path, text)).toHaveLength(1);
  });

  it.each([
    ['settings anywhere but in the domain', 'lambdas/usecases/x.ts', "import type { Settings } from '../settings.ts';"],
    ['the two files that the stack may read', 'lib/x.ts', "export { routes } from '../lambdas/http/routes.ts';"],
    ['the AWS SDK in an adapter', 'lambdas/adapters/x.ts', "import { S3Client } from '@aws-sdk/client-s3';"],
    ['a rule in a page', 'layers/site/x.tsx', "import { isCritical } from '../../lambdas/domain/flags.ts';"],
    [
      'what only looks like an import',
      'lambdas/domain/x.ts',
      "// import 'zod'\nconst x = \"import 'zod'\"; const y = /from 'zod'/;",
    ],
  ])('allows %s', (_, path, text) => {
    expect(violations(path, text)).toEqual([]);
  });
});
