import type { Realm } from '../domain/caller.ts';
import { save } from '../domain/login-records.ts';
import { idleUntil } from '../domain/person.ts';
import { type DeletePerson, deletePerson } from './delete-person.ts';

export interface ClearPerson extends DeletePerson {
  readonly settings: DeletePerson['settings'] & { readonly retention: { readonly templateDays: number } };
}

/**
 * For the sweeper. K-13, C-14: whom nobody has changed, and who has not logged in, for so long is forgotten; a deletion that ended
 * half-way is ended. Whatever is written at the same time goes first: the person stays due.
 */
export async function clearPerson(deps: ClearPerson, realm: Realm, id: string): Promise<void> {
  const { clock, records, settings } = deps;
  const [person, logins] = await Promise.all([
    records.get(realm, 'person', id),
    records.get(realm, 'loginPictures', id),
  ]);
  if (!person) return;
  const wakeAt = idleUntil(Math.max(person.updatedAt, logins?.updatedAt ?? 0), settings.retention.templateDays);
  if (person.status !== 'deleted' && wakeAt > clock.now()) {
    await records.commit(realm, [save('person', { ...person, wakeAt })]);
    return;
  }
  await deletePerson(deps, realm, id);
}
