import type { Caller } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import { eventsBetween, personAlreadySet } from '../domain/login-events.ts';
import { save } from '../domain/login-records.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { completed, partId, type Validation } from '../domain/validation.ts';
import type { Digest } from '../ports/system.ts';
import type { Vision } from '../ports/vision.ts';
import { type CreatePerson, createPerson } from './create-person.ts';
import { deletePerson } from './delete-person.ts';
import { identityId, type Owner, ownerOf } from './identities.ts';
import { usableCollection } from './manage-collections.ts';
import {
  beginLook,
  giveBack,
  type LiveFace,
  type Look,
  lookForLife,
  type SentLook,
  sessionFault,
  sessionOf,
  type TakeLook,
} from './take-look.ts';
import { tellSoon } from './tell-events.ts';

export interface RegisterPerson extends TakeLook, CreatePerson {
  readonly digest: Digest;
  readonly vision: Pick<Vision, 'readFace' | 'compare'>;
  readonly settings: TakeLook['settings'] & CreatePerson['settings'];
}

export interface SentRegistration extends SentLook {
  readonly contentType: 'image/jpeg' | 'image/png';
  /** The identifier's person, where there is one, gives way to the new one. */
  readonly force: boolean;
}

export interface Registered {
  readonly validation: Validation;
  readonly person: string;
}

/** V-42: a living face becomes a person of the flow's collection, and the identifier's own from then on. */
export async function registerPerson(
  deps: RegisterPerson,
  caller: Caller,
  sent: SentRegistration,
): Promise<Result<Registered, Failure>> {
  const session = await sessionOf(deps, caller);
  if (!session.ok) return session;
  const { outcome, type } = session.value;
  if (type !== 'onboarding') {
    return fail(failure('conflict', 'This session is for a login: POST /v2/biometric-validations/validate.'));
  }
  if (outcome && sent.attempt !== undefined && outcome.attempt === sent.attempt) {
    return ok({ validation: session.value, person: outcome.person });
  }
  const fault = sessionFault(session.value, sent.asOf);
  if (fault) return fail(fault);
  const before = await ownerOf(deps, caller, session.value);
  if (before.person && !sent.force) {
    const events = [personAlreadySet(caller, session.value)];
    const dueAt = deps.clock.now() + deps.settings.jobs.redriveAfterSeconds * 1000;
    await deps.records.commit(caller, [], { told: { events, dueAt } });
    await tellSoon(deps, events);
    return fail(failure('conflict', 'The identifier has its person already; "force" overrides it.'));
  }
  const look = await beginLook(deps, caller, session.value, sent.asOf);
  if (!look.ok) return look;
  const live = await lookForLife(deps, caller, look.value, sent.image);
  if (!live.ok) return live;
  return enrol(deps, caller, look.value, live.value, before, sent);
}

async function enrol(
  deps: RegisterPerson,
  caller: Caller,
  look: Look,
  { face, livenessScore, waiver }: LiveFace,
  before: Owner,
  { image, contentType, attempt }: SentRegistration,
): Promise<Result<Registered, Failure>> {
  const { clock, digest, random, records, settings } = deps;
  const { validation, flow } = look;
  const refuse = (failed: Failure) => giveBack(deps, caller, look, failed);
  const { assignedCollection } = flow;
  const usable =
    assignedCollection === undefined ? undefined : await usableCollection(deps, caller, assignedCollection);
  if (!usable?.ok) return refuse(failure('collection_not_configured', 'There is no collection to put people into.'));

  // An earlier look of this session may have died with its process, and left its person behind.
  const now = clock.now();
  const id = partId(validation.id, 'person');
  if (await records.get(caller, 'person', id)) await deletePerson(deps, caller, id);
  // Looked at once is enough; whether the face is fit to be recognised by is for those to say who enrol it.
  const vision = { ...deps.vision, readFace: async () => ok({ faces: 1, face, stages: {} }) };
  const name = validation.applicant?.fullName ?? validation.identifier;
  const made = await createPerson(
    { ...deps, vision },
    caller,
    { name, images: [{ bytes: image, type: contentType }], collections: [usable.value.id] },
    { id, createdAt: now, updatedAt: now, revision: 0 },
  );
  if (!made.ok) return refuse(made.error);

  const outcome = {
    person: id,
    at: now,
    answerId: random.hex(8),
    ...(waiver && { waiver }),
    ...(attempt !== undefined && { attempt }),
  };
  const after = completed(validation, outcome, livenessScore === undefined ? {} : { livenessScore });
  const none = { id: identityId(digest, validation), createdAt: now, revision: 0 };
  const identity = { ...(before.identity ?? none), person: id, updatedAt: now };
  const events = eventsBetween(caller, validation, after);
  // Nobody has two persons: with this, the one before is not found any more. The sweeper would end what is begun here.
  const former = before.person && save('person', { ...before.person, status: 'deleted', wakeAt: now });
  const changes = [save('validation', after), save('identity', identity), ...(former ? [former] : [])];
  const written = await records.commit(caller, changes, {
    unchanged: [save('person', made.value)],
    told: { events, dueAt: now + settings.jobs.redriveAfterSeconds * 1000 },
  });
  if (!written.ok) {
    // Cancelled meanwhile, or another session of the same identifier was first.
    await deletePerson(deps, caller, id);
    return refuse(failure('conflict', 'The session or the identifier was changed meanwhile.'));
  }
  await tellSoon(deps, events);
  if (before.person) await deletePerson(deps, caller, before.person.id);
  return ok({ validation: after, person: id });
}
