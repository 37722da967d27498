import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { seededRandom } from '../../bin/evaluate/seeded-random.ts';
import { CONDITIONS } from '../../bin/specimen/conditions.ts';
import { photographed } from '../../bin/specimen/photo.ts';
import { randomHolder } from '../../bin/specimen/random-holder.ts';
import { specimen, specimenLines } from '../../bin/specimen/specimen.ts';
import type { MrzFormat } from '../../lambdas/domain/evidence.ts';
import { checkMrz, parseMrz } from '../../lambdas/domain/mrz.ts';
import { MRZ_LAYOUTS } from '../../lambdas/domain/mrz-layout.ts';
import { findBarcode } from '../../lambdas/vision/document/barcode/find-barcode.ts';
import { createZxing } from '../../lambdas/vision/document/barcode/zxing.ts';
import { inkRows } from '../../lambdas/vision/document/ink-rows.ts';
import { decodePicture } from '../../lambdas/vision/image.ts';
import { runCommand } from '../support/run-command.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'specimen-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const formats = Object.keys(MRZ_LAYOUTS) as MrzFormat[];

describe('random holders', () => {
  it('C-50 have a zone of the right width whose every check digit is right, and which says who they are', () => {
    fc.assert(
      fc.property(fc.constantFrom(...formats), fc.integer({ min: 0 }), (format, seed) => {
        const fields = randomHolder(format, seededRandom(seed));
        const lines = specimenLines({ format, fields });
        expect(lines.map(({ length }) => length)).toEqual(lines.map(() => MRZ_LAYOUTS[format].width));
        expect(Object.values(checkMrz(format, lines))).not.toContain(false);
        expect(parseMrz(format, lines).birthDate).toBe(fields.birthDate);
      }),
    );
  });
});

describe('photos of a drawn document', () => {
  it.each(CONDITIONS)(
    '%s: a JPEG, the same for the same seed, another for another, with rows of print',
    async (condition) => {
      const page = await specimen({ pixelsPerMillimetre: 6 });
      const take = (seed: number) => photographed(page, condition, seededRandom(seed));
      const [photo, again, other] = [await take(1), await take(1), await take(2)];
      expect((await sharp(photo).metadata()).format).toBe('jpeg');
      expect(photo.equals(again)).toBe(true);
      expect(photo.equals(page)).toBe(false);
      if (condition !== 'sideways') expect(photo.equals(other)).toBe(false);
      const picture = await decodePicture(photo);
      expect(picture.ok && inkRows(picture.value).length).toBeGreaterThanOrEqual(1);
    },
  );
});

describe('selfsame specimen', () => {
  test('draws what was asked for, and says what the zone is', async () => {
    const out = join(folder, 'card.jpg');
    const asked = ['specimen', '--format', 'TD1', '--birth-date', '2008-11-30', '--seed', '5', '--out', out, '--json'];
    const { code, stdout, stderr } = await runCommand(asked, {});
    expect([code, stderr]).toEqual([0, '']);
    const { file, format, lines } = JSON.parse(stdout);
    expect([file, format]).toEqual([out, 'TD1']);
    expect(parseMrz('TD1', lines).birthDate).toBe('081130');
    expect((await sharp(await readFile(out)).metadata()).format).toBe('jpeg');
  });

  test('draws the back of a licence, whose barcode says the same', async () => {
    const out = join(folder, 'licence.jpg');
    const asked = ['--format', 'AAMVA', '--birth-date', '2008-11-30', '--seed', '7', '--condition', 'plain'];
    const { code, stdout, stderr } = await runCommand(['specimen', ...asked, '--out', out, '--json'], {});
    expect([code, stderr]).toEqual([0, '']);
    const { format, elements } = JSON.parse(stdout);
    expect([format, elements.DBB, elements.DCG]).toEqual(['AAMVA', '11302008', 'UTO']);
    const picture = await decodePicture(await readFile(out));
    const found = picture.ok ? await findBarcode(await createZxing(), picture.value) : undefined;
    expect(found?.reading).toMatchObject({ version: 10, issuer: '000000', elements });
    expect(found?.reading.fields.birthDate).toEqual({ value: '2008-11-30', confidence: 1 });
  });

  test('a broken check digit is broken, alone', async () => {
    const out = join(folder, 'broken.jpg');
    const { stdout } = await runCommand(['specimen', '--break', 'expiryDate', '--out', out, '--json'], {});
    const checks = checkMrz('TD3', JSON.parse(stdout).lines);
    expect(
      Object.entries(checks)
        .filter(([, right]) => !right)
        .map(([field]) => field),
    ).toContain('expiryDate');
    expect(checks.documentNumber && checks.birthDate).toBe(true);
  });

  test.each([
    ['no day', ['--birth-date', '2008-02-30'], 2, /Expected a day/],
    ['an unknown condition', ['--condition', 'fog'], 2, /Allowed choices are plain, angle/],
    ['a digit that the format lacks', ['--format', 'MRV-A', '--break', 'composite'], 1, /MRV-A has no check digit/],
    ['a digit of what has none', ['--format', 'AAMVA', '--break', 'birthDate'], 1, /AAMVA has no check digit/],
    ['a portrait for a back', ['--format', 'AAMVA', '--portrait', 'package.json'], 1, /back .* has no portrait/],
    ['a portrait that is not there', ['--portrait', '/nowhere.jpg'], 1, /cannot be read: ENOENT/],
    ['a portrait that is none', ['--portrait', 'package.json'], 1, /package.json is no picture/],
    ['a place that is none', ['--out', '/nowhere/x.jpg'], 1, /cannot be written: ENOENT/],
  ])('%s is refused', async (_, options, exitCode, message) => {
    const { code, stdout, stderr } = await runCommand(['specimen', '--out', join(folder, 'x.jpg'), ...options], {});
    expect([code, stdout]).toEqual([exitCode, '']);
    expect(stderr).toMatch(message);
  });
});
