/** Labels in printed lines: spelled, numbered, glued to their values, misread. */
import type { Family, LabelName } from './layouts.ts';
import { findLike, type Squeezed, squeeze, tolerance } from './printed-text.ts';

/** A label and where it stands in its line's text. */
export interface Label {
  readonly name: LabelName;
  readonly start: number;
  readonly end: number;
  /** 1 as spelt, less for each letter that was read otherwise. */
  readonly ease: number;
}

interface Word {
  readonly name: LabelName;
  readonly letters: string;
  /** May run into its value, at the beginning of a line. */
  readonly own: boolean;
}

const compiled = new WeakMap<Family, readonly Word[]>();

function wordsOf(family: Family): readonly Word[] {
  const known = compiled.get(family);
  if (known) return known;
  const list = (labels: Family['labels'], own: boolean): Word[] =>
    Object.entries(labels).flatMap(([name, spellings]) =>
      spellings.split('|').map((word) => ({ name: name as LabelName, letters: squeeze(word).letters, own })),
    );
  const words = [...list(family.labels, false), ...list(family.own ?? {}, true)];
  compiled.set(family, words);
  return words;
}

/** Every label of the family in a text, from left to right; none overlaps another. */
export function labelsIn(text: string, squeezed: Squeezed, family: Family): Label[] {
  const { number, labels } = found(text, squeezed, family);
  const all = labels.some(({ name }) => name === 'name');
  const words = labels
    // `Surname, given names/Nom, prénoms` is one label in many words.
    .filter(({ name }) => !all || (name !== 'surname' && name !== 'givenNames'))
    .filter((label) => family.inline || label.name === 'sex' || standsAlone(label, text, labels))
    .map((label) => withNumber(label, text, family));
  if (!number) return words;
  const [first, ...others] = words;
  // A number and a word say the same together: the word is read better. A surname may look like the word of another field.
  const name = number.name === 'surname' || number.name === 'givenNames';
  if (first && first.start - number.end <= 2 && (!name || first.name === number.name || first.name === 'name'))
    return [{ ...first, start: number.start }, ...others];
  if (!bare(text.slice(number.end), number.name)) return words;
  return name ? [number] : [number, ...words];
}

/** A short word with other words behind it is part of a longer label, `Nombre d’entrées`. */
const standsAlone = ({ start, end }: Label, text: string, labels: readonly Label[]): boolean =>
  end - start > 6 ||
  !/^\s+\p{L}/u.test(text.slice(end)) ||
  labels.some((next) => next.start >= end && next.start - end < 3);

/** A label's number inside a line, `…993DOB`: no part of the value in front of it. */
function withNumber(label: Label, text: string, { numbers }: Family): Label {
  const before = /(\d{1,2}\s?[abcd]?|\d)[.\s]{0,2}$/i.exec(text.slice(0, label.start));
  const code = before?.[1]?.replace(/\s/, '').toLowerCase() ?? '';
  const own = Object.entries(numbers).find(([number, name]) => name === label.name && code.endsWith(number));
  return before && own ? { ...label, start: label.start - before[0].length + code.length - own[0].length } : label;
}

function found(text: string, squeezed: Squeezed, family: Family) {
  const number = numberAt(text, family);
  const all: (Label & { readonly weight: number })[] = [];
  for (const { name, letters, own } of wordsOf(family)) {
    for (const { start, end, errors } of occurrences(letters, squeezed.letters)) {
      const from = squeezed.from[start] as number;
      const to = squeezed.to[end - 1] as number;
      const label = { name, start: from, end: to, ease: 1 - errors / letters.length };
      if (letters.length >= 6 || stands(label, letters.length, text, own, number))
        all.push({ ...label, weight: letters.length - 3 * errors });
    }
  }
  all.sort((a, b) => b.weight - a.weight || a.start - b.start);
  const labels: Label[] = [];
  for (const { name, start, end, ease } of all)
    if (!labels.some((label) => label.start < end && start < label.end)) labels.push({ name, start, end, ease });
  labels.sort((a, b) => a.start - b.start);
  return { number, labels };
}

/** Exact ones all, misread ones the best. */
function occurrences(word: string, letters: string) {
  const found = [];
  for (let start = letters.indexOf(word); start >= 0; start = letters.indexOf(word, start + 1))
    found.push({ start, end: start + word.length, errors: 0 });
  if (found.length > 0) return found;
  const like = findLike(word, letters, tolerance(word));
  // Cut short it would be another word: `license no` a `license`.
  return like && letters.slice(0, like.end).endsWith(word.slice(-2)) ? [like] : [];
}

const isLetter = (character: string): boolean => /\p{L}/u.test(character);

/** A short label is one only where it is a word of its own, or runs into a value that cannot be part of it. */
function stands({ name, start, end }: Label, length: number, text: string, own: boolean, number?: Label): boolean {
  const rest = text.slice(end);
  const before = text.slice(0, start);
  const first = before.replace(/[^\p{L}\p{N}]/gu, '').length <= 1 || /^\s*$/.test(text.slice(number?.end ?? 0, start));
  // `DAYTON, OH` says no number.
  if (length <= 2 && /[,\s]/.test(text.slice(start, end))) return false;
  // Digits that look like letters are a number, unless letters stand among them.
  const letters = text.slice(start, end).replace(/[^\p{L}]/gu, '').length;
  if (letters === 0 || (letters * 2 < length && rest.trim() !== '')) return false;
  if (own) return first && /^\s?\p{L}/u.test(rest);
  if (isLetter(text.charAt(start - 1)) && number?.end !== start && !(first && length >= 3)) return false;
  if (!isLetter(rest.charAt(0))) return true;
  switch (name) {
    case 'documentNumber':
      return length >= 2 && /^[A-Z]{1,3}[\s-]?[0-9][0-9-]{3}/.test(rest);
    case 'sex':
      return /^[MFX](?!\p{L})/u.test(rest);
    case 'birthDate':
    case 'issueDate':
    case 'expiryDate':
      return /^\p{L}{0,2}[^\p{L}\d]?\d{2}/u.test(rest);
    case 'other':
      // `12RESTNONE`, but `1RESTREPO` is a name.
      return length >= 3 && (number ? number.name === 'other' : /^(?:NONE|\p{L}{1,3}(?!\p{L}))/u.test(rest));
    default:
      return false;
  }
}

/** The number of a field at the beginning of a line; a date may follow `3` at once, and a name whose O was read as 0 `1` or `2`. */
function numberAt(text: string, family: Family): Label | undefined {
  const match =
    /^\W{0,2}(4\s?[abcd]|9\s?a|1[0-9]|[1-9])(?:[.:,)]|(?=[^0-9]|$)|(?<=[abcd])|(?<=3)(?=\d{2}\.\d{2}\.\d{4})|(?<=[12])(?=0\p{L}{2}))/iu.exec(
      text,
    );
  const name = family.numbers[match?.[1]?.replace(/\s/, '').toLowerCase() ?? ''];
  return match && name ? { name, start: 0, end: match[0].length, ease: 1 } : undefined;
}

/** A number without a word counts where what follows could be its value. */
function bare(rest: string, name: LabelName): boolean {
  const value = rest.trim();
  if (value === '') return true;
  switch (name) {
    case 'surname':
    case 'givenNames':
      return /^[\p{L}0]\p{L}/u.test(value) && !/[1-9]/.test(value);
    case 'documentNumber':
      return /\d{3}/.test(value);
    case 'sex':
      return /^[MFX]$/.test(value);
    case 'address':
      return true;
    case 'other':
      return !/^\p{L}{5}/u.test(value);
    default:
      return /^\D{0,2}\d/.test(value);
  }
}
