import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FieldName } from '../../../lambdas/domain/evidence.ts';
import { LAYOUTS } from '../../../lambdas/domain/visual-zone/layouts.ts';
import type { VisualLine } from '../../../lambdas/domain/visual-zone/printed-lines.ts';
import { readVisualZone } from '../../../lambdas/domain/visual-zone/read-visual-zone.ts';
import { germanLicence, ohioLicence, page, passport, zoomed } from '../../support/printed-page.ts';

const valuesOf = (lines: readonly VisualLine[]): Partial<Record<FieldName, string>> =>
  Object.fromEntries(Object.entries(readVisualZone(lines)?.fields ?? {}).map(([name, { value }]) => [name, value]));
const sureOf = (lines: readonly VisualLine[], name: FieldName): number =>
  readVisualZone(lines)?.fields[name]?.confidence ?? Number.NaN;
const replaced = (lines: readonly VisualLine[], texts: Readonly<Record<string, string>>): VisualLine[] =>
  lines.map((line) => ({ ...line, text: texts[line.text] ?? line.text }));

describe('the printed side of a licence of North America', () => {
  test('M-47 C-50 every field by number, label and place, month first', () => {
    const reading = readVisualZone(ohioLicence);
    expect(reading).toMatchObject({ kind: 'drivers_license', layout: 'US-OH licence' });
    expect(valuesOf(ohioLicence)).toEqual({
      surname: 'QUILLFEATHER',
      givenNames: 'ODALYS JUNE',
      birthDate: '1991-04-09',
      issueDate: '2021-05-11',
      expiryDate: '2025-04-09',
      documentNumber: 'RT918273',
      sex: 'F',
      issuingState: 'USA',
      address: '77 HOLLOW LANE, DAYTON, OH 45402-1234',
    });
    for (const name of ['birthDate', 'expiryDate', 'documentNumber', 'surname'] as const)
      expect(sureOf(ohioLicence, name), name).toBeGreaterThan(0.9);
  });

  test('an address is no number, however it was read', () => {
    const misread = replaced(ohioLicence, { 'DAYTON, OH 45402-1234': 'DAYT0N, 0H 45402-1234' });
    expect(valuesOf(misread).documentNumber).toBe('RT918273');
  });

  test.each([
    ['a label and its date glued', { '3 DOB': '3DOB04/09/1991', '04/09/1991': '' }],
    ['letters of a label read as digits', { '3 DOB': '3DO804/09/1991', '04/09/1991': '' }],
    ['points in a label', { '3 DOB': 'D.O.B.' }],
    ['a label in words', { '3 DOB': 'DATE OF BIRTH' }],
    ['a label in words, misread', { '3 DOB': 'DALE OF B1RTH' }],
    ['other separators', { '04/09/1991': '04-09-1991' }],
    ['a label of which nothing is left', { '3 DOB': '' }],
  ])('the date of birth with %s', (_, texts) => {
    expect(valuesOf(replaced(ohioLicence, texts)).birthDate).toBe('1991-04-09');
  });

  test('a date that only its order tells is less sure than one with a label', () => {
    const without = replaced(ohioLicence, { '3 DOB': '', '4a ISS': '' });
    expect(sureOf(without, 'birthDate')).toBeLessThan(0.8);
    expect(sureOf(ohioLicence, 'birthDate')).toBeGreaterThan(0.9);
  });

  test('one digit that was hardly read makes the date doubtful, however sure the line', () => {
    const doubted = ohioLicence.map((line) =>
      line.text === '04/09/1991' ? { ...line, sure: [1, 1, 1, 1, 0.5, 1, 1, 1, 1, 1] } : line,
    );
    expect(valuesOf(doubted).birthDate).toBe('1991-04-09');
    expect(sureOf(doubted, 'birthDate')).toBeCloseTo(0.5, 2);
  });

  test('a driver of six years is doubted', () => {
    expect(sureOf(replaced(ohioLicence, { '04/09/1991': '04/09/2015' }), 'birthDate')).toBeLessThan(0.6);
  });

  test('what is no day of the calendar is no date', () => {
    expect(valuesOf(replaced(ohioLicence, { '04/09/1991': '02/30/1991' })).birthDate).toBeUndefined();
  });

  test('two dates in an impossible order are both doubted', () => {
    const wrong = replaced(ohioLicence, { '4b EXP04/09/2025': '4b EXP04/09/1985' });
    expect(sureOf(wrong, 'expiryDate')).toBeLessThan(0.6);
    expect(sureOf(wrong, 'birthDate')).toBeLessThan(0.6);
  });

  test('labels above their values, in columns', () => {
    const lines = page(
      ['COLORADO', 40, 60, 44],
      ['DRIVER LICENSE', 345, 106],
      ['1 QUILLFEATHER', 212, 127],
      ['2 ODALYS', 212, 147],
      ['3DOB', 208, 191, 17],
      ['4a1ss', 362, 191, 17],
      ['04/24/1976', 228, 210],
      ['08/27/2015', 383, 210],
      ['4d Customer ldentifier', 207, 232, 17],
      ['4b Exp', 385, 232, 17],
      ['15-239-1250', 228, 252],
      ['04/24/2018', 385, 252],
      ['15Sex', 206, 299, 17],
      ['M', 226, 317],
    );
    expect(valuesOf(lines)).toMatchObject({
      birthDate: '1976-04-24',
      issueDate: '2015-08-27',
      expiryDate: '2018-04-24',
      documentNumber: '152391250',
      sex: 'M',
    });
  });

  test('names without numbers stand above the street, in the order of the issuer, less sure', () => {
    const lines = (state: string, town: string) =>
      page(
        [state, 277, 60, 50],
        ['DRIVER LICENSE', 277, 100, 27],
        ['NO.1234567', 237, 140],
        ['D.O.B.01-05-1948', 237, 170],
        ['EXP01-05-2014', 468, 170],
        ['ODALYS', 238, 213],
        ['QUILLFEATHER', 238, 234],
        ['1 WONDERFUL DRIVE', 240, 258],
        [town, 240, 279],
      );
    const alabama = lines('ALABAMA', 'MONTGOMERY AL 36104-1234');
    expect(valuesOf(alabama)).toMatchObject({ givenNames: 'ODALYS', surname: 'QUILLFEATHER' });
    expect(sureOf(alabama, 'surname')).toBeLessThan(0.9);
    expect(valuesOf(lines('MONTANA', 'HELENA MT 59601'))).toMatchObject({
      surname: 'ODALYS',
      givenNames: 'QUILLFEATHER',
    });
  });

  test('a number in a form that its issuer does not use is doubted, not corrected', () => {
    const card = replaced(ohioLicence, { OHIO: 'Florida', 'DAYTON, OH 45402-1234': 'MIAMI, FL 33101' });
    expect(readVisualZone(card)?.layout).toBe('US-FL licence');
    expect(valuesOf(card).documentNumber).toBe('RT918273');
    expect(sureOf(card, 'documentNumber')).toBeLessThan(0.7);
  });

  test('a number that runs into the next label is cut there, and doubted', () => {
    const glued = replaced(ohioLicence, {
      '4d LIC. NO.': '4dDLN9182736453DOB04/09/1991',
      RT918273: '',
      '3 DOB': '',
      '04/09/1991': '',
    });
    expect(valuesOf(glued)).toMatchObject({ documentNumber: '918273645', birthDate: '1991-04-09' });
    expect(sureOf(glued, 'documentNumber')).toBeLessThan(0.9);
  });

  test('an O of a name that was read as 0 beside the number', () => {
    const misread = replaced(ohioLicence, { '2ODALYS JUNE': '20DALYS JUNE' });
    expect(valuesOf(misread)).toMatchObject({ surname: 'QUILLFEATHER', givenNames: 'ODALYS JUNE' });
    expect(sureOf(misread, 'givenNames')).toBeLessThan(0.9);
  });

  test.each(['WRIGHT', 'RESTREPO', 'PARISH', 'ENDERS', 'DOBSON', 'SEXTON', 'HAIRSTON'])(
    'the surname %s is no label',
    (name) => {
      expect(valuesOf(replaced(ohioLicence, { '1QUILLFEATHER': `1${name}` })).surname).toBe(name);
      expect(valuesOf(replaced(ohioLicence, { '1QUILLFEATHER': `1 ${name}` })).surname).toBe(name);
    },
  );

  test('a house number is no field number', () => {
    expect(
      valuesOf(
        replaced(ohioLicence, {
          '1QUILLFEATHER': 'QUILLFEATHER',
          '2ODALYS JUNE': '',
          '8 77 HOLLOW LANE': '1 HOLLOW LANE',
        }),
      ).surname,
    ).not.toBe('HOLLOW LANE');
  });

  test('an identification card of a state is a card, not a licence', () => {
    expect(readVisualZone(replaced(ohioLicence, { 'DRIVER LICENSE': 'IDENTIFICATION CARD' }))).toMatchObject({
      kind: 'national_id',
      layout: 'US-OH ID card',
    });
  });

  test('the issuer by the address, where its name is not readable', () => {
    const card = replaced(ohioLicence, { OHIO: 'Qh~o' });
    expect(readVisualZone(card)?.layout).toBe('US-OH licence');
    expect(sureOf(card, 'issuingState')).toBeLessThan(0.9);
  });

  const ontario = page(
    ['Ontario', 40, 40, 40],
    ["DRIVER'S LICENCE", 240, 30, 22],
    ['PERMIS DE CONDUIRE', 240, 54, 22],
    ['1,2 NAME/NOM', 220, 90, 14],
    ['QUILLFEATHER,', 230, 110],
    ['ODALYS, JUNE', 230, 130],
    ['4d NUMBER/NUMÉRO', 220, 190, 14],
    ['Q8273 - 64519 - 10409', 380, 190],
    ['4a ISS/DÉL', 220, 216, 14],
    ['2021/05/11', 320, 216],
    ['4b EXP/EXP', 440, 216, 14],
    ['2026/04/09', 540, 216],
    ['3 DOB/DDN', 220, 260, 14],
    ['1991/04/09', 320, 260],
    ['15 SEX/SEXE F', 220, 290, 18],
  );

  test('M-47 a Canadian licence: year first, labels in two languages', () => {
    expect(readVisualZone(ontario)).toMatchObject({ layout: 'CA-ON licence' });
    expect(valuesOf(ontario)).toMatchObject({
      birthDate: '1991-04-09',
      issueDate: '2021-05-11',
      expiryDate: '2026-04-09',
      documentNumber: 'Q82736451910409',
      sex: 'F',
      issuingState: 'CAN',
    });
  });

  test('day or month first is not guessed where the issuer has no habit', () => {
    expect(valuesOf(replaced(ontario, { '1991/04/09': '04/09/1991' })).birthDate).toBeUndefined();
    expect(valuesOf(replaced(ontario, { '1991/04/09': '23/09/1991' })).birthDate).toBe('1991-09-23');
    expect(valuesOf(replaced(ontario, { '1991/04/09': '09 APR 1991' })).birthDate).toBe('1991-04-09');
  });
});

describe('the printed side of other licences', () => {
  test('M-47 C-50 a European licence by its numbers, day first', () => {
    expect(readVisualZone(germanLicence)).toMatchObject({ kind: 'drivers_license', layout: 'EU licence' });
    expect(valuesOf(germanLicence)).toEqual({
      surname: 'Quellmann',
      givenNames: 'Ottilie Maren',
      birthDate: '1984-03-12',
      issueDate: '2019-06-07',
      expiryDate: '2034-06-06',
      documentNumber: 'B072RRE2I55',
      issuingState: 'DEU',
    });
  });

  test('the issuer by the letters in the flag, less sure, where no title names it', () => {
    const bare = replaced(germanLicence, { 'BUNDESREPUBLIK DEUTSCHLAND': '' });
    expect(valuesOf(bare).issuingState).toBe('DEU');
    expect(sureOf(bare, 'issuingState')).toBeLessThan(0.75);
    expect(valuesOf(replaced(bare, { D: 'Q' })).issuingState).toBeUndefined();
  });

  test('numbers that run into their values', () => {
    const glued = replaced(germanLicence, {
      '1. Quellmann': '1Quellmann',
      '3. 12.03.1984 Celle': '312.03.1984Celle',
      '4a. 07.06.2019': '4a07.06.2019',
      '4b. 06.06.2034': '4b06.06.2034',
    });
    expect(valuesOf(glued)).toEqual(valuesOf(germanLicence));
  });

  test('M-47 an Australian licence: day first, by its labels', () => {
    const lines = page(
      ['Queensland', 40, 40, 40],
      ['DRIVER LICENCE', 300, 40, 26],
      ['Licence No.', 300, 100, 16],
      ['082736451', 300, 122],
      ['Date of birth', 300, 160, 16],
      ['09 Apr 1991', 300, 182],
      ['Expiry', 480, 160, 16],
      ['11.05.2026', 480, 182],
    );
    expect(readVisualZone(lines)?.layout).toBe('AU-QLD licence');
    expect(valuesOf(lines)).toMatchObject({
      documentNumber: '082736451',
      birthDate: '1991-04-09',
      expiryDate: '2026-05-11',
      issuingState: 'AUS',
    });
  });
});

describe('the printed side of travel documents', () => {
  test('M-47 C-50 a passport in two languages, values beneath their labels', () => {
    expect(readVisualZone(passport)).toMatchObject({ kind: 'passport', layout: 'Passport' });
    expect(valuesOf(passport)).toEqual({
      surname: 'QUELLMANN',
      givenNames: 'OTTILIE MAREN',
      birthDate: '1984-03-12',
      issueDate: '2019-06-07',
      expiryDate: '2029-06-06',
      documentNumber: 'X7391204',
      nationality: 'UTO',
      issuingState: 'UTO',
      sex: 'F',
    });
  });

  test('years of two digits: nobody is born after the issue, and never as sure', () => {
    const short = replaced(passport, {
      '12 MAR/MARS 1984': '12 MAR/MARS 84',
      '07 JUN/JUIN 2019': '07 JUN/JUIN 19',
      '06 JUN/JUIN 2029': '06 JUN/JUIN 29',
    });
    expect(valuesOf(short)).toMatchObject({
      birthDate: '1984-03-12',
      issueDate: '2019-06-07',
      expiryDate: '2029-06-06',
    });
    expect(sureOf(short, 'birthDate')).toBeLessThan(0.9);
    const child = replaced(short, { '12 MAR/MARS 84': '12 MAR/MARS 11' });
    expect(valuesOf(child).birthDate).toBe('2011-03-12');
    const alone = replaced(short, { '07 JUN/JUIN 19': '', '06 JUN/JUIN 29': '' });
    expect(valuesOf(alone).birthDate).toBeUndefined();
  });

  test('M-47 an identity card whose values follow a colon', () => {
    const lines = page(
      ['CARTE NATIONALE D’IDENTITÉ N°: 880692310285', 40, 50],
      ['RÉPUBLIQUE FRANÇAISE', 40, 20],
      ['Nom: QUELLEMER', 150, 90],
      ['Prénom(s): ODILE MARINE', 150, 120],
      ['Sexe: F', 150, 150],
      ['Né(e) le: 06.12.1965', 330, 150],
      ['Carte valable jusqu’au: 21.06.2028', 40, 300],
      ['délivrée le: 22.06.2018', 40, 330],
    );
    expect(readVisualZone(lines)).toMatchObject({ kind: 'national_id', layout: 'ID card' });
    expect(valuesOf(lines)).toMatchObject({
      surname: 'QUELLEMER',
      givenNames: 'ODILE MARINE',
      sex: 'F',
      birthDate: '1965-12-06',
      expiryDate: '2028-06-21',
      issueDate: '2018-06-22',
      documentNumber: '880692310285',
      issuingState: 'FRA',
    });
  });

  test('a page without a title is what its zone says', () => {
    const untitled = passport.filter(({ text }) => text !== 'PASSPORT' && !text.startsWith('Passport'));
    expect(readVisualZone(untitled)).toBeUndefined();
    expect(readVisualZone(untitled, 'passport')).toMatchObject({
      kind: 'passport',
      fields: { surname: { value: 'QUELLMANN' } },
    });
  });

  test('the machine-readable zone proves nothing about itself', () => {
    const zone = page(
      ['PASSPORT', 40, 20],
      ['P<UTOQUELLMANN<<OTTILIE<MAREN<<<<<<<<<<<<<<<', 40, 60],
      ['X73912045UTO8403125F2906063<<<<<<<<<<<<<<<0', 40, 90],
    );
    expect(readVisualZone(zone)).toBeUndefined();
  });
});

describe('what no layout explains', () => {
  test.each([
    ['nothing', []],
    [
      'a receipt',
      page(
        ['CORNER SHOP', 20, 20],
        ['2 MILK', 20, 50],
        ['1 BREAD', 20, 70],
        ['04/09/2021', 20, 100],
        ['TOTAL 4.20', 20, 130],
      ),
    ],
    ['a title without a document', page(['DRIVER LICENSE', 20, 20], ['OHIO', 20, 60])],
    [
      'a licence of nowhere, whose dates could be in either order',
      replaced(ohioLicence, { OHIO: 'ATLANTIS', 'DAYTON, OH 45402-1234': 'DEEP DOWN' }),
    ],
  ])('M-48 %s is not read at all', (_, lines) => {
    expect(readVisualZone(lines)).toBeUndefined();
  });
});

describe('of whatever is printed', () => {
  const specimens = [ohioLicence, germanLicence, passport];

  test('the order of the lines, the scale and the place do not matter', () => {
    fc.assert(
      fc.property(
        fc
          .constantFrom(...specimens)
          .chain((lines) => fc.tuple(fc.constant(lines), fc.shuffledSubarray([...lines], { minLength: lines.length }))),
        fc.double({ min: 0.3, max: 8, noNaN: true }),
        fc.integer({ min: -2000, max: 2000 }),
        fc.integer({ min: -2000, max: 2000 }),
        ([lines, shuffled], scale, dx, dy) => {
          expect(readVisualZone(zoomed(shuffled, scale, dx, dy))).toEqual(readVisualZone(lines));
        },
      ),
      { numRuns: 60 },
    );
  });

  const texts = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.constantFrom(...specimens.flat().map(({ text }) => text)),
    fc.stringMatching(/^[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}$/),
  );
  const anyLine: fc.Arbitrary<VisualLine> = fc.record({
    text: texts,
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    box: fc.record({
      x: fc.integer({ min: 0, max: 800 }),
      y: fc.integer({ min: 0, max: 500 }),
      width: fc.integer({ min: 0, max: 400 }),
      height: fc.integer({ min: 0, max: 60 }),
    }),
  });

  test('it is read without a fault, into values of the form that they promise, by a layout of the table', () => {
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 30 }), fc.constantFrom([], ...specimens), (noise, lines) => {
        const reading = readVisualZone([...lines, ...noise]);
        if (!reading) return;
        expect(LAYOUTS.map(({ name }) => name)).toContain(reading.layout);
        for (const [name, { value, confidence }] of Object.entries(reading.fields)) {
          expect(confidence).toBeGreaterThanOrEqual(0);
          expect(confidence).toBeLessThanOrEqual(1);
          if (name.endsWith('Date')) expect(value).toMatch(/^(19|20)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/);
          if (name === 'sex') expect(value).toMatch(/^[MFX]$/);
          if (name === 'nationality' || name === 'issuingState') expect(value).toMatch(/^[A-Z]{3}$/);
          if (name === 'documentNumber') expect(value).toMatch(/^[A-Z0-9]{5,20}$/);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('no value is made up: each stands on the page', () => {
    const bare = (text: string): string => text.toUpperCase().replace(/[^\p{L}\p{N}]/gu, '');
    fc.assert(
      fc.property(fc.constantFrom(...specimens), fc.infiniteStream(fc.nat(9)), (lines, stream) => {
        const noisy = lines.map((line) => ({
          ...line,
          text: [...line.text].map((c) => (/\d/.test(c) && stream.next().value < 2 ? '8' : c)).join(''),
        }));
        const all = noisy.map(({ text }) => bare(text));
        for (const [name, { value }] of Object.entries(readVisualZone(noisy)?.fields ?? {})) {
          if (name === 'issuingState' || name === 'nationality' || name.endsWith('Date')) continue;
          for (const part of value.split(', '))
            expect(
              all.some((text) => text.includes(bare(part))),
              `${name} ${part}`,
            ).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});
