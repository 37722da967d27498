import type { MrzFields, MrzReading } from './evidence.ts';
import type { DocumentType } from './verification.ts';

/** Letters that the MRZ spells out, ICAO Doc 9303 part 3, section 6 A, where dropping the diacritic is not enough. */
const spelled: Readonly<Record<string, string>> = {
  Ä: 'AE',
  Ö: 'OE',
  Ü: 'UE',
  Å: 'AA',
  Æ: 'AE',
  Ø: 'OE',
  Œ: 'OE',
  ß: 'SS',
  Þ: 'TH',
  Ð: 'D',
  Ł: 'L',
  Ñ: 'N',
  Đ: 'D',
  Ħ: 'H',
  ı: 'I',
};

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '');
const spell = (text: string): string => [...text].map((letter) => spelled[letter] ?? letter).join('');

/** Words of a name in A–Z, in each of the two ways that issuers write diacritics (Müller: MULLER or MUELLER). */
function words(name: string): readonly (readonly string[])[] {
  const upper = name.toUpperCase().normalize('NFC');
  return upper
    .split(/[\s\-.,<]+/)
    .filter((word) => word !== '')
    .map((word) => [plain(word), plain(spell(word))].map((one) => one.replace(/[^A-Z]/g, '')))
    .filter((forms) => forms.some((form) => form !== ''));
}

/**
 * How much of a given name stands in the zone, 0..1: the share of words, of whichever has fewer, that find a partner. A word cut
 * short by the zone's width counts as its beginning. Order does not matter: surnames come first in an MRZ.
 */
export function nameSimilarity(given: string, fields: Pick<MrzFields, 'surname' | 'givenNames'>): number {
  const printed = words(`${fields.surname} ${fields.givenNames}`).map((forms) => forms[0] ?? '');
  // ICAO writes O'Connor as one word; some issuers write two.
  const spellings = ['', ' '].map((mark) => words(given.replace(/['’ʼ`´]/g, mark)));
  return Math.max(...spellings.map((claimed) => shareMatched(claimed, printed)));
}

const whole = (form: string, word: string): boolean => form === word;
const cutShort = (form: string, word: string): boolean => word.length >= 4 && form.startsWith(word);

function shareMatched(claimed: readonly (readonly string[])[], printed: readonly string[]): number {
  if (claimed.length === 0 || printed.length === 0) return 0;
  const free = [...printed];
  let open = claimed;
  // Whole words first: ANNA must not be taken for the beginning of ANNABELLE where both are there.
  for (const fits of [whole, cutShort]) {
    open = open.filter((forms) => {
      const at = free.findIndex((word) => forms.some((form) => fits(form, word)));
      if (at >= 0) free.splice(at, 1);
      return at < 0;
    });
  }
  return (claimed.length - open.length) / Math.min(claimed.length, printed.length);
}

/** The kinds of document that a zone can stand on, by its format and code; a visa is none of them. */
export function documentTypeOf(mrz: MrzReading): readonly DocumentType[] {
  if (mrz.format === 'TD3') return ['passport'];
  if (mrz.format === 'TD1' || mrz.format === 'TD2' || mrz.format === 'FRA-ID') {
    return mrz.fields.documentCode.startsWith('D') ? ['drivers_license'] : ['national_id', 'dni'];
  }
  return [];
}
