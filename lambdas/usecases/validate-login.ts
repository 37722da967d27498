import type { Caller } from '../domain/caller.ts';
import { debitId } from '../domain/credits.ts';
import { type Failure, failure } from '../domain/error.ts';
import { eventsBetween, lowLoginBalance } from '../domain/login-events.ts';
import { pictureKey, withPicture } from '../domain/login-pictures.ts';
import { save } from '../domain/login-records.ts';
import type { Person } from '../domain/person.ts';
import { recognise } from '../domain/recognise.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { completed, partId, type Validation } from '../domain/validation.ts';
import type { Media } from '../ports/media.ts';
import type { Gallery } from '../ports/people.ts';
import type { Digest, Random } from '../ports/system.ts';
import { findPersons } from './find-persons.ts';
import { ownerOf } from './identities.ts';
import {
  beginLook,
  countTry,
  giveBack,
  isCharged,
  type LiveFace,
  type Look,
  lookForLife,
  noCredits,
  type SentLook,
  sessionFault,
  sessionOf,
  type TakeLook,
} from './take-look.ts';
import { tellSoon } from './tell-events.ts';

export interface ValidateLogin extends TakeLook {
  readonly random: Random;
  readonly digest: Digest;
  readonly media: Pick<Media, 'put' | 'delete'>;
  readonly gallery: Pick<Gallery, 'search'>;
  readonly settings: TakeLook['settings'] & { readonly creditsLowAt: number };
}

export interface Recognised {
  readonly validation: Validation;
  readonly person: Pick<Person, 'id' | 'name'>;
}

const nobody = failure('person_not_found', 'Nobody in the collection has this face.');

/**
 * V-20: session, liveness, search, thresholds, status, in that order; a step that fails is the last one. Exactly one picture makes a
 * session complete, and only that one costs a credit. A call repeated under its idempotency key is answered as the first was, also
 * where its process died before the answer.
 */
export async function validateLogin(
  deps: ValidateLogin,
  caller: Caller,
  sent: SentLook,
): Promise<Result<Recognised, Failure>> {
  const session = await sessionOf(deps, caller);
  if (!session.ok) return session;
  if (session.value.type === 'onboarding') {
    return fail(
      failure('conflict', 'This session is for a registration: POST /v2/biometric-validations/app-registration.'),
    );
  }
  const { outcome } = session.value;
  if (outcome && sent.attempt !== undefined && outcome.attempt === sent.attempt) {
    const person = await deps.records.get(caller, 'person', outcome.person);
    return ok({ validation: session.value, person: { id: outcome.person, name: person?.name ?? '' } });
  }
  const look = await beginLook(deps, caller, session.value, sent.asOf);
  if (!look.ok) return look;
  const live = await lookForLife(deps, caller, look.value, sent.image);
  if (!live.ok) return live;
  const found = await lookForPerson(deps, caller, look.value, live.value);
  return found.ok ? complete(deps, caller, look.value, live.value, found.value, sent) : found;
}

/** Steps 3 and 4. A collection that is not there, or empty, is the account's doing and counts as no try (V-27). */
async function lookForPerson(
  deps: ValidateLogin,
  caller: Caller,
  look: Look,
  { face, livenessScore }: LiveFace,
): Promise<Result<{ readonly person: Person; readonly score: number }, Failure>> {
  const { flow, validation } = look;
  const candidates = await findPersons(deps, caller, flow.assignedCollection, face.template);
  if (!candidates.ok) return giveBack(deps, caller, look, candidates.error);
  const recognition = recognise(candidates.value, flow.searchMinScore);
  const short = (shortfall: 'person_not_found' | 'multiple_candidates', searchScore: number | undefined) => ({
    shortfall,
    scores: {
      ...(livenessScore !== undefined && { livenessScore }),
      ...(searchScore !== undefined && { searchScore }),
    },
  });
  switch (recognition.outcome) {
    case 'nobody':
      return countTry(deps, caller, look, short('person_not_found', recognition.best), nobody);
    case 'ambiguous': {
      const several = failure(
        'multiple_candidates',
        'Two people of the collection are too much alike to say who it is.',
      );
      return countTry(deps, caller, look, short('multiple_candidates', recognition.score), several);
    }
    case 'person': {
      const { person, score } = recognition;
      // Nobody logs in under an identifier that an onboarding has given to somebody else.
      const expected = validation.expectedPerson ?? (await ownerOf(deps, caller, validation)).person?.id;
      if (expected === undefined || expected === person.id) return ok({ person, score });
      return countTry(deps, caller, look, short('person_not_found', score), nobody);
    }
  }
}

/** S-16: one credit. Its id derives from the validation, so that it is taken once. */
const debitOf = ({ id }: Validation, at: number) =>
  ({ id: debitId(id), type: 'debit', amount: -1, verificationId: id, reason: 'login', createdAt: at }) as const;

/** Others who write the same person's record are waited for so often. */
const mostTries = 8;

/** Step 5: the picture first, so that what a record names is there; then everything else, or nothing. */
async function complete(
  deps: ValidateLogin,
  caller: Caller,
  look: Look,
  live: LiveFace,
  { person: { id: personId }, score: searchScore }: { readonly person: Person; readonly score: number },
  { image, contentType, attempt }: SentLook,
): Promise<Result<Recognised, Failure>> {
  const { clock, media, random, records, settings } = deps;
  const key = pictureKey(caller, partId(look.validation.id, 'image'));
  await media.put(key, image, contentType);
  const undo = async (failed: Failure) => {
    await media.delete([key]);
    return giveBack(deps, caller, look, failed);
  };
  for (let tries = 0; tries < mostTries; tries++) {
    const [person, pictures] = await Promise.all([
      records.get(caller, 'person', personId),
      records.get(caller, 'loginPictures', personId),
    ]);
    if (!person || person.status === 'deleted') return undo(nobody);
    const now = clock.now();
    const outcome = {
      person: personId,
      at: now,
      answerId: random.hex(8),
      ...(live.waiver && { waiver: live.waiver }),
      ...(attempt !== undefined && { attempt }),
    };
    const scores = { searchScore, ...(live.livenessScore !== undefined && { livenessScore: live.livenessScore }) };
    const validation = completed(look.validation, outcome, scores);
    const none = { id: personId, createdAt: now, updatedAt: now, revision: 0, keys: [], dropped: [] };
    const kept = withPicture(pictures ?? none, key, now);
    const events = eventsBetween(caller, look.validation, validation);
    const dueAt = now + settings.jobs.redriveAfterSeconds * 1000;
    const written = await records.commit(caller, [save('validation', validation), save('loginPictures', kept)], {
      // Nobody logs in as someone who is being deleted.
      unchanged: [save('person', person)],
      ...(isCharged(caller, validation) && { movement: debitOf(validation, now) }),
      told: { events, dueAt },
    });
    if (written.ok) {
      const warnBelow = look.tenant.settings.creditsLowAt ?? settings.creditsLowAt;
      const low = written.value && lowLoginBalance(caller, validation, written.value.balance, warnBelow);
      if (low) await records.commit(caller, [], { told: { events: [low], dueAt } });
      await Promise.all([
        tellSoon(deps, low ? [...events, low] : events),
        media.delete([...kept.dropped, ...(pictures?.dropped ?? [])]),
      ]);
      return ok({ validation, person });
    }
    if (written.error === 'insufficient_credits') return undo(noCredits);
    const current = await records.get(caller, 'validation', validation.id);
    if (current?.revision !== look.validation.revision) {
      // Cancelled meanwhile. Nobody else can have completed it: a look is held for longer than the function lives.
      if (current?.state !== 'validated') await media.delete([key]);
      return fail((current && sessionFault(current, now)) ?? failure('conflict', 'The session was changed meanwhile.'));
    }
  }
  return undo(failure('conflict', 'Others are changing this person at the same time; try again.', { retryAfter: 1 }));
}
