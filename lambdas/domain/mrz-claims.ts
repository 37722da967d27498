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
    .split(/[\s\-'’.,<]+/)
    .filter((word) => word !== '')
    .map((word) => [plain(word), plain(spell(word))].map((one) => one.replace(/[^A-Z]/g, '')))
    .filter((forms) => forms.some((form) => form !== ''));
}

/**
 * How much of a given name stands in the zone, 0..1: the share of words, of whichever has fewer, that find a partner. A word cut
 * short by the zone's width counts as its beginning. Order does not matter: surnames come first in an MRZ.
 */
export function nameSimilarity(given: string, fields: Pick<MrzFields, 'surname' | 'givenNames'>): number {
  const claimed = words(given);
  const printed = words(`${fields.surname} ${fields.givenNames}`).map((forms) => forms[0] ?? '');
  if (claimed.length === 0 || printed.length === 0) return 0;
  const free = new Set(printed.keys());
  let matched = 0;
  for (const forms of claimed) {
    for (const at of free) {
      const word = printed[at] ?? '';
      const fits = forms.some((form) => form === word || (word.length >= 4 && form.startsWith(word)));
      if (!fits) continue;
      free.delete(at);
      matched++;
      break;
    }
  }
  return matched / Math.min(claimed.length, printed.length);
}

/** The kinds of document that a zone can stand on, by its format and code; a visa is none of them. */
export function documentTypeOf(mrz: MrzReading): readonly DocumentType[] {
  if (mrz.format === 'TD3') return ['passport'];
  if (mrz.format === 'TD1' || mrz.format === 'TD2' || mrz.format === 'FRA-ID') {
    return mrz.fields.documentCode.startsWith('D') ? ['drivers_license'] : ['national_id', 'dni'];
  }
  return [];
}
