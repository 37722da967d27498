import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isDate } from '../../lambdas/domain/age.ts';
import { compareSources, dateFaults, outcomeOf, sameValue } from '../../lambdas/domain/document-comparison.ts';
import type { FieldName, MrzReading, ReadFields, VisualReading } from '../../lambdas/domain/evidence.ts';

const mrz: MrzReading = {
  format: 'TD3',
  lines: [],
  raw: [],
  corrected: false,
  checks: { documentNumber: true, birthDate: true, expiryDate: true, composite: true },
  confidence: 0.98,
  fields: {
    documentCode: 'P',
    issuingState: 'D',
    documentNumber: 'C01X00T47',
    surname: 'MUELLER',
    givenNames: 'OTTILIE MAREN',
    nationality: 'D',
    birthDate: '840312',
    sex: 'F',
    expiryDate: '290606',
    optionalData: '',
  },
};
const fields = (values: Readonly<Partial<Record<FieldName, string>>>, confidence = 0.95): ReadFields =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, confidence }]));
const printed = {
  surname: 'Müller',
  givenNames: 'Ottilie Maren',
  birthDate: '1984-03-12',
  expiryDate: '2029-06-06',
  issueDate: '2019-06-07',
  documentNumber: 'C01X00T47',
  issuingState: 'DEU',
  nationality: 'DEU',
  sex: 'F',
};
const visual = (
  values: Readonly<Partial<Record<FieldName, string>>>,
  kind: VisualReading['kind'] = 'passport',
): VisualReading => ({
  kind,
  layout: 'Passport',
  fields: fields(values),
});
const different = (values: Readonly<Partial<Record<FieldName, string>>>, kind?: VisualReading['kind']): FieldName[] =>
  compareSources({ mrz, visual: visual({ ...printed, ...values }, kind) }).flatMap(({ compared }) =>
    compared.flatMap(({ field, same }) => (same ? [] : [field])),
  );

describe('what a document says twice', () => {
  test('M-29 zone and print agree, each in its own spelling; what one alone says is named', () => {
    const [pair] = compareSources({ mrz, visual: visual(printed) });
    expect(pair?.between).toEqual(['mrz', 'visual']);
    expect(pair?.compared.map(({ field }) => field)).toEqual([
      'birthDate',
      'documentNumber',
      'expiryDate',
      'fullName',
      'givenNames',
      'issuingState',
      'nationality',
      'sex',
      'surname',
    ]);
    expect(pair?.compared.every(({ same, confidence }) => same && confidence === 0.95)).toBe(true);
    expect(pair?.alone).toEqual(['issueDate']);
    expect(pair && outcomeOf(pair, 0.9)).toBe('agree');
    expect(pair && outcomeOf(pair, 0.99)).toBe('not_comparable');
  });

  test.each<[FieldName, string, FieldName[]]>([
    ['birthDate', '1984-03-13', ['birthDate']],
    ['expiryDate', '2028-06-06', ['expiryDate']],
    ['documentNumber', 'C01X00T48', ['documentNumber']],
    ['sex', 'M', ['sex']],
    ['nationality', 'AUT', ['nationality']],
    ['surname', 'Quellmann', ['fullName', 'surname']],
    ['givenNames', 'Odile', ['fullName', 'givenNames']],
  ])('M-29 another %s (%s) is a difference', (name, value, expected) => {
    expect(different({ [name]: value })).toEqual(expected);
    const [pair] = compareSources({ mrz, visual: visual({ ...printed, [name]: value }) });
    expect(pair && outcomeOf(pair, 0.9)).toBe('differ');
  });

  test.each<[FieldName, string]>([
    ['documentNumber', 'CO1X00T47'],
    ['documentNumber', 'C01 X00-T47'],
    ['givenNames', 'OTTILIEMAREN'],
    ['givenNames', 'Ottilie'],
    ['surname', 'MULLER'],
  ])('another way to write the same %s (%s) is none', (name, value) =>
    expect(different({ [name]: value })).toEqual([]),
  );

  test('a field whose check digit fails is half as sure', () => {
    const doubted = { ...mrz, checks: { ...mrz.checks, birthDate: false } };
    const [pair] = compareSources({ mrz: doubted, visual: visual(printed) });
    expect(pair?.compared.find(({ field }) => field === 'birthDate')?.confidence).toBeCloseTo(0.49, 5);
  });

  test('the number on a visa is not compared: the zone may hold that of the passport', () => {
    expect(different({ documentNumber: 'M123889546' }, 'visa')).toEqual([]);
    expect(different({ documentNumber: 'M123889546' })).toEqual(['documentNumber']);
  });

  test('M-29 a barcode is compared with both', () => {
    const barcode = {
      version: 9,
      issuer: '636023',
      elements: {},
      fields: fields({ surname: 'QUELLMANN', birthDate: '1984-03-12' }, 1),
    };
    const pairs = compareSources({ mrz, barcode, visual: visual(printed) });
    expect(pairs.map(({ between }) => between)).toEqual([
      ['mrz', 'visual'],
      ['barcode', 'visual'],
      ['mrz', 'barcode'],
    ]);
    expect(pairs.map((pair) => outcomeOf(pair, 0.9))).toEqual(['agree', 'differ', 'differ']);
  });

  test('one place alone has nothing to be compared with', () => {
    expect(compareSources({ mrz })).toEqual([]);
    expect(compareSources({})).toEqual([]);
  });

  const names: readonly FieldName[] = ['surname', 'birthDate', 'expiryDate', 'documentNumber', 'sex', 'issuingState'];
  test('comparing is symmetric, and everything is the same as itself', () => {
    const value = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      fc.constantFrom(...Object.values(printed), ...Object.values(mrz.fields)),
    );
    fc.assert(
      fc.property(fc.constantFrom(...names), value, value, (field, a, b) => {
        expect(sameValue(field, a, b)).toBe(sameValue(field, b, a));
        if (field !== 'surname') expect(sameValue(field, a, a)).toBe(true);
      }),
    );
    for (const name of ['Müller', 'O’Connor', 'Åse Ødegård', 'de la Cruz-García'])
      expect(sameValue('surname', name, name)).toBe(true);
  });
});

describe('dates of a document', () => {
  const today = { year: 2026, month: 11, day: 30 };
  test.each([
    [{}, []],
    [{ birthDate: '1984-03-12', issueDate: '2019-06-07', expiryDate: '2029-06-06' }, []],
    [{ birthDate: '2026-12-01' }, ['birth_in_future']],
    [{ birthDate: '2026-11-30' }, []],
    [{ birthDate: '1906-11-30' }, []],
    [{ birthDate: '1906-11-29' }, ['born_too_long_ago']],
    [{ issueDate: '2026-12-01' }, ['issue_in_future']],
    [{ birthDate: '1984-03-12', issueDate: '1984-03-11' }, ['issued_before_birth']],
    [{ birthDate: '1984-03-12', expiryDate: '1983-01-01' }, ['expires_before_birth']],
    [{ issueDate: '2019-06-07', expiryDate: '2019-06-06' }, ['expires_before_issue']],
    [{ issueDate: '2019-06-07', expiryDate: '2069-06-08' }, ['valid_too_long']],
    [{ issueDate: '2019-06-07', expiryDate: '2069-06-07' }, []],
    [{ birthDate: '2026-13-01' }, []],
    [{ birthDate: '2027' }, []],
  ])('M-29 %o: %j', (dates, faults) => expect(dateFaults(dates, today)).toEqual(faults));

  test('dates in their order have no fault, and any fault needs its dates', () => {
    const day = fc
      .record({
        year: fc.integer({ min: 1907, max: 2026 }),
        month: fc.integer({ min: 1, max: 11 }),
        day: fc.integer({ min: 1, max: 30 }),
      })
      .filter(isDate)
      .map(({ year, month, day }) => `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`);
    fc.assert(
      fc.property(fc.tuple(day, day), (pair) => {
        const [birthDate = '', issueDate = ''] = pair.toSorted();
        expect(
          dateFaults({ birthDate, issueDate, expiryDate: `${Number(issueDate.slice(0, 4)) + 10}-12-31` }, today),
        ).toEqual([]);
        if (birthDate < issueDate)
          expect(dateFaults({ birthDate: issueDate, issueDate: birthDate }, today)).toEqual(['issued_before_birth']);
      }),
    );
  });
});
