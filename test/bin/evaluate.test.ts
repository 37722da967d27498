import { existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../bin/evaluate/report.ts';
import { anchorsOf } from '../../lambdas/vision/face/anchors.ts';
import { ensureModels } from '../../models/ensure.ts';
import { CALIBRATION_FILE } from '../../models/manifest.ts';
import { runCommand } from '../support/run-command.ts';

const photos = join(import.meta.dirname, '../../node_modules/@vladmandic/face-api/demo');
const faces = join(import.meta.dirname, '../../../shared/data/faces');

let folder = '';
/** A cache with the required models alone, and a calibration of its own. */
let bare = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'selfsame-evaluate-'));
  bare = join(folder, 'models');
  mkdirSync(bare);
  for (const { model, path } of await ensureModels()) {
    if (path !== undefined && !model.optional) linkOrCopy(path, join(bare, model.file));
  }
  const people = join(folder, 'people');
  for (const person of ['one', 'two']) mkdirSync(join(people, person), { recursive: true });
  // One photo of each, and the same smaller and mirrored: enough to see that the figures are those of the photos.
  for (const [person, file] of [
    ['one', 'sample2.jpg'],
    ['two', 'sample6.jpg'],
  ] as const) {
    const photo = sharp(join(photos, file));
    await photo.clone().toFile(join(people, person, 'a.png'));
    await photo
      .clone()
      .resize(600)
      .flop()
      .toFile(join(people, person, 'b.jpg'));
  }
  writeFileSync(join(people, 'two', 'c.jpg'), 'not a picture');
});
afterAll(() => rmSync(folder, { recursive: true }));

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    writeFileSync(to, readFileSync(from));
  }
}

const run = (...args: string[]) =>
  runCommand(['evaluate', ...args], {
    SELFSAME_MODELS_CACHE: bare,
    SELFSAME_MODELS_OFFLINE: '1',
    SELFSAME_DATA: folder,
  });

describe('selfsame evaluate', () => {
  it('measures photos in a folder for each person, and writes JSON and a page', async () => {
    const { code, stdout } = await run('--pairs', join(folder, 'people'), '--spoof', spoofs(), '--json');
    const report = JSON.parse(stdout) as Report;
    expect(code).toBe(0);
    expect(report.installation).toMatchObject({ modelSet: 'dlib-mesh68/2', threads: 1 });
    expect(Object.keys(report.installation.models)).toEqual(['blazeface', 'facemesh', 'dlib-resnet']);
    expect(report.data).toMatchObject({ photos: 5, people: 2, severalFaces: 4, pairsNotCompared: 4 });
    expect(report.data.notAcquired).toEqual([{ name: join('two', 'c.jpg'), reason: 'image_unsupported_format' }]);
    expect(report.recognition).toMatchObject({ pairs: { genuine: 2, impostor: 4 }, eer: { rate: 0 } });
    expect(report.latency.engine.p50).toBeGreaterThan(0);
    expect(report.spoof?.unavailable).toMatch(/not installed/);
    const written = join(folder, 'evaluation');
    expect(JSON.parse(readFileSync(join(written, 'evaluation.json'), 'utf8'))).toEqual(report);
    expect(readFileSync(join(written, 'evaluation.html'), 'utf8')).toMatch(/^<!doctype html>/);
  });

  /** Any two photos: without the models none is looked at for liveness. */
  function spoofs(): string {
    const made = join(folder, 'spoofs');
    for (const kind of ['live', 'print']) {
      mkdirSync(join(made, kind), { recursive: true });
      writeFileSync(join(made, kind, 'a.jpg'), readFileSync(join(photos, 'sample2.jpg')));
    }
    return made;
  }

  it.each([
    ['no --pairs', [], 2, /--pairs/],
    ['photos that are not there', ['--pairs', '/nowhere'], 2, /There is no \/nowhere/],
    ['no threads', ['--pairs', '.', '--threads', '0'], 2, /Expected 1 to 64/],
    ['an unknown model set', ['--pairs', '.', '--models', 'best'], 2, /Allowed choices are full, npm, auto/],
  ])('refuses %s', async (_, args, status, message) => {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stdout]).toEqual([status, '']);
    expect(stderr).toMatch(message);
  });

  it('refuses a place that nothing can be written to, before it measures', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const { code, stderr } = await run('--pairs', join(folder, 'people'), '--out', join(file, 'out'));
    expect([code, stderr]).toEqual([1, `selfsame: ${join(file, 'out')} cannot be written to (ENOTDIR).\n`]);
  });

  it('refuses the full model set where its files are not, with the reasons', async () => {
    const { code, stderr } = await run('--pairs', join(folder, 'people'), '--models', 'full');
    expect(code).toBe(1);
    expect(stderr).toMatch(/mobilefacenet: missing \(optional\).*https: not tried/);
  });
});

describe.skipIf(!existsSync(faces))('on the labelled pairs in ../shared (skipped where absent)', () => {
  const args = ['--pairs', join(faces, 'pairs'), '--spoof', join(faces, 'spoof'), '--json'];

  it('the npm set keeps to an equal error rate of 3%, no stranger reaches 0.90, and the engine takes the new anchors', async () => {
    const { code, stdout } = await run(...args, '--calibrate');
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as Report;
    expect(report.recognition.pairs).toEqual({ genuine: 38, impostor: 262 });
    expect(report.recognition.eer.rate).toBeLessThanOrEqual(0.03);
    expect(report.recognition.highestImpostors[0]?.score).toBeLessThan(0.9);
    // 262 pairs show a rate of 1e-1, and say nothing about 1e-2.
    expect(report.calibration?.measuredDownTo).toBe(1e-1);
    const after = report.calibration?.after.anchors;
    expect(await anchorsOf('dlib-mesh68/2', bare)).toEqual(after);
    rmSync(join(bare, CALIBRATION_FILE));
  });

  it('the full set, where it is installed, keeps to 2%, and tells the spoof samples apart', async ({ skip }) => {
    const optional = (await ensureModels()).filter(({ model }) => model.optional);
    if (optional.some(({ path }) => path === undefined)) return skip('the optional model files are not here');
    const environment = { ...process.env, SELFSAME_DATA: folder } as Record<string, string>;
    const { code, stdout } = await runCommand(['evaluate', ...args, '--models', 'full'], environment);
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as Report;
    expect(report.recognition.eer.rate).toBeLessThanOrEqual(0.02);
    expect(report.recognition.highestImpostors[0]?.score).toBeLessThan(0.9);
    expect(report.spoof).toMatchObject({ live: { measured: 1, errors: 0 }, attacks: [{ measured: 2, errors: 0 }] });
  });
});
