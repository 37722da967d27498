/**
 * Documents read right, on the specimens and hard photos beside the project (never part of it):
 * `node test/bench/documents.ts [name…]` prints every miss, then the figures.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { editorNamed } from '../../lambdas/domain/editing-programs.ts';
import type { DocumentReading, MrzFields, MrzFormat } from '../../lambdas/domain/evidence.ts';
import { checkMrz, parseMrz } from '../../lambdas/domain/mrz.ts';
import { createDocumentEngine } from '../../lambdas/vision/document/engine.ts';
import { decodePicture, metadataText } from '../../lambdas/vision/image.ts';
import { ensureModels, modelsFolder } from '../../models/ensure.ts';
import { type Figure, percentile } from './figure.ts';

export const DOCUMENTS = join(import.meta.dirname, '../../../shared/data/documents');

/** Scans, and photos made hard on purpose. */
export const documentSets = ['truth', 'hard_truth'] as const;
type DocumentSet = (typeof documentSets)[number];

/** The sets' own names of the formats. */
export const FORMATS: Readonly<Record<string, MrzFormat>> = {
  TD1: 'TD1',
  TD2: 'TD2',
  TD3: 'TD3',
  MRVA: 'MRV-A',
  MRVB: 'MRV-B',
  FRID: 'FRA-ID',
};

/** A picture with a zone, and what stands in it. */
export interface Truth {
  readonly id: string;
  readonly bytes: Buffer;
  readonly format: MrzFormat;
  readonly lines: readonly string[];
}

/** The pictures of a set that have a zone; `undefined` where the set is not there. */
export async function truthsOf(set: DocumentSet): Promise<Truth[] | undefined> {
  const file = join(DOCUMENTS, `${set}.json`);
  if (!existsSync(file)) return undefined;
  const entries: Record<string, { file: string; type: string; mrz?: string[] }> = JSON.parse(
    await readFile(file, 'utf8'),
  );
  return Promise.all(
    Object.entries(entries).flatMap(([id, { file: name, type, mrz: lines }]) => {
      const format = FORMATS[type];
      return lines && format ? [readFile(join(DOCUMENTS, name)).then((bytes) => ({ id, bytes, format, lines }))] : [];
    }),
  );
}

/** One picture's outcome. */
export interface DocumentOutcome {
  readonly id: string;
  readonly truth: readonly string[];
  readonly lines: readonly string[];
  readonly milliseconds: number;
  readonly stages: DocumentReading['stages'];
  readonly exact: boolean;
  /** Exact lines, before and after check-digit repair. */
  readonly linesExactRaw: number;
  readonly linesExact: number;
  /** Number, date of birth and date of expiry. */
  readonly fieldsRight: boolean;
  /** All checks hold, and yet a character is wrong: what a caller would trust wrongly. */
  readonly wrongButChecked: boolean;
  readonly confidence: number;
  /** The document's own check digits are wrong: were those, and no others, reported, and nothing repaired? */
  readonly flagged?: boolean;
  /** The file names a program for editing pictures. */
  readonly edited: boolean;
  readonly note: string;
}

export async function measureDocuments(
  set: DocumentSet,
  only: readonly string[] = [],
  each: (outcome: DocumentOutcome) => void = () => {},
): Promise<DocumentOutcome[] | undefined> {
  const truths = await truthsOf(set);
  if (!truths) return undefined;
  const engine = await createDocumentEngine({ folder: modelsFolder(), threads: 1 });
  const outcomes: DocumentOutcome[] = [];
  for (const truth of truths) {
    if (only.length > 0 && !only.some((part) => truth.id.includes(part))) continue;
    const picture = await decodePicture(truth.bytes);
    if (!picture.ok) throw new Error(`${truth.id}: ${picture.error}`);
    const start = performance.now();
    const reading = await engine.read(picture.value);
    const milliseconds = performance.now() - start;
    const edited = editorNamed(await metadataText(truth.bytes)) !== null;
    const outcome = { ...outcomeOf(truth, reading, milliseconds), edited };
    outcomes.push(outcome);
    each(outcome);
  }
  await engine.close();
  return outcomes;
}

const FIELDS: readonly (keyof MrzFields)[] = ['documentNumber', 'birthDate', 'expiryDate'];

const failedOf = (checks: Readonly<Record<string, boolean>>): string[] =>
  Object.keys(checks).filter((field) => !checks[field]);

function outcomeOf(
  { id, format, lines: truth }: Truth,
  reading: DocumentReading,
  milliseconds: number,
): Omit<DocumentOutcome, 'edited'> {
  const { mrz } = reading;
  const [lines, raw] = [mrz?.lines ?? [], mrz?.raw ?? []];
  const exactOf = (read: readonly string[]) => truth.filter((line, i) => read[i] === line).length;
  const exact = exactOf(lines) === truth.length;
  const failed = failedOf(mrz?.checks ?? {});
  const wrong = failedOf(checkMrz(format, truth));
  const fields = parseMrz(format, truth);
  const quality = 'value' in reading.quality ? reading.quality.value.toFixed(2) : reading.quality.unavailable;
  return {
    id,
    truth,
    lines,
    milliseconds,
    stages: reading.stages,
    exact,
    linesExactRaw: exactOf(raw),
    linesExact: exactOf(lines),
    fieldsRight: mrz !== undefined && FIELDS.every((field) => mrz.fields[field] === fields[field]),
    wrongButChecked: !exact && mrz !== undefined && failed.length === 0,
    confidence: mrz?.confidence ?? 0,
    ...(wrong.length > 0 && { flagged: mrz?.corrected === false && failed.join() === wrong.join() }),
    note: `${mrz?.format ?? ''} ${mrz?.confidence.toFixed(3) ?? ''}${mrz?.corrected ? ' corrected' : ''} failed[${failed}] q=${quality} [${reading.reasons}] lines=${reading.lines.length}`,
  };
}

/** Pictures of one document have one truth; each document counts once, by the share of its pictures. */
function distinctShare(outcomes: readonly DocumentOutcome[], right: (outcome: DocumentOutcome) => boolean): number {
  const groups = Map.groupBy(outcomes, ({ truth }) => truth.join());
  const shares = [...groups.values()].map((group) => group.filter(right).length / group.length);
  return (100 * shares.reduce((sum, share) => sum + share, 0)) / shares.length;
}

export async function benchDocuments(
  only: readonly string[] = [],
  each: (outcome: DocumentOutcome) => void = () => {},
): Promise<Figure[]> {
  await ensureModels();
  const figures: Figure[] = [];
  for (const set of documentSets) {
    const add = (name: string, value: number, unit: string) =>
      figures.push({ name: `${set === 'truth' ? 'scans' : 'hard photos'}: ${name}`, value, unit });
    const outcomes = await measureDocuments(set, only, each);
    if (!outcomes?.length) {
      add('pictures', 0, outcomes ? '' : 'left out: ../shared is not there');
      continue;
    }
    const count = (right: (outcome: DocumentOutcome) => boolean) => outcomes.filter(right).length;
    const lines = outcomes.reduce((sum, { truth }) => sum + truth.length, 0);
    const sum = (read: (outcome: DocumentOutcome) => number) => outcomes.reduce((all, one) => all + read(one), 0);
    add('pictures', outcomes.length, `of ${new Set(outcomes.map(({ truth }) => truth.join())).size} documents`);
    add('pictures exact to the character', (100 * count(({ exact }) => exact)) / outcomes.length, '%');
    add(
      'documents exact to the character',
      distinctShare(outcomes, ({ exact }) => exact),
      '%',
    );
    add(
      'documents with number, birth and expiry right',
      distinctShare(outcomes, ({ fieldsRight }) => fieldsRight),
      '%',
    );
    add('lines exact before repair', (100 * sum(({ linesExactRaw }) => linesExactRaw)) / lines, '%');
    add('lines exact', (100 * sum(({ linesExact }) => linesExact)) / lines, '%');
    add(
      'wrong, though all checks hold',
      count(({ wrongButChecked }) => wrongButChecked),
      '',
    );
    const trusted = count(({ wrongButChecked, confidence }) => wrongButChecked && confidence >= 0.9);
    add('wrong, though all checks hold and confidence is 0.9', trusted, '');
    add(
      'files that name an editing program',
      count(({ edited }) => edited),
      'pictures',
    );
    const invalid = outcomes.filter(({ flagged }) => flagged !== undefined);
    if (invalid.length > 0)
      add(
        'invalid check digits reported, not repaired',
        invalid.filter(({ flagged }) => flagged).length,
        `of ${invalid.length}`,
      );
    const conditions = Map.groupBy(outcomes, ({ id }) => id.split('__')[1] ?? '');
    if (conditions.size > 1)
      for (const [condition, group] of conditions)
        add(`${condition}, exact`, group.filter(({ exact }) => exact).length, `of ${group.length}`);
    const times = outcomes.map(({ milliseconds }) => milliseconds);
    add('a picture, p50', percentile(times, 0.5), 'ms, 1 thread');
    add('a picture, p95', percentile(times, 0.95), 'ms, 1 thread');
    for (const stage of new Set(outcomes.flatMap(({ stages }) => Object.keys(stages))))
      add(`  ${stage}, mean`, sum(({ stages }) => stages[stage] ?? 0) / outcomes.length, 'ms');
  }
  return figures;
}

function print({ id, truth, lines, milliseconds, exact, note }: DocumentOutcome): void {
  console.log(`${exact ? 'ok  ' : 'MISS'} ${id} ${Math.round(milliseconds)} ms ${note}`);
  if (!exact) console.log(truth.map((line, i) => `       ${line}\n     > ${lines[i] ?? ''}`).join('\n'));
}

if (import.meta.main)
  for (const { name, value, unit } of await benchDocuments(process.argv.slice(2), print))
    console.log(`${name}: ${Math.round(value * 10) / 10} ${unit}`);
