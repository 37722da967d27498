import type { Realm } from '../domain/caller.ts';
import type { Person } from '../domain/person.ts';
import type { Identity, Validation } from '../domain/validation.ts';
import type { LoginRecords } from '../ports/people.ts';
import type { Digest } from '../ports/system.ts';

/** Under which it is kept whose an identifier is: one place for each identifier of a project, and nothing to read in it. */
export const identityId = (
  digest: Digest,
  { project, identifier }: Pick<Validation, 'project' | 'identifier'>,
): string => digest.sha256(JSON.stringify([project, identifier])).slice(0, 24);

/** Whose an identifier is by an onboarding; `person` as long as there is one. */
export interface Owner {
  readonly identity?: Identity;
  readonly person?: Person;
}

export async function ownerOf(
  { digest, records }: { readonly digest: Digest; readonly records: Pick<LoginRecords, 'get'> },
  realm: Realm,
  validation: Validation,
): Promise<Owner> {
  const identity = await records.get(realm, 'identity', identityId(digest, validation));
  const person = identity && (await records.get(realm, 'person', identity.person));
  return { ...(identity && { identity }), ...(person && person.status !== 'deleted' && { person }) };
}
