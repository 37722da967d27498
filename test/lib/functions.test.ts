import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { beforeAll, describe, expect, it } from 'vitest';
import { type PdfStart, webAssembly } from '../../lambdas/vision/document/pdf-messages.ts';
import type { VideoRequest } from '../../lambdas/vision/video/video-messages.ts';
import { VIDEO_LIMITS } from '../../lambdas/vision/video/videos.ts';
import { bundleFunctions, zipNames } from '../../lib/bundle.ts';
import { parseConfig } from '../../lib/config.ts';
import { imagePackages } from '../../lib/image-packages.ts';
import { projectSource } from '../../lib/project-source.ts';
import { type Synthesis, synthesize } from '../../lib/synthesize.ts';
import { ensureModels } from '../../models/ensure.ts';
import { rehearse } from '../support/dockerfile.ts';
import { functionEnvironments } from '../support/function-environment.ts';
import { httpEvent, runOnce } from '../support/invoke.ts';
import { pdf } from '../support/pdf.ts';
import { emptySource, temporaryFolder } from './synthesized.ts';

const root = join(import.meta.dirname, '../..');
const linux = process.platform === 'linux';
const CONTENT = ['handlers', 'models', 'node_modules', 'package-lock.json', 'package.json'];
/** Nobody answers there: what a function does without its services shows, and no test leaves this machine. */
const nowhere = {
  AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
  AWS_ACCESS_KEY_ID: 'nobody',
  AWS_SECRET_ACCESS_KEY: 'nobody',
};

let synthesis: Synthesis;
let environments: Record<string, Record<string, string>>;
beforeAll(async () => {
  const models = await ensureModels({ network: 'never' });
  const files = models.flatMap(({ path }) => (path === undefined ? [] : [path]));
  synthesis = await synthesize(parseConfig('dev'), temporaryFolder(), projectSource(files));
  environments = functionEnvironments(synthesis);
});

const bundleOf = (name: string): string => join(synthesis.directory, 'bundles', name, 'index.mjs');

describe('zip functions', () => {
  it.each(zipNames)('%s starts with the environment that the stack gives it, and nothing else', async (name) => {
    const { importMs } = await runOnce(bundleOf(name), environments[name] ?? {});
    expect(importMs).toBeGreaterThan(0);
  });

  it.each(zipNames)('%s is smaller than 1.4 MB', (name) => {
    expect(statSync(bundleOf(name)).size).toBeLessThan(1_400_000);
  });

  it('a function that lacks a variable does not start', async () => {
    const { TABLE_NAME: _, ...rest } = environments.submission ?? {};
    await expect(runOnce(bundleOf('submission'), rest)).rejects.toThrow('Missing environment: TABLE_NAME');
  });

  it('answer: GET /health needs nothing but itself', async () => {
    const { result } = await runOnce(bundleOf('service'), environments.service ?? {}, httpEvent('GET /health'));
    expect(result).toMatchObject({ statusCode: 200 });
  });
});

describe.skipIf(!linux)(`the image, rehearsed${linux ? '' : ' (skipped: its binaries are for Linux)'}`, () => {
  const realNpm = process.env.SELFSAME_REHEARSE_NPM === '1';
  let image: ReturnType<typeof rehearse>;

  beforeAll(() => {
    const tools = temporaryFolder();
    const npm = fileURLToPath(new URL('../support/npm-from-host.ts', import.meta.url));
    writeFileSync(join(tools, 'npm'), `#!/bin/sh\nexec node ${npm} "$@"\n`, { mode: 0o755 });
    const node = `${dirname(process.execPath)}:${process.env.PATH}`;
    const offline = { PATH: `${tools}:${node}`, HOST_MODULES: join(root, 'node_modules') };
    const env = realNpm ? { ...(process.env as Record<string, string>), PATH: node } : offline;
    image = rehearse(join(synthesis.directory, 'bundles/image'), temporaryFolder(), env);
  });

  const run = (name: string, event: unknown) => {
    const env = { ...environments[name], ...nowhere, LAMBDA_TASK_ROOT: image.workdir };
    return runOnce(join(image.workdir, 'handlers', `${name}.mjs`), env, event);
  };

  it('runs the handler of its CMD: models load, native packages are found, an empty batch has no failure', async () => {
    expect(image.command).toBe('handlers/examine.handler');
    const { result } = await run('examine', { Records: [] });
    expect(result).toEqual({ batchItemFailures: [] });
  });

  it('runs the other function of the image: it knows its models, and is not ready without its services', async () => {
    const { result } = await run('verdicts', httpEvent('GET /ready'));
    const { statusCode, body } = result as { statusCode: number; body: string };
    expect(statusCode).toBe(503);
    expect(JSON.parse(body)).toMatchObject({ models: { facemesh: expect.stringMatching(/^[0-9a-f]{64}$/) } });
  });

  it('draws PDFs: the thread’s code lies beside the handlers, PDFium among the packages', async () => {
    const require = createRequire(join(image.workdir, 'handlers/examine.mjs'));
    const module = await webAssembly.compile(readFileSync(require.resolve('@hyzyla/pdfium/pdfium.wasm')));
    const workerData: PdfStart = { bytes: pdf([{}]), module, memoryBytes: 1e8 };
    const worker = new Worker(join(image.workdir, 'handlers/pdf-worker.mjs'), { workerData });
    const replies: unknown[] = [];
    worker.on('message', (reply) => replies.push(reply));
    await expect.poll(() => replies, { timeout: 10_000 }).toEqual([{ ready: true }, { pages: 1 }]);
    await worker.terminate();
  });

  it('takes videos apart: the process’s code lies beside the handlers, FFmpeg’s libraries among the packages', async () => {
    const child = fork(join(image.workdir, 'handlers/video-worker.mjs'), { env: {}, serialization: 'advanced' });
    const [ready] = await once(child, 'message');
    expect(ready).toEqual({ ready: true });
    const request = { bytes: Buffer.from('no video'), frames: 8, everyMs: 0, quarterTurns: 0, limits: VIDEO_LIMITS };
    child.send(request satisfies VideoRequest);
    const [reply] = await once(child, 'message');
    expect(reply).toEqual({ fault: 'video_unsupported' });
    expect(existsSync(join(image.workdir, 'node_modules/werift'))).toBe(false);
  });

  it('holds the binaries of one platform and no package that the handlers do not need', () => {
    const binaries = join(image.workdir, 'node_modules/onnxruntime-node/bin');
    const platforms = readdirSync(binaries, { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.node'),
    );
    expect(platforms).toEqual([expect.stringMatching(`/linux/${process.arch}/`)]);
    expect(readdirSync(join(image.workdir, 'node_modules'))).not.toContain('aws-cdk-lib');
    expect(readdirSync(image.workdir).toSorted()).toEqual(CONTENT);
  });
});

describe('packages of the image', () => {
  const lockfile = join(root, 'package-lock.json');

  it('have the versions and hashes of the lock file, for the architecture of the functions too', () => {
    const { packages } = JSON.parse(imagePackages(lockfile, ['onnxruntime-node', 'sharp']).lock);
    const whole = JSON.parse(readFileSync(lockfile, 'utf8')).packages;
    for (const [path, entry] of Object.entries<Record<string, unknown>>(packages)) {
      if (path === '') continue;
      expect(entry.version, path).toBe(whole[path].version);
      expect(entry.integrity, path).toBe(whole[path].integrity);
      expect(entry.integrity, path).toMatch(/^sha512-/);
    }
    expect(Object.keys(packages)).toContain('node_modules/@img/sharp-linux-arm64');
    expect(Object.keys(packages)).toContain('node_modules/onnxruntime-common');
  });

  it('include what is nested, where it is nested', () => {
    const folder = temporaryFolder();
    const lock = {
      lockfileVersion: 3,
      packages: {
        'node_modules/a': { version: '1.0.0', dependencies: { b: '^2.0.0' }, optionalDependencies: { gone: '*' } },
        'node_modules/a/node_modules/b': { version: '2.0.0', dependencies: { c: '*' } },
        'node_modules/b': { version: '1.0.0' },
        'node_modules/c': { version: '3.0.0', dev: true },
        'node_modules/other': { version: '1.0.0' },
      },
    };
    const file = join(folder, 'package-lock.json');
    writeFileSync(file, JSON.stringify(lock));
    const { packages } = JSON.parse(imagePackages(file, ['a']).lock);
    expect(Object.keys(packages)).toEqual(['', 'node_modules/a', 'node_modules/a/node_modules/b', 'node_modules/c']);
    expect(packages['node_modules/c']).toEqual({ version: '3.0.0' });
    expect(() => imagePackages(file, ['gone'])).toThrow('has no gone');
  });
});

describe('bundling', () => {
  it('names a handler that is missing', async () => {
    const handlers = temporaryFolder();
    await expect(bundleFunctions({ ...emptySource(), handlers }, temporaryFolder())).rejects.toThrow(
      /Could not resolve ".*(submission|step-up|login|examine)\.ts"/,
    );
  });

  it('leaves nothing of an earlier run behind', async () => {
    const outdir = temporaryFolder();
    mkdirSync(join(outdir, 'gone'));
    await bundleFunctions(emptySource(), outdir);
    expect(readdirSync(outdir).toSorted()).toEqual(['image', 'site', ...zipNames].toSorted());
  });
});
