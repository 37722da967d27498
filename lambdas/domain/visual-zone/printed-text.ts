/** Printed text as OCR reads it, made comparable with what a document says in its labels. */

/** Letters that fall apart into no base letter and accent. */
const BASE: Readonly<Record<string, string>> = {
  Ø: 'O',
  Ł: 'L',
  Đ: 'D',
  Ð: 'D',
  Æ: 'A',
  Œ: 'O',
  Þ: 'P',
  ẞ: 'S',
  İ: 'I',
};
/** Digits that OCR takes for letters, and the reverse: in labels only. */
const LIKE: Readonly<Record<string, string>> = { 0: 'O', 1: 'I', 5: 'S', 6: 'G', 8: 'B' };

/** Letters and digits of a text alone, capital, without accents, look-alikes as one; and where each came from. */
export interface Squeezed {
  readonly letters: string;
  /** Of each letter: its first place in the text, and the place after its last. */
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** One letter or digit as it is compared; empty for everything else. */
export function plainCharacter(character: string): string {
  const upper = character.toUpperCase();
  const base = BASE[upper] ?? upper.normalize('NFD').charAt(0);
  return /^[A-Z0-9]$/.test(base) ? base : '';
}

/** `RN` and `M` are one too: no two letters are confused more often. */
export function squeeze(text: string): Squeezed {
  let letters = '';
  const from: number[] = [];
  const to: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const plain = plainCharacter(text.charAt(i));
    if (plain === '') continue;
    const letter = LIKE[plain] ?? plain;
    if (letter === 'N' && letters.endsWith('R') && to.at(-1) === i) {
      letters = `${letters.slice(0, -1)}M`;
      to[to.length - 1] = i + 1;
      continue;
    }
    letters += letter;
    from.push(i);
    to.push(i + 1);
  }
  return { letters, from, to };
}

/** Where a word stands in a text, and how many letters had to be changed, added or left out. */
export interface Occurrence {
  readonly start: number;
  readonly end: number;
  readonly errors: number;
}

/** Cut in one more piece than there may be errors, one piece of the word must stand in the text as it is. */
function couldStand(word: string, text: string, most: number): boolean {
  if (text.length < word.length - most) return false;
  for (let piece = 0; piece <= most; piece++) {
    const [start, end] = [piece, piece + 1].map((n) => Math.floor((n * word.length) / (most + 1)));
    if (text.includes(word.slice(start, end))) return true;
  }
  return false;
}

/** The place where `word` fits with the fewest errors, at most `most` (P. H. Sellers, 1980); the first of equals. */
export function findLike(word: string, text: string, most: number): Occurrence | undefined {
  const exact = text.indexOf(word);
  if (exact >= 0) return { start: exact, end: exact + word.length, errors: 0 };
  if (most === 0 || !couldStand(word, text, most)) return undefined;
  const length = word.length;
  // Of each prefix of the word that ends here: its errors and where it began.
  const costs = Uint16Array.from({ length: length + 1 }, (_, i) => i);
  const starts = new Uint16Array(length + 1);
  let best: Occurrence | undefined;
  for (let j = 1; j <= text.length; j++) {
    let [diagonalCost, diagonalStart] = [costs[0] as number, starts[0] as number];
    starts[0] = j;
    for (let i = 1; i <= length; i++) {
      const [aboveCost, aboveStart] = [costs[i] as number, starts[i] as number];
      const same = diagonalCost + (word[i - 1] === text[j - 1] ? 0 : 1);
      const missing = (costs[i - 1] as number) + 1;
      const least = Math.min(same, aboveCost + 1, missing);
      costs[i] = least;
      starts[i] = same === least ? diagonalStart : aboveCost + 1 === least ? aboveStart : (starts[i - 1] as number);
      [diagonalCost, diagonalStart] = [aboveCost, aboveStart];
    }
    const errors = costs[length] as number;
    if (errors <= most && (!best || errors < best.errors)) best = { start: starts[length] as number, end: j, errors };
  }
  return best;
}

/** Errors that a word may have and still be that word: none below seven letters, or `Wright` would be a weight. */
export const tolerance = (word: string): number => (word.length < 7 ? 0 : Math.floor(word.length / 4.5));
