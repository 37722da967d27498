import type { Realm } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import type { Template } from '../domain/evidence.ts';
import { countsAs, type Person, personIdOf } from '../domain/person.ts';
import { bestPerPerson, type Candidate } from '../domain/recognise.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Gallery, LoginRecords } from '../ports/people.ts';
import { usableCollection } from './manage-collections.ts';

export interface FindPersons {
  readonly records: Pick<LoginRecords, 'get' | 'getAll'>;
  readonly gallery: Pick<Gallery, 'search'>;
}

/** Faces that a search brings up: enough for two people with all the images that one may have, and some that no longer count. */
const MOST_FACES = 50;

const unusable = (why: string): Failure => failure('collection_not_configured', why);

/**
 * Who in a collection of the tenant and mode a face may be, most alike first, each person once. V-27: a collection that is missing,
 * deleted or empty cannot be searched; one whose faces are all of an older model set is as good as empty.
 */
export async function findPersons(
  { records, gallery }: FindPersons,
  realm: Realm,
  collection: string | undefined,
  probe: Template,
): Promise<Result<readonly Candidate<Person>[], Failure>> {
  if (collection === undefined) return fail(unusable('No collection is assigned.'));
  const usable = await usableCollection({ records }, realm, collection);
  if (!usable.ok) return fail(unusable(usable.error.message));
  const { tenantId, mode } = realm;
  const found = await gallery.search({ tenantId, mode, collection }, probe, MOST_FACES);
  if (!found) return fail(unusable('The collection was deleted.'));
  if (found.length === 0) return fail(unusable('There is nobody in the collection.'));
  const persons = await records.getAll(realm, 'person', [...new Set(found.map(({ faceId }) => personIdOf(faceId)))]);
  return ok(
    bestPerPerson(
      found.flatMap(({ faceId, similarity }) => {
        const person = persons.find(({ id }) => id === personIdOf(faceId));
        return person && countsAs(person, faceId, collection) ? [{ person, score: similarity }] : [];
      }),
    ),
  );
}
