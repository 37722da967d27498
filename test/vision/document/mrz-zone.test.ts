import { describe, expect, test } from 'vitest';
import { specimenLines } from '../../../bin/specimen/specimen.ts';
import type { MrzFormat } from '../../../lambdas/domain/evidence.ts';
import { MRZ_LAYOUTS } from '../../../lambdas/domain/mrz-layout.ts';
import { STEP } from '../../../lambdas/vision/document/decode.ts';
import { isZone, readZone } from '../../../lambdas/vision/document/mrz-zone.ts';
import { type Doubt, lineScores } from '../../support/line-scores.ts';

const FORMATS = Object.keys(MRZ_LAYOUTS) as MrzFormat[];
const PASSPORT = [
  'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<',
  'L898902C36UTO7408122F1204159ZE184226B<<<<<10',
] as const;
/** The passport with one character of its second line printed otherwise. */
const misprinted = (at: number, character: string) => [
  PASSPORT[0],
  PASSPORT[1].slice(0, at) + character + PASSPORT[1].slice(at + 1),
];
const read = (lines: readonly string[], doubts: readonly Doubt[] = []) =>
  readZone(lines.map((line, row) => lineScores(line, 3, row === 1 ? doubts : [])));

describe('reading a zone', () => {
  test.each(FORMATS)('C-50 clear lines are told to be %s and read without repair', (format) => {
    const lines = specimenLines({ format });
    const zone = read(lines);
    expect(zone).toMatchObject({ format, lines, raw: lines, corrected: false });
    expect(Object.values(zone?.checks ?? { none: false })).not.toContain(false);
    expect(zone && isZone(zone)).toBe(true);
    expect(zone?.confidence).toBeGreaterThan(0.9);
  });

  test.each([
    ['O for 0 in the number', 5, 'O', '0'],
    ['B for 8 in the number', 1, 'B', '8'],
    ['3 for 8 in the birth date', 16, '3', '8'],
    ['7 for 1 in the expiry date', 21, '7', '1'],
  ])('C-50 %s: a cheap confusion under a check digit is repaired, and the raw reading kept', (_, at, seen, meant) => {
    const lines = misprinted(at, seen);
    const zone = read(lines, [{ at, instead: meant, nats: 2 }]);
    expect(zone).toMatchObject({ corrected: true, lines: PASSPORT, raw: lines });
    expect(Object.values(zone?.checks ?? { none: false })).not.toContain(false);
    expect(read(lines)?.confidence).toBeGreaterThan(0.9);
    expect(zone?.confidence).toBeLessThan(0.9);
  });

  test.each([5.6, 7, 14])('C-50 a repair that costs %s nats is none: the failed check stands', (nats) => {
    const lines = misprinted(16, '3');
    const zone = read(lines, [{ at: 16, instead: '8', nats }]);
    expect(zone).toMatchObject({ corrected: false, lines, raw: lines, checks: { birthDate: false, composite: false } });
  });

  test('C-50 a wrong check digit in clear print is reported, never repaired', () => {
    const lines = specimenLines({ brokenCheckDigit: 'documentNumber' });
    expect(read(lines)).toMatchObject({ corrected: false, lines, checks: { documentNumber: false, birthDate: true } });
  });

  test.each([
    ['the month', 1, 'O', '9'],
    ['the serial', 9, 'O', '0'],
  ])('C-50 a letter in %s of a French number is no choice: read as the digit, without repair', (_, at, seen, meant) => {
    const [first = '', second = ''] = specimenLines({ format: 'FRA-ID' });
    expect(second.charAt(at)).toBe(meant);
    const printed = second.slice(0, at) + seen + second.slice(at + 1);
    const zone = read([first, printed], [{ at, instead: meant, nats: 7 }]);
    expect(zone).toMatchObject({ corrected: false, lines: [first, second], checks: { documentNumber: true } });
  });

  test('C-50 Corsica is a department with a letter', () => {
    const lines = specimenLines({ format: 'FRA-ID', fields: { documentNumber: '09122A100042' } });
    expect(read(lines)).toMatchObject({ corrected: false, lines });
  });

  test.each([
    ['faint: left out, and the raw reading kept', 3, true],
    ['clear: it is there', 7, false],
  ])('C-50 a letter among the fillers at the end of the names, %s', (_, nats, corrected) => {
    const printed = PASSPORT[0].replace(/<{12}$/, '<<<L<<<<<<<<');
    const zone = readZone([lineScores(printed, 3, [{ at: 35, instead: '<', nats }]), lineScores(PASSPORT[1], 3)]);
    const lines = [corrected ? PASSPORT[0] : printed, PASSPORT[1]];
    expect(zone).toMatchObject({ corrected, lines, raw: [printed, PASSPORT[1]] });
  });

  test('names are not repaired: no check digit covers them', () => {
    const lines = [PASSPORT[0].replace('ANNA', 'AMNA'), PASSPORT[1]];
    expect(readZone(lines.map((line) => lineScores(line, 3, [{ at: 16, instead: 'N', nats: 0.1 }])))).toMatchObject({
      corrected: false,
      lines,
    });
  });

  test('noise scores far below what counts as a zone', () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const noise = () => ({
      steps: 130,
      logs: Float32Array.from({ length: 130 * STEP }, () => Math.log(random() ** 8 + 1e-6)),
    });
    const zone = readZone([noise(), noise()]);
    expect(zone).toMatchObject({ corrected: false });
    expect(zone && isZone(zone)).toBe(false);
  });

  test('one line, four lines and lines too short are no zone', () => {
    expect(readZone([])).toBeUndefined();
    expect(read([PASSPORT[1]])).toBeUndefined();
    expect(read([...PASSPORT, ...PASSPORT])).toBeUndefined();
    expect(read(['P<UTO', 'L898'])).toBeUndefined();
  });
});
