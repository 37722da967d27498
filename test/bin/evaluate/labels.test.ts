import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLabels } from '../../../bin/evaluate/labels.ts';
import { allPairs, peopleOf } from '../../../bin/evaluate/pairs.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'selfsame-labels-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
/** A folder with these files; the text of a picture is never looked at here. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const made = join(folder, String(count++));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(made, name, '..'), { recursive: true });
    writeFileSync(join(made, name), text);
  }
  return made;
}
const four = { 'a.jpg': '', 'b.jpg': '', 'c.jpg': '', 'd,1.jpg': '' };
const withTable = (lines: readonly string[], name = 'table.csv') => folderOf({ ...four, [name]: lines.join('\n') });

describe('labelled photos', () => {
  it('are read from a CSV of pairs, or the folder that holds it; people are found over the Yes lines', () => {
    const made = withTable([
      '\uFEFFfile_x,file_y,Decision',
      'a.jpg, b.jpg ,Yes',
      'b.jpg,c.jpg,yes\r',
      '',
      'a.jpg,"d,1.jpg",No',
      'c.jpg,a.jpg,Yes',
      'a.jpg,c.jpg,Yes',
    ]);
    const found = readLabels(made);
    expect(readLabels(join(made, 'table.csv'))).toEqual(found);
    expect(found).toMatchObject({ folder: made, people: 2, pairsBeforeSampling: 4 });
    expect(found.photos).toEqual(['a.jpg', 'b.jpg', 'c.jpg', 'd,1.jpg']);
    expect(found.pairs.map(({ genuine }) => genuine)).toEqual([true, true, false, true]);
    expect(new Set(found.pairs.filter(({ genuine }) => genuine).flatMap(({ people }) => people)).size).toBe(1);
  });

  it('are read from a CSV of photos and people, or from a folder for each person: all pairs', () => {
    const table = readLabels(withTable(['person,file', '1,a.jpg', '1,b.jpg', '2,c.jpg', '3,"d,1.jpg"']));
    const folders = readLabels(
      folderOf({
        'one/a.jpg': '',
        'one/b.PNG': '',
        'one/notes.txt': '',
        'two/c.webp': '',
        'three/d.jpg': '',
        'e.jpg': '',
      }),
    );
    for (const found of [table, folders]) {
      expect(found).toMatchObject({ people: 3, pairsBeforeSampling: 6 });
      expect(found.pairs.filter(({ genuine }) => genuine)).toHaveLength(1);
    }
    expect(folders.photos).toEqual(['one/a.jpg', 'one/b.PNG', 'three/d.jpg', 'two/c.webp']);
  });

  const pairs = (...lines: readonly string[]) => ['file_x,file_y,Decision', ...lines];
  it.each([
    ['a table without its columns', ['left,right', 'a.jpg,b.jpg'], 'expected the columns'],
    ['an empty table', [''], 'expected the columns'],
    ['another decision', pairs('a.jpg,b.jpg,Maybe'), 'line 2: the decision is Yes or No'],
    ['a missing cell', pairs('a.jpg,b.jpg,No', 'a.jpg,,Yes'), 'line 3: nothing under file_y'],
    ['a photo paired with itself', pairs('a.jpg,a.jpg,Yes'), 'a.jpg is paired with itself'],
    ['a contradiction', pairs('a.jpg,b.jpg,Yes', 'b.jpg,c.jpg,Yes', 'a.jpg,c.jpg,No'), 'line 4: No, but'],
    [
      'photos that are not there',
      pairs('a.jpg,b.jpg,Yes', 'a.jpg,gone.jpg,No'),
      '1 of 3 photos are not there: gone.jpg',
    ],
    ['no genuine pair', pairs('a.jpg,b.jpg,No'), 'no pair of photos of one person'],
    ['no impostor pair', pairs('a.jpg,b.jpg,Yes'), 'no pair of photos of two people'],
    ['a photo of two people', ['file,person', 'a.jpg,1', 'a.jpg,2'], 'line 3: a.jpg stands twice'],
  ])('are refused with their place: %s', (_, lines, message) => {
    expect(() => readLabels(withTable(lines))).toThrow(message);
  });

  it.each([
    ['nothing', () => join(folder, 'nowhere'), 'There is no'],
    ['a folder without people', () => folderOf({ 'a.jpg': '' }), 'neither a CSV file nor a folder of photos'],
    ['two tables', () => folderOf({ 'a.csv': '', 'b.csv': '' }), 'name the one that is meant'],
  ])('are refused: %s', (_, path, message) => {
    expect(() => readLabels(path())).toThrow(message);
  });
});

describe('pairs of photos', () => {
  const persons = fc
    .array(fc.nat(4), { minLength: 2, maxLength: 20 })
    .map((people) => new Map(people.map((person, i) => [`${i}.jpg`, `p${person}`])));

  it('are all there are, each once, genuine where the person is the same', () => {
    fc.assert(
      fc.property(persons, (of) => {
        const { pairs, of: total } = allPairs(of);
        expect(total).toBe((of.size * (of.size - 1)) / 2);
        expect(new Set(pairs.map(({ names }) => names.toSorted().join())).size).toBe(total);
        for (const { names, people, genuine } of pairs) {
          expect(people).toEqual(names.map((name) => of.get(name)));
          expect(genuine).toBe(people[0] === people[1]);
        }
      }),
    );
  });

  it('are sampled beyond a number of each kind, the same each time', () => {
    fc.assert(
      fc.property(persons, fc.integer({ min: 1, max: 30 }), (of, most) => {
        const [all, some] = [allPairs(of).pairs, allPairs(of, most).pairs];
        for (const genuine of [true, false]) {
          const kind = (pairs: typeof all) => pairs.filter((pair) => pair.genuine === genuine);
          expect(kind(some)).toHaveLength(Math.min(most, kind(all).length));
        }
        expect(all).toEqual(expect.arrayContaining([...some]));
        expect(allPairs(of, most).pairs).toEqual(some);
      }),
    );
  });

  it('judged one by one give the people back', () => {
    fc.assert(
      fc.property(persons, (of) => {
        const found = peopleOf(allPairs(of).pairs);
        if (!found.ok) throw new Error('a contradiction');
        for (const [name, person] of of) {
          for (const [other, its] of of) {
            expect(found.value.persons.get(name) === found.value.persons.get(other)).toBe(person === its);
          }
        }
      }),
    );
  });
});
