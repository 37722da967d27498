import type { Validation } from '../domain/validation.ts';
import type { Digest } from '../ports.ts';

/** Under which it is kept whose an identifier is: one place for each identifier of a project, and nothing to read in it. */
export const identityId = (
  digest: Digest,
  { project, identifier }: Pick<Validation, 'project' | 'identifier'>,
): string => digest.sha256(JSON.stringify([project, identifier])).slice(0, 24);
