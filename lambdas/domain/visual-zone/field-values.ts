/** What stands where a label says that a value stands. */
import type { FieldName, ReadField } from '../evidence.ts';
import type { Label } from './labels.ts';
import type { Family } from './layouts.ts';
import { datesIn } from './printed-dates.ts';
import { beneath, beside, certainty, columnOf, hasValue, type LabelledLine } from './printed-lines.ts';
import { stateNamed, stateOf } from './state-names.ts';

type TextField = Exclude<FieldName, 'birthDate' | 'issueDate' | 'expiryDate' | 'fullName'>;

export interface FoundValue extends ReadField {
  readonly name: TextField | 'name';
  readonly line: LabelledLine;
}

/** A text that may be a label's value. `loose`: it ran on without a gap, so that its ends are less sure. */
interface Snippet {
  readonly line: LabelledLine;
  readonly text: string;
  readonly factor: number;
  /** Where it stands in its line; all of it without. */
  readonly start?: number;
  readonly end?: number;
}

/** A letter was put in the place of a digit. */
const REPAIRED = 0.85;

/** Values of every label that has one, the best of each field first. */
export function labelledValues(lines: readonly LabelledLine[], family: Family): FoundValue[] {
  const found: FoundValue[] = [];
  for (const line of lines) {
    for (const label of line.labels) {
      if (!isTextField(label.name)) continue;
      for (const { line: at, text, factor, start, end } of snippets(line, label, lines, family)) {
        const value = readers[label.name](text);
        if (value === undefined) continue;
        const repaired = readers[label.name] === nameOf && text.includes('0') ? REPAIRED : 1;
        found.push({
          name: label.name,
          value,
          confidence: certainty(at, start, end) * factor * label.ease * repaired,
          line: at,
        });
        break;
      }
    }
  }
  return found.toSorted((a, b) => b.confidence - a.confidence);
}

function snippets(line: LabelledLine, label: Label, lines: readonly LabelledLine[], family: Family): Snippet[] {
  const next = line.labels.find(({ start }) => start >= label.end);
  const rest = line.text.slice(label.end, next?.start);
  const right = next || (family.inline && hasValue(line, label)) ? undefined : beside(line, lines);
  const unlabelled = (other: LabelledLine | undefined): other is LabelledLine =>
    other !== undefined && other.labels.length === 0;
  // A value that runs into the next label without a gap may have lost or won a character there.
  const glued = next !== undefined && /[\p{L}\d]$/u.test(rest);
  const within = { line, text: rest, factor: glued ? 0.85 : 1, start: label.end, end: next?.start ?? line.text.length };
  const aside = unlabelled(right) ? [{ line: right, text: right.text, factor: 0.99 }] : [];
  const below = beneath(line, columnOf(line, label), lines)
    .filter((other) => unlabelled(other))
    .slice(0, 2)
    .map((other) => ({ line: other, text: other.text, factor: 0.98 }));
  const colon = /^\s*[(\w)]{0,3}[:：]/.test(rest) || (rest.trim() === '' && /[:：]\s*$/.test(line.text));
  if (family.inline || colon) return [within, ...aside, ...below];
  // Behind a stroke the label goes on in a language that was misread.
  return /^\s*[/|]/.test(rest)
    ? [...below, ...aside]
    : [...below, ...aside, { ...within, factor: within.factor * 0.9 }];
}

const isTextField = (name: string): name is TextField | 'name' => name in readers;

const trimmed = (text: string): string => text.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}.)]+$/gu, '').replace(/\s+/g, ' ');

/** Latin letters only, a capital first: what is printed in another script has its transcription beside it. */
const NAME = /^(?=\p{Lu})\p{Script=Latin}[\p{Script=Latin}\s.,'’`-]*$/u;
/** Words of titles, of persons and of documents. */
const NO_NAME =
  /passport|passeport|licen[cs]e|identity|republi|^(?:mag|dr|prof|ing|dipl|mr|mrs|ms|herr|frau)\b[\s.]*(?:dr\b)?[\s.]*$/i;

/** No name has digits: a nought beside a letter was an O. */
const withLetters = (text: string): string => text.replace(/(?<=\p{L})0|0(?=\p{L})/gu, 'O');

/** A name: two letters at least, no title, no state. */
export function nameOf(text: string): string | undefined {
  const name = withLetters(trimmed(text)).replace(/[.:]$/, '');
  const letters = name.replace(/[^\p{L}]/gu, '').length;
  return NAME.test(name) && letters >= 2 && !NO_NAME.test(name) && stateNamed(name) === undefined ? name : undefined;
}

function numberOf(text: string): string | undefined {
  if (datesIn(text, 'dmy').length > 0) return undefined;
  const match = /^[^\p{L}\d]*([A-Z]{0,4}[\s-]?\d[A-Z\d]*(?:[\s-]{0,3}[A-Z\d]+)*)(?![\p{L}])/u.exec(
    text.replace(/\(.*$/, ''),
  );
  const number = match?.[1]?.replace(/[\s-]/g, '') ?? '';
  const count = number.replace(/\D/g, '').length;
  return number.length >= 5 && number.length <= 20 && count >= 3 ? number : undefined;
}

function sexOf(text: string): string | undefined {
  const words = text
    .toUpperCase()
    .split(/[^A-Z]+/)
    .filter(Boolean);
  // The last of two languages is English or French.
  const [word = ''] = words.slice(0, 2).reverse();
  const sexes: Readonly<Record<string, string>> = { M: 'M', F: 'F', X: 'X', MALE: 'M', FEMALE: 'F' };
  return sexes[word] ?? (words[0] ? sexes[words[0]] : undefined);
}

const readers: Readonly<Record<TextField | 'name', (text: string) => string | undefined>> = {
  surname: nameOf,
  givenNames: nameOf,
  name: nameOf,
  documentNumber: numberOf,
  sex: sexOf,
  nationality: stateOf,
  issuingState: stateOf,
  address: (text) => {
    const address = trimmed(text);
    return address.length >= 5 && /\p{L}{2}/u.test(address) ? address : undefined;
  },
};
