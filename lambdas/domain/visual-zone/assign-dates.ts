/** Which of the dates on a page is which. */
import type { ReadField } from '../evidence.ts';
import type { Label } from './labels.ts';
import { isoDate, type PrintedDate } from './printed-dates.ts';
import { across, beneath, beside, certainty, columnOf, hasValue, type LabelledLine } from './printed-lines.ts';

type DateField = 'birthDate' | 'issueDate' | 'expiryDate';

export type ReadDates = Partial<Record<DateField, ReadField>>;

interface Placed {
  readonly line: LabelledLine;
  readonly date: PrintedDate;
}

interface Pair extends Placed {
  readonly name: DateField | 'other';
  /** How far the date stands from its label; below 1 in the same line. */
  readonly distance: number;
  readonly ease: number;
}

const KINDS = new Set<string>(['birthDate', 'issueDate', 'expiryDate', 'validity', 'other']);

/** Dates without a label are told by their order alone. */
const DEDUCED = 0.75;

/**
 * Labelled dates first; what is left over by order: born before everything else, valid until after it. `leastAge`: years that a
 * holder of such a document must have.
 */
export function assignDates(lines: readonly LabelledLine[], inline: boolean, leastAge: number): ReadDates {
  const placed = lines.flatMap((line) => line.dates.map((date) => ({ line, date })));
  const pairs = lines.flatMap((line) =>
    line.labels.flatMap((label) => (KINDS.has(label.name) ? pairsOf(line, label, lines, inline) : [])),
  );
  const taken = new Map<PrintedDate, Pair>();
  const chosen = new Map<DateField, Pair>();
  for (const pair of pairs.toSorted((a, b) => a.distance - b.distance)) {
    if (taken.has(pair.date) || (pair.name !== 'other' && chosen.has(pair.name))) continue;
    taken.set(pair.date, pair);
    if (pair.name !== 'other') chosen.set(pair.name, pair);
  }
  const full = placed.filter(({ date }) => !date.short);
  const free = full.filter(({ date }) => !taken.has(date));
  const read = resolve(chosen, full);
  return plausible({ ...deduced(read, free, full), ...read }, leastAge);
}

function pairsOf(line: LabelledLine, label: Label, lines: readonly LabelledLine[], inline: boolean): Pair[] {
  const next = line.labels.find(({ start }) => start >= label.end);
  const same = line.dates.filter(({ start }) => start >= label.end && start < (next?.start ?? Infinity));
  const pair = (at: LabelledLine, date: PrintedDate, name: Pair['name'], distance: number): Pair => ({
    line: at,
    date,
    name,
    distance,
    ease: label.ease,
  });
  const { name } = label;
  const column = columnOf(line, label);
  const under = beneath(line, column, lines);
  if (name === 'validity') {
    const ranges = [{ at: line, dates: same }, ...under.map((at) => ({ at, dates: at.dates }))];
    const range = ranges.find(({ dates }) => dates.length === 2);
    const [from, until] = range?.dates ?? [];
    return range && from && until
      ? [pair(range.at, from, 'issueDate', 0.5), pair(range.at, until, 'expiryDate', 0.5)]
      : [];
  }
  const field = name as Pair['name'];
  const pairs = same.slice(0, 1).map((date) => pair(line, date, field, Math.min(0.9, (date.start - label.end) / 20)));
  const [height, end] = [line.box.height, line.box.x + line.box.width];
  const right = next || hasValue(line, label) ? undefined : beside(line, lines);
  const [first] = right?.dates ?? [];
  if (right && first && !right.labels.some(({ start }) => start < first.start))
    pairs.push(pair(right, first, field, (inline ? 1 : 2) + Math.max(0, right.box.x - end) / height / 10));
  for (const below of under) {
    for (const date of below.dates) {
      if (below.labels.some(({ start }) => start < date.start)) continue;
      const aside = Math.abs(across(below, date.start) - across(line, column)) / height;
      if (aside < 8)
        pairs.push(pair(below, date, field, (inline ? 2 : 1) + aside / 10 + (below.box.y - line.box.y) / height / 10));
    }
  }
  return pairs;
}

const fieldOf = ({ line, date }: Placed, year: number, ease: number): ReadField => ({
  value: isoDate(date, year),
  confidence: certainty(line, date.start, date.end) * date.ease * ease,
});

/** Years of two digits: a document is of our days, and nobody is born after it was issued. */
function resolve(chosen: ReadonlyMap<DateField, Pair>, full: readonly Placed[]): ReadDates {
  const read: ReadDates = {};
  for (const name of ['expiryDate', 'issueDate', 'birthDate'] as const) {
    const pair = chosen.get(name);
    if (!pair) continue;
    const { date } = pair;
    if (!date.short) {
      read[name] = fieldOf(pair, date.year, pair.ease);
      continue;
    }
    const twin = full.find(
      (other) => other.date.year % 100 === date.year && other.date.month === date.month && other.date.day === date.day,
    );
    if (twin) read[name] = fieldOf(pair, twin.date.year, pair.ease);
    else if (name !== 'birthDate')
      read[name] = fieldOf(pair, date.year + (date.year < 70 ? 2000 : 1900), pair.ease * 0.85);
    else {
      const issued = read.issueDate?.value ?? read.expiryDate?.value;
      if (issued === undefined) continue;
      const late = isoDate(date, 2000 + date.year) <= issued;
      read.birthDate = fieldOf(pair, date.year + (late ? 2000 : 1900), pair.ease * 0.85);
    }
  }
  return read;
}

/** What is left over when the labelled dates are gone. Nobody drives before ten, and nothing is issued before birth. */
function deduced(read: ReadDates, free: readonly Placed[], full: readonly Placed[]): ReadDates {
  const all = [
    ...full.map(({ date }) => isoDate(date, date.year)),
    ...Object.values(read).map(({ value }) => value),
  ].toSorted();
  const distinct = [...new Set(all)];
  const rest = free
    .map((placed) => fieldOf(placed, placed.date.year, DEDUCED))
    .filter(({ value }) => !Object.values(read).some((known) => known.value === value))
    .toSorted((a, b) => (a.value < b.value ? -1 : 1));
  const found: ReadDates = {};
  const [first] = rest;
  if (
    !read.birthDate &&
    first &&
    first.value === distinct[0] &&
    yearsBetween(first.value, distinct[1] ?? first.value) >= 10
  )
    found.birthDate = first;
  const born = read.birthDate ?? found.birthDate;
  const last = rest.at(-1);
  if (!read.expiryDate && born && last && last.value === distinct.at(-1) && last.value > born.value) {
    const issued = read.issueDate?.value ?? distinct.findLast((date) => date < last.value && date > born.value);
    // One lone date beside the birth date may be that of issue, unless it is a birthday: on one most licences end.
    const birthday = last.value.slice(4) === born.value.slice(4);
    if (issued !== undefined ? issued < last.value : birthday) found.expiryDate = last;
  }
  const expires = read.expiryDate ?? found.expiryDate;
  const between = [...new Set(rest.map(({ value }) => value))].filter(
    (value) => born && expires && value > born.value && value < expires.value,
  );
  if (!read.issueDate && between.length === 1) {
    const issued = rest.find(({ value }) => value === between[0]);
    if (issued) found.issueDate = issued;
  }
  return found;
}

const yearsBetween = (a: string, b: string): number => Number(b.slice(0, 4)) - Number(a.slice(0, 4));

/** Two dates in an order that cannot be are each worth half. */
function plausible(read: ReadDates, leastAge: number): ReadDates {
  const order = [read.birthDate, read.issueDate, read.expiryDate].filter((field) => field !== undefined);
  const wrong = new Set(
    order.flatMap((field, i) =>
      order.slice(i + 1).flatMap((later) => (later.value <= field.value ? [field, later] : [])),
    ),
  );
  const { birthDate: born } = read;
  const first = read.issueDate ?? read.expiryDate;
  if (born && first && yearsBetween(born.value, first.value) < leastAge) wrong.add(born);
  return Object.fromEntries(
    Object.entries(read).map(([name, field]) => [
      name,
      wrong.has(field) ? { ...field, confidence: field.confidence / 2 } : field,
    ]),
  );
}
