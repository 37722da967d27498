import type { Realm } from '../domain/caller.ts';
import type { Failure } from '../domain/error.ts';
import { remove } from '../domain/login-records.ts';
import type { Person } from '../domain/person.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { type ClearLeftovers, clearLeftovers } from './clear-leftovers.ts';
import { changedMeanwhile, changeRecord, type KeepsLoginRecords } from './login-records.ts';

export type DeletePerson = Pick<KeepsLoginRecords, 'clock' | 'records'> & ClearLeftovers;

/**
 * Marked first, from when on nobody finds the person; then pictures and faces go, and the record, which names them, last. Deleting
 * again does what a crash left undone.
 */
export async function deletePerson(deps: DeletePerson, realm: Realm, id: string): Promise<Result<Person, Failure>> {
  const marked = await changeRecord(deps, realm, 'person', id, (person) => ok({ ...person, status: 'deleted' }));
  if (!marked.ok) return marked;
  await clearLeftovers(deps, realm, id, [...marked.value.images, ...marked.value.leftovers]);
  const written = await deps.records.commit(realm, [remove('person', marked.value)]);
  return written.ok ? marked : fail(changedMeanwhile('person'));
}
