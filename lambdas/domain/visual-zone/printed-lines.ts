/** Lines of text on a page, their labels and dates, and which line stands beside or beneath which. */
import type { Box } from '../evidence.ts';
import { type Label, labelsIn } from './labels.ts';
import type { Family } from './layouts.ts';
import { type DateOrder, datesIn, type PrintedDate } from './printed-dates.ts';
import { type Squeezed, squeeze } from './printed-text.ts';

/** One line as OCR read it, on a page that stands upright. */
export interface VisualLine {
  readonly text: string;
  /** Mean probability of its characters, 0..1. */
  readonly confidence: number;
  readonly box: Box;
  /** Probability of each character of `text`, where the recogniser tells. */
  readonly sure?: readonly number[];
}

export interface PrintedLine extends VisualLine {
  readonly squeezed: Squeezed;
}

/** A line in the light of a family of documents. */
export interface LabelledLine extends PrintedLine {
  readonly labels: readonly Label[];
  readonly dates: readonly PrintedDate[];
}

/** Lines of machine-readable zones: they are read elsewhere, and would prove themselves here. */
const isMachineReadable = (text: string): boolean => /<<|<.*</.test(text) || /^[A-Z0-9<]{28,}$/.test(text);

/** From top to bottom, then from left to right, so that the order in which lines come does not matter. */
export const printedLines = (lines: readonly VisualLine[]): PrintedLine[] =>
  lines
    .filter(({ text, box }) => text.trim() !== '' && box.height > 0 && box.width > 0 && !isMachineReadable(text))
    .map((line) => ({ ...line, squeezed: squeeze(line.text) }))
    .toSorted((a, b) => a.box.y - b.box.y || a.box.x - b.box.x || (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));

/** Labels and dates of every line; the dates are looked for between the labels, since `DO8` may run into one. */
export function labelled(lines: readonly PrintedLine[], family: Family, order: DateOrder): LabelledLine[] {
  const all = lines.map((line) => ({ line, labels: labelsIn(line.text, line.squeezed, family) }));
  const numbered = ['surname', 'givenNames'].every((name) =>
    all.some(({ labels }) => labels.some((label) => label.name === name)),
  );
  return all.map(({ line, labels: found }) => {
    // `1 MAIN STREET` is no surname, unless names have numbers on this card.
    const labels =
      numbered || !family.streets
        ? found
        : found.filter(({ name, end }) => !isName(name) || /\p{L}/u.test(line.text.slice(0, end)));
    const parts = [0, ...labels.map(({ end }) => end)].map((start, i) => ({
      start,
      end: labels[i]?.start ?? line.text.length,
    }));
    const dates = parts.flatMap(({ start, end }) =>
      datesIn(line.text.slice(start, end), order).map((date) => ({
        ...date,
        start: date.start + start,
        end: date.end + start,
      })),
    );
    return { ...line, labels, dates };
  });
}

const isName = (name: string): boolean => name === 'surname' || name === 'givenNames';

/** Of the least sure letter or digit of a part: one wrong digit makes another date, however sure the others are. */
export function certainty({ text, confidence, sure }: VisualLine, start = 0, end = text.length): number {
  if (!sure) return confidence;
  let least = 1;
  for (let i = start; i < end; i++)
    if (/[\p{L}\p{N}]/u.test(text.charAt(i))) least = Math.min(least, sure[i] ?? confidence);
  return least;
}

export const middle = ({ box }: VisualLine): number => box.y + box.height / 2;

/** About where a character of the line stands. */
export const across = ({ box, text }: VisualLine, index: number): number =>
  box.x + (box.width * index) / Math.max(1, text.length);

const sameRow = (a: VisualLine, b: VisualLine): boolean =>
  Math.abs(middle(a) - middle(b)) < 0.5 * Math.max(a.box.height, b.box.height);

/** The next line to the right on the same row, within ten heights. */
export function beside(line: LabelledLine, lines: readonly LabelledLine[]): LabelledLine | undefined {
  const end = line.box.x + line.box.width;
  const near = lines.filter(
    (other) =>
      other !== line &&
      sameRow(line, other) &&
      other.box.x > end - 0.8 * line.box.height &&
      other.box.x < end + 10 * line.box.height,
  );
  return near.toSorted((a, b) => a.box.x - b.box.x)[0];
}

/** Lines of the next row or two that begin about where a character of this one stands, the nearest row first. */
export function beneath(line: LabelledLine, at: number, lines: readonly LabelledLine[]): LabelledLine[] {
  const { y, height } = line.box;
  const x = across(line, at);
  return lines
    .filter((other) => {
      const size = Math.max(height, other.box.height);
      const gap = other.box.y - (y + height);
      const inside = other.box.x - 2 * size < x && x < other.box.x + other.box.width + size;
      return (
        other !== line && gap > -0.6 * size && middle(other) - middle(line) > 0.6 * size && gap < 1.6 * size && inside
      );
    })
    .toSorted(
      (a, b) => Math.round((middle(a) - middle(b)) / (0.5 * height)) || Math.abs(a.box.x - x) - Math.abs(b.box.x - x),
    );
}

/** More than ornaments stands behind the label, in its own line. */
export const hasValue = ({ text, labels }: LabelledLine, label: Label): boolean => {
  const next = labels.find(({ start }) => start >= label.end);
  return text.slice(label.end, next?.start).replace(/[^\p{L}\p{N}]/gu, '').length > 1;
};

/** Where a label's column begins: at the first of the languages that say the same. */
export const columnOf = ({ labels }: LabelledLine, { name, start }: Label): number =>
  labels.find((label) => label.name === name)?.start ?? start;
