import type { Realm } from '../domain/caller.ts';
import type { Failure } from '../domain/error.ts';
import { remove } from '../domain/login-records.ts';
import type { Person } from '../domain/person.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { type ClearLeftovers, clearLeftovers } from './clear-leftovers.ts';
import { changedMeanwhile, changeRecord, type KeepsLoginRecords } from './login-records.ts';

export interface DeletePerson extends Pick<KeepsLoginRecords, 'clock' | 'records'>, ClearLeftovers {
  readonly settings: { readonly jobs: { readonly redriveAfterSeconds: number } };
}

/**
 * Marked first, from when on nobody finds the person; then pictures and faces go, and the record, which names them, last. What a
 * crash left undone is done by deleting again, or by the sweeper.
 */
export async function deletePerson(deps: DeletePerson, realm: Realm, id: string): Promise<Result<Person, Failure>> {
  const wakeAt = deps.clock.now() + deps.settings.jobs.redriveAfterSeconds * 1000;
  const marked = await changeRecord(deps, realm, 'person', id, (person) =>
    ok({ ...person, status: 'deleted', wakeAt }),
  );
  if (!marked.ok) return marked;
  await clearLeftovers(deps, realm, id, [...marked.value.images, ...marked.value.leftovers]);
  // Of logins that the person has had; once marked, there are no more.
  const pictures = await deps.records.get(realm, 'loginPictures', id);
  if (pictures) await deps.media.delete([...pictures.keys, ...pictures.dropped]);
  const rows = [remove('person', marked.value), ...(pictures ? [remove('loginPictures', pictures)] : [])];
  const written = await deps.records.commit(realm, rows);
  return written.ok ? marked : fail(changedMeanwhile('person'));
}
