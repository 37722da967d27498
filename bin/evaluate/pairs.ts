/** Which photos to compare, and whose they are. Pure. */
import { fail, ok, type Result } from '../../lambdas/domain/result.ts';
import { sample, seededRandom } from './seeded-random.ts';

/** Two photos, by name. */
export interface LabelledPair {
  readonly names: readonly [string, string];
  /** Whose they are: equal where genuine. Labels without a meaning of their own. */
  readonly people: readonly [string, string];
  readonly genuine: boolean;
}

interface Judgement {
  readonly names: readonly [string, string];
  readonly genuine: boolean;
}

/**
 * People from judgements on pairs: photos that a Yes joins, directly or over others, are one person's; a photo without a
 * Yes is a person's of its own. A pair that is judged twice counts once.
 * @returns each photo's person, named after a photo of theirs, and the pairs; else the first No between photos of one person
 */
export function peopleOf<T extends Judgement>(
  judged: readonly T[],
): Result<{ readonly persons: ReadonlyMap<string, string>; readonly pairs: readonly LabelledPair[] }, T> {
  const joinedTo = new Map<string, string>();
  const personOf = (name: string): string => {
    let person = name;
    for (let next: string | undefined = name; next !== undefined; next = joinedTo.get(next)) person = next;
    return person;
  };
  for (const { names, genuine } of judged) {
    const [one, two] = [personOf(names[0]), personOf(names[1])];
    if (genuine && one !== two) joinedTo.set(two, one);
  }
  const persons = new Map(judged.flatMap(({ names }) => names.map((name) => [name, personOf(name)] as const)));
  const pairs = new Map<string, LabelledPair>();
  for (const judgement of judged) {
    const { names, genuine } = judgement;
    const people = [personOf(names[0]), personOf(names[1])] as const;
    if (!genuine && people[0] === people[1]) return fail(judgement);
    pairs.set(JSON.stringify(names.toSorted()), { names, people, genuine });
  }
  return ok({ persons, pairs: [...pairs.values()] });
}

/** So many that figures at 1e-4 stand on ten pairs, and so few that a run ends. */
const MOST_OF_A_KIND = 100_000;

/**
 * Every pair of photos, genuine and impostor; of more than `most` of a kind, a sample that is the same each time.
 * @param persons by photo
 * @returns the pairs, and how many there were before sampling
 */
export function allPairs(
  persons: ReadonlyMap<string, string>,
  most = MOST_OF_A_KIND,
): { readonly pairs: readonly LabelledPair[]; readonly of: number } {
  const photos = [...persons];
  const ofPerson = Object.values(Object.groupBy(photos, ([, person]) => person)).map((own) => own?.length ?? 0);
  const inPairs = (count: number) => (count * (count - 1)) / 2;
  const genuine = ofPerson.reduce((sum, count) => sum + inPairs(count), 0);
  const of = inPairs(photos.length);
  const random = seededRandom(1);
  const pairs = [
    ...sample(pairsAmong(photos, true), genuine, most, random),
    ...sample(pairsAmong(photos, false), of - genuine, most, random),
  ];
  return { pairs, of };
}

function* pairsAmong(photos: readonly (readonly [string, string])[], genuine: boolean): Generator<LabelledPair> {
  for (const [i, [name, person]] of photos.entries()) {
    for (let j = i + 1; j < photos.length; j++) {
      const [other, its] = photos[j] as readonly [string, string];
      if ((person === its) === genuine) yield { names: [name, other], people: [person, its], genuine };
    }
  }
}
