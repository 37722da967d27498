/** Labelled photos of people: what `evaluate --pairs` reads, as pairs of file names. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UsageError } from '../terminal/command-error.ts';
import { allPairs, type LabelledPair, peopleOf } from './pairs.ts';

export interface LabelledPhotos {
  /** Folder that the names are relative to. Absolute. */
  readonly folder: string;
  /** Names as they were written. */
  readonly photos: readonly string[];
  readonly people: number;
  readonly pairs: readonly LabelledPair[];
  /** What was left out so that the run ends: pairs that a sample was drawn from. */
  readonly pairsBeforeSampling: number;
}

const PICTURE = /\.(jpe?g|png|webp|avif|tiff?|gif)$/i;

/** The pictures in a folder, by name. */
export const picturesIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => PICTURE.test(name))
    .sort();

/**
 * Reads a CSV file, with `file_x,file_y,Decision` (Yes or No) for a pair or `file,person` for a photo in each line, names
 * relative to the file; a folder that holds one such file; or a folder with a folder of photos for each person.
 * @throws UsageError that says what is wrong, and where
 */
export function readLabels(path: string): LabelledPhotos {
  const place = resolve(path);
  if (!existsSync(place)) throw new UsageError(`There is no ${path}.`);
  if (!statSync(place).isDirectory()) return readCsv(place);
  const tables = readdirSync(place).filter((name) => /\.csv$/i.test(name));
  if (tables.length > 1) throw new UsageError(`${path} holds ${tables.join(', ')}: name the one that is meant.`);
  return tables[0] === undefined ? readFolders(place) : readCsv(join(place, tables[0]));
}

function readFolders(folder: string): LabelledPhotos {
  const persons = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  const photos = persons.flatMap((person) =>
    picturesIn(join(folder, person)).map((name) => [join(person, name), person] as const),
  );
  if (photos.length === 0) {
    throw new UsageError(`${folder} holds neither a CSV file nor a folder of photos for each person.`);
  }
  return labelled(folder, folder, new Map(photos));
}

/** Lines of a table, by its head; `at` says where a line stands, for messages. */
interface Line {
  readonly at: string;
  cell(column: string): string;
}

function readCsv(file: string): LabelledPhotos {
  const [head = [], ...rows] = readFileSync(file, 'utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map(cellsOf);
  const columns = head.map((name) => name.toLowerCase());
  const lines = rows.flatMap((cells, i): Line[] => {
    if (cells.every((cell) => cell === '')) return [];
    const at = `${basename(file)}, line ${i + 2}`;
    const cell = (column: string): string => {
      const found = cells[columns.indexOf(column)];
      if (!found) throw new UsageError(`${at}: nothing under ${column}.`);
      return found;
    };
    return [{ at, cell }];
  });
  const has = (...names: readonly string[]) => names.every((name) => columns.includes(name));
  if (has('file_x', 'file_y', 'decision')) return readPairs(file, lines);
  if (has('file', 'person')) return readPersons(file, lines);
  throw new UsageError(`${basename(file)}: expected the columns file_x, file_y and Decision, or file and person.`);
}

function readPairs(file: string, lines: readonly Line[]): LabelledPhotos {
  const judged = lines.map(({ at, cell }) => {
    const names = [cell('file_x'), cell('file_y')] as const;
    const decision = cell('decision').toLowerCase();
    if (decision !== 'yes' && decision !== 'no') throw new UsageError(`${at}: the decision is Yes or No.`);
    if (names[0] === names[1]) throw new UsageError(`${at}: ${names[0]} is paired with itself.`);
    return { names, genuine: decision === 'yes', at };
  });
  const found = peopleOf(judged);
  if (!found.ok) throw new UsageError(`${found.error.at}: No, but other lines make these photos one person's.`);
  const { persons, pairs } = found.value;
  return checked(file, dirname(file), persons, pairs, pairs.length);
}

function readPersons(file: string, lines: readonly Line[]): LabelledPhotos {
  const persons = new Map<string, string>();
  for (const { at, cell } of lines) {
    const name = cell('file');
    if (persons.has(name)) throw new UsageError(`${at}: ${name} stands twice.`);
    persons.set(name, cell('person'));
  }
  return labelled(file, dirname(file), persons);
}

function labelled(source: string, folder: string, persons: ReadonlyMap<string, string>): LabelledPhotos {
  const { pairs, of } = allPairs(persons);
  return checked(source, folder, persons, pairs, of);
}

function checked(
  source: string,
  folder: string,
  persons: ReadonlyMap<string, string>,
  pairs: readonly LabelledPair[],
  pairsBeforeSampling: number,
): LabelledPhotos {
  const photos = [...persons.keys()];
  const missing = photos.filter((name) => !existsSync(join(folder, name)));
  if (missing.length > 0) {
    const shown = missing.slice(0, 3).join(', ');
    throw new UsageError(`${source}: ${missing.length} of ${photos.length} photos are not there: ${shown}.`);
  }
  if (!pairs.some(({ genuine }) => genuine)) throw new UsageError(`${source} holds no pair of photos of one person.`);
  if (pairs.every(({ genuine }) => genuine)) throw new UsageError(`${source} holds no pair of photos of two people.`);
  return { folder, photos, people: new Set(persons.values()).size, pairs, pairsBeforeSampling };
}

/** Cells of one line; a cell in quotes may hold commas, and quotes doubled (RFC 4180). */
const cellsOf = (line: string): string[] =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
    (quoted?.replaceAll('""', '"') ?? plain ?? '').trim(),
  );
