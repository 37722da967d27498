import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findLike, squeeze } from '../../../lambdas/domain/visual-zone/printed-text.ts';
import { REGIONS, regionNamed, regionOfAddress } from '../../../lambdas/domain/visual-zone/regions.ts';
import { stateNamed, stateOf } from '../../../lambdas/domain/visual-zone/state-names.ts';

/** Fewest changes that make one word of another, letter by letter. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(same, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

describe('printed text', () => {
  test.each([
    ['D.O.8.', 'DOB'],
    ['4b ISS', '4BISS'],
    ['Prénom(s)', 'PRENOMS'],
    ['Surname', 'SUMAME'],
    ['Sumame', 'SUMAME'],
    ['Nummer|Number', 'NUMMERNUMBER'],
    ['性别/Sex', 'SEX'],
    ['Größe', 'GROSE'],
  ])('%s is compared as %s', (text, letters) => expect(squeeze(text).letters).toBe(letters));

  test('every letter knows its place', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { letters, from, to } = squeeze(text);
        expect(from).toHaveLength(letters.length);
        expect(to).toHaveLength(letters.length);
        for (let i = 0; i < letters.length; i++) {
          expect(from[i]).toBeLessThan(to[i] ?? 0);
          if (i > 0) expect(from[i]).toBeGreaterThanOrEqual(to[i - 1] ?? 0);
        }
      }),
    );
  });

  const word = fc.stringMatching(/^[ABC]{6,9}$/);
  test('a word is found with the fewest errors, as trying every place finds it', () => {
    fc.assert(
      fc.property(word, fc.stringMatching(/^[ABC]{0,14}$/), fc.nat(3), (wanted, text, most) => {
        let least = Infinity;
        for (let i = 0; i <= text.length; i++)
          for (let j = i; j <= text.length; j++) least = Math.min(least, distance(wanted, text.slice(i, j)));
        const found = findLike(wanted, text, most);
        if (least > most) expect(found).toBeUndefined();
        else {
          expect(found?.errors).toBe(least);
          expect(distance(wanted, text.slice(found?.start, found?.end))).toBe(least);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('who issues', () => {
  test.each([
    ['Ahizona', 'US-AZ'],
    ['COLORADOL', 'US-CO'],
    ['ARKANSAS', 'US-AR'],
    ['MINNeSOTA', 'US-MN'],
    ['WEST VIRGINIA', 'US-WV'],
    ['VIRGINIA', 'US-VA'],
    ['NEW YORK STATE', 'US-NY'],
    ['USA Kansas', 'US-KS'],
    ['QUEBEC', 'CA-QC'],
    ['SOUTH AUSTRALIA', 'AU-SA'],
    ['INDIANAPOLIS,IN46204-0000', undefined],
    ['123 GEORGIA AVENUE', undefined],
    ['ATLANTIS', undefined],
  ])('%s: %s', (title, region) => {
    const found = regionNamed(title);
    expect(found && `${found.state}-${found.code}`).toBe(region);
  });

  test('every region knows itself', () => {
    for (const line of ['PHOENIX,AZ85007', 'BOISEID83703', 'AUGUSTA,ME04330-1234'])
      expect(regionOfAddress(line)?.state).toBe('US');
    expect(regionOfAddress('TORONTO, ON M5V 2T6')).toEqual({ state: 'CA', code: 'ON' });
    expect(regionOfAddress('75008 PARIS')).toBeUndefined();
    expect(REGIONS.length).toBeGreaterThan(70);
  });

  test.each([
    ['UTO', 'UTO'],
    ['UT0', 'UTO'],
    ['CESKAREPUBLIKA/CZECHREPUBLIC', 'CZE'],
    ['Magyar/Hungarian', 'HUN'],
    ['CANADIAN/CANADIENNE', 'CAN'],
    ['REPUBLIC OF CHINA', 'TWN'],
    ['PEOPLE’S REPUBLIC OF CHINA', undefined],
    ['France and Spain', undefined],
    ['QQQ', undefined],
  ])('%s: %s', (text, state) => expect(stateOf(text)).toBe(state));

  test('a code alone is no name', () => expect(stateNamed('IND')).toBeUndefined());
});
