import type { Realm } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import type { Measure } from '../domain/evidence.ts';
import type { Person } from '../domain/person.ts';
import { bestPerPerson, type Candidate } from '../domain/recognise.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Tenants } from '../ports/accounts.ts';
import type { Faces } from '../ports/vision.ts';
import { type FindPersons, findPersons } from './find-persons.ts';
import { usableCollection } from './manage-collections.ts';
import { readFaces, readSingleFace } from './read-single-face.ts';

export interface RecogniseFaces extends FindPersons {
  readonly vision: Pick<Faces, 'readFace' | 'compare'>;
  readonly tenants: Pick<Tenants, 'get'>;
}

export interface Search {
  /** Id. */
  readonly collection: string;
  /** 0..1 */
  readonly minScore: number;
  readonly maxResults: number;
}

/** A named collection must be there: the caller would else take the answer for one about it. */
export async function measureLiveness(
  deps: RecogniseFaces,
  realm: Realm,
  image: Uint8Array,
  collection: string | undefined,
): Promise<Result<Measure, Failure>> {
  if (collection !== undefined) {
    const usable = await usableCollection(deps, realm, collection);
    if (!usable.ok) return fail(failure('collection_not_configured', usable.error.message));
  }
  const face = await readSingleFace(deps, { field: 'image', bytes: image });
  return face.ok ? ok(face.value.liveness) : face;
}

/** Who reaches the score, best first. Several pictures are of one person: the best of them counts. */
export async function searchFaces(
  deps: RecogniseFaces,
  realm: Realm,
  images: readonly Uint8Array[],
  { collection, minScore, maxResults }: Search,
): Promise<Result<readonly Candidate<Person>[], Failure>> {
  const faces = await readFaces(deps, 'images', images);
  if (!faces.ok) return faces;
  const all: Candidate<Person>[] = [];
  for (const { template } of faces.value) {
    const found = await findPersons(deps, realm, collection, template);
    if (!found.ok) return found;
    all.push(...found.value);
  }
  return ok(bestPerPerson(all.filter(({ score }) => score >= minScore)).slice(0, maxResults));
}

/** Liveness first: of a face that may not be alive nobody is told whose it is. What cannot be judged is no pass (S-05). */
export async function searchLiveFace(
  deps: RecogniseFaces,
  realm: Realm,
  image: Uint8Array,
  { livenessMinScore, ...search }: Search & { readonly livenessMinScore: number },
): Promise<Result<{ readonly liveness: Measure; readonly persons: readonly Candidate<Person>[] }, Failure>> {
  const face = await readSingleFace(deps, { field: 'image', bytes: image });
  if (!face.ok) return face;
  const { liveness, template } = face.value;
  if ('value' in liveness && liveness.value < livenessMinScore) {
    return fail(failure('liveness_failed', 'The face is not surely alive.', { detail: { score: liveness.value } }));
  }
  if ('unavailable' in liveness && livenessMinScore > 0) {
    const tenant = await deps.tenants.get(realm.tenantId);
    if (tenant?.settings.requireLiveness ?? true) return fail(failure('liveness_failed', liveness.unavailable));
  }
  const found = await findPersons(deps, realm, search.collection, template);
  if (!found.ok) return found;
  const persons = found.value.filter(({ score }) => score >= search.minScore).slice(0, search.maxResults);
  return ok({ liveness, persons });
}
