/**
 * Documents read right, on the specimens and hard photos beside the project (never part of it):
 * `node test/bench/documents.ts [name…]` prints every miss, then the figures.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDocumentEngine } from '../../lambdas/vision/document/engine.ts';
import { decodePicture } from '../../lambdas/vision/image.ts';
import { modelsFolder } from '../../models/ensure.ts';

export const DOCUMENTS = join(import.meta.dirname, '../../../shared/data/documents');

interface Truth {
  readonly file: string;
  readonly mrz?: readonly string[];
}

/** Figures of one set. Milliseconds are means per document, by stage of the engine. */
export interface DocumentFigures {
  readonly documents: number;
  readonly documentsExact: number;
  readonly lines: number;
  readonly linesExact: number;
  /** Exact lines before check-digit repair. */
  readonly linesExactRaw: number;
  /** Zones with all checks that are nevertheless not exact: what a caller would trust wrongly. */
  readonly wrongButChecked: number;
  readonly milliseconds: Readonly<Record<string, number>>;
}

/** One document's outcome, for looking at misses. */
export interface DocumentOutcome {
  readonly id: string;
  readonly truth: readonly string[];
  readonly lines: readonly string[];
  readonly milliseconds: number;
  readonly note: string;
}

/** Sets whose files are there; `undefined` without them. */
export const documentSets = ['truth', 'hard_truth'] as const;

export async function measureDocuments(
  set: (typeof documentSets)[number],
  only: readonly string[] = [],
  each: (outcome: DocumentOutcome) => void = () => {},
): Promise<DocumentFigures | undefined> {
  const file = join(DOCUMENTS, `${set}.json`);
  if (!existsSync(file)) return undefined;
  const truths: Record<string, Truth> = JSON.parse(await readFile(file, 'utf8'));
  const engine = await createDocumentEngine({ folder: modelsFolder(), threads: 1 });
  const sum = { documents: 0, documentsExact: 0, lines: 0, linesExact: 0, linesExactRaw: 0, wrongButChecked: 0 };
  const spent: Record<string, number> = {};
  for (const [id, { file: name, mrz: truth }] of Object.entries(truths)) {
    if (!truth || (only.length > 0 && !only.some((part) => id.includes(part)))) continue;
    const picture = await decodePicture(await readFile(join(DOCUMENTS, name)));
    if (!picture.ok) throw new Error(`${name}: ${picture.error}`);
    const start = performance.now();
    const reading = await engine.read(picture.value);
    const milliseconds = performance.now() - start;
    const lines = reading.mrz?.lines ?? [];
    const right = truth.filter((line, i) => lines[i] === line).length;
    sum.documents++;
    sum.lines += truth.length;
    sum.linesExact += right;
    sum.linesExactRaw += truth.filter((line, i) => reading.mrz?.raw[i] === line).length;
    if (right === truth.length) sum.documentsExact++;
    else if (reading.mrz && Object.values(reading.mrz.checks).every(Boolean)) sum.wrongButChecked++;
    for (const [stage, ms] of Object.entries({ ...reading.stages, total: milliseconds }))
      spent[stage] = (spent[stage] ?? 0) + ms;
    const { format = '', corrected = false, confidence = 0, checks = {} } = reading.mrz ?? {};
    const failed = Object.keys(checks).filter((field) => !checks[field]);
    const quality = 'value' in reading.quality ? reading.quality.value.toFixed(2) : reading.quality.unavailable;
    const note = `${format} ${confidence.toFixed(3)}${corrected ? ' corrected' : ''} failed[${failed}] q=${quality} [${reading.reasons}] lines=${reading.lines.length}`;
    each({ id, truth, lines, milliseconds, note });
  }
  await engine.close();
  const milliseconds = Object.fromEntries(
    Object.entries(spent).map(([stage, ms]) => [stage, Math.round(ms / sum.documents)]),
  );
  return { ...sum, milliseconds };
}

if (import.meta.main) {
  for (const set of documentSets) {
    const figures = await measureDocuments(set, process.argv.slice(2), ({ id, truth, lines, milliseconds, note }) => {
      const right = truth.every((line, i) => lines[i] === line);
      console.log(`${right ? 'ok  ' : 'MISS'} ${id} ${Math.round(milliseconds)} ms ${note}`);
      if (!right) console.log(truth.map((line, i) => `       ${line}\n     > ${lines[i] ?? ''}`).join('\n'));
    });
    console.log(set, figures ?? 'absent');
  }
}
