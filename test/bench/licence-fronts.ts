/**
 * Printed sides read right, field by field: licence fronts, and the documents whose zone tells what is printed on them.
 * `node test/bench/licence-fronts.ts [--readme] [name…]` prints every miss, then the figures; `--readme` publishes the matrix.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FieldName } from '../../lambdas/domain/evidence.ts';
import { coverageTable, withTable } from './coverage-table.ts';
import { type Figure, percentile } from './figure.ts';
import {
  hasSamples,
  licenceFronts,
  outcomeOf,
  type ReadSample,
  readSamples,
  zoneDocuments,
} from './printed-samples.ts';

const README = join(import.meta.dirname, '../../README.md');
const FIELDS = [
  'birthDate',
  'expiryDate',
  'documentNumber',
  'surname',
  'givenNames',
  'sex',
  'nationality',
  'issuingState',
] as const satisfies readonly FieldName[];

export async function benchLicenceFronts(): Promise<readonly Figure[]> {
  if (!hasSamples()) return [];
  const fronts = await readSamples(await licenceFronts(), report);
  const others = await readSamples(await zoneDocuments(), report);
  return [...figuresOf('licence fronts', fronts), ...figuresOf('documents with a zone', others)];
}

function figuresOf(set: string, samples: readonly ReadSample[]): Figure[] {
  const shares = FIELDS.flatMap((field): Figure[] => {
    const outcomes = samples.flatMap((sample) => outcomeOf(sample, field) ?? []);
    const right = outcomes.filter((outcome) => outcome === 'right').length;
    return outcomes.length === 0
      ? []
      : [{ name: `${set}: ${field}, of ${outcomes.length}`, value: (100 * right) / outcomes.length, unit: '%' }];
  });
  const sure = samples
    .flatMap((sample) => FIELDS.map((field) => outcomeOf(sample, field)))
    .filter((one) => one === 'sure but wrong');
  const times = samples.map(({ milliseconds }) => milliseconds);
  return [
    ...shares,
    { name: `${set}: wrong with a confidence of 0.9 and more`, value: sure.length, unit: 'values' },
    { name: `${set}: p50`, value: percentile(times, 0.5), unit: 'ms' },
    { name: `${set}: p95`, value: percentile(times, 0.95), unit: 'ms' },
    {
      name: `${set}: words → fields, p50`,
      value: percentile(
        samples.map(({ stages }) => stages.visual ?? 0),
        0.5,
      ),
      unit: 'ms',
    },
  ];
}

/** Misses on the error stream: the figures are the result. */
function report(sample: ReadSample): void {
  const misses = FIELDS.flatMap((field) => {
    const outcome = outcomeOf(sample, field);
    const read = sample.read?.fields[field];
    const told = read ? `${read.value} (${read.confidence})` : '';
    return outcome && outcome !== 'right' ? [`  ${outcome} ${field}: ${sample.truth[field]} > ${told}`] : [];
  });
  const head = `${sample.file} ${sample.read?.layout ?? 'no layout'} ${Math.round(sample.milliseconds)} ms`;
  console.error([head, ...misses].join('\n'));
}

if (import.meta.main) {
  const names = process.argv.slice(2).filter((word) => word !== '--readme');
  const all = [...(await licenceFronts()), ...(await zoneDocuments())];
  const wanted = all.filter(({ file }) => names.length === 0 || names.some((name) => file.includes(name)));
  const read = await readSamples(wanted, report);
  console.log(coverageTable(read));
  for (const { name, value, unit } of figuresOf('all', read)) console.log(name, Math.round(value * 10) / 10, unit);
  if (process.argv.includes('--readme') && names.length === 0)
    await writeFile(README, withTable(await readFile(README, 'utf8'), coverageTable(read)));
}
