/** Scores of two or three lines → the machine-readable zone that explains them best, pure. */
import type { MrzFormat, MrzReading } from '../../domain/evidence.ts';
import { checkMrz } from '../../domain/mrz.ts';
import { MRZ_LAYOUTS, type MrzLayout } from '../../domain/mrz-layout.ts';
import { type DecodedLine, decodeLine, type LineCheck, type LineScores, peakOf } from './decode.ts';

/** One reading of a zone in one format, before its fields are told apart. */
export interface Zone extends Omit<MrzReading, 'fields'> {
  /** Mean log-probability per character, before any repair. */
  readonly score: number;
  /** For comparing readings of one zone; higher is better. */
  readonly rank: number;
}

/**
 * Nats that a repair may cost: true repairs cost at most 4.4, "repairs" of specimens whose check digits are wrong on purpose at
 * least 7. Beyond it, a failed check is what the document says.
 */
const REPAIR_LIMIT = 5.5;

/** Below this mean log-probability lines are no zone: right ones score −0.25 and better, a passport read upside down −3. */
const LEAST_SCORE = -0.5;

/** Enough evidence for a zone: the characters' own, and ln 10 for every check digit that holds without repair. */
export const isZone = (zone: Zone): boolean => {
  const characters = zone.lines.join('').length;
  const checks = zone.corrected ? 0 : (tally(zone).held * Math.LN10) / characters;
  return zone.score + checks >= LEAST_SCORE;
};

const FORMATS = Object.keys(MRZ_LAYOUTS) as MrzFormat[];

/** How many check digits hold, of how many. */
export const tally = ({ checks }: Pick<Zone, 'checks'>): { readonly held: number; readonly failed: number } => {
  const held = Object.values(checks).filter(Boolean).length;
  return { held, failed: Object.keys(checks).length - held };
};

/** The best reading in any format of that many lines; `width`: of that many characters a line. */
export function readZone(scores: readonly LineScores[], width?: number): Zone | undefined {
  let best: Zone | undefined;
  for (const format of FORMATS) {
    const layout = MRZ_LAYOUTS[format];
    if (layout.lines !== scores.length || (width !== undefined && layout.width !== width)) continue;
    const zone = readFormat(format, layout, scores);
    if (zone && (!best || zone.rank > best.rank)) best = zone;
  }
  return best;
}

function readFormat(format: MrzFormat, layout: MrzLayout, scores: readonly LineScores[]): Zone | undefined {
  const seen = decodeAll(format, layout, scores);
  if (!seen) return undefined;
  const raw = seen.map(({ text }) => text);
  const read = seen.map((line, row) => withoutStray(line, row, layout, scores));
  const lines = read.map(({ text }) => text);
  const checks = checkMrz(format, lines);
  const score = mean(seen.map((line) => line.score));
  const plain = {
    format,
    lines,
    raw,
    corrected: lines.join() !== raw.join(),
    checks,
    score,
    confidence: confidenceOf(read),
  };
  const { held, failed } = tally(plain);
  const repaired = failed > 0 && score > LEAST_SCORE ? repair(format, layout, scores, read, held) : undefined;
  if (!repaired) return { ...plain, rank: rankOf(score, held, failed) };
  const after = tally(repaired);
  return {
    ...plain,
    lines: repaired.lines,
    checks: repaired.checks,
    corrected: true,
    confidence: confidenceOf(repaired.decoded),
    rank: rankOf(score, after.held, after.failed) - 0.2 - repaired.cost / 4,
  };
}

/** Readings of the same pixels differ by tenths of a nat per character; a check digit weighs 0.3 for or against, against eight times that. */
const rankOf = (score: number, held: number, failed: number): number => score * 8 + (held - failed) * 0.3;

/**
 * A passport whose right end the detector lost fits these formats but for the letter in front, which must therefore have been seen.
 */
const TOLD_BY_LETTER: ReadonlySet<MrzFormat> = new Set(['TD2', 'MRV-A', 'MRV-B', 'FRA-ID']);
const LEAST_LETTER = 0.01;

function repair(
  format: MrzFormat,
  layout: MrzLayout,
  scores: readonly LineScores[],
  read: readonly DecodedLine[],
  held: number,
) {
  const demanded = layout.checks.filter(({ over }) => over.length === 1);
  const decoded = scores.map((line, row) => {
    const checks = demanded.flatMap(({ over: [span], at }): LineCheck[] =>
      span && span.line === row ? [{ start: span.start, end: span.end, at: at.start }] : [],
    );
    if (checks.length === 0) return read[row];
    return decodeLine(line, layout.patterns[row] as string, checks, (read[row]?.cost ?? 0) + REPAIR_LIMIT);
  });
  if (!decoded.every((line) => line !== undefined)) return undefined;
  const lines = decoded.map(({ text }) => text);
  const cost = decoded.reduce((sum, line, i) => sum + ((read[i]?.score ?? 0) - line.score) * layout.width, 0);
  const checks = checkMrz(format, lines);
  // The composite digit is no part of the search: where it fails, it speaks against what was found.
  const confirmed = checks.composite !== false && tally({ checks }).held > held;
  return confirmed && cost < REPAIR_LIMIT ? { lines, decoded, checks, cost } : undefined;
}

/** Names are filled up at their end (Doc 9303 part 3, 4.6): what stands behind three fillers is glare, unless it is clear. */
const STRAY = /(?<=[A-Z])<<<+[A-Z]/;

function withoutStray(
  line: DecodedLine,
  row: number,
  { fields, patterns }: MrzLayout,
  scores: readonly LineScores[],
): DecodedLine {
  const names = [fields.surname, fields.givenNames].find((span) => span?.line === row);
  const at = names ? line.text.slice(names.start, names.end).search(STRAY) : -1;
  if (!names || at < 0) return line;
  const [pattern = '', from] = [patterns[row], names.start + at];
  const filled = pattern.slice(0, from) + '<'.repeat(names.end - from) + pattern.slice(names.end);
  const cleared = decodeLine(scores[row] as LineScores, filled, [], line.cost + REPAIR_LIMIT);
  return cleared ? { ...cleared, weakest: Math.min(cleared.weakest, line.weakest) } : line;
}

/** Line after line, and no further where the letter in front says that this is another format. */
function decodeAll(
  format: MrzFormat,
  { patterns }: MrzLayout,
  scores: readonly LineScores[],
): DecodedLine[] | undefined {
  const lines: DecodedLine[] = [];
  const lacks = (letter: number): boolean => TOLD_BY_LETTER.has(format) && letter < LEAST_LETTER;
  for (const [row, line] of scores.entries()) {
    const pattern = patterns[row] as string;
    if (row === 0 && lacks(peakOf(line, pattern.charAt(0)))) return undefined;
    const read = decodeLine(line, pattern);
    if (!read || (row === 0 && lacks(read.first))) return undefined;
    lines.push(read);
  }
  return lines;
}

/**
 * One character in ninety that was guessed hardly moves their mean, but makes the reading wrong. So a zone is not called sure to 0.9 while it has
 * one that is less likely than not; every character that was repaired is such a one.
 */
const confidenceOf = (lines: readonly DecodedLine[]): number =>
  Math.min(
    mean(lines.map(({ confidence }) => confidence)),
    0.8 + 0.2 * Math.min(...lines.map(({ weakest }) => weakest)),
  );

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
