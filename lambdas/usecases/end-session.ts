import type { Realm } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import { eventsBetween } from '../domain/login-events.ts';
import { pictureKey } from '../domain/login-pictures.ts';
import { save } from '../domain/login-records.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { partId, released, stateAt, type Validation, validationOf } from '../domain/validation.ts';
import type { LoginRecords } from '../ports/people.ts';
import type { Clock } from '../ports/system.ts';
import { type DeletePerson, deletePerson } from './delete-person.ts';
import { type TellEvents, tellSoon } from './tell-events.ts';

export interface EndSession extends TellEvents {
  readonly clock: Clock;
  readonly records: Pick<LoginRecords, 'get' | 'commit'>;
  readonly settings: { readonly jobs: { readonly redriveAfterSeconds: number } };
}

const noSession = failure('not_found', 'There is no such liveness session.');

/** Others that change the same session at the same time are waited for so often. */
const mostTries = 4;

/** V-51: nobody can send a picture for it any more; one that is being looked at is not taken either. */
export async function cancelSession(
  deps: EndSession,
  realm: Realm,
  sessionId: string,
): Promise<Result<Validation, Failure>> {
  const id = validationOf(sessionId, 'session');
  for (let tries = 0; tries < mostTries; tries++) {
    const found = id === undefined ? undefined : await deps.records.get(realm, 'validation', id);
    if (!found) return fail(noSession);
    const state = stateAt(found, deps.clock.now());
    if (state === 'validated') return fail(failure('session_completed', 'The session is completed.'));
    if (state !== 'active') return ok(found);
    const ended = await end(deps, realm, found, 'cancelled');
    if (ended) return ok(ended);
  }
  return fail(failure('conflict', 'The session is in use; try again.', { retryAfter: 1 }));
}

/** Writes down that its time is over, where it is; answers it as it is kept now. */
export async function expireSession(deps: EndSession, realm: Realm, found: Validation): Promise<Validation> {
  const now = deps.clock.now();
  const looked = found.heldUntil !== undefined && found.heldUntil > now;
  if (found.state !== 'active' || stateAt(found, now) !== 'expired' || looked) return found;
  return (await end(deps, realm, found, 'expired')) ?? found;
}

async function end(
  deps: EndSession,
  realm: Realm,
  found: Validation,
  state: 'cancelled' | 'expired',
): Promise<Validation | undefined> {
  const now = deps.clock.now();
  const after: Validation = { ...released(found), state, updatedAt: now };
  const events = eventsBetween(realm, found, after);
  const told = { events, dueAt: now + deps.settings.jobs.redriveAfterSeconds * 1000 };
  const written = await deps.records.commit(realm, [save('validation', after)], { told });
  if (!written.ok) return undefined;
  await tellSoon(deps, events);
  return { ...after, revision: after.revision + 1 };
}

/** What the sweeper does when a session's time is over: it ends, and what a dying look left behind goes. */
export async function clearSession(deps: EndSession & DeletePerson, realm: Realm, id: string): Promise<void> {
  const found = await deps.records.get(realm, 'validation', id);
  if (!found) return;
  const ended = await expireSession(deps, realm, found);
  if (ended.state === 'active' || ended.state === 'validated') return;
  await deps.media.delete([pictureKey(realm, partId(id, 'image'))]);
  const person = partId(id, 'person');
  if (await deps.records.get(realm, 'person', person)) await deletePerson(deps, realm, person);
  const { wakeAt: _, ...asleep } = ended;
  await deps.records.commit(realm, [save('validation', asleep)]);
}
