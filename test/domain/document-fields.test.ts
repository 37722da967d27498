import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { documentFields, sameValue } from '../../lambdas/domain/document-fields.ts';
import type { BarcodeReading, ReadFields, VisualReading } from '../../lambdas/domain/evidence.ts';
import { document, mrz } from '../support/evidence.ts';

const today = { year: 2026, month: 11, day: 30 };
const visual = (fields: ReadFields): VisualReading => ({ kind: 'passport', layout: 'test', fields });
const barcode = (fields: ReadFields): BarcodeReading => ({ version: 9, issuer: '636026', elements: {}, fields });
const sure = (value: string, confidence = 0.95) => ({ value, confidence });

describe('M-28 fields of one source', () => {
  test('M-31 a number that its check digit contradicts is a guess, also where print says the same', () => {
    const zone = mrz({ checks: { documentNumber: false } });
    const { documentNumber } = zone.fields;
    const confidenceOf = (printed: string) =>
      documentFields(document({ mrz: zone, visual: visual({ documentNumber: sure(printed) }) }), today).documentNumber;
    expect(confidenceOf(documentNumber)?.confidence).toBeLessThanOrEqual(0.3);
    expect(confidenceOf('X1234567')).toMatchObject({ value: 'X1234567', source: 'visual', confidence: 0.95 });
  });

  test('M-28 of a zone: values in the words of ISO, each with its source', () => {
    const fields = documentFields(document({ mrz: mrz({}, { issuingState: 'D', nationality: 'D' }) }), today);
    expect(fields).toMatchObject({
      surname: { value: 'ERIKSSON', source: 'mrz' },
      givenNames: { value: 'ANNA MARIA' },
      fullName: { value: 'ANNA MARIA ERIKSSON' },
      birthDate: { value: '1974-08-12', confidence: 0.97 },
      documentNumber: { value: 'L898902C3', confidence: 0.97 },
      issuingState: { value: 'DEU' },
      nationality: { value: 'DEU' },
      sex: { value: 'F' },
      expiryDate: { value: '2032-04-15' },
    });
    expect(fields.issueDate).toBeUndefined();
  });

  test('M-28 what is not there has no field, and names are told whole where one of them is', () => {
    const bare = mrz({}, { givenNames: '', sex: '', birthDate: '', nationality: '' });
    const fields = documentFields(document({ mrz: bare }), today);
    for (const name of ['givenNames', 'sex', 'birthDate', 'nationality'] as const) expect(fields[name]).toBeUndefined();
    expect(fields.fullName?.value).toBe('ERIKSSON');
  });

  test('M-28 unknown days and months are left out of a date', () => {
    const dateOf = (birthDate: string) =>
      documentFields(document({ mrz: mrz({}, { birthDate }) }), today).birthDate?.value;
    expect(dateOf('7408<<')).toBe('1974-08');
    expect(dateOf('74<<<<')).toBe('1974');
    expect(dateOf('740230')).toBeUndefined();
  });

  test('C-50 a value that its check digit contradicts is a guess, and one that was repaired is not sure', () => {
    const wrong = mrz({ checks: { documentNumber: false, birthDate: true, expiryDate: true, composite: false } });
    expect(documentFields(document({ mrz: wrong }), today).documentNumber?.confidence).toBeLessThanOrEqual(0.3);
    const lines = ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F3204153<<<<<<<<<<<<<<04'];
    const raw = [lines[0] as string, (lines[1] as string).replace('7408122', '74O8122')];
    const { birthDate, documentNumber } = documentFields(
      document({ mrz: mrz({ lines, raw, corrected: true }) }),
      today,
    );
    expect(birthDate?.confidence).toBe(0.85);
    expect(documentNumber?.confidence).toBe(0.97);
  });
});

describe('M-28 fields of several sources', () => {
  const both = (zone: Parameters<typeof mrz>[1], printed: ReadFields) =>
    documentFields(document({ mrz: mrz({}, zone), visual: visual(printed) }), today);

  test('M-28 agreement makes surer, contradiction unsure', () => {
    expect(both({}, { documentNumber: sure('L898902C3') }).documentNumber?.confidence).toBeGreaterThan(0.99);
    expect(both({}, { documentNumber: sure('L898902C4') }).documentNumber?.confidence).toBe(0.5);
    expect(both({}, { documentNumber: sure('L898902C4', 0.85) }).documentNumber?.confidence).toBe(0.97);
  });

  test('M-28 what only one of them says is taken from there', () => {
    expect(both({}, { issueDate: sure('2022-04-16') }).issueDate).toEqual({
      ...{ value: '2022-04-16', confidence: 0.95, source: 'visual' },
    });
  });

  test('M-28 a barcode comes first where all are equally sure', () => {
    const fields = { surname: sure('ERIKSSON', 0.97 * 0.95) };
    const reading = document({ visual: visual(fields), barcode: barcode(fields) });
    expect(documentFields(reading, today).surname?.source).toBe('barcode');
  });

  test('M-28 where zone and print agree, a number is told as the zone has it and a name as it is printed', () => {
    const printed = visual({ documentNumber: sure('L8989O2C3', 0.99), surname: sure('Eriksson', 0.99) });
    const fields = documentFields(document({ visual: printed }), today);
    expect(fields.documentNumber).toMatchObject({ value: 'L898902C3', source: 'mrz' });
    expect(fields.surname).toMatchObject({ value: 'Eriksson', source: 'visual' });
  });

  test('M-23 a printed year tells the century that two digits cannot', () => {
    expect(both({ birthDate: '240812' }, { birthDate: sure('1924-08-12', 0.9) }).birthDate).toMatchObject({
      ...{ value: '1924-08-12', source: 'mrz' },
    });
  });

  test('M-28 names are the same with and without their marks, spelled out, and cut short', () => {
    expect(sameValue('surname', 'MUELLER', 'Müller')).toBe(true);
    expect(sameValue('surname', 'MULLER', 'Müller')).toBe(true);
    expect(sameValue('surname', 'MILLER', 'Müller')).toBe(false);
    expect(sameValue('documentNumber', 'D 12-34', 'D1234')).toBe(true);
    expect(sameValue('birthDate', '1974', '1974-08-12')).toBe(true);
    expect(sameValue('birthDate', '1974-08-13', '1974-08-12')).toBe(false);
  });

  test('M-28 every confidence is a share, whatever the sources say', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const field = fc.record({ value: fc.constantFrom('A', 'B', '1974-08-12', '2001-01-01'), confidence: share });
    const fields = fc.record(
      { surname: field, birthDate: field, documentNumber: field, expiryDate: field },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fields, fields, (a, b) => {
        const merged = documentFields(document({ visual: visual(a), barcode: barcode(b) }), today);
        for (const { confidence } of Object.values(merged)) {
          expect(confidence).toBeGreaterThanOrEqual(0);
          expect(confidence).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
