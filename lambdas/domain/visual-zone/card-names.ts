/** Names and address of a North American card: two lines above a street, a street above a town with its code. */
import type { ReadField } from '../evidence.ts';
import { nameOf } from './field-values.ts';
import { type LabelledLine, middle } from './printed-lines.ts';
import { regionOfAddress } from './regions.ts';

export interface CardBlock {
  /** One line after the other, the names' labels left out; the town's last. */
  readonly address?: ReadField;
  /** Lines right above the street, from top to bottom, that could be names and have no label. */
  readonly names: readonly LabelledLine[];
}

/** OCR drops spaces and takes O for 0 where nothing says what must stand there. */
const ADDRESS = 0.85;
const HALF_ADDRESS = 0.7;
/** Below it lines are ornaments. */
const LEAST_CONFIDENCE = 0.7;

/** Lines above a line, at its left edge, without a gap; from bottom to top. */
export function stackAbove(line: LabelledLine, lines: readonly LabelledLine[]): LabelledLine[] {
  const stack: LabelledLine[] = [];
  let below = line;
  for (const candidate of lines
    .filter(({ text, confidence }) => text.length > 2 && confidence >= LEAST_CONFIDENCE)
    .toSorted((a, b) => middle(b) - middle(a))) {
    const size = Math.max(below.box.height, candidate.box.height);
    const rise = middle(below) - middle(candidate);
    if (rise < 0.4 * size || Math.abs(candidate.box.x - below.box.x) > 1.7 * size) continue;
    if (rise > 2.4 * size) break;
    stack.push(candidate);
    below = candidate;
  }
  return stack;
}

const STREET = /^\W{0,2}\d+\s?\p{L}|^\W{0,2}(?:RR|P\.?O\.?)\s?/iu;

/** Without the field's number or label, which may have run into the house's. */
function streetOf({ text, labels }: LabelledLine, numbered: boolean): string {
  const label = labels.find(({ name }) => name === 'address');
  if (label) return text.slice(label.end).trim();
  return numbered ? text.replace(/^8[\s.]?(?=\d)/, '') : text;
}

export function cardBlock(lines: readonly LabelledLine[], numbered: boolean): CardBlock {
  const town = lines.find(({ text }) => regionOfAddress(text));
  if (!town) return { names: [] };
  const stack = stackAbove(town, lines);
  const at = stack.findIndex((line) => STREET.test(streetOf(line, numbered)));
  const street = stack.slice(0, at + 1).toReversed();
  const parts = [...street.map((line) => streetOf(line, numbered)), town.text];
  const address = {
    value: parts.map((part) => part.trim()).join(', '),
    confidence:
      Math.min(...[...street, town].map(({ confidence }) => confidence)) * (street.length > 0 ? ADDRESS : HALF_ADDRESS),
  };
  const names: LabelledLine[] = [];
  for (const line of at < 0 ? [] : stack.slice(at + 1)) {
    if (names.length === 2 || nameOf(line.text) === undefined || line.labels.length > 0) break;
    names.unshift(line);
  }
  return { address, names };
}
