import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { documentTypeOf, nameSimilarity } from '../../lambdas/domain/mrz-claims.ts';
import { mrz } from '../support/evidence.ts';

const printed = (surname: string, givenNames = '') => ({ surname, givenNames });

describe('the share of a given name that the zone has', () => {
  test.each([
    ['Anna Maria Eriksson', printed('ERIKSSON', 'ANNA MARIA'), 1],
    ['eriksson, anna maria', printed('ERIKSSON', 'ANNA MARIA'), 1],
    ['Anna-Maria Eriksson', printed('ERIKSSON', 'ANNA MARIA'), 1],
    ['Anna Eriksson', printed('ERIKSSON', 'ANNA MARIA'), 1],
    ['Anna M. Eriksson', printed('ERIKSSON', 'ANNA MARIA'), 2 / 3],
    ['John Eriksson', printed('ERIKSSON', 'ANNA MARIA'), 1 / 2],
    ['John Doe', printed('ERIKSSON', 'ANNA MARIA'), 0],
    ['Anna Anna', printed('ERIKSSON', 'ANNA'), 1 / 2],
    ['', printed('ERIKSSON', 'ANNA'), 0],
    ['李小龙', printed('LI', 'XIAOLONG'), 0],
    ['Anna', printed('', ''), 0],
  ])('%s, printed %o: %d', (given, fields, share) => expect(nameSimilarity(given, fields)).toBeCloseTo(share, 10));

  test.each([
    ['Jörg Müller', ['MUELLER', 'JOERG'], ['MULLER', 'JORG']],
    ['Søren Ærø', ['AEROE', 'SOEREN']],
    ['Åse Blåbær', ['BLAABAER', 'AASE']],
    ['Łukasz Wałęsa', ['WALESA', 'LUKASZ']],
    ['José Núñez', ['NUNEZ', 'JOSE']],
    ['Weiß', ['WEISS', '']],
    ['Þór Guðmundsdóttir', ['GUDMUNDSDOTTIR', 'THOR']],
    ['Işık Dağ', ['DAG', 'ISIK']],
    ['Đặng Thị', ['DANG', 'THI']],
  ])('diacritics of %s as issuers spell them', (given, ...spellings) => {
    for (const [surname = '', givenNames = ''] of spellings) {
      expect(nameSimilarity(given, { surname, givenNames })).toBe(1);
      expect(nameSimilarity(given.normalize('NFD').toLowerCase(), { surname, givenNames })).toBe(1);
    }
  });

  test('a name with an apostrophe, as ICAO writes it and as others do', () => {
    for (const given of ["Sean O'Connor", 'Sean O’Connor', 'Sean Oʼconnor']) {
      expect(nameSimilarity(given, printed('OCONNOR', 'SEAN'))).toBe(1);
      expect(nameSimilarity(given, printed('O CONNOR', 'SEAN'))).toBe(1);
    }
  });

  test('a word that the width of the zone cut short counts from four letters on', () => {
    expect(nameSimilarity('Papandropoulous Jonathan', printed('PAPANDROPOULOUS', 'JONAT'))).toBe(1);
    expect(nameSimilarity('Papandropoulous Jonathan', printed('PAPANDROPOULOUS', 'JON'))).toBe(1 / 2);
    expect(nameSimilarity('Jona', printed('JONATHAN', ''))).toBe(0);
  });

  test('whole words find each other before beginnings do', () => {
    expect(nameSimilarity('Annabelle Anna', printed('ANNA', 'ANNABELLE'))).toBe(1);
    expect(nameSimilarity('Anna Annabelle', printed('ANNA', 'ANNABELLE'))).toBe(1);
  });

  const word = fc.string({ unit: fc.constantFrom(...'ABCDE'), minLength: 1, maxLength: 6 });
  const words = fc.array(word, { minLength: 1, maxLength: 4 });

  test('is 1 for the name itself in any order, and always within 0..1', () => {
    fc.assert(
      fc.property(words, words, fc.nat(), (mine, other, turn) => {
        const turned = [...mine.slice(turn % mine.length), ...mine.slice(0, turn % mine.length)];
        expect(nameSimilarity(turned.join(' ').toLowerCase(), printed(mine.join(' ')))).toBe(1);
        const share = nameSimilarity(other.join('-'), printed(mine[0] ?? '', mine.slice(1).join(' ')));
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('is any text’s without a fault', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (given) => {
        expect(nameSimilarity(given, printed('ERIKSSON', 'ANNA'))).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('the kinds of document that a zone can be of', () => {
  test.each([
    ['TD3', 'P', ['passport']],
    ['TD1', 'ID', ['national_id', 'dni']],
    ['TD2', 'I', ['national_id', 'dni']],
    ['FRA-ID', 'ID', ['national_id', 'dni']],
    ['TD1', 'D', ['drivers_license']],
    ['MRV-A', 'V', []],
    ['MRV-B', 'V', []],
  ] as const)('%s with code %s', (format, documentCode, types) => {
    expect(documentTypeOf(mrz({ format }, { documentCode }))).toEqual(types);
  });
});
