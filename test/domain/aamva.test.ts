import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAamva } from '../../lambdas/domain/aamva.ts';
import { writeAamva } from '../../lambdas/domain/aamva-write.ts';
import type { BarcodeReading } from '../../lambdas/domain/evidence.ts';
import { american } from '../support/licence.ts';

function read(text: string): BarcodeReading {
  const parsed = parseAamva(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}
const valuesOf = ({ fields }: BarcodeReading) =>
  Object.fromEntries(Object.entries(fields).map(([name, { value }]) => [name, value]));

const berta = {
  surname: 'LINDQVIST',
  givenNames: 'BERTA MAE',
  fullName: 'BERTA MAE LINDQVIST',
  birthDate: '1988-02-29',
  documentNumber: 'WDLABCD456DG',
  issuingState: 'USA',
  sex: 'F',
  issueDate: '2023-04-17',
  expiryDate: '2031-04-17',
  address: '77 INVENTED AVE, NOWHERE, WA 98101',
};

describe('a licence’s barcode', () => {
  test.each([4, 5, 6, 7, 8, 9, 10])('M-28 of version %i of the USA', (version) => {
    const reading = read(writeAamva({ version, issuer: '636045', elements: american, own: { ZWA: 'X', ZWB: '12' } }));
    expect(reading).toMatchObject({ version, issuer: '636045' });
    expect(valuesOf(reading)).toEqual(berta);
    expect(Object.values(reading.fields).map(({ confidence }) => confidence)).toEqual(Array(10).fill(1));
    expect(reading.elements).toMatchObject({ DAU: '067 in', DAK: '981010000', ZWA: 'X', ZWB: '12' });
  });

  test.each([2, 3])('M-28 of version %i, which has all given names in one element', (version) => {
    const { DAC: _, DAD: __, ...rest } = american;
    const reading = read(writeAamva({ version, issuer: '636045', elements: { ...rest, DCT: 'BERTA,MAE' } }));
    expect(valuesOf(reading)).toEqual(berta);
  });

  test('M-28 of version 1: the whole name in one element, dates by year, no country', () => {
    const elements = {
      DAQ: '0123456789ABC',
      DAA: 'NEMO,OTTO,JAN,JR',
      DAG: '123 EXAMPLE ST',
      DAI: 'ANYTOWN',
      DAJ: 'VA',
      DAK: '232691234  ',
      DAR: 'DM  ',
      DAS: '          ',
      DBA: '20091201',
      DBB: '19761123',
      DBC: 'M',
      DBD: '20041201',
    };
    const reading = read(writeAamva({ version: 1, issuer: '636000', elements, own: { ZVA: 'OWN' } }));
    expect(valuesOf(reading)).toEqual({
      surname: 'NEMO',
      givenNames: 'OTTO JAN',
      fullName: 'OTTO JAN NEMO JR',
      birthDate: '1976-11-23',
      documentNumber: '0123456789ABC',
      issuingState: 'USA',
      sex: 'M',
      issueDate: '2004-12-01',
      expiryDate: '2009-12-01',
      address: '123 EXAMPLE ST, ANYTOWN, VA 23269-1234',
    });
    expect(reading.fields.surname?.confidence).toBeLessThan(1);
  });

  test('M-28 of version 1 with a name for each element, and the address of residence', () => {
    const elements = { DAB: 'NEMO', DAC: 'OTTO', DAE: 'III', DAL: '1 HOME RD', DAN: 'TOWN', DAO: 'SK', DAP: 'S4P1A1' };
    expect(valuesOf(read(writeAamva({ version: 1, issuer: '636044', elements })))).toEqual({
      surname: 'NEMO',
      givenNames: 'OTTO',
      fullName: 'OTTO NEMO III',
      issuingState: 'CAN',
      address: '1 HOME RD, TOWN, SK S4P1A1',
    });
  });

  test.each([3, 8, 10])('M-28 of Canada in version %i: dates by year', (version) => {
    const elements = {
      ...american,
      DBA: '20310417',
      DBD: '20230417',
      DBB: '19880229',
      DBC: '9',
      DAJ: 'ON',
      DAK: 'K1A0B1     ',
      DCG: 'CAN',
    };
    const reading = read(writeAamva({ version, issuer: '636012', elements }));
    expect(valuesOf(reading)).toEqual({
      ...berta,
      sex: 'X',
      issuingState: 'CAN',
      address: '77 INVENTED AVE, NOWHERE, ON K1A0B1',
    });
    expect(reading.fields.birthDate?.confidence).toBe(1);
  });

  test('a date in the order of another country is read, with less confidence', () => {
    const { fields } = read(writeAamva({ version: 8, issuer: '636045', elements: { ...american, DBB: '19880229' } }));
    expect(fields.birthDate?.value).toBe('1988-02-29');
    expect(fields.birthDate?.confidence).toBeLessThan(0.9);
  });

  test.each(['02301988', '13131988', '00000000', '19881301', '0229198', 'unavl', '02291588'])(
    '%s is no date',
    (date) => {
      const elements = { ...american, DBB: date };
      expect(read(writeAamva({ version: 8, issuer: '636045', elements })).fields).not.toHaveProperty('birthDate');
    },
  );

  test('a name that was cut short says so; names that are none are left out', () => {
    const elements = { ...american, DDE: 'T', DAC: 'NONE', DAD: 'unavl' };
    const { fields } = read(writeAamva({ version: 8, issuer: '636045', elements }));
    expect(fields.surname).toEqual({ value: 'LINDQVIST', confidence: expect.closeTo(0.8) });
    expect(fields.fullName).toEqual({ value: 'LINDQVIST', confidence: expect.closeTo(0.8) });
    expect(fields).not.toHaveProperty('givenNames');
  });
});

describe('what real cards get wrong is borne', () => {
  const right = writeAamva({ version: 8, issuer: '636045', elements: american, own: { ZWA: 'X' } });

  test.each([
    ['offsets', right.replace(/DL\d{8}/, 'DL00990001')],
    ['a digit too many in the header', right.replace('080002', '0800002')],
    ['no compliance indicator', right.slice(4)],
    ['no space behind the file type', right.replace('ANSI ', 'ANSI')],
    ['the old file type', right.replace('ANSI ', 'AAMVA')],
    ['the subfile’s type left out', right.replace('DLDCA', 'DCA')],
    ['carriage returns beside line feeds', right.replaceAll('\n', '\r\n')],
    ['record separators for line feeds', right.replaceAll('\n', '\x1e')],
    ['no end', right.slice(0, -1)],
    ['no separator in front of the own subfile', right.replace('\rZW', 'ZW')],
  ])('%s', (_, text) => {
    expect(valuesOf(read(text))).toEqual(berta);
  });

  test('no separators at all: read, and not to be relied upon', () => {
    const reading = read(right.replaceAll(/[\n\r]/g, ''));
    expect(valuesOf(reading)).toMatchObject({
      surname: 'LINDQVIST',
      birthDate: '1988-02-29',
      expiryDate: '2031-04-17',
    });
    for (const { confidence } of Object.values(reading.fields)) expect(confidence).toBeLessThan(0.7);
  });

  test('a value that looks like an element or a subfile stays a value', () => {
    const elements = { ...american, DCS: 'DADAL', DAG: 'ZADZB 1', DAI: 'DLDAQ' };
    const reading = read(writeAamva({ version: 8, issuer: '636045', elements, own: { ZAD: 'ZB1', ZAZ: 'DL' } }));
    expect(reading.elements).toMatchObject({ DCS: 'DADAL', DAG: 'ZADZB 1', DAI: 'DLDAQ', ZAD: 'ZB1', ZAZ: 'DL' });
  });
});

describe('what is no card', () => {
  test.each([
    ['', 'aamva_no_header'],
    ['https://example.com/ANSI', 'aamva_no_header'],
    [`${' '.repeat(50)}ANSI 636045080001DL00310005DLDAQ1\r`, 'aamva_no_header'],
    ['@\n\x1e\rANSI 63604508', 'aamva_no_elements'],
    ['@\n\x1e\rANSI 636045080001DL00310005\nhello\n', 'aamva_no_elements'],
  ])('%j', (text, error) => {
    expect(parseAamva(text)).toEqual({ ok: false, error });
  });

  const bytes = fc.uint8Array({ maxLength: 400 }).map((all) => String.fromCharCode(...all));
  test('no text throws, whatever stands behind a header', () => {
    fc.assert(
      fc.property(
        bytes,
        fc.constantFrom('', '@\n\x1e\rANSI 636045', '@\n\x1e\rANSI 636045080002DL00410200'),
        (text, head) => {
          const parsed = parseAamva(head + text);
          if (parsed.ok) expect(Object.keys(parsed.value.elements).length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

const letters = fc.array(fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'), { minLength: 1, maxLength: 12 });
const word = letters.map((all) => all.join('')).filter((text) => !/^(NONE|UNAVL|UNAVAIL(ABLE)?)$/.test(text));
const two = (from: number, to: number) => fc.integer({ min: from, max: to }).map((n) => String(n).padStart(2, '0'));
const date = fc.record({ year: fc.integer({ min: 1900, max: 2099 }), month: two(1, 12), day: two(1, 28) });

test('what is written is read: every element, and the fields by the rules of version and country', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10 }),
      fc.constantFrom('USA', 'CAN'),
      fc.record({ DCS: word, DAC: word, DAD: word, DAQ: word, DAG: word, DAI: word }),
      fc.tuple(date, date, date),
      fc.constantFrom(...(['1M', '2F', '9X'] as const)),
      (version, country, texts, [birth, issue, expiry], sex) => {
        const encoded = ({ year, month, day }: typeof birth) =>
          version > 1 && country === 'USA' ? `${month}${day}${year}` : `${year}${month}${day}`;
        const plain = ({ year, month, day }: typeof birth) => `${year}-${month}-${day}`;
        const elements = {
          ...texts,
          DBB: encoded(birth),
          DBD: encoded(issue),
          DBA: encoded(expiry),
          DBC: sex.charAt(0),
          DCG: country,
        };
        const reading = read(writeAamva({ version, issuer: '636045', elements, own: { ZAA: texts.DCS } }));
        expect(reading.elements).toEqual({ ...elements, ZAA: texts.DCS });
        expect(reading.version).toBe(version);
        expect(valuesOf(reading)).toEqual({
          surname: texts.DCS,
          givenNames: `${texts.DAC} ${texts.DAD}`,
          fullName: `${texts.DAC} ${texts.DAD} ${texts.DCS}`,
          documentNumber: texts.DAQ,
          birthDate: plain(birth),
          issueDate: plain(issue),
          expiryDate: plain(expiry),
          sex: sex.charAt(1),
          issuingState: country,
          address: `${texts.DAG}, ${texts.DAI}`,
        });
        for (const { confidence } of Object.values(reading.fields)) expect(confidence).toBe(1);
      },
    ),
    { numRuns: 500 },
  );
});
