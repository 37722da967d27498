import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LAYOUTS } from '../lambdas/domain/visual-zone/layouts.ts';
import { coverageTable, MARKS, published, tabled, untested, withTable } from './bench/coverage-table.ts';
import type { ReadSample } from './bench/printed-samples.ts';

const names = LAYOUTS.map(({ name }) => name);

/** What is wrong with the matrix of a README; empty if nothing is. */
function faults(readme: string): string[] {
  const table = published(readme);
  if (table === undefined) return ['no matrix'];
  const rows = tabled(table);
  const strays = rows.filter((name) => !names.includes(name)).map((name) => `${name} is no layout`);
  const twice = rows.filter((name, i) => rows.indexOf(name) !== i).map((name) => `${name} stands there twice`);
  const rest = untested(names.filter((name) => !rows.includes(name)));
  return [...strays, ...twice, ...(table.includes(rest) ? [] : ['layouts without a sample are not all named'])];
}

const sample = (layout: string, born: string, read?: ReadSample['read']): ReadSample => ({
  file: 'x.jpg',
  layout,
  truth: { birthDate: born, surname: 'QUILL' },
  ...(read && { read }),
  milliseconds: 1,
  stages: {},
});
const reading = (layout: string, birthDate: string, confidence = 0.8) => ({
  layout,
  fields: { birthDate: { value: birthDate, confidence } },
});

describe('the coverage matrix', () => {
  const table = coverageTable([
    sample('US-OH licence', '1991-04-09', reading('US-OH licence', '1991-04-09')),
    sample('US-OH licence', '1991-04-09', reading('US-PA licence', '1991-04-08')),
    sample('US-OH licence', '1991-04-09'),
    sample('Passport', '910409', reading('Passport', '1991-04-09')),
  ]);

  test('M-47 counts what is read right, wrong and not, by layout and field', () => {
    expect(table.split('\n').slice(0, 4)).toEqual([
      '| layout | samples | recognised | surname | given names | born | valid until | number | sex | nationality | issuer |',
      '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
      '| US-OH licence | 3 | 1 | 0/3 |  | 1/3, 1 wrong |  |  |  |  |  |',
      '| Passport | 1 | 1 | 0/1 |  | 1/1 |  |  |  |  |  |',
    ]);
    expect(table).toContain('Untested, for want of a sample: US licence (AL AK ');
    expect(table).not.toMatch(/US licence \([^)]*\bOH\b/);
  });

  test('M-47 the README publishes one that names each layout of the code once, in the table or as untested', () => {
    expect(faults(readFileSync(join(import.meta.dirname, '../README.md'), 'utf8'))).toEqual([]);
  });

  test('one that names another layout, or lacks one, is seen', () => {
    const readme = (text: string): string =>
      ['# x', ...MARKS, 'y'].join('\n').replace(MARKS[0], `${MARKS[0]}\n${text}`);
    expect(faults(readme(table))).toEqual([]);
    expect(faults(readme(table.replace('US-OH', 'US-XX')))).toEqual([
      'US-XX licence is no layout',
      'layouts without a sample are not all named',
    ]);
    expect(faults(readme(table.replace('(AL AK ', '(AL ')))).toEqual(['layouts without a sample are not all named']);
    expect(faults(readme(`${table}\n| Passport | 1 |`))).toEqual(['Passport stands there twice']);
    expect(faults('# x')).toEqual(['no matrix']);
    expect(published(withTable(readme('old'), table))).toBe(table);
  });
});
