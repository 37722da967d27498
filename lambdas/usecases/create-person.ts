import type { Realm } from '../domain/caller.ts';
import type { Failure } from '../domain/error.ts';
import { save } from '../domain/login-records.ts';
import { idleUntil, type Person, type PersonDetails } from '../domain/person.ts';
import { fail, type Result } from '../domain/result.ts';
import { type DeletePerson, deletePerson } from './delete-person.ts';
import { type IndexPerson, indexPerson } from './index-person.ts';
import { changedMeanwhile, newHead } from './login-records.ts';
import { usableCollection } from './manage-collections.ts';
import { type Picture, type PrepareFaces, prepareFaces } from './prepare-faces.ts';

export type CreatePerson = IndexPerson & PrepareFaces & DeletePerson;

export interface PersonRequest extends PersonDetails {
  readonly images: readonly Picture[];
  /** Ids. */
  readonly collections: readonly string[];
}

/**
 * Somebody who can be found from the next search on. Everything is looked at before anything is kept; then the record comes first,
 * so that no picture and no face is ever without it.
 * @param head the record's, where the caller wants to know the id beforehand; `conflict` where there is such a person
 */
export async function createPerson(
  deps: CreatePerson,
  realm: Realm,
  { images, collections, ...details }: PersonRequest,
  head = newHead(deps),
): Promise<Result<Person, Failure>> {
  for (const id of collections) {
    const usable = await usableCollection(deps, realm, id);
    if (!usable.ok) return usable;
  }
  const prepared = await prepareFaces(deps, realm, head.id, images, collections);
  if (!prepared.ok) return prepared;
  const person: Person = {
    ...head,
    ...details,
    status: 'pending',
    collections,
    images: prepared.value.map(({ image }) => image),
    leftovers: [],
    wakeAt: idleUntil(head.createdAt, deps.settings.retention.templateDays),
  };
  const written = await deps.records.commit(realm, [save('person', person)]);
  if (!written.ok) return fail(changedMeanwhile('person'));
  const indexed = await indexPerson(deps, realm, { ...person, revision: 1 }, prepared.value);
  // A collection that went meanwhile: the call has failed, and leaves nothing behind.
  if (!indexed.ok) await deletePerson(deps, realm, person.id);
  return indexed;
}
