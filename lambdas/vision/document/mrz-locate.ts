/** Which rows of text may be a machine-readable zone, pure: by shape, by characters, by each other's company. */
import { along, fromAlong, type RotatedRect, shifted } from './rotated-rect.ts';

/** A row that was read once. */
export interface ReadRow {
  readonly rect: RotatedRect;
  readonly text: string;
}

export interface Candidate extends ReadRow {
  /** How much the text looks like a line of an MRZ; above 0.9 it may be one. */
  readonly likeness: number;
}

/** Rows whose angle differs more are no neighbours, radians. */
const PARALLEL = 0.09;

/** Boxes on one base line with gaps under 2.2 heights joined, longest first; every row keeps the angle of its longest box. */
export function mergeRows(boxes: readonly RotatedRect[]): RotatedRect[] {
  const left = boxes.toSorted((a, b) => b.width - a.width);
  const rows: RotatedRect[] = [];
  for (let first = left.shift(); first; first = left.shift()) {
    const { angle, height } = first;
    const group = [first];
    let [start, end] = extent(first, angle);
    for (let i = 0; i < left.length; i++) {
      const box = left[i] as RotatedRect;
      const [from, to] = extent(box, angle);
      if (!collinear(first, box) || Math.max(from - end, start - to) >= 2.2 * height) continue;
      group.push(box);
      left.splice(i, 1);
      [start, end] = [Math.min(start, from), Math.max(end, to)];
      i = -1; // the row has grown: what was out of reach may be in it now
    }
    const weight = group.reduce((sum, { width }) => sum + width, 0);
    const v = group.reduce((sum, box) => sum + along(box, angle).v * box.width, 0) / weight;
    rows.push({ ...fromAlong((start + end) / 2, v, angle), width: end - start, height, angle });
  }
  return rows;
}

const extent = (rect: RotatedRect, angle: number): [start: number, end: number] => {
  const { u } = along(rect, angle);
  return [u - rect.width / 2, u + rect.width / 2];
};

function collinear(row: RotatedRect, box: RotatedRect): boolean {
  // Short boxes have no angle of their own worth the name.
  if (box.width > box.height * 2.5 && Math.abs(box.angle - row.angle) > PARALLEL) return false;
  if (box.height > 1.8 * row.height || box.height < 0.5 * row.height) return false;
  return Math.abs(along(row, row.angle).v - along(box, row.angle).v) <= 0.45 * Math.min(row.height, box.height);
}

/** Long horizontal rows, the slimmest first: 30 characters and more of one height. */
export function slimRows(boxes: readonly RotatedRect[]): RotatedRect[] {
  const lying = boxes.filter(({ angle, width, height }) => Math.abs(angle) < 0.7 && width > height * 1.2);
  const rows = mergeRows(lying).filter(({ width, height }) => width > height * 9);
  const widest = Math.max(...rows.map(({ width }) => width));
  return rows.filter(({ width }) => width > 0.3 * widest).toSorted((a, b) => b.width / b.height - a.width / a.height);
}

/** Share of MRZ characters, fillers and length; below 0 for plain words. */
export function mrzLikeness(text: string): number {
  const dense = text
    .toUpperCase()
    .replaceAll(/[«《〈＜く]/g, '<')
    .replaceAll(/\s/g, '');
  if (dense.length < 15) return 0;
  const count = (pattern: RegExp): number => dense.match(pattern)?.length ?? 0;
  const fillers = count(/</g);
  const digits = count(/[0-9]/g);
  const long = dense.length >= 24 ? 0.5 : 0;
  const bare = fillers < 1 && digits < 8 ? 1 : 0;
  return count(/[A-Z0-9<]/g) / dense.length + Math.min(fillers, 8) / 8 + long - bare;
}

export const candidateOf = (row: ReadRow): Candidate => ({ ...row, likeness: mrzLikeness(row.text) });
export const isCandidate = ({ likeness }: Candidate): boolean => likeness > 0.9;
/** Worth a second effort: licences have lines of letters and digits too, but none so pure and so long. */
export const isPromising = ({ likeness }: Candidate): boolean => likeness >= 1.5;

/** Pitches between the lines of a zone, in character pitches: 2 on cards of three lines, 2.5 on two lines. */
const neighbourOffsets = (characters: number): readonly number[] => (characters === 30 ? [-4, -2, 2, 4] : [-2.5, 2.5]);

/** Where the detector should have found lines above and below the two best candidates, but did not. */
export function missingNeighbours(candidates: readonly Candidate[], height: number): RotatedRect[] {
  const strong = candidates
    .toSorted((a, b) => b.likeness * b.text.length - a.likeness * a.text.length)
    .slice(0, 2)
    .filter(({ text }) => text.length >= 22);
  const known = candidates.map(({ rect }) => rect);
  const missing: RotatedRect[] = [];
  for (const { rect, text } of strong) {
    const characters = [30, 36].find((width) => Math.abs(text.length - width) <= 3) ?? 44;
    const pitch = rect.width / (characters + 0.6);
    for (const offset of neighbourOffsets(characters)) {
      const row = shifted(rect, 0, offset * pitch);
      if (row.cy > 0 && row.cy < height && ![...known, ...missing].some((other) => covers(other, row)))
        missing.push(row);
    }
  }
  return missing;
}

const covers = (known: RotatedRect, row: RotatedRect): boolean =>
  Math.abs(along(known, row.angle).v - along(row, row.angle).v) < 0.6 * row.height && known.width > 0.8 * row.width;

/** A line of a card of three lines has 30 characters; the nearest other length is 36. */
const CARD_LINE = 33;

/**
 * Pairs and triples of lines that stand under each other, the most likely first: of short lines the triples, of long ones the pairs.
 * Rows within a group go from top to bottom.
 */
export function groupsOf(candidates: readonly Candidate[]): RotatedRect[][] {
  const sorted = candidates.toSorted((a, b) => a.rect.cy - b.rect.cy);
  const groups: { rows: RotatedRect[]; likeness: number }[] = [];
  const add = (members: readonly Candidate[], bonus: number): void => {
    const likeness = members.reduce((sum, member) => sum + member.likeness, 0) / members.length + bonus;
    groups.push({ rows: members.map(({ rect }) => rect), likeness });
  };
  sorted.forEach((first, i) => {
    sorted.slice(i + 1).forEach((second, j) => {
      if (!stacked(first.rect, second.rect)) return;
      add([first, second], 0);
      const bonus = (first.text.length + second.text.length) / 2 < CARD_LINE ? 1 : 0;
      for (const third of sorted.slice(i + j + 2))
        if (stacked(second.rect, third.rect)) add([first, second, third], bonus);
    });
  });
  return groups.toSorted((a, b) => b.likeness - a.likeness).map(({ rows }) => rows);
}

function stacked(a: RotatedRect, b: RotatedRect): boolean {
  if (Math.abs(a.angle - b.angle) >= 0.06) return false;
  const angle = (a.angle + b.angle) / 2;
  const [aStart, aEnd] = extent(a, angle);
  const [bStart, bEnd] = extent(b, angle);
  const apart = Math.abs(along(a, angle).v - along(b, angle).v);
  const height = (a.height + b.height) / 2;
  const overlap = Math.min(aEnd, bEnd) - Math.max(aStart, bStart);
  return (
    apart > 0.6 * height &&
    apart < 3.2 * height &&
    overlap > 0.5 * Math.min(a.width, b.width) &&
    Math.max(a.height, b.height) < 1.9 * Math.min(a.height, b.height)
  );
}

/** The rows of a group with one common left and right end and one height, each on its own base line. */
export function aligned(rows: readonly RotatedRect[]): RotatedRect[] {
  const weight = rows.reduce((sum, { width }) => sum + width, 0);
  const angle = rows.reduce((sum, row) => sum + row.angle * row.width, 0) / weight;
  const height = rows.map((row) => row.height).toSorted((a, b) => a - b)[rows.length >> 1] as number;
  const margin = 0.15 * height;
  const start = Math.min(...rows.map((row) => extent(row, angle)[0])) - margin;
  const end = Math.max(...rows.map((row) => extent(row, angle)[1])) + margin;
  const middle = (start + end) / 2;
  return rows.map((row) => {
    const { u, v } = along(row, angle);
    const centre = fromAlong(middle, v + (middle - u) * Math.tan(row.angle - angle), angle);
    return { ...centre, width: end - start, height, angle: row.angle };
  });
}
