import fc from 'fast-check';
import { parse } from 'mrz';
import { describe, expect, test } from 'vitest';
import type { MrzFields, MrzFormat } from '../../lambdas/domain/evidence.ts';
import { checkDigit, checkMrz, fitsLayout, parseMrz } from '../../lambdas/domain/mrz.ts';
import { MRZ_CHARACTERS, MRZ_LAYOUTS, POSITION_ALPHABETS } from '../../lambdas/domain/mrz-layout.ts';
import { writeMrz } from '../../lambdas/domain/mrz-write.ts';

const FORMATS = Object.keys(MRZ_LAYOUTS) as MrzFormat[];
const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const ALPHANUMERIC = [...'0123456789', ...LETTERS];

const word = (letters: readonly string[], minLength: number, maxLength: number) =>
  fc.array(fc.constantFrom(...letters), { minLength, maxLength }).map((all) => all.join(''));
const two = (from: number, to: number) => fc.integer({ min: from, max: to }).map((n) => String(n).padStart(2, '0'));
const date = fc.tuple(two(0, 99), two(1, 12), two(1, 28)).map((parts) => parts.join(''));
const birth = fc.oneof(
  date,
  date.map((d) => `${d.slice(0, 4)}<<`),
  date.map((d) => `${d.slice(0, 2)}<<<<`),
);

/** Year and month of issue, department, serial. */
const frenchNumber = fc
  .tuple(date, word(ALPHANUMERIC, 3, 3), word([...'0123456789'], 5, 5))
  .map(([issued, department, serial]) => issued.slice(0, 4) + department + serial);

const OPTIONAL_ROOM: Record<MrzFormat, number> = { TD1: 11, TD2: 7, TD3: 14, 'MRV-A': 16, 'MRV-B': 8, 'FRA-ID': 6 };

/** Fields that the format has room for. */
const fieldsOf = (format: MrzFormat): fc.Arbitrary<MrzFields> => {
  const french = format === 'FRA-ID';
  const code = french ? 'ID' : format === 'TD3' ? 'P' : format.startsWith('MRV') ? 'V' : 'I';
  return fc.record({
    documentCode: fc.constant(code),
    issuingState: french ? fc.constant('FRA') : fc.constantFrom('UTO', 'D', 'BEL', 'GBR'),
    documentNumber: french ? frenchNumber : word(ALPHANUMERIC, 1, 9),
    surname: fc.array(word(LETTERS, 1, 8), { minLength: 1, maxLength: 2 }).map((all) => all.join(' ')),
    givenNames: fc.array(word(LETTERS, 1, 4), { minLength: 0, maxLength: 2 }).map((all) => all.join(' ')),
    nationality: french ? fc.constant('FRA') : fc.constantFrom('UTO', 'D', 'XXX'),
    birthDate: french ? date : birth,
    sex: fc.constantFrom('M', 'F', 'X', ''),
    expiryDate: french ? fc.constant('') : date,
    optionalData: word(ALPHANUMERIC, 0, OPTIONAL_ROOM[format]),
  });
};

describe.each(FORMATS)('%s', (format) => {
  const layout = MRZ_LAYOUTS[format];

  test('C-50 written lines fit the layout, pass every check and give the fields back', () => {
    fc.assert(
      fc.property(fieldsOf(format), (fields) => {
        const lines = writeMrz(format, fields);
        expect(fitsLayout(format, lines)).toBe(true);
        expect(Object.values(checkMrz(format, lines))).not.toContain(false);
        expect(parseMrz(format, lines)).toEqual(fields);
      }),
    );
  });

  test('C-50 every written character is one that its position admits', () => {
    fc.assert(
      fc.property(fieldsOf(format), (fields) => {
        writeMrz(format, fields).forEach((line, row) => {
          for (let i = 0; i < line.length; i++)
            expect(POSITION_ALPHABETS[layout.patterns[row]?.charAt(i) ?? '']).toContain(line.charAt(i));
        });
      }),
    );
  });

  test('C-50 a changed digit under a check breaks that check', () => {
    fc.assert(
      fc.property(fieldsOf(format), fc.nat(5), fc.integer({ min: 1, max: 9 }), (fields, position, shift) => {
        const lines = writeMrz(format, { ...fields, birthDate: '740812' });
        const place = layout.fields.birthDate ?? { line: 0, start: 0, end: 0 };
        const line = lines[place.line] ?? '';
        const at = place.start + position;
        const digit = String((Number(line.charAt(at)) + shift) % 10);
        lines[place.line] = line.slice(0, at) + digit + line.slice(at + 1);
        expect(checkMrz(format, lines)).toMatchObject({ birthDate: false });
      }),
    );
  });

  test('patterns and spans lie within the lines', () => {
    expect(layout.patterns.map((pattern) => pattern.length)).toEqual(Array(layout.lines).fill(layout.width));
    expect([...layout.patterns.join('')].filter((letter) => !POSITION_ALPHABETS[letter])).toEqual([]);
    for (const span of [...Object.values(layout.fields), ...layout.checks.flatMap(({ over, at }) => [...over, at])]) {
      expect(span.line).toBeLessThan(layout.lines);
      expect(span.end).toBeLessThanOrEqual(layout.width);
    }
  });

  test.each([
    [[]],
    [['']],
    [Array(layout.lines).fill('<'.repeat(layout.width - 1))],
    [Array(layout.lines).fill('é'.repeat(layout.width))],
  ])('lines that do not fit are refused: %j', (lines) => {
    expect(() => checkMrz(format, lines)).toThrow(RangeError);
    expect(() => parseMrz(format, lines)).toThrow(RangeError);
  });
});

describe('examples of Doc 9303', () => {
  test('C-50 the passport of part 4', () => {
    const lines = ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'];
    expect(checkMrz('TD3', lines)).toEqual({
      documentNumber: true,
      birthDate: true,
      expiryDate: true,
      optionalData: true,
      composite: true,
    });
    expect(parseMrz('TD3', lines)).toEqual({
      documentCode: 'P',
      issuingState: 'UTO',
      documentNumber: 'L898902C3',
      surname: 'ERIKSSON',
      givenNames: 'ANNA MARIA',
      nationality: 'UTO',
      birthDate: '740812',
      sex: 'F',
      expiryDate: '120415',
      optionalData: 'ZE184226B',
    });
  });

  test('C-50 the long document number of part 5 runs on into the optional data', () => {
    const lines = [
      'I<UTOD23145890<7349<<<<<<<<<<<',
      '3407127M9507122UTO<<<<<<<<<<<2',
      'STEVENSON<<PETER<JOHN<<<<<<<<<',
    ];
    expect(checkMrz('TD1', lines)).toEqual({
      documentNumber: true,
      birthDate: true,
      expiryDate: true,
      composite: true,
    });
    expect(parseMrz('TD1', lines)).toMatchObject({ documentNumber: 'D23145890734', optionalData: '' });
    expect(writeMrz('TD1', parseMrz('TD1', lines))).toEqual(lines);
  });

  test('C-50 a long number whose check digit counts the filler (Belgian cards) holds, and so does one that does not', () => {
    const digit = checkDigit('000590448<30');
    const plain = checkDigit('00059044830');
    expect(digit).not.toBe(plain);
    const second = '8507173F1206015BEL<<<<<<<<<<<<';
    for (const good of [digit, plain]) {
      const line = `IDBEL000590448<30${good}<<<<<<<<<<<<`;
      expect(checkMrz('TD1', [line, second, 'A'.repeat(30)])).toMatchObject({ documentNumber: true });
      expect(parseMrz('TD1', [line, second, 'A'.repeat(30)])).toMatchObject({ documentNumber: '00059044830' });
    }
  });

  test('long numbers of cards come back, with the optional data behind them', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('TD1' as const, 'TD2' as const),
        fc.integer({ min: 10, max: 13 }).chain((n) => word(ALPHANUMERIC, n, n)),
        (format, documentNumber) => {
          const fields = { ...parseMrz('TD1', EXAMPLE_CARD), documentNumber };
          const lines = writeMrz(format, fields);
          expect(Object.values(checkMrz(format, lines))).not.toContain(false);
          expect(parseMrz(format, lines)).toEqual(fields);
        },
      ),
    );
  });
});

const EXAMPLE_CARD = [
  'I<UTOD231458907<<<<<<<<<<<<<<<',
  '7408122F1204159UTO<<<<<<<<<<<6',
  'ERIKSSON<<ANNA<MARIA<<<<<<<<<<',
];

describe('names', () => {
  const given = (surname: string, givenNames: string) => {
    const fields = { ...parseMrz('TD1', EXAMPLE_CARD), surname, givenNames };
    return writeMrz('TD1', fields)[2];
  };

  test.each([
    ["O'Connor", 'Mary-Jane', 'OCONNOR<<MARY<JANE<<<<<<<<<<<<'],
    ['van der Berg', '', 'VAN<DER<BERG<<<<<<<<<<<<<<<<<<'],
    ['ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF', 'QUINN', 'ABCDEFGHIJKLMNOPQRSTUVWXYZA<<Q'],
  ])('%s, %s', (surname, givenNames, line) => expect(given(surname, givenNames)).toBe(line));

  test('letters outside the alphabet and fields that are too long are refused, not mangled', () => {
    expect(() => given('Müller', '')).toThrow(RangeError);
    const fields = parseMrz('TD1', EXAMPLE_CARD);
    expect(() => writeMrz('TD1', { ...fields, birthDate: '1974-08-12' })).toThrow(RangeError);
    expect(() => writeMrz('TD3', { ...fields, documentNumber: 'D231458907X' })).toThrow(RangeError);
  });
});

/**
 * `mrz` 5.0.2 as an oracle. It knows neither visas nor the state UTO nor unknown parts of dates, shows spaces for fillers as we do,
 * and is compared only where both have the field.
 */
describe('the mrz package agrees', () => {
  test.each(['TD1', 'TD2', 'TD3', 'FRA-ID'] as const)('C-50 on fields and check digits of %s', (format) => {
    const plain = fieldsOf(format).filter(
      ({ issuingState, nationality, sex, birthDate, givenNames }) =>
        issuingState !== 'UTO' &&
        !['UTO', 'XXX'].includes(nationality) &&
        sex !== 'X' &&
        !birthDate.includes('<') &&
        givenNames !== '',
    );
    fc.assert(
      fc.property(plain, (fields) => {
        const theirs = parse(writeMrz(format, fields));
        const wrong = theirs.details.filter(({ field, valid }) => !valid && /CheckDigit/.test(field ?? ''));
        expect(wrong.map(({ field }) => field)).toEqual([]);
        expect(theirs.format).toBe(format === 'FRA-ID' ? 'FRENCH_NATIONAL_ID' : format);
        expect(theirs.fields).toMatchObject({
          lastName: fields.surname,
          firstName: fields.givenNames,
          birthDate: fields.birthDate,
          ...(format === 'FRA-ID' ? {} : { documentNumber: fields.documentNumber, expirationDate: fields.expiryDate }),
        });
      }),
    );
  });

  test('C-50 on which check digits of a passport are wrong after one character is changed', () => {
    const lines = ['P<BELERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36BEL7408122F1204159ZE184226B<<<<<10'];
    fc.assert(
      fc.property(fc.nat(43), fc.constantFrom(...MRZ_CHARACTERS), (at, character) => {
        const [first = '', second = ''] = lines;
        const changed = [first, second.slice(0, at) + character + second.slice(at + 1)];
        const ours = checkMrz('TD3', changed);
        const theirs = parse(changed).details;
        const valid = (field: string) => theirs.find((detail) => detail.field === field)?.valid;
        expect(ours).toEqual({
          documentNumber: valid('documentNumberCheckDigit'),
          birthDate: valid('birthDateCheckDigit'),
          expiryDate: valid('expirationDateCheckDigit'),
          optionalData: valid('personalNumberCheckDigit'),
          composite: valid('compositeCheckDigit'),
        });
      }),
    );
  });
});

test('check digits: the three examples of Doc 9303 part 3, and the value of every character', () => {
  expect(checkDigit('520727')).toBe(3);
  expect(checkDigit('AB2134<<<')).toBe(5);
  expect(checkDigit('')).toBe(0);
  expect(() => checkDigit('a')).toThrow(RangeError);
  for (const [index, character] of [...MRZ_CHARACTERS].entries())
    expect(checkDigit(character)).toBe(index === 0 ? 0 : ((index - 1) * 7) % 10);
});
