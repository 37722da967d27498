/** The published coverage matrix: what is read on which documents, from what was read. Pure. */
import type { FieldName } from '../../lambdas/domain/evidence.ts';
import { LAYOUTS } from '../../lambdas/domain/visual-zone/layouts.ts';
import { outcomeOf, type ReadSample } from './printed-samples.ts';

const COLUMNS = {
  surname: 'surname',
  givenNames: 'given names',
  birthDate: 'born',
  expiryDate: 'valid until',
  documentNumber: 'number',
  sex: 'sex',
  nationality: 'nationality',
  issuingState: 'issuer',
} as const satisfies Partial<Record<FieldName, string>>;

const HEAD = ['layout', 'samples', 'recognised', ...Object.values(COLUMNS)];

/** The lines between these two in the README are written by `node test/bench/licence-fronts.ts --readme`. */
export const MARKS = ['<!-- coverage -->', '<!-- /coverage -->'] as const;

const NAMES = LAYOUTS.map(({ name }) => name);

/** Rows of the table with samples, and one line that names the rows without. */
export function coverageTable(samples: readonly ReadSample[]): string {
  const rows = NAMES.flatMap((name) => {
    const own = samples.filter(({ layout }) => layout === name);
    return own.length === 0 ? [] : [rowOf(name, own)];
  });
  const tested = new Set(samples.map(({ layout }) => layout));
  return [
    line(HEAD),
    line(HEAD.map(() => '---')),
    ...rows,
    '',
    untested(NAMES.filter((name) => !tested.has(name))),
  ].join('\n');
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function rowOf(name: string, samples: readonly ReadSample[]): string {
  const recognised = samples.filter(({ read }) => read?.layout === name).length;
  const cells = (Object.keys(COLUMNS) as (keyof typeof COLUMNS)[]).map((field) => {
    const outcomes = samples.flatMap((sample) => outcomeOf(sample, field) ?? []);
    const count = (wanted: string): number => outcomes.filter((outcome) => outcome.includes(wanted)).length;
    if (outcomes.length === 0) return '';
    return `${count('right')}/${outcomes.length}${count('wrong') > 0 ? `, ${count('wrong')} wrong` : ''}`;
  });
  return line([name, String(samples.length), String(recognised), ...cells]);
}

/** Regions of one kind of card in one breath. */
export function untested(names: readonly string[]): string {
  const groups = Map.groupBy(names, (name) => name.replace(/^([A-Z]{2})-[A-Z]+ (.+)$/, '$1 $2'));
  const parts = [...groups].map(([group, members]) => {
    const codes = members.flatMap((name) => /^[A-Z]{2}-([A-Z]+) /.exec(name)?.[1] ?? []);
    return codes.length === 0 ? group : `${group} (${codes.join(' ')})`;
  });
  return `Untested, for want of a sample: ${parts.join(', ')}.`;
}

/** Layouts that a table names in its first column. */
export const tabled = (table: string): string[] =>
  table
    .split('\n')
    .filter((row) => row.startsWith('| '))
    .map((row) => (row.split(' | ')[0] ?? '').slice(2))
    .filter((name) => name !== HEAD[0] && name !== '---');

/** What stands between the marks. */
export function published(readme: string): string | undefined {
  const [start, end] = MARKS.map((mark) => readme.indexOf(mark)) as [number, number];
  return start < 0 || end < start ? undefined : readme.slice(start + MARKS[0].length, end).trim();
}

export function withTable(readme: string, table: string): string {
  const old = published(readme);
  if (old === undefined) throw new Error(`the README lacks ${MARKS.join(' … ')}`);
  const start = readme.indexOf(MARKS[0]) + MARKS[0].length;
  return `${readme.slice(0, start)}\n${table}\n${readme.slice(readme.indexOf(MARKS[1]))}`;
}
